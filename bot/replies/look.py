"""Looking whether a drop is there, before anything is sent again."""

import asyncio
from datetime import UTC, datetime

import discord

from bot.domain.job import Drop, Job
from bot.domain.reply import Form, Reply, Rung
from bot.replies.found import file_url, has_link
from bot.replies.messages import Messages
from bot.replies.outcome import TROUBLE, judge
from bot.studio.ports import CannotLook, Clock, Closed, NotThere, Posted

LOOK_SECONDS = 30.0
# Discord's clock and ours may differ by this much.
_SKEW = 60.0
# A channel in which more than this was said since is not read any further.
MESSAGES_MOST = 500

Seen = Posted | NotThere | CannotLook


class Look:
    """Looks once at the place of a drop."""

    def __init__(self, messages: Messages, clock: Clock) -> None:
        self._messages = messages
        self._clock = clock

    async def at(self, job: Job, drop: Drop) -> Seen:
        """Tell whether the clip (or its link) is where the drop was to bring it."""
        if drop.form is Form.LINK and not job.clip_url:
            return CannotLook("the link is not known")
        try:
            async with asyncio.timeout(LOOK_SECONDS):
                return await self._look(job, drop)
        except TROUBLE as error:
            missed = judge(error, self._clock.now())
            if isinstance(missed, Closed) and missed.message_gone:
                return NotThere()
            return CannotLook(str(missed))

    async def _look(self, job: Job, drop: Drop) -> Seen:
        match drop.rung:
            case Rung.TOKEN | Rung.ASKED:
                return _in_message(await self._reply(job.reply, drop), job, drop)
            case Rung.BOT:
                return await self._at_message(job, drop, drop.message_id or job.reply.message_id)
            case Rung.CHANNEL:
                if drop.message_id is not None:
                    return await self._at_message(job, drop, drop.message_id)
                return await self._in_channel(drop.channel_id, job, drop)
            case Rung.DIRECT:
                return await self._in_channel(await self._messages.direct_channel(job.user_id), job, drop)

    async def _reply(self, reply: Reply, drop: Drop) -> discord.Message:
        message_id = drop.message_id or reply.message_id
        if reply.token_lives(self._clock.now()) or message_id is None or reply.private or not reply.bot_reaches:
            return await self._messages.fetch_by_token(reply)
        return await self._messages.fetch_as_bot(reply.channel_id, message_id)

    async def _at_message(self, job: Job, drop: Drop, message_id: int | None) -> Seen:
        if message_id is None:
            return CannotLook("the message is not known")
        return _in_message(await self._messages.fetch_as_bot(drop.channel_id, message_id), job, drop)

    async def _in_channel(self, channel_id: int, job: Job, drop: Drop) -> Seen:
        since = discord.utils.time_snowflake(datetime.fromtimestamp(drop.at - _SKEW, UTC))
        read = 0
        async for message in self._messages.since(channel_id, since, MESSAGES_MOST):
            read += 1
            # Anybody can post a file of that name; only ours counts.
            if message.author.id == self._messages.our_id and isinstance(
                found := _in_message(message, job, drop), Posted
            ):
                return found
        return NotThere() if read < MESSAGES_MOST else CannotLook("too much was said there since")


def _in_message(message: discord.Message, job: Job, drop: Drop) -> Posted | NotThere:
    if drop.form is Form.LINK:
        there = has_link(message, job.clip_url or "")
    else:
        there = file_url(message, job.clip_name) is not None
    return Posted(message.channel.id, message.id) if there else NotThere()
