"""The one writer of a job's card: it edits when the content changed, at its own pace, and the latest wins."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from bot.domain.job import Job
from bot.domain.reply import Reply, Rung
from bot.replies.attempts import posted
from bot.replies.calls import Calls
from bot.replies.cards import Cards
from bot.replies.messages import Body
from bot.replies.outcome import Missed
from bot.studio.ports import CardRefused, Clock, Closed, NotNow, Posted, TooLarge, Unclear

log = logging.getLogger(__name__)

# Observed of Discord: 5 edits per 2 s and token, and a hidden 30 per 60 s and channel.
GAP = 5.0
GAP_PER_JOB = 3.0
# Who has waited this long does not look every few seconds; and old messages may be edited less often.
OLD_AFTER = 30 * 60.0
OLD_GAP = 60.0
# A card changes by itself too (the line moves on, a token grows old).
LOOK_AGAIN = 30.0
# Seconds of one edit, with what the library repeats by itself.
EDIT_SECONDS = 15.0


Address = tuple[str | None, int | None]


def address(reply: Reply) -> Address:
    """Return by what a message can be edited: the token, and the message's id."""
    return reply.token, reply.message_id


class Writer:
    """Keeps one job's card up to date until it is stopped, or nobody can reach the message any more.

    `crowd` counts the live jobs of a channel. `on_address` is told the message's id when an edit has shown it.
    `out_of_reach` is the address at which nobody could reach the message, once the writer has ended for that.
    """

    def __init__(
        self,
        job: Job,
        cards: Cards,
        calls: Calls,
        clock: Clock,
        crowd: Callable[[int], int],
        on_address: Callable[[str, int], Awaitable[None]],
    ) -> None:
        self._job = job
        self._cards = cards
        self._calls = calls
        self._messages = calls.messages
        self._clock = clock
        self._crowd = crowd
        self._on_address = on_address
        self._message_id = job.reply.message_id
        self._dead_token: str | None = None
        self.out_of_reach: Address | None = None
        self._shown: list[dict[str, Any]] | None = None
        self._woken = asyncio.Event()
        self._stopping = False
        self._resting = False
        self._has_turn = False
        self._hides_prompt = False
        # Held while the message is being edited, here or by whoever edits it in between.
        self.turn = asyncio.Lock()
        self.task = asyncio.create_task(self._run(), name=f"card of {job.short}")

    @property
    def channel_id(self) -> int:
        """Return the channel in which the card stands."""
        return self._job.reply.channel_id

    def wake(self, job: Job) -> None:
        """Hand over the job as it is now."""
        self._job = job
        self._woken.set()

    async def stop(self) -> None:
        """End the writer: an edit under way is waited for, since cancelling it would not call it back."""
        self._stopping = True
        if self._resting:
            self.task.cancel()
        await asyncio.wait({self.task})
        async with self.turn:
            return

    async def _run(self) -> None:
        while not self._stopping:
            self._woken.clear()
            tried = address(self._job.reply)
            async with self.turn:
                rest = await self._update()
            if rest is None and address(self._job.reply) != tried:
                continue
            if rest is None:
                self.out_of_reach = tried
            if rest is None or self._stopping:
                return
            self._resting = True
            await self._clock.sleep(rest)
            await self._until_woken()
            self._resting = False

    async def _until_woken(self) -> None:
        waits = {
            asyncio.ensure_future(self._woken.wait()),
            asyncio.ensure_future(self._clock.sleep(LOOK_AGAIN)),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()

    async def _update(self) -> float | None:
        """Edit if the card has changed; returns how long to rest, in seconds, or None when there is no way on."""
        job = self._job.without_prompt() if self._hides_prompt else self._job
        rung = self._way(job.reply)
        if rung is None:
            return None
        card = await self._cards.running(job)
        drawn: list[dict[str, Any]] = card.to_components()  # type: ignore[no-untyped-call]
        if drawn == self._shown or self._stopping:
            return 0.0
        if (wait := self._wait_for_turn(rung)) > 0:
            return wait
        self._has_turn = False
        outcome = await self._edit(job.reply, rung, Body(card, replaces=False))
        match outcome:
            case Posted(_, message_id):
                self._shown = drawn
                await self._learn(job, message_id)
                return self._gap(job)
            case _:
                return self._after(outcome, job, rung, drawn)

    def _wait_for_turn(self, rung: Rung) -> float:
        """Take one of the channel's turns for the next edit, and return how long to rest until it comes."""
        if self._has_turn:
            return 0.0
        self._has_turn = True
        wait = self._calls.turn(rung, self.channel_id)
        if wait > 0:
            # What is shown then is what is true then.
            self._woken.set()
        return wait

    def _after(self, outcome: Missed, job: Job, rung: Rung, drawn: list[dict[str, Any]]) -> float | None:
        log.info("[#%s] Its card was not edited on rung %s: %s", job.short, rung, outcome)
        match outcome:
            case Closed(message_gone=False) if rung is Rung.TOKEN:
                self._dead_token = job.reply.token
                self._woken.set()
                return 0.0
            case Closed():
                return None
            case NotNow(after):
                return max(after, self._gap(job))
            case CardRefused(blocked=True) if not self._hides_prompt:
                self._hides_prompt = True
                self._woken.set()
                return 0.0
            case CardRefused() | TooLarge():
                # The same card would be refused again; the next one may not be.
                self._shown = drawn
                return self._gap(job)
            case Unclear():
                return max(EDIT_SECONDS, self._gap(job))

    async def _edit(self, reply: Reply, rung: Rung, body: Body) -> Posted | Missed:
        if rung is Rung.TOKEN:
            edit = partial(self._messages.edit_by_token, reply, body)
            return posted(await self._calls.make(EDIT_SECONDS, edit, reply))
        edit = partial(self._messages.edit_as_bot, reply.channel_id, self._message_id or 0, body)
        return posted(await self._calls.make(EDIT_SECONDS, edit))

    def _way(self, reply: Reply) -> Rung | None:
        self._message_id = reply.message_id or self._message_id
        if reply.token_lives(self._clock.now()) and reply.token != self._dead_token:
            return Rung.TOKEN
        if not reply.private and reply.bot_reaches and self._message_id is not None:
            return Rung.BOT
        return None

    async def _learn(self, job: Job, message_id: int) -> None:
        if job.reply.message_id is None and self._message_id != message_id:
            self._message_id = message_id
            await self._on_address(job.id, message_id)

    def _gap(self, job: Job) -> float:
        gap = max(GAP, GAP_PER_JOB * self._crowd(job.reply.channel_id))
        return max(gap, OLD_GAP) if self._clock.elapsed(job.created) > OLD_AFTER else gap
