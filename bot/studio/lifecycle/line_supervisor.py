"""Grant turns for all processes: the one of them that holds the office looks at the rows in line, fairest first.

What it knows may be old: each turn is granted by a transaction that looks again. So two that both take themselves for
the one that grants do no harm.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Final

from bot.domain.backoff import jittered
from bot.domain.errors import StoreFull, StoreUnusable
from bot.domain.job import Job
from bot.domain.processes import InLine, Office, Turn
from bot.domain.stages import Stage
from bot.log_lines import about_job
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.deadline import LOOKS_APART
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.line_places import MOMENT, SharedLinePlaces
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.queue import DAY
from bot.studio.lifecycle.shared_rest import SharedRest
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import LineRows, UsedSeconds

log = logging.getLogger(__name__)

# Real seconds between two looks without a notice, and between two at the least.
_LOOK_EVERY: Final = 2.0
_APART: Final = 0.01
# Real seconds in which edits in progress have to end on the cards of the jobs whose turn it is.
_CARD_SECONDS: Final = 2.0
# Scaled seconds after which a submit that has no answer yet holds nothing up: its own timeout is over by then.
_ON_THE_WAY: Final = 180.0


class LineSupervisor:
    """Looks at the line between `begin` and `end`, whenever `wake` gives a reason to, and by itself every 2 s.

    `show` has a job's card drawn again, `let_go` ends its writer: another process has the card from then on.
    """

    def __init__(  # noqa: PLR0913 - what decides about a turn is gathered here, once
        self,
        slots: int,
        *,
        rows: LineRows,
        used: UsedSeconds,
        job_moves: JobMoves,
        pauses: Pauses,
        balance: BalancePause,
        rest: SharedRest,
        clock: Clock,
        show: Callable[[Job], None],
        let_go: Callable[[str], Awaitable[None]],
    ) -> None:
        self._slots = slots
        self._rows = rows
        self._used = used
        self._job_moves = job_moves
        self._pauses = pauses
        self._balance = balance
        self._rest = rest
        self._clock = clock
        self._let_go = let_go
        self._show = lambda job: show(job_moves.addressed(job))
        self._line = SharedLinePlaces(pauses, clock, self._show)
        self._office: Office | None = None
        self._woken = asyncio.Event()
        self._turns: Sequence[Turn] = ()
        # The jobs that seem to have waited for too long, and since when they have seemed so.
        self._doubtful: dict[str, float] = {}
        self._tasks = BackgroundTasks(clock)

    def place(self, job_id: str) -> int | None:
        """Return a job's place in line, from 1; None where it has none, or turns are granted by another process."""
        return self._line.place(job_id)

    @property
    def grants(self) -> bool:
        """Tell whether this process grants turns."""
        return self._office is not None

    @property
    def waiting(self) -> int:
        """Count the jobs in line."""
        return len(self._line)

    @property
    def running(self) -> int:
        """Count the slots taken."""
        return len(self._turns)

    def wake(self) -> None:
        """Look at the line now: something of it may have changed."""
        self._woken.set()

    def moved(self, job_id: str) -> None:
        """Let go of a job that another process has moved: its card has another writer from now on."""
        if self._line.place(job_id) is not None:
            self._line.drop(job_id)
            self._tasks.start(job_id, "the end of a card", lambda _: self._let_go(job_id), job_id=job_id)

    async def begin(self, office: Office) -> None:
        """Grant turns from now on."""
        self._office = office
        if adopted := await self._rows.adopt():
            log.info("Counting %d slots of what was sent by one process alone.", adopted)
        self._tasks.start("line", "the line", lambda _: self._run())

    async def end(self) -> None:
        """Grant no more, and let go of the cards of those in line."""
        self._office = None
        await self._tasks.stop("line")
        line, self._line = self._line, SharedLinePlaces(self._pauses, self._clock, self._show)
        self._doubtful.clear()
        await asyncio.gather(*(self._let_go(job.id) for job in line.jobs))

    async def _run(self) -> None:
        while (office := self._office) is not None:
            self._woken.clear()
            began = time.monotonic()
            try:
                await self.look(office)
            except (StoreFull, StoreUnusable) as error:
                log.info("The line could not be looked at: %s", error)
            # Of a long line, looks take at most half of the time.
            await asyncio.sleep(max(_APART, time.monotonic() - began))
            with suppress(TimeoutError):
                async with asyncio.timeout(jittered(_LOOK_EVERY)):
                    await self._wait_for_reason()

    async def _wait_for_reason(self) -> None:
        """Wait for a reason to look, or until the next rest is over."""
        waits = [wait for wait in (self._rest.left, self._line.next_rest) if wait is not None and wait > MOMENT]
        if not waits:
            await self._woken.wait()
            return
        rest = asyncio.ensure_future(self._clock.sleep(min(waits)))
        woken = asyncio.ensure_future(self._woken.wait())
        try:
            await asyncio.wait({rest, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            rest.cancel()
            woken.cancel()

    async def look(self, office: Office) -> None:
        """Read the rows, cancel jobs that are too old, and grant the free turns."""
        await self._balance.look()
        await self._rest.look()
        self._turns = await self._rows.turns()
        self._line.take_in_turns(self._turns)
        entered = await self._take_in({row.id: row for row in await self._rows.in_line()})
        self._line.take_in_pauses()
        self._line.end_rests()
        await self._give_up()
        self._line.show_moved(entered)
        if self._rest.left <= MOMENT:
            await self._hand_out(office)

    async def _take_in(self, rows: Mapping[str, InLine]) -> list[Job]:
        """Update the jobs in line; return the jobs that have entered, or whose card has changed."""
        for job_id in self._line.drop_changed(rows):
            self._job_moves.forget(job_id)
            if job_id not in rows:
                # Another process may write its card by now.
                self._tasks.start(job_id, "a card", partial(self._leave_card, job_id), job_id=job_id)
        new = await self._rows.jobs([job_id for job_id in rows if job_id not in self._line])
        entered = [job for job in new if job.stage is Stage.WAITING]
        for job in entered:
            self._line.enter_row(job, rows[job.id])
        return entered

    async def _leave_card(self, job_id: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        await self._let_go(job_id)

    async def _give_up(self) -> None:
        """Cancel the jobs that have waited for too long, after a second look some time later."""
        doubtful = {job.id: job for job in self._line.jobs if self._pauses.given_up(job) is not None}
        self._doubtful = {job_id: self._doubtful.get(job_id, self._clock.now()) for job_id in doubtful}
        for job_id, since in self._doubtful.items():
            job = doubtful[job_id]
            reason = self._pauses.given_up(job)
            if reason is None or self._clock.elapsed(since) < LOOKS_APART:
                continue
            self._line.drop(job_id)
            await self._let_go(job_id)
            with about_job(job_id):
                if await self._job_moves.save(job.cancelled(reason, self._clock.now()), Stage.WAITING):
                    log.info("Cancelled (%s).", reason)
            self._job_moves.forget(job_id)

    async def _hand_out(self, office: Office) -> None:
        on_the_way = self._on_the_way()
        if (probe := self._balance.probe) is not None and probe not in on_the_way:
            self._balance.probe_over(probe)
        one_goes = self._balance.in_doubt or self._balance.lasts
        free = self._slots - len(self._turns)
        if free <= 0 or not len(self._line) or (one_goes and on_the_way):
            return
        if one_goes or self._line.ready > free:
            # Only then it matters who is next.
            now = self._clock.now()
            self._line.take_in_used(await self._used.used_since(now - now % DAY))
        if self._balance.probe_due:
            await self._send_probe(office)
            return
        jobs = self._line.first(1 if one_goes else free)
        if ids := await self._without_cards(jobs):
            self._take_out(await self._rows.grant(ids, self._slots, office), ids)

    async def _send_probe(self, office: Office) -> None:
        """Grant one turn in spite of the pause, to see whether the provider takes videos again."""
        if not (ids := await self._without_cards(self._line.probes()[:1])):
            return
        granted = await self._rows.grant(ids, self._slots, office, self._balance.probe_note(ids[0]))
        for job_id in granted:
            self._balance.probe_started(job_id)
        self._take_out(granted, ids)

    async def _without_cards(self, jobs: Sequence[Job]) -> list[str]:
        """End the writers of their cards; return the ids of the jobs whose writers ended in time."""
        if not jobs:
            return []
        ends = {job.id: asyncio.ensure_future(self._let_go(job.id)) for job in jobs}
        await asyncio.wait(ends.values(), timeout=_CARD_SECONDS)
        for late in ends.values():
            if not late.done():
                late.cancel()
        return [job_id for job_id, end in ends.items() if end.done() and not end.cancelled()]

    def _take_out(self, granted: Sequence[str], asked: Sequence[str]) -> None:
        """Drop the jobs that have a turn; jobs that were passed over are read again, and shown, at the next look."""
        for job_id in asked:
            self._line.drop(job_id)
            self._job_moves.forget(job_id)
        # Where none has one, the office may be in other hands.
        if granted and len(granted) < len(asked):
            self.wake()

    def _on_the_way(self) -> set[str]:
        """Return the jobs whose turn was granted and that have no answer from the provider yet."""
        return {
            turn.id
            for turn in self._turns
            if not turn.answered and (turn.submitted is None or self._clock.elapsed(turn.submitted) < _ON_THE_WAY)
        }
