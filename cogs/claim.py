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

from bot.studio.intake.other_processes import OtherProcesses
from bot.ui import texts
from bot.ui.components import text_only

log = logging.getLogger(__name__)

# Seconds for each call of a claim.
_CALL_SECONDS: Final = 2.5


class AnsweredElsewhere(Exception):
    """Another process has answered this interaction; it is that one's."""


async def claim(interaction: discord.Interaction, message: discord.InteractionMessage, others: OtherProcesses) -> bool:
    """Claim a reply that may be another process's, and tell whether it bears our mark in place of the dots.

    Raises AnsweredElsewhere where it is another's.
    """
    mark = secrets.token_hex(3)
    if not message.flags.loading:
        _give_up(others)
    marked = False
    try:
        async with asyncio.timeout(_CALL_SECONDS):
            await interaction.edit_original_response(view=text_only(_words(mark)))
        marked = True
        await asyncio.sleep(others.claim_seconds)
        async with asyncio.timeout(_CALL_SECONDS):
            found = await interaction.followup.fetch_message(message.id)
    except Exception as error:  # noqa: BLE001 - whatever the wire does, the member is waiting
        log.warning("Interaction %d could not be claimed (%s); taken as ours.", interaction.id, type(error).__name__)
        return marked
    said = [part.content for part in found.components if isinstance(part, discord.TextDisplay)]
    if not any(mark in content for content in said):
        _give_up(others)
    return True


def _words(mark: str) -> str:
    return f"{texts.ONE_MOMENT}\n-# `{mark}`"


def _give_up(others: OtherProcesses) -> None:
    others.answered()
    raise AnsweredElsewhere
