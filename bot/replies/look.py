"""Looking whether a drop is there, before anything is sent again."""

import contextlib
from dataclasses import replace

import discord

from bot.domain.job import Drop, Job
from bot.domain.reply import Form, Rung
from bot.replies.attempts import UPLOAD_MOST
from bot.replies.calls import Calls
from bot.replies.found import file_url, has_link
from bot.replies.outcome import Missed, judge
from bot.studio.ports import CannotLook, Clock, Closed, NotThere, Posted

LOOK_SECONDS = 30.0
# Whoever wrote the job down did so within seconds of its interaction; and no clock runs evenly.
_BEFORE = 60.0
# An upload is given up after its time, and what had left by then may still be applied.
_AFTER = UPLOAD_MOST + 300.0
# A channel in which more than this was said in that time is not read any further.
MESSAGES_MOST = 2000

Seen = Posted | NotThere | CannotLook


class Look:
    """Looks once at the place of a drop."""

    def __init__(self, calls: Calls, clock: Clock) -> None:
        self._calls = calls
        self._messages = calls.messages
        self._clock = clock

    async def at(self, job: Job, drop: Drop, until: float | None = None) -> Seen:
        """Tell whether the clip (or its link) is where the drop was to bring it, at `drop.at` or up to `until`."""
        if drop.form is Form.LINK and not job.clip_url:
            return CannotLook("the link is not known")
        seen = await self._calls.make(LOOK_SECONDS, lambda: self._look(job, drop, until or drop.at))
        return seen if isinstance(seen, Posted | NotThere | CannotLook) else _missed(seen)

    async def _look(self, job: Job, drop: Drop, until: float) -> Seen:
        match drop.rung:
            case Rung.TOKEN | Rung.ASKED:
                return await self._in_reply(job, drop)
            case Rung.BOT:
                return await self._at_message(job, drop, drop.message_id or job.reply.message_id)
            case Rung.CHANNEL:
                if drop.message_id is not None:
                    return await self._at_message(job, drop, drop.message_id)
                return await self._in_channel(drop.channel_id, job, drop, until)
            case Rung.FOLLOW_UP:
                return await self._after_reply(job, drop, until)
            case Rung.DIRECT:
                return await self._in_channel(await self._messages.direct_channel(job.user_id), job, drop, until)

    async def _in_reply(self, job: Job, drop: Drop) -> Seen:
        """Look through the token while it lives, and as the bot where that is possible and the token is dead."""
        reply, message_id = job.reply, drop.message_id or job.reply.message_id
        bot_sees = message_id is not None and not reply.private and reply.bot_reaches
        if reply.token is None and not bot_sees:
            return CannotLook("only a token that is forgotten could reach it", for_good=True)
        if reply.token_lives(self._clock.now()) or not bot_sees:
            try:
                return _in_message(await self._messages.fetch_by_token(reply), job, drop)
            except discord.HTTPException as error:
                missed = judge(error, self._clock.now(), reply.token_at)
                if not isinstance(missed, Closed) or missed.message_gone or not bot_sees:
                    return _missed(missed)
        return await self._at_message(job, replace(drop, channel_id=reply.channel_id), message_id)

    async def _after_reply(self, job: Job, drop: Drop, until: float) -> Seen:
        """Look in the reply, which a follow-up fills while it still loads, and then for a message of its own."""
        in_reply = await self._in_reply(job, drop)
        reply = job.reply
        if isinstance(in_reply, Posted) or (isinstance(in_reply, CannotLook) and not in_reply.for_good):
            return in_reply
        if reply.private or not reply.bot_reaches:
            return CannotLook("only its member could see such a message", for_good=True)
        return await self._in_channel(reply.channel_id, job, drop, until)

    async def _at_message(self, job: Job, drop: Drop, message_id: int | None) -> Seen:
        if message_id is None:
            return CannotLook("the message is not known", for_good=True)
        return _in_message(await self._messages.fetch_as_bot(drop.channel_id, message_id), job, drop)

    async def _in_channel(self, channel_id: int, job: Job, drop: Drop, until: float) -> Seen:
        """Read what was said while the upload can have been applied.

        Messages bear Discord's time and a drop bears ours, so the way from one to the other is through the job's
        interaction, which bears both: each difference is of one clock.
        """
        first = _later(job.interaction_id, self._between(job.created, drop.at) - _BEFORE)
        last = _later(job.interaction_id, self._between(job.created, until) + _AFTER)
        read = 0
        async for message in self._messages.since(channel_id, first, MESSAGES_MOST):
            if message.id > last:
                return NotThere()
            read += 1
            # Anybody can post a file of that name; only ours counts.
            if message.author.id == self._messages.our_id and _brings(message, job, drop):
                return Posted(message.channel.id, message.id)
        if read == 0 and drop.rung is not Rung.DIRECT:
            await self._demand_history(channel_id, job)
        return NotThere() if read < MESSAGES_MOST else CannotLook("too much was said there since")

    def _between(self, earlier: float, later: float) -> float:
        """Return the seconds from one of our times to the other, however the calendar has jumped in between."""
        return max(0.0, self._clock.age(earlier) - self._clock.age(later))

    async def _demand_history(self, channel_id: int, job: Job) -> None:
        """Raise discord.Forbidden where the bot may not read the channel's history.

        Discord's "Get Channel Messages": without Read Message History the list is empty, which looks like a channel
        in which nothing was said. To ask for one message without it is an error, whether there is one or not.
        """
        with contextlib.suppress(discord.NotFound):
            await self._messages.fetch_as_bot(channel_id, job.reply.message_id or job.interaction_id)


def _later(snowflake: int, seconds: float) -> int:
    """Return the id that Discord would give that many seconds later ("API Reference", "Snowflakes")."""
    return max(0, snowflake + (int(seconds * 1000) << 22))


def _missed(missed: Missed) -> NotThere | CannotLook:
    match missed:
        case Closed(message_gone=True):
            return NotThere()
        case Closed(why):
            return CannotLook(why, for_good=True)
        case _:
            return CannotLook(str(missed))


def _in_message(message: discord.Message, job: Job, drop: Drop) -> Posted | NotThere:
    if drop.form is Form.LINK:
        there = has_link(message, job.clip_url or "")
    else:
        there = file_url(message, job.clip_name) is not None
    return Posted(message.channel.id, message.id) if there else NotThere()


def _brings(message: discord.Message, job: Job, drop: Drop) -> bool:
    """Tell whether a message of the channel is a delivery, in whichever form: a restored row knows of none.

    The reply's card shows the link while the file is waited for, which is no delivery.
    """
    if isinstance(_in_message(message, job, drop), Posted):
        return True
    is_reply = job.reply.message_id in {None, message.id}
    return bool(job.clip_url) and not is_reply and has_link(message, job.clip_url or "")
