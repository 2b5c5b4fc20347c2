"""Whose a loading message is, where our own attempt at it was cut off and Discord says that it was answered.

Another process with the same token may have answered. Nothing that Discord tells of the message differs, so it is
claimed: a mark is written into it, and holds where it is still there after longer than a write may take (Fischer's
algorithm for mutual exclusion by time). Another process that answered for certain writes its card there meanwhile.
"""

import asyncio
import logging
import secrets
from typing import Final

import discord
from discord.ui import LayoutView, TextDisplay

from bot.studio.intake.other_processes import OtherProcesses
from bot.ui import texts

log = logging.getLogger(__name__)

# Seconds for each call of a claim.
_CALL_SECONDS: Final = 2.5
# Keys of an interaction's `extras`.
_OTHERS: Final = "other processes"
_AGAIN: Final = "came before"
_CLAIMED: Final = "claimed"


class AnsweredElsewhere(Exception):
    """Another process has answered this interaction; it is that one's."""


def know(interaction: discord.Interaction, others: OtherProcesses) -> None:
    """Give an interaction what is known of other processes."""
    interaction.extras[_OTHERS] = others


def note_begun(interaction: discord.Interaction) -> None:
    """Note that the first response is about to be made."""
    others = interaction.extras.get(_OTHERS)
    if isinstance(others, OtherProcesses) and not others.first_time(interaction.id):
        interaction.extras[_AGAIN] = True


def note_answered_elsewhere(interaction: discord.Interaction) -> None:
    """Note that the first attempt of ours found an interaction answered; one that Discord sent twice proves nothing."""
    others = interaction.extras.get(_OTHERS)
    if isinstance(others, OtherProcesses) and _AGAIN not in interaction.extras:
        others.answered()


def is_claimed(interaction: discord.Interaction) -> bool:
    """Tell whether the reply holds the mark of a claim, in place of a loading message."""
    return _CLAIMED in interaction.extras


async def claim(interaction: discord.Interaction, message: discord.InteractionMessage) -> None:
    """Claim a reply that may be another process's; raises AnsweredElsewhere where it is."""
    others = interaction.extras.get(_OTHERS)
    if not isinstance(others, OtherProcesses):
        return
    mark = secrets.token_hex(3)
    if not message.flags.loading:
        _give_up(others)
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            await interaction.edit_original_response(view=just(_words(mark)))
        interaction.extras[_CLAIMED] = True
        await asyncio.sleep(others.claim_seconds)
        async with asyncio.timeout(_CALL_SECONDS):
            found = await interaction.followup.fetch_message(message.id)
    except Exception as error:  # noqa: BLE001 - whatever the wire does, the member is waiting
        log.warning("Interaction %d could not be claimed (%s); taken as ours.", interaction.id, type(error).__name__)
        return
    said = [part.content for part in found.components if isinstance(part, discord.TextDisplay)]
    if not any(mark in content for content in said):
        _give_up(others)


def just(text: str) -> LayoutView:
    """Make a card of one text."""
    return LayoutView(timeout=None).add_item(TextDisplay(text))


def _words(mark: str) -> str:
    return f"{texts.ONE_MOMENT}\n-# `{mark}`"


def _give_up(others: OtherProcesses) -> None:
    others.answered()
    raise AnsweredElsewhere
