"""What stands around a job and not in its row, for its card."""

from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from bot.domain.errors import StoreClosed, StoreFull
from bot.domain.job import Job
from bot.domain.models import Model, Resolution
from bot.domain.progress import Forecast, Holdup, expected_end
from bot.domain.run_lengths import MAX_RUNS, RunLengths
from bot.domain.stages import Stage
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.ports import Clock
from bot.studio.ports.stores import PastRuns

# So many of the latest runs tell when one can be expected to end.
_SAMPLES = 20
# Whose finished file has not come for so long, in seconds, is given its address.
LINK_AFTER = 300.0


class Places(Protocol):
    """The places in line of waiting jobs."""

    def place(self, job_id: str) -> int | None:
        """Return the place in line, from 1; None for a job that is not in line."""
        ...

    async def look_at_places(self) -> None:
        """Look at the line again, where it is not in this process."""
        ...


_Kind = tuple[Model, int, Resolution | None]


class Forecasts:
    """Place in line, expected end, the provider's silence and what holds a job up, for one job at a time."""

    def __init__(
        self,
        jobs: PastRuns,
        places: Places,
        pauses: Pauses,
        clock: Clock,
        show: Callable[[Job], None],
    ) -> None:
        self._jobs = jobs
        self._places = places
        self._pauses = pauses
        self._clock = clock
        self._show = show
        self._silent: set[str] = set()
        self._holdups: dict[str, Holdup] = {}
        self._lengths: dict[_Kind, RunLengths] = {}

    def silence(self, job: Job) -> None:
        """Note that the provider is not answering for this job."""
        self._silent.add(job.id)

    def answered(self, job: Job) -> None:
        """Note that the provider has answered, or no longer has to."""
        self._silent.discard(job.id)

    def hold_up(self, job: Job, holdup: Holdup) -> None:
        """Note what keeps a job from going on, and show it."""
        self._holdups[job.id] = holdup
        self._show(job)

    def go_on(self, job: Job) -> None:
        """Note that nothing keeps it any more."""
        self._holdups.pop(job.id, None)

    def wait_for_room(self, job: Job, problem: StoreFull | None) -> None:
        """Note, and show, that a job waits for being written down, or no longer (None)."""
        if problem is None:
            self.go_on(job)
            self._show(job)
        else:
            self.hold_up(job, Holdup.CANNOT_SAVE if isinstance(problem, StoreClosed) else Holdup.NO_ROOM)

    async def of(self, job: Job) -> Forecast:
        """Return what can honestly be said now."""
        if not job.at_provider:
            if job.stage is Stage.WAITING:
                await self._places.look_at_places()
            return self.now(job)
        lengths = await self.lengths(job)
        now = self._clock.now()
        runs = [self._clock.later(run) - now for run in lengths.runs[:_SAMPLES]]
        ready_at = expected_end(job.submitted, runs, now) if job.submitted else None
        overdue = self._clock.elapsed(job.submitted or job.created) >= lengths.overdue_after
        return replace(self.now(job), ready_at=ready_at, overdue=overdue)

    def now(self, job: Job) -> Forecast:
        """Return what can be said without a look at other jobs."""
        holdup = self._holdups.get(job.id)
        return Forecast(
            place=self._places.place(job.id),
            silent=job.id in self._silent,
            holdup=holdup,
            link=holdup is not None and self._wants_link(job, holdup),
            paused=self._pauses.of(job) if job.stage is Stage.WAITING else None,
        )

    def _wants_link(self, job: Job, holdup: Holdup) -> bool:
        """Tell whether the address helps: not where it leads to an inner network, which it would also give away."""
        if job.stage is not Stage.READY or job.completed is None or holdup is Holdup.FORBIDDEN:
            return False
        return self._clock.elapsed(job.completed) >= LINK_AFTER

    async def lengths(self, job: Job) -> RunLengths:
        """Return how long comparable jobs ran: read from the rows once, and kept up by `ran`.

        Where they can't be read now, nothing is known of them, and no job waits for that.
        """
        kind = _kind(job)
        if (known := self._lengths.get(kind)) is None:
            try:
                runs = await self._jobs.runs(*kind, MAX_RUNS)
            except StoreFull:
                return RunLengths()
            # What is in the rows is measured by the calendar, which knows no scale.
            now = self._clock.now()
            known = self._lengths.setdefault(kind, RunLengths(self._clock.elapsed(now - run) for run in runs))
        return known

    def ran(self, job: Job, seconds: float | None) -> None:
        """Take in how long a job ran, in scaled seconds, where that is known."""
        known = self._lengths.get(_kind(job))
        if seconds is not None and known is not None:
            self._lengths[_kind(job)] = known.with_run(seconds)


def _kind(job: Job) -> _Kind:
    """Return what is like it: videos of its model, length and size take about as long."""
    return job.request.model, job.request.duration, job.request.resolution
