"""Lines in the logs of servers, as messages that mention no one."""

from io import BytesIO

import discord

from bot.domain.reply import Route
from bot.domain.server_log import LogLine, PostedLine, VideoEnded
from bot.domain.server_settings import LogChannel
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.messages import Body
from bot.studio.ports import Outcome
from bot.ui.job_lists import poster_name
from bot.ui.language import Languages
from bot.ui.server_log_cards import blank_card, log_card


class ServerLogMessages:
    """Post lines; each call makes one attempt."""

    def __init__(self, languages: Languages, api: DiscordApi) -> None:
        self._languages = languages
        self._api = api

    def reserve_line(self, channel_id: int) -> float:
        """Reserve a message in that channel; return in how many seconds it may go out."""
        return self._api.reserve(Route.CHANNEL, channel_id)

    async def post_line(
        self, channel: LogChannel, line: LogLine, nonce: str, poster: bytes | None, *, spoiler: bool
    ) -> Outcome:
        """Post a line with its small picture, if it has one; the nonce makes it one message for some minutes."""
        picture = poster_name(line.job.id) if poster is not None and isinstance(line, VideoEnded) else None
        card = log_card(self._languages.of(channel.locale), line, picture, spoiler=spoiler)
        messages = self._api.messages

        async def post() -> discord.Message:
            files = () if picture is None or poster is None else (discord.File(BytesIO(poster), picture),)
            return await messages.post(channel.channel_id, Body(card, files), nonce, None)

        return await self._api.send(CALL_SECONDS, post)

    async def blank_line(self, line: PostedLine) -> Outcome:
        """Put a line without names and pictures in a line's place."""
        body = Body(blank_card(self._languages.of(line.locale)))
        edit = self._api.messages.edit_as_bot
        return await self._api.send(CALL_SECONDS, lambda: edit(line.channel_id, line.message_id, body))
