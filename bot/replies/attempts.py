"""One attempt on one rung: each in its own time, its file opened anew, its failure judged."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import discord
from discord.ui import File, LayoutView, TextDisplay

from bot.domain.job import Drop, Job
from bot.domain.limits import LINK_MOST
from bot.domain.media import Kept
from bot.domain.reply import Form, Reply, Rung
from bot.domain.stages import Stage
from bot.replies.calls import Calls
from bot.replies.cards import Cards
from bot.replies.messages import Body, opened
from bot.replies.outcome import Missed
from bot.studio.ports import CardRefused, Clock, Closed, Outcome, Posted, TooLarge, Unclear

# Seconds of a call that carries no file, with what the library repeats by itself.
CALL_SECONDS = 20.0
# An upload has a minute, and more as if its way carried 256 KiB/s.
UPLOAD_SECONDS = 60.0
UPLOAD_SPEED = 256 * 1024
UPLOAD_MOST = 600.0

# Whatever a place has against a few words, another may take them.
_NO_WAY = (Closed, TooLarge, CardRefused)
Say = Callable[[], Awaitable[discord.Message]]


def upload_seconds(size: int) -> float:
    """Say how long an upload of that many bytes may take."""
    return min(UPLOAD_SECONDS + size / UPLOAD_SPEED, UPLOAD_MOST)


class Attempts:
    """Makes attempts; nothing of one is left for the next."""

    def __init__(self, calls: Calls, cards: Cards, clock: Clock) -> None:
        self._calls = calls
        self._messages = calls.messages
        self._cards = cards
        self._clock = clock

    async def drop(self, job: Job, drop: Drop, clip: Path | None) -> Outcome:
        """Bring the finished card with the clip (FILE), its link (LINK), or the clip and one text (PLAIN)."""
        if drop.form is Form.LINK:
            if not job.clip_url or len(job.clip_url) > LINK_MOST:
                return Closed("there is no link to give, or none that a card could show")
            return await self._put(job, drop, Body(self._cards.finished(job, drop)), CALL_SECONDS)
        view = self._plain(job, drop) if drop.form is Form.PLAIN else self._cards.finished(job, drop)
        if clip is None:
            return Closed("the clip is not on the disk")
        try:
            size = (await asyncio.to_thread(clip.stat)).st_size
            async with opened(clip, job.clip_name) as file:
                return await self._put(job, drop, Body(view, (file,)), upload_seconds(size))
        except OSError as error:
            # What goes wrong on the wire has been judged inside: this is our own disk.
            return Closed(f"the clip cannot be read: {type(error).__name__}")

    async def end(self, job: Job, rung: Rung) -> Outcome:
        """Show an end without a clip; in plain words where Discord refuses the card."""
        purpose = "h" if job.stage is Stage.HELD else "f"
        drop = Drop(rung, job.reply.channel_id, job.nonce(purpose), self._clock.now(), job.reply.message_id)
        outcome = await self._put(job, drop, Body(self._cards.ended(job)), CALL_SECONDS)
        if not isinstance(outcome, CardRefused):
            return outcome
        words = LayoutView(timeout=None).add_item(TextDisplay(self._cards.plain(job)))
        return await self._put(job, drop, Body(words), CALL_SECONDS)

    async def ping(self, job: Job) -> Outcome:
        """Mention the requester, in the first place that can be reached."""
        reply = job.reply
        if not reply.private and reply.bot_reaches and reply.send_messages:
            outcome = await self._ping_beside(job)
            if not isinstance(outcome, _NO_WAY):
                return outcome
        if reply.token_lives(self._clock.now()):
            outcome = await self._said(
                lambda: self._messages.follow_up(reply, self._cards.ping(job), job.user_id), reply
            )
            if isinstance(outcome, Unclear):
                # A follow-up has no nonce, and nobody can look for it; a direct message is there once. Rather told
                # twice than never: only where that is closed too is the follow-up said again.
                directly = await self._said(lambda: self._ping_directly(job))
                return outcome if isinstance(directly, Closed) else directly
            if not isinstance(outcome, _NO_WAY):
                return outcome
        return await self._said(lambda: self._ping_directly(job))

    async def host(self, job: Job, files: Mapping[Kept, Path], names: Mapping[Kept, str]) -> discord.Message | Missed:
        """Attach files to the reply under those names; returns the message as Discord answered it."""
        reply = job.reply
        by_token = reply.token_lives(self._clock.now())
        if not by_token and (reply.private or not reply.bot_reaches or reply.message_id is None):
            return Closed("the reply is out of reach")
        card = await self._cards.hosting(job, names)
        seconds = upload_seconds(sum(kept.size for kept in files))
        try:
            async with AsyncExitStack() as stack:
                opening = [opened(path, names[kept]) for kept, path in files.items()]
                body = Body(card, tuple([await stack.enter_async_context(file) for file in opening]))
                if by_token:
                    return await self._within(seconds, lambda: self._messages.edit_by_token(reply, body), reply)
                message_id = reply.message_id or 0
                return await self._within(
                    seconds, lambda: self._messages.edit_as_bot(reply.channel_id, message_id, body)
                )
        except OSError as error:
            return Closed(f"an input file cannot be read: {type(error).__name__}")

    def _plain(self, job: Job, drop: Drop) -> LayoutView:
        mention = f"<@{job.user_id}> " if drop.rung in {Rung.CHANNEL, Rung.FOLLOW_UP} else ""
        view = LayoutView(timeout=None)
        view.add_item(TextDisplay(f"{mention}{self._cards.beside(job, drop)}"))
        return view.add_item(File(f"attachment://{job.clip_name}"))

    async def _put(self, job: Job, drop: Drop, body: Body, seconds: float) -> Outcome:
        """Put a body where the drop's rung says."""
        reply, messages = job.reply, self._messages
        through_token = drop.rung in {Rung.TOKEN, Rung.ASKED, Rung.FOLLOW_UP}
        message_id = drop.message_id or reply.message_id
        if through_token and reply.token is None:
            return Closed("the token is forgotten", token_over=True)
        if drop.rung is Rung.BOT and message_id is None:
            return Closed("the message is not known")
        ways: Mapping[Rung, Say] = {
            Rung.TOKEN: partial(messages.edit_by_token, reply, body),
            Rung.ASKED: partial(messages.edit_by_token, reply, body),
            Rung.BOT: partial(messages.edit_as_bot, reply.channel_id, message_id or 0, body),
            Rung.CHANNEL: partial(messages.post, drop.channel_id, body, drop.nonce, job.user_id),
            Rung.FOLLOW_UP: partial(messages.follow_with, reply, body, job.user_id),
            Rung.DIRECT: partial(self._post_directly, job, drop, body),
        }
        self._calls.turn(drop.rung, drop.channel_id)
        return posted(await self._within(seconds, ways[drop.rung], reply if through_token else None))

    async def _post_directly(self, job: Job, drop: Drop, body: Body) -> discord.Message:
        channel_id = await self._messages.direct_channel(job.user_id)
        return await self._messages.post(channel_id, body, drop.nonce, job.user_id)

    async def _ping_beside(self, job: Job) -> Outcome:
        reply = job.reply
        beside = None
        if reply.message_id is not None:
            beside = discord.MessageReference(
                message_id=reply.message_id,
                channel_id=reply.channel_id,
                guild_id=reply.guild_id,
                fail_if_not_exists=False,
            )
        outcome = await self._said(lambda: self._ping_in(reply.channel_id, job, beside))
        if isinstance(outcome, CardRefused) and beside is not None:
            # Without Read Message History nothing can be answered to.
            return await self._said(lambda: self._ping_in(reply.channel_id, job, None))
        return outcome

    async def _ping_directly(self, job: Job) -> discord.Message:
        return await self._ping_in(await self._messages.direct_channel(job.user_id), job, None)

    async def _ping_in(self, channel_id: int, job: Job, beside: discord.MessageReference | None) -> discord.Message:
        return await self._messages.say(channel_id, self._cards.ping(job), job.nonce("p"), job.user_id, beside)

    async def _said(self, say: Say, reply: Reply | None = None) -> Outcome:
        return posted(await self._within(CALL_SECONDS, say, reply))

    async def _within(self, seconds: float, say: Say, reply: Reply | None = None) -> discord.Message | Missed:
        """Make a call in that time; `reply` where it goes through its token."""
        return await self._calls.make(seconds, say, reply)


def posted(answer: discord.Message | Missed) -> Outcome:
    """Say where a message is now."""
    return Posted(answer.channel.id, answer.id) if isinstance(answer, discord.Message) else answer
