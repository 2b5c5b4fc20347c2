"""Try every form of a reply with a tiny clip, by the same code that real deliveries take, and take it away again."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Self

from bot.domain.ids import new_job_id
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO
from bot.domain.progress import Forecast
from bot.domain.reply import Reply, Route, Variant
from bot.domain.request import VideoRequest
from bot.domain.self_test import ReplyForm, SelfTestRun, TriedForm
from bot.domain.stages import Stage
from bot.replies.api_errors import API_ERRORS
from bot.replies.card_writer import EDIT_SECONDS
from bot.replies.delivery_search import names_job
from bot.replies.discord_api import CALL_SECONDS, DiscordApi
from bot.replies.messages import Body
from bot.replies.presenter import Presenter
from bot.replies.sender import Sender
from bot.studio.ports import Clock, Closed, Outcome, Posted
from bot.ui.language import Languages

_SECONDS: Final = 4
# Messages of a channel that are read to find what a test has left there.
_MAX_READ: Final = 200
_Tried = tuple[ReplyForm, Callable[[], Awaitable[Outcome]]]


class SelfTest:
    """One test's forms, each tried once; `clip` is the tiny video that is sent."""

    def __init__(self, api: DiscordApi, languages: Languages, clock: Clock, clip: Path) -> None:
        self._api = api
        self._messages = api.messages
        self._presenter = Presenter(languages, _no_forecast, clock.now, clip_days=1.0)
        self._sender = Sender(api, self._presenter, clock)
        self._languages = languages
        self._clock = clock
        self._clip = clip

    @classmethod
    def in_english(cls, api: DiscordApi, clock: Clock, clip: Path) -> Self:
        """Make a test whose messages are in English, as the command line is."""
        return cls(api, Languages.read(), clock, clip)

    def begin(self, reply: Reply, user_id: int, interaction_id: int) -> Job:
        """Make the job that is shown; it is stored nowhere."""
        prompt = self._languages.of(reply.language_tag).text("admin.self-test-prompt")
        request = VideoRequest(prompt, DEFAULT_MODEL, _SECONDS, DEFAULT_RATIO)
        now = self._clock.now()
        job = Job(new_job_id(), user_id, interaction_id, request, reply, created=now, changed=now)
        return replace(job, stage=Stage.RENDERING, submitted=now, percent=50)

    async def in_private(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the forms of the private answer, and a public message after it where the bot can take it away again."""
        send = partial(self._send, job)
        after = replace(job, reply=replace(job.reply, private=not job.reply.bot_reaches))
        async for tried in self._tried(
            (ReplyForm.PRIVATE_CARD, partial(self._card, job)),
            (ReplyForm.PRIVATE_GALLERY, partial(send, Route.TOKEN)),
            (ReplyForm.PRIVATE_SPOILER, partial(send, Route.TOKEN, spoiler=True)),
            (ReplyForm.PRIVATE_PLAIN, partial(send, Route.TOKEN, Variant.PLAIN)),
            (ReplyForm.FOLLOW_UP, partial(self._send, after, Route.FOLLOW_UP)),
        ):
            yield tried

    async def in_public(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the forms of a public answer, through its interaction's token."""
        send = partial(self._send, job)
        async for tried in self._tried(
            (ReplyForm.PUBLIC_CARD, partial(self._card, job)),
            (ReplyForm.PUBLIC_GALLERY, partial(send, Route.TOKEN)),
            (ReplyForm.PUBLIC_SPOILER, partial(send, Route.TOKEN, spoiler=True)),
            (ReplyForm.PUBLIC_PLAIN, partial(send, Route.TOKEN, Variant.PLAIN)),
            (ReplyForm.PUBLIC_PLAIN_SPOILER, partial(send, Route.TOKEN, Variant.PLAIN, spoiler=True)),
        ):
            yield tried

    async def as_bot(self, job: Job) -> AsyncIterator[TriedForm]:
        """Try the bot's own messages: a card, its edits, and a message with a video; a refused card ends it."""
        message_id = None
        async for tried in self._tried((ReplyForm.POST_CARD, partial(self._post, job))):
            message_id = tried.message_id
            yield tried
        if message_id is None:
            return
        send = partial(self._send, replace(job, reply=job.reply.at(message_id)), Route.BOT)
        async for tried in self._tried(
            (ReplyForm.POST_GALLERY, send),
            (ReplyForm.POST_SPOILER, partial(send, spoiler=True)),
            (ReplyForm.POST_PLAIN, partial(send, Variant.PLAIN)),
            (ReplyForm.POST_VIDEO, partial(self._send, job, Route.CHANNEL)),
        ):
            yield tried

    async def left(self, run: SelfTestRun) -> tuple[int, ...]:
        """Search the channel for messages that a test has left; only the known ones where it cannot be read."""
        found = set(run.message_ids)
        try:
            async with asyncio.timeout(CALL_SECONDS):
                async for message in self._messages.since(run.channel_id, run.interaction_id, _MAX_READ):
                    ours = message.author.id == self._messages.our_id
                    if ours and names_job(message, run.job_id):
                        found.add(message.id)
        except API_ERRORS:
            return tuple(found)
        return tuple(found)

    async def delete(self, channel_id: int, message_ids: tuple[int, ...], reply: Reply | None = None) -> TriedForm:
        """Take messages away: by the reply's token, if it lives, or as the bot."""
        problem = ""
        for message_id in message_ids:
            if reply is not None and self._api.token_lives(reply):
                by_token = partial(self._messages.delete_by_token, reply, message_id)
                if await self._api.call(CALL_SECONDS, by_token, reply) is None:
                    continue
            as_bot = partial(self._messages.delete_as_bot, channel_id, message_id)
            answer = await self._api.call(CALL_SECONDS, as_bot)
            if answer is not None and not (isinstance(answer, Closed) and answer.message_gone):
                problem = _said(answer)
        return TriedForm(ReplyForm.DELETE, problem)

    async def _tried(self, *forms: _Tried) -> AsyncIterator[TriedForm]:
        for form, call in forms:
            outcome = await call()
            yield (
                TriedForm(form, message_id=outcome.message_id)
                if isinstance(outcome, Posted)
                else TriedForm(form, _said(outcome))
            )

    async def _card(self, job: Job) -> Outcome:
        body = Body(await self._presenter.progress_card(job), replaces=False)
        return await self._api.send(EDIT_SECONDS, partial(self._messages.edit_by_token, job.reply, body), job.reply)

    async def _post(self, job: Job) -> Outcome:
        body, channel_id = Body(await self._presenter.progress_card(job)), job.reply.channel_id
        post = partial(self._messages.post, channel_id, body, job.nonce("s"), job.user_id)
        return await self._api.send(EDIT_SECONDS, post)

    async def _send(self, job: Job, route: Route, variant: Variant = Variant.FILE, *, spoiler: bool = False) -> Outcome:
        now, reply = self._clock.now(), job.reply
        message_id = reply.message_id if route is Route.BOT else None
        attempt = DeliveryAttempt(route, reply.channel_id, job.nonce("c"), now, message_id, variant, spoiler=spoiler)
        return await self._sender.send_clip(job, attempt, self._clip)


def _said(outcome: object) -> str:
    """Say what Discord answered, in its own words, or what happened on the way there."""
    return str(getattr(outcome, "problem", "") or outcome)


async def _no_forecast(_: Job) -> Forecast:
    return Forecast()
