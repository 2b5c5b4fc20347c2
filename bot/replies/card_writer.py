"""Keep a running job's card up to date: edit it when its content changed, at a pace; the latest content wins."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b

from bot.domain.job import Job
from bot.domain.reply import Reply, Route
from bot.nap import Nap
from bot.replies.api_errors import SendFailure
from bot.replies.discord_api import DiscordApi
from bot.replies.messages import Body
from bot.replies.presenter import Presenter
from bot.studio.ports import CardRefused, Clock, Closed, NotNow, Outcome, Posted, TooLarge, Unclear

log = logging.getLogger(__name__)

# Observed of Discord: 5 edits per 2 s and token, and a hidden 30 per 60 s and channel.
GAP = 5.0
GAP_PER_JOB = 3.0
# A member who has waited this long does not look every few seconds; and old messages may be edited less often.
OLD_AFTER = 30 * 60.0
OLD_GAP = 60.0
# A card changes by itself too (the place in line, the age of the token).
REDRAW_EVERY = 30.0
# Seconds of one edit, with what the library repeats by itself.
EDIT_SECONDS = 15.0


Address = tuple[str | None, int | None]


def address(reply: Reply) -> Address:
    """Return by what a message can be edited: the token, and the message's id."""
    return reply.token, reply.message_id


def _digest(components: object) -> bytes:
    return blake2b(json.dumps(components).encode(), digest_size=16).digest()


@dataclass(frozen=True, slots=True)
class WriterContext:
    """What all card writers of a process share.

    `jobs_in` counts the live jobs of a channel. `on_address` takes the message's id when an edit has shown it. `ended`
    is called once a writer's task is done.
    """

    jobs_in: Callable[[int], int]
    on_address: Callable[[str, int], Awaitable[None]]
    ended: Callable[["CardWriter"], None]


class CardWriter:
    """Edit one job's card until it is stopped, or the message cannot be reached any more.

    `unreachable` is the address at which the message could not be reached, once the writer has ended for that.
    """

    __slots__ = (
        *("_api", "_changed", "_clock", "_dead_token", "_hides_prompt", "_job", "_message_id", "_nap", "_pausing"),
        *("_presenter", "_reserved", "_shown", "_stopping", "_context", "lock", "task", "unreachable"),
    )

    def __init__(
        self,
        job: Job,
        presenter: Presenter,
        api: DiscordApi,
        clock: Clock,
        context: WriterContext,
    ) -> None:
        self._job = job
        self._presenter = presenter
        self._api = api
        self._clock = clock
        self._context = context
        self._message_id = job.reply.message_id
        self._dead_token: str | None = None
        self.unreachable: Address | None = None
        # Of what is shown only so much is kept that another card is told from it.
        self._shown: bytes | None = None
        self._changed = False
        self._nap = Nap()
        self._stopping = False
        self._pausing = False
        self._reserved = False
        self._hides_prompt = False
        # Held while the message is edited, here or elsewhere.
        self.lock = asyncio.Lock()
        self.task = asyncio.create_task(self._run(), name=f"card of {job.short}")
        self.task.add_done_callback(self._ended)

    @property
    def card_id(self) -> str:
        """Return the id of the card, as `Job.card_id`."""
        return self._job.card_id

    @property
    def channel_id(self) -> int:
        """Return the channel in which the card stands."""
        return self._job.reply.channel_id

    def update(self, job: Job) -> None:
        """Take the job as it is now."""
        self._job = job
        self._changed = True
        self._nap.end()

    def wake(self) -> None:
        """Draw the card again: what it shows beside its job has changed."""
        self._changed = True
        self._nap.end()

    async def stop(self) -> None:
        """End the writer; wait for an edit under way, since cancelling it would not call it back."""
        self._stopping = True
        if self._pausing:
            self.task.cancel()
        await asyncio.wait({self.task})
        async with self.lock:
            return

    def _ended(self, _: asyncio.Task[None]) -> None:
        self._context.ended(self)

    async def _run(self) -> None:
        while not self._stopping:
            self._changed = False
            tried = address(self._job.reply)
            async with self.lock:
                pause = await self._edit_if_changed()
            if pause is None and address(self._job.reply) != tried:
                continue
            if pause is None:
                self.unreachable = tried
            if pause is None or self._stopping:
                return
            self._pausing = True
            await self._clock.sleep(pause)
            if not self._changed:
                with self._nap:
                    await self._clock.sleep(REDRAW_EVERY)
            self._pausing = False

    async def _edit_if_changed(self) -> float | None:
        """Return how long to pause afterwards, in seconds, or None where the message cannot be reached."""
        job = self._job
        route = self._route(job.reply)
        if route is None:
            return None
        card = await self._presenter.progress_card(job, hides_prompt=self._hides_prompt)
        drawn = _digest(card.to_components())  # type: ignore[no-untyped-call]
        if drawn == self._shown or self._stopping:
            return 0.0
        if (wait := self._reserve(route)) > 0:
            return wait
        self._reserved = False
        outcome = await self._edit(job.reply, route, Body(card, replaces=False))
        if isinstance(outcome, Posted):
            self._shown = drawn
            await self._save_message_id(job, outcome.message_id)
            return self._gap(job)
        return self._pause_after(outcome, job, route, drawn)

    def _reserve(self, route: Route) -> float:
        """Reserve the next edit within the rate limits, and return how long to pause until then."""
        if self._reserved:
            return 0.0
        self._reserved = True
        wait = self._api.reserve(route, self.channel_id)
        if wait > 0:
            # Then draw the card again, as it is true then.
            self._changed = True
        return wait

    def _pause_after(self, failure: SendFailure, job: Job, route: Route, drawn: bytes) -> float | None:
        log.info("The card couldn't be updated by route %s: %s", route, failure)
        match failure:
            case Closed(message_gone=False) if route is Route.TOKEN:
                self._dead_token = job.reply.token
                self._changed = True
                return 0.0
            case Closed():
                return None
            case NotNow(after):
                return max(after, self._gap(job))
            case CardRefused(blocked=True) if not self._hides_prompt:
                self._hides_prompt = True
                self._changed = True
                return 0.0
            case CardRefused() | TooLarge():
                # The same card would be refused again; the next one may not be.
                self._shown = drawn
                return self._gap(job)
            case Unclear():
                return max(EDIT_SECONDS, self._gap(job))

    async def _edit(self, reply: Reply, route: Route, body: Body) -> Outcome:
        messages = self._api.messages
        if route is Route.TOKEN:
            return await self._api.send(EDIT_SECONDS, partial(messages.edit_by_token, reply, body), reply)
        edit = partial(messages.edit_as_bot, reply.channel_id, self._message_id or 0, body)
        return await self._api.send(EDIT_SECONDS, edit)

    def _route(self, reply: Reply) -> Route | None:
        self._message_id = reply.message_id or self._message_id
        if self._api.token_lives(reply) and reply.token != self._dead_token:
            return Route.TOKEN
        if not reply.private and reply.bot_reaches and self._message_id is not None:
            return Route.BOT
        return None

    async def _save_message_id(self, job: Job, message_id: int) -> None:
        if job.reply.message_id is None and self._message_id != message_id:
            self._message_id = message_id
            if job.share:
                return  # of its own message, not of the job's
            await self._context.on_address(job.id, message_id)

    def _gap(self, job: Job) -> float:
        gap = max(GAP, GAP_PER_JOB * self._context.jobs_in(job.reply.channel_id))
        return max(gap, OLD_GAP) if self._clock.elapsed(job.created) > OLD_AFTER else gap
