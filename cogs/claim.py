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

from bot.domain.backoff import Backoff
from bot.studio.intake.other_processes import OtherProcesses
from bot.ui.components import text_only
from bot.ui.language import Language

log = logging.getLogger(__name__)

# Seconds for each call of a claim.
_CALL_SECONDS: Final = 2.5
# So often is a claim tried that fails on the wire; then it counts as ours, as the member is waiting.
_TRIES: Final = 3


class AnsweredElsewhere(Exception):
    """Another process has answered this interaction; it is that one's."""


async def claim(
    language: Language, interaction: discord.Interaction, message: discord.InteractionMessage, others: OtherProcesses
) -> bool:
    """Claim a reply that may be another process's, and tell whether it bears our mark in place of the dots.

    A call that fails is made again, after a look at what has become of the reply. Raises AnsweredElsewhere where it is
    another's.
    """
    mark, marked, backoff = secrets.token_hex(3), False, Backoff(0.5)
    found: discord.Message = message
    while backoff.failures < _TRIES:
        try:
            async with asyncio.timeout(_CALL_SECONDS):
                if backoff.failures:
                    found = await interaction.followup.fetch_message(message.id)
                if found.flags.loading:
                    await interaction.edit_original_response(view=text_only(_words(language, mark)))
                elif not _has_mark(found, mark):
                    break
            marked = True
            await asyncio.sleep(others.claim_seconds)
            async with asyncio.timeout(_CALL_SECONDS):
                found = await interaction.followup.fetch_message(message.id)
            if _has_mark(found, mark):
                return True
            break
        except Exception as error:  # noqa: BLE001 - whatever the wire does, the member is waiting
            log.warning("Claiming interaction %d failed (%s).", interaction.id, type(error).__name__)
            await asyncio.sleep(backoff.next())
    else:
        log.warning("Interaction %d couldn't be claimed; answering it anyway.", interaction.id)
        return marked
    others.answered()
    raise AnsweredElsewhere


def _has_mark(message: discord.Message, mark: str) -> bool:
    return any(isinstance(part, discord.TextDisplay) and mark in part.content for part in message.components)


def _words(language: Language, mark: str) -> str:
    return f"{language.text('reply.one-moment')}\n-# `{mark}`"
