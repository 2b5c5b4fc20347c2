"""Send a clip, an end, a ping or input files by one route: one attempt, its files opened for it."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

import discord

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import StoredFile
from bot.domain.reply import Reply, Route, Variant
from bot.domain.stages import Stage
from bot.domain.takes import posted
from bot.replies.api_errors import SendFailure
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.messages import Body
from bot.replies.presenter import Presenter
from bot.replies.upload import opened
from bot.studio.ports import CardRefused, Clock, Closed, Outcome, TooLarge, Unclear
from bot.ui.clip_links import MAX_LINK

# An upload has a minute, and more as if its way carried 256 KiB/s.
UPLOAD_SECONDS = 60.0
UPLOAD_SPEED = 256 * 1024
MAX_UPLOAD = 600.0

# Whatever keeps a text from one place, another place may take it.
_NOT_HERE = (Closed, TooLarge, CardRefused)
_Call = Callable[[], Awaitable[discord.Message]]


def upload_seconds(size: int) -> float:
    """Return how long an upload of that many bytes may take."""
    return min(UPLOAD_SECONDS + size / UPLOAD_SPEED, MAX_UPLOAD)


class Sender:
    """Make attempts, each independent of those before it."""

    def __init__(self, api: DiscordApi, presenter: Presenter, clock: Clock) -> None:
        self._api = api
        self._messages = api.messages
        self._presenter = presenter
        self._clock = clock

    async def send_clip(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        """Send the finished card with the clip (FILE), its link (LINK), or the clip and one text (PLAIN).

        `others`: the clips of the other takes that go out with it.
        """
        if attempt.variant is Variant.LINK:
            if not job.clip_url or len(job.clip_url) > MAX_LINK:
                return Closed("there is no link to give, or none that a card could show")
            return await self._send(job, attempt, Body(self._presenter.delivery(job, attempt)), CALL_SECONDS)
        view = self._presenter.delivery(job, attempt)
        paths = [path for path in (clip, *others) if path is not None]
        if len(paths) <= len(others):
            return Closed("the clip is not on the disk")
        names = [job.clip_name, *(take.clip_name for take in posted(job) if take.id != job.id)]
        try:
            sizes = [(await asyncio.to_thread(path.stat)).st_size for path in paths]
            # On the card the gallery covers it by itself.
            covers = attempt.variant is Variant.PLAIN and attempt.spoiler
            alt = self._presenter.alt_text(job, attempt)
            async with AsyncExitStack() as stack:
                opening = [opened(*each, alt, spoiler=covers) for each in zip(paths, names, strict=True)]
                body = Body(view, tuple([await stack.enter_async_context(each) for each in opening]))
                return await self._send(job, attempt, body, upload_seconds(sum(sizes)))
        except OSError as error:
            # Errors on the wire are classified inside: this one is of our own disk.
            return Closed(f"the clip cannot be read: {type(error).__name__}")

    async def show_chosen(self, job: Job) -> Outcome:
        """Leave the message at `job.reply` to one of its takes: of the files on it Discord drops what no card names."""
        body, edit = Body(self._presenter.chosen_card(job), replaces=False), self._messages.edit_by_token
        return await self._api.send(CALL_SECONDS, lambda: edit(job.reply, body), job.reply)

    async def send_end(self, job: Job, route: Route) -> Outcome:
        """Show an end without a clip; as a text where Discord refuses the card."""
        purpose = "h" if job.stage is Stage.HELD else "f"
        attempt = DeliveryAttempt(
            route, job.reply.channel_id, job.nonce(purpose), self._clock.now(), job.reply.message_id
        )
        outcome = await self._send(job, attempt, Body(self._presenter.end_card(job, route)), CALL_SECONDS)
        if not isinstance(outcome, CardRefused):
            return outcome
        return await self._send(job, attempt, Body(self._presenter.end_text(job, route)), CALL_SECONDS)

    async def ping(self, job: Job) -> Outcome:
        """Mention the requester, in the first place that can be reached."""
        reply = job.reply
        if not reply.private and reply.bot_reaches and reply.send_messages:
            outcome = await self._ping_in_channel(job)
            if not isinstance(outcome, _NOT_HERE):
                return outcome
        if self._api.token_lives(reply):
            follow_up = self._messages.follow_up
            words = self._presenter.ping(job, Route.FOLLOW_UP)
            outcome = await self._send_text(lambda: follow_up(reply, words, job.user_id), reply)
            if isinstance(outcome, Unclear):
                # A follow-up has no nonce and cannot be searched for, so it is sent again only where a direct
                # message, which arrives once, is closed too: better twice than never.
                directly = await self.ping_directly(job)
                return outcome if isinstance(directly, Closed) else directly
            if not isinstance(outcome, _NOT_HERE):
                return outcome
        return await self.ping_directly(job)

    async def ping_directly(self, job: Job) -> Outcome:
        """Tell the requester in a direct message."""
        return await self._send_text(lambda: self._ping_directly(job))

    async def attach_inputs(
        self, job: Job, files: Mapping[StoredFile, Path], names: Mapping[StoredFile, str]
    ) -> discord.Message | SendFailure:
        """Attach files to the reply under those names; return the message as Discord answered it."""
        reply = job.reply
        by_token = self._api.token_lives(reply)
        if not by_token and (reply.private or not reply.bot_reaches or reply.message_id is None):
            return Closed("the reply is out of reach")
        card = await self._presenter.inputs_card(job, names)
        seconds = upload_seconds(sum(file.size for file in files))
        edit_by_token, edit_as_bot = self._messages.edit_by_token, self._messages.edit_as_bot
        try:
            async with AsyncExitStack() as stack:
                opening = [opened(path, names[file]) for file, path in files.items()]
                body = Body(card, tuple([await stack.enter_async_context(each) for each in opening]))
                if by_token:
                    return await self._api.call(seconds, lambda: edit_by_token(reply, body), reply)
                message_id = reply.message_id or 0
                return await self._api.call(seconds, lambda: edit_as_bot(reply.channel_id, message_id, body))
        except OSError as error:
            return Closed(f"an input file cannot be read: {type(error).__name__}")

    async def _send(self, job: Job, attempt: DeliveryAttempt, body: Body, seconds: float) -> Outcome:
        """Send a body by the route of the attempt."""
        reply, messages = job.reply, self._messages
        by_token = attempt.route in {Route.TOKEN, Route.ASKED, Route.FOLLOW_UP}
        message_id = attempt.message_id or reply.message_id
        if by_token and reply.token is None:
            return Closed("the token is forgotten", token_over=True)
        if attempt.route is Route.BOT and message_id is None:
            return Closed("the message is not known")
        # Who shares a video needs no ping of it.
        mentioned = None if job.share else job.user_id
        calls: Mapping[Route, _Call] = {
            Route.TOKEN: partial(messages.edit_by_token, reply, body),
            Route.ASKED: partial(messages.edit_by_token, reply, body),
            Route.BOT: partial(messages.edit_as_bot, reply.channel_id, message_id or 0, body),
            Route.CHANNEL: partial(messages.post, attempt.channel_id, body, attempt.nonce, mentioned),
            Route.FOLLOW_UP: partial(messages.follow_with, reply, body, job.user_id),
            Route.DIRECT: partial(self._post_directly, job, attempt, body),
        }
        self._api.reserve(attempt.route, attempt.channel_id)
        return await self._api.send(seconds, calls[attempt.route], reply if by_token else None)

    async def _post_directly(self, job: Job, attempt: DeliveryAttempt, body: Body) -> discord.Message:
        channel_id = await self._messages.direct_channel(job.user_id)
        return await self._messages.post(channel_id, body, attempt.nonce, job.user_id)

    async def _ping_in_channel(self, job: Job) -> Outcome:
        """Answer the reply with the ping; post it by itself where Read Message History is missing."""
        reply = job.reply
        if reply.message_id is None:
            return await self._send_text(lambda: self._post_ping(reply.channel_id, job, None))
        answered = discord.MessageReference(
            message_id=reply.message_id,
            channel_id=reply.channel_id,
            guild_id=reply.guild_id,
            fail_if_not_exists=False,
        )
        outcome = await self._send_text(lambda: self._post_ping(reply.channel_id, job, answered))
        if isinstance(outcome, CardRefused):
            return await self._send_text(lambda: self._post_ping(reply.channel_id, job, None))
        return outcome

    async def _ping_directly(self, job: Job) -> discord.Message:
        channel_id = await self._messages.direct_channel(job.user_id)
        return await self._post_ping(channel_id, job, None, Route.DIRECT)

    async def _post_ping(
        self, channel_id: int, job: Job, answered: discord.MessageReference | None, route: Route = Route.CHANNEL
    ) -> discord.Message:
        words = self._presenter.ping(job, route)
        return await self._messages.say(channel_id, words, job.nonce("p"), job.user_id, answered)

    async def _send_text(self, call: _Call, reply: Reply | None = None) -> Outcome:
        return await self._api.send(CALL_SECONDS, call, reply)
