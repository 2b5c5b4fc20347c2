"""One way for an interaction, from its first response to its last sentence.

Every command, press and form is handled inside `async with conversations.open(interaction) as conversation:`. The
handler answers through the Conversation alone:

* first, once: a loading message (`defer`; `open_reply` where a job or an asset is to come of it), no more than "heard"
  (`acknowledge`), a form (`ask`), or a private sentence (`say`);
* after it: a card where the answer is (`show`) or below it (`add`), and private sentences (`say`).

What the handler raises is logged and becomes the one sentence that the member reads; a prompt goes with it.
A reply that was opened is on record until then: if the bot dies in between, or nothing could be said, the next start
says so there.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from enum import StrEnum
from functools import cached_property
from typing import Any, Final, TypeVar, cast

import aiohttp
import discord
from discord.ui import LayoutView, Modal

from bot.discord_limits import UNKNOWN_MESSAGE
from bot.domain.caller import Caller
from bot.domain.reply import Reply
from bot.studio.intake.other_processes import OtherProcesses
from bot.ui.components import Card, text_only
from bot.ui.form import Part, SentForm
from cogs.address import caller_of, reply_at
from cogs.claim import claim
from cogs.first_response import First, FirstResponse
from cogs.preferences import Preferences

log = logging.getLogger(__name__)

# Seconds for any call after the first response; left alone, the library sleeps for 25 s over five server errors.
_CALL_SECONDS: Final = 15.0
# Of what is looked up before the first response, a form or a private answer, for which Discord waits 3 s; a store that
# answers later than this is said to be in trouble.
LOOK_SECONDS: Final = 1.5

_T = TypeVar("_T")
# Records an opened reply while a block answers: the interaction's id, its address, whether it was answered by the end.
Record = Callable[[int, Reply, Callable[[], bool]], AbstractAsyncContextManager[None]]


# What the member is told: a sentence, or a card that holds it.
Sentence = str | LayoutView


class Outdated(Exception):
    """A command, a button or a form that this version of the bot does not have; the message is for the log."""


class _Took(StrEnum):
    """What became of a loading message."""

    SENTENCE = "sentence"  # the sentence itself
    PLACE = "place"  # a word that stands for it, to be removed
    NOTHING = "nothing"  # it was no longer loading


class Conversation:
    """One interaction: its member, and the answers to them."""

    def __init__(
        self,
        interaction: discord.Interaction,
        others: OtherProcesses,
        now: Callable[[], float],
        record: Record,
        preferences: Preferences,
        may_spend: Callable[[Caller], None],
    ) -> None:
        self.interaction = interaction
        self.language = preferences.language(interaction)  # of what only the member reads
        self.chosen: tuple[str, ...] = ()  # the values, where something was chosen in a message's select
        self._preferences = preferences
        self._public_language = preferences.languages.of(
            (interaction.guild_locale or interaction.locale).value
        )  # that all read
        self.form = SentForm()  # what was filled in, where a form was sent
        self.was_answered = True  # False once something could not be said
        self.ending = AsyncExitStack()  # what ends after everything was said
        self._first = FirstResponse(interaction, others)
        self._others = others
        self._now = now
        self._record = record
        self._may_spend = may_spend
        self._claimed = False

    @property
    def id(self) -> int:
        """Return the interaction's id."""
        return self.interaction.id

    @cached_property
    def caller(self) -> Caller:
        """Return the member who uses the bot, and where they are."""
        return caller_of(self.interaction)

    @property
    def prompt(self) -> str:
        """Return the prompt that was typed, into a form or as a command's option; empty where there is none."""
        data = cast("dict[str, Any]", self.interaction.data or {})
        option: dict[str, Any] = next((one for one in data.get("options", ()) if one.get("name") == Part.PROMPT), {})
        return self.form.prompt or str(option.get("value", ""))

    @property
    def pressed_in_private(self) -> bool:
        """Tell whether a button on a message was pressed that only one member sees."""
        return self.interaction.message is not None and self.interaction.message.flags.ephemeral

    @property
    def private_by_setting(self) -> bool:
        """Tell whether the member wants all their videos for themselves, or may want that as far as is known."""
        return self._preferences.is_private(self.interaction.user.id)

    @property
    def keeps_private(self) -> bool:
        """Tell whether the result of a press is for the member alone, as the message is, or by their settings."""
        return self.pressed_in_private or self.private_by_setting

    async def open_reply(self, *, private: bool = False, spends: bool = True) -> Reply:
        """Answer with a loading message that is on record until the conversation is over; return its address.

        Raises Duplicate for an interaction that came before, Refusal where it is known that the caller may not spend
        and what comes of it costs something (`spends`).
        """
        if spends:
            self._may_spend(self.caller)
        unopened = self._reply_at(None, private=True)
        await self.ending.enter_async_context(self._record(self.id, unopened, lambda: self.was_answered))
        return await self.defer(private=private)

    async def defer(self, *, private: bool = False) -> Reply:
        """Answer with a loading message, and return its address."""
        made = await self._first.make(First.LOADING, lambda first: first.defer(ephemeral=private, thinking=True))
        if made is not None:
            return self._reply_at(made.message_id, private=made.is_ephemeral())
        async with asyncio.timeout(_CALL_SECONDS):
            message = await self.interaction.original_response()
        if not private:
            # What follows may be paid for.
            self._claimed = await claim(self._public_language, self.interaction, message, self._others)
        return self._reply_at(message.id, private=message.flags.ephemeral)

    async def acknowledge(self) -> Reply:
        """Answer a press with no more than "heard", and return the pressed message's address with the new token."""
        await self._first.make(First.HEARD, lambda first: first.defer())
        pressed = self.interaction.message
        return self._reply_at(pressed.id if pressed else None, private=pressed is None or pressed.flags.ephemeral)

    async def ask(self, form: Modal, *, spends: bool = True) -> None:
        """Answer with a form, whose request may be paid for; raises Refusal as `open_reply` does."""
        if spends:
            self._may_spend(self.caller)
        await self._first.make(First.FORM, lambda first: first.send_modal(form))

    async def show(self, card: Card, files: Sequence[discord.File] | None = None) -> None:
        """Put a card where the answer is: into the loading message, or the pressed one, whose files `files` replace."""
        attachments = discord.utils.MISSING if files is None else files
        async with asyncio.timeout(_CALL_SECONDS):
            await self.interaction.edit_original_response(view=card, attachments=attachments)

    async def add(self, card: Card) -> None:
        """Show a card in a private message of its own, below the answer."""
        await self._follow_once(view=card)

    async def say(self, sentence: Sentence, *, asks: bool = False) -> None:
        """Tell the member something in private, whatever was answered before; `asks`: it's a question.

        A loading message is not left behind: a private one takes the sentence, a public one is removed once the
        sentence was said beside it. Where the loading message is gone, and nothing can follow it, the sentence goes
        into a direct message.
        """
        if self._first.made is None and await self._said_first(sentence):
            return
        if self._first.made is not First.LOADING:
            await self._follow(sentence)
            return
        self._first.made = First.SENTENCE
        took = await self._result_or_none(self._took(sentence, "reply.asks" if asks else "reply.cleared"))
        if took is _Took.SENTENCE:
            return
        await self._follow(sentence)
        if took is _Took.PLACE:
            await self._result_or_none(self.interaction.delete_original_response())

    def _reply_at(self, message_id: int | None, *, private: bool) -> Reply:
        reply = reply_at(self.interaction, message_id, self._now(), private=private)
        return replace(reply, locale=self._preferences.locale(self.interaction))

    async def _said_first(self, sentence: Sentence) -> bool:
        """Make the sentence the first response; False where an earlier attempt at another has arrived after all."""
        await self._first.make(First.SENTENCE, lambda first: first.send_message(**_message(sentence), ephemeral=True))
        return self._first.made is First.SENTENCE

    async def _took(self, sentence: Sentence, cleared: str) -> _Took:
        """Give the loading message the sentence, or clear it; what it then says for a moment is `cleared`."""
        message = await self.interaction.original_response()
        if not message.flags.loading and not self._claimed:
            return _Took.NOTHING
        if message.flags.ephemeral:
            # A mark is a text of its own kind, whose message takes no other.
            own = text_only(sentence) if self._claimed and isinstance(sentence, str) else sentence
            await self.interaction.edit_original_response(**_message(own))
            return _Took.SENTENCE
        if not self._claimed:
            # A follow-up beside a message that still loads would become it, for everybody to read. This may stay there.
            await self.interaction.edit_original_response(view=text_only(self._public_language.text(cleared)))
        return _Took.PLACE

    async def _result_or_none(self, done: Awaitable[_T]) -> _T | None:
        """Wait for a call whose failure does not matter to the sentence; None where it fails."""
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                return await done
        except discord.HTTPException as error:
            log.warning("The loading message of interaction %d couldn't be deleted: %s", self.id, error)
        except Exception:
            log.exception("The loading message of interaction %d couldn't be deleted.", self.id)
        return None

    async def _follow(self, sentence: Sentence) -> None:
        """Say it in a private follow-up, and again where that may be lost: once too often is better than never."""
        try:
            await self._follow_once(**_message(sentence))
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            # The loading message was deleted, and nothing can follow it (discord-api-docs #3087).
            async with asyncio.timeout(_CALL_SECONDS):
                await self.interaction.user.send(**_message(sentence))
        except (discord.DiscordServerError, aiohttp.ClientError, OSError, TimeoutError):
            log.warning("The answer to interaction %d may be lost; sending it again.", self.id, exc_info=True)
            await self._follow_once(**_message(sentence))

    async def _follow_once(self, **content: Any) -> None:
        async with asyncio.timeout(_CALL_SECONDS):
            await self.interaction.followup.send(**content, ephemeral=True)


def _message(sentence: Sentence) -> dict[str, Any]:
    return {"content": sentence} if isinstance(sentence, str) else {"view": sentence}
