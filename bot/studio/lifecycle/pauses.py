"""The one answer to whether a waiting job may be sent, and why not: a full disk, and the pauses in the database."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.job import Job
from bot.domain.pauses import Pause, PausedBy, PauseKind, paused_by, paused_seconds
from bot.domain.stages import Reason
from bot.studio.ports import Clock
from bot.studio.ports.pauses import PauseStore

# A job that waited this long, without the pauses, is cancelled: its member has long gone. In scaled seconds.
OLDEST = 12 * 3600.0
# A job that pauses have held for so long is cancelled while one holds it, in scaled seconds.
LONGEST_PAUSED = 7 * 86_400.0
# Pauses that ended this long ago touch nothing that still waits, in real seconds.
_REMEMBERED = 30 * 86_400.0


class Pauses:
    """What keeps waiting jobs from being sent, as it was at the last look.

    `no_storage` returns anything but None while no clip could be saved.
    """

    def __init__(self, store: PauseStore, clock: Clock, no_storage: Callable[[], Awaitable[object | None]]) -> None:
        self._store = store
        self._clock = clock
        self._no_storage = no_storage
        self._known: Sequence[Pause] = ()
        self._storage_fails = False
        # How often what is known here has changed.
        self.changes = 0

    async def look(self) -> None:
        """Look again: a pause may be begun or ended by another process too."""
        self._take_in(self._known, storage_fails=await self._no_storage() is not None)
        known = tuple(await self._store.since(self._clock.ago(_REMEMBERED)))
        self._take_in(known, storage_fails=self._storage_fails)

    def _take_in(self, known: Sequence[Pause], *, storage_fails: bool) -> None:
        if (known, storage_fails) != (self._known, self._storage_fails):
            self._known, self._storage_fails = known, storage_fails
            self.changes += 1

    def of(self, job: Job) -> PausedBy | None:
        """Return why a job that waits may not be sent."""
        return PausedBy.STORAGE if self._storage_fails else self._held(job)

    def in_force(self, kind: PauseKind) -> bool:
        """Tell whether a pause of that kind is in force."""
        return any(pause.kind is kind and pause.until is None for pause in self._known)

    def given_up(self, job: Job) -> Reason | None:
        """Return why a job has waited for too long; None while it may go on."""
        now = self._clock.now()
        of_job = [pause for pause in self._known if pause.holds(job.charged_to)]
        paused = paused_seconds(job.created, now, of_job)
        if self._held(job) is not None and self._clock.elapsed(now - paused) >= LONGEST_PAUSED:
            return Reason.PAUSED
        return Reason.TOO_OLD if self._clock.elapsed(job.created + paused) >= OLDEST else None

    async def begin(self, kind: PauseKind, at: float) -> None:
        """Begin a pause of everything, unless one of its kind is in force already. Raises StoreFull."""
        await self._store.begin(kind, None, at)
        await self.look()

    async def end(self, kind: PauseKind) -> None:
        """End the pause of everything of that kind now. Raises StoreFull."""
        await self._store.end(kind, None, self._clock.now())
        await self.look()

    def _held(self, job: Job) -> PausedBy | None:
        return paused_by(self._known, job.charged_to)
