"""Answers on the wire: the first response, the edits after it, and a private sentence, each within its own time.

Discord's "Interactions: Receiving and Responding": the first response must come within 3 s and is made once; all that
follows goes through the interaction's token.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from enum import StrEnum
from types import SimpleNamespace
from typing import Final, TypeVar

import aiohttp
import discord
from discord.ui import Modal

from bot.discord_limits import ALREADY_ACKNOWLEDGED, UNKNOWN_MESSAGE
from bot.domain.reply import Reply
from bot.ui.card import Card
from cogs.address import reply_at
from cogs.claim import claim, is_claimed, just, note_answered_elsewhere, note_begun

log = logging.getLogger(__name__)

# Seconds for one attempt at the first response; there are two.
_RESPONSE_SECONDS: Final = 2.0
# Seconds for any later call; left alone, the library sleeps for 25 s over five server errors.
_CALL_SECONDS: Final = 15.0
# What stands in a public loading message until it is removed, and stays where that fails.
_CLEARED: Final = "This request didn't go through."
# Keys of an interaction's `extras`.
_FIRST: Final = "first response"
_SENT: Final = "first response that may have arrived"
_UNTOLD: Final = "nothing could be said"

# The statuses that an attempt's requests were answered with, while one is being made.
_STATUSES: Final[ContextVar[list[int] | None]] = ContextVar("statuses of a first response", default=None)

_T = TypeVar("_T")
_Made = discord.InteractionCallbackResponse[discord.Client]


class _First(StrEnum):
    """What the first response to an interaction was."""

    LOADING = "loading"  # a message of our own, still empty
    HEARD = "heard"  # the pressed message stays as it is
    SENTENCE = "sentence"  # a private sentence: nothing need follow
    FORM = "form"  # a form that opens: what it is filled in with comes as an interaction of its own


class _Took(StrEnum):
    """What a loading message has taken."""

    SENTENCE = "sentence"  # the sentence itself
    PLACE = "place"  # a word that stands for it, to be removed
    NOTHING = "nothing"  # it was no longer loading


def trace() -> aiohttp.TraceConfig:
    """Make the trace that a client must carry: it shows what the library does not, its own repetitions."""
    config = aiohttp.TraceConfig()
    config.on_request_end.append(_note_status)
    return config


async def _note_status(_: object, __: SimpleNamespace, ended: aiohttp.TraceRequestEndParams) -> None:
    if (statuses := _STATUSES.get()) is not None:
        statuses.append(ended.response.status)


async def defer(interaction: discord.Interaction, *, private: bool = False) -> Reply:
    """Answer with a loading message, and return its address."""
    made = await _respond(interaction, _First.LOADING, lambda: _defer(interaction, private=private))
    if made is not None:
        return reply_at(interaction, made.message_id, private=made.is_ephemeral())
    async with asyncio.timeout(_CALL_SECONDS):
        message = await interaction.original_response()
    if not private:
        # What follows may be paid for.
        await claim(interaction, message)
    return reply_at(interaction, message.id, private=message.flags.ephemeral)


async def acknowledge(interaction: discord.Interaction) -> Reply:
    """Answer a press with no more than "heard", and return the pressed message's address with the new token."""
    await _respond(interaction, _First.HEARD, lambda: _first(interaction).defer())
    pressed = interaction.message
    if pressed is None:
        return reply_at(interaction, None, private=True)
    return reply_at(interaction, pressed.id, private=pressed.flags.ephemeral)


async def ask(interaction: discord.Interaction, form: Modal) -> None:
    """Answer with a form."""
    await _respond(interaction, _First.FORM, lambda: _first(interaction).send_modal(form))


async def show(interaction: discord.Interaction, card: Card) -> None:
    """Put a card where the answer is: into the loading message, or into the pressed one."""
    async with asyncio.timeout(_CALL_SECONDS):
        await interaction.edit_original_response(view=card)


async def say(interaction: discord.Interaction, sentence: str) -> None:
    """Tell the member something that nobody else reads, whatever was answered before.

    A loading message is not left behind: a private one takes the sentence, a public one is removed once the sentence
    was said beside it. Where the loading message is gone, and nothing can follow it, the sentence goes directly.
    """
    if _FIRST not in interaction.extras:
        await _respond(interaction, _First.SENTENCE, lambda: _first(interaction).send_message(sentence, ephemeral=True))
        if interaction.extras[_FIRST] is _First.SENTENCE:
            return
    if interaction.extras[_FIRST] is _First.LOADING:
        interaction.extras[_FIRST] = _First.SENTENCE
        took = await _unless_it_fails(interaction, _took(interaction, sentence))
        if took is _Took.SENTENCE:
            return
        await _follow(interaction, sentence)
        if took is _Took.PLACE:
            await _unless_it_fails(interaction, interaction.delete_original_response())
        return
    await _follow(interaction, sentence)


def note_untold(interaction: discord.Interaction) -> None:
    """Note that what went wrong could not be said."""
    interaction.extras[_UNTOLD] = True


def was_told(interaction: discord.Interaction) -> bool:
    """Tell whether nothing was left unsaid."""
    return _UNTOLD not in interaction.extras


async def _defer(interaction: discord.Interaction, *, private: bool) -> _Made | None:
    return await _first(interaction).defer(ephemeral=private, thinking=True)


def _first(interaction: discord.Interaction) -> discord.InteractionResponse[discord.Client]:
    # A fresh one: the library's own counts an answer that it could not read as given, and makes no other.
    return discord.InteractionResponse(interaction)


async def _respond(
    interaction: discord.Interaction, first: _First, attempt: Callable[[], Awaitable[_Made | None]]
) -> _Made | None:
    """Make the first response, once more after a failure on the wire; None when an earlier attempt may have arrived."""
    note_begun(interaction)
    try:
        return await _attempt(interaction, first, attempt)
    except discord.DiscordException:
        raise
    except Exception as error:  # noqa: BLE001 - logged by its name: it is tried again at once
        # Resets and timeouts come out of the library as they are: whatever is not its own happened on the wire.
        log.warning("The response to interaction %d did not get through (%s).", interaction.id, type(error).__name__)
        interaction.extras.setdefault(_SENT, first)
    return await _attempt(interaction, first, attempt)


async def _attempt(
    interaction: discord.Interaction, first: _First, attempt: Callable[[], Awaitable[_Made | None]]
) -> _Made | None:
    statuses: list[int] = []
    noting = _STATUSES.set(statuses)
    try:
        async with asyncio.timeout(_RESPONSE_SECONDS):
            made = await attempt()
    except discord.HTTPException as error:
        # Only where an attempt of our own was cut off can the response be ours; else another process has answered.
        # The library repeats by itself what a server's error has met, which may have been applied all the same.
        ours = _SENT in interaction.extras or any(status >= 500 for status in statuses)
        if error.code == ALREADY_ACKNOWLEDGED and not ours:
            note_answered_elsewhere(interaction)
        if error.code != ALREADY_ACKNOWLEDGED or not ours:
            raise
        interaction.extras[_FIRST] = interaction.extras.get(_SENT, first)
        return None
    finally:
        _STATUSES.reset(noting)
    interaction.extras[_FIRST] = first
    return made


async def _took(interaction: discord.Interaction, sentence: str) -> _Took:
    """Give the loading message the sentence, or clear it."""
    message = await interaction.original_response()
    claimed = is_claimed(interaction)
    if not message.flags.loading and not claimed:
        return _Took.NOTHING
    if message.flags.ephemeral:
        # A mark is a text of its own kind, whose message takes no other.
        text = {"view": just(sentence)} if claimed else {"content": sentence}
        await interaction.edit_original_response(**text)
        return _Took.SENTENCE
    if not claimed:
        # A follow-up beside a message that still loads would become that message, for everybody to read.
        await interaction.edit_original_response(content=_CLEARED)
    return _Took.PLACE


async def _unless_it_fails(interaction: discord.Interaction, done: Awaitable[_T]) -> _T | None:
    """Wait for something that the sentence can do without."""
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            return await done
    except discord.HTTPException as error:
        log.warning("The loading message of interaction %d could not be taken back: %s", interaction.id, error)
    except Exception:
        log.exception("The loading message of interaction %d could not be taken back.", interaction.id)
    return None


async def _follow(interaction: discord.Interaction, sentence: str) -> None:
    """Say it in a private follow-up, and again where that may be lost: once too often is better than never."""
    try:
        await _follow_once(interaction, sentence)
    except discord.NotFound as error:
        if error.code != UNKNOWN_MESSAGE:
            raise
        # The loading message was deleted, and nothing can follow it (discord-api-docs #3087).
        async with asyncio.timeout(_CALL_SECONDS):
            await interaction.user.send(sentence)
    except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError):
        log.warning("A sentence to interaction %d may be lost, and is said again.", interaction.id, exc_info=True)
        await _follow_once(interaction, sentence)


async def _follow_once(interaction: discord.Interaction, sentence: str) -> None:
    async with asyncio.timeout(_CALL_SECONDS):
        await interaction.followup.send(sentence, ephemeral=True)
