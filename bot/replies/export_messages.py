"""Exports of members, as files in their private answers or direct messages."""

from pathlib import Path

import discord

from bot.domain.privacy import Export
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.upload import opened
from bot.studio.ports import Outcome
from bot.ui.language import Languages

# A part of ten megabytes on a slow road.
_UPLOAD_SECONDS = 120.0


class DiscordExports:
    """Send exports; every method makes one attempt."""

    def __init__(self, languages: Languages, api: DiscordApi) -> None:
        self._languages = languages
        self._api = api

    async def send_part(self, export: Export, number: int, part: Path, *, last: bool, directly: bool) -> Outcome:
        """Send one file of it: after the private answer, or directly. Raises OSError where it can't be read."""
        language = self._languages.of(export.reply.locale)
        text = language.text("privacy.export-last" if last else "privacy.export-part", number=number)
        async with opened(part, f"seedreel-{number}.zip") as file:
            return await self._send(export, text, file, f"{int(export.at)}-{number}x", directly=directly)

    async def tell_stopped(self, export: Export, *, directly: bool) -> Outcome:
        """Say that it will not come, or not whole, and can be asked for again."""
        text = self._languages.of(export.reply.locale).text("privacy.export-stopped")
        return await self._send(export, text, None, f"{int(export.at)}-stopped", directly=directly)

    async def _send(
        self, export: Export, text: str, file: discord.File | None, nonce: str, *, directly: bool
    ) -> Outcome:
        messages, seconds = self._api.messages, CALL_SECONDS if file is None else _UPLOAD_SECONDS

        async def post() -> discord.Message:
            if not directly:
                return await messages.follow_up(export.reply, text, export.user_id, file)
            channel_id = await messages.direct_channel(export.user_id)
            return await messages.say(channel_id, text, nonce, export.user_id, None, file=file)

        return await self._api.send(seconds, post, None if directly else export.reply)
