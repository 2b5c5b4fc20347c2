"""Several processes over one store, each with its own knowledge of the line; a dead one is only not renewed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.job import Job
from bot.domain.processes import LEASE_SECONDS, LINE, Office
from bot.storage import Store, Tables
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.sharing import SharedParts, SharedRows
from tests.new_database import new_database
from tests.storage.samples import up_to
from tests.studio.fakes import HeldClock
from tests.studio.folder_media import FolderMedia


class Cards:
    """Which process has the writer of each job's card: never two."""

    def __init__(self) -> None:
        self.writers: dict[str, str] = {}


class SharingProcess:
    """One process of several: as a worker it has a line, and as the one that leads a supervisor."""

    def __init__(self, name: str, scene: "Sharing", slots: int) -> None:
        self.id = name
        self._scene = scene
        tables, clock = scene.tables, scene.clock
        self.pauses = Pauses(tables.pauses, clock, FolderMedia(Path()).trouble)
        rows = SharedRows(tables.line, tables.notes)
        self.parts = SharedParts(rows, slots, scene, clock, self.pauses, scene.alerts.append)
        self.moves = JobMoves(tables.jobs, clock)
        self.supervisor = self.parts.supervisor(self.moves, self._show, self._let_go)
        self.office: Office | None = None

    @property
    def line(self):
        return self.parts.line

    @property
    def balance(self):
        return self.parts.balance

    def _show(self, job: Job) -> None:
        self._scene.shown.append(job)
        self._scene.cards.writers[job.id] = self.id

    async def _let_go(self, job_id: str) -> None:
        if self._scene.cards.writers.get(job_id) == self.id:
            del self._scene.cards.writers[job_id]

    async def lead(self) -> bool:
        """Take the office if it is free, and look at the line once as its holder."""
        self.office = await self._scene.tables.leases.take_office(LINE, self.id)
        if self.office is not None:
            await self.supervisor.look(self.office)
        return self.office is not None

    async def take(self, job_id: str) -> Job | None:
        return await self._scene.tables.leases.take(job_id, self.id)

    async def let_go(self, job_id: str) -> None:
        await self._scene.tables.leases.let_go([job_id], self.id)


class Sharing:
    """The store, what was deferred in it in that order, what each member has used, and the processes."""

    def __init__(self, store: Store, slots: int) -> None:
        self.clock = HeldClock()
        self.store = store
        self.slots = slots
        self.deferred: list[str] = []
        self.shown: list[Job] = []
        self.alerts: list[object] = []
        self.cards = Cards()
        self.used: dict[int, int] = {}
        self.tables = Tables(store, defer=lambda _, job_ids: self.deferred.extend(job_ids))

    async def used_since(self, since: float) -> dict[int, int]:
        return dict(self.used)

    async def process(self, name: str) -> SharingProcess:
        await self.tables.leases.register(name, "worker", "host:1")
        return SharingProcess(name, self, self.slots)

    async def dies(self, process: SharingProcess) -> None:
        """Let its lease run out; it may go on all the same."""
        sql = "UPDATE processes SET seen = seen - ? WHERE id = ?"
        await self.store.run(lambda db: db.execute(sql, [LEASE_SECONDS + 1, process.id]))

    async def accept(self, job: Job) -> Job:
        return await self.tables.jobs.accept(job, up_to(1_000_000))

    async def row(self, job: Job | str) -> Job:
        found = await self.tables.jobs.find(job if isinstance(job, str) else job.id)
        assert found is not None
        return found


@asynccontextmanager
async def sharing(folder: Path, slots: int) -> AsyncIterator[Sharing]:
    async with Store(new_database(folder / "seedreel.db")) as store:
        yield Sharing(store, slots)
