"""What stands around a job and not in its row, for its card."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from bot.domain.errors import StoreClosed, StoreFull
from bot.domain.job import Job
from bot.domain.models import Model, Resolution
from bot.domain.progress import Forecast, Holdup, expected_end, overdue_after
from bot.domain.stages import Stage
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.queue import Queue
from bot.studio.lifecycle.remembered import Remembered
from bot.studio.ports import Clock
from bot.studio.ports.stores import PastRuns

# Whose finished file has not come for so long, in seconds, is given its address.
LINK_AFTER = 300.0

_SAMPLES = 20
_Kind = tuple[Model, int, Resolution | None]


class Forecasts:
    """Place in line, expected end, the provider's silence and what holds a job up, for one job at a time."""

    def __init__(self, jobs: PastRuns, queue: Queue, pauses: Pauses, clock: Clock, show: Callable[[Job], None]) -> None:
        self._queue = queue
        self._pauses = pauses
        self._clock = clock
        self._show = show
        self._silent: set[str] = set()
        self._holdups: dict[str, Holdup] = {}
        self._runs: Remembered[_Kind, Sequence[float]] = Remembered(lambda kind: jobs.runs(*kind, _SAMPLES))

    def silence(self, job: Job) -> None:
        """Note that the provider is not answering for this job."""
        self._silent.add(job.id)

    def answered(self, job: Job) -> None:
        """Note that the provider has answered, or no longer has to."""
        self._silent.discard(job.id)

    def rendered(self, job: Job) -> None:
        """Note that it was written down how long a job took: others like it are expected accordingly."""
        self._runs.changed(_kind(job))

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
            return self.now(job)
        runs = await self._runs.of(_kind(job))
        ready_at = expected_end(job.submitted, runs, self._clock.now()) if job.submitted else None
        overdue = self._clock.elapsed(job.submitted or job.created) >= self._overdue_after(runs)
        return replace(self.now(job), ready_at=ready_at, overdue=overdue)

    def now(self, job: Job) -> Forecast:
        """Return what can be said without a look at other jobs."""
        holdup = self._holdups.get(job.id)
        return Forecast(
            place=self._queue.place(job.id),
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

    async def overdue_after(self, job: Job) -> float:
        """Return how many scaled seconds after its submit the job is overdue."""
        return self._overdue_after(await self._runs.of(_kind(job)))

    def _overdue_after(self, runs: Sequence[float]) -> float:
        # What is in the rows is measured by the calendar, which knows no scale.
        now = self._clock.now()
        return overdue_after([self._clock.elapsed(now - run) for run in runs])


def _kind(job: Job) -> _Kind:
    """Return what is like it: videos of its model, length and size take about as long."""
    return job.request.model, job.request.duration, job.request.resolution
