"""A random history of several processes that share a store: they take over, die, go on as if they had not, and come."""

from collections import Counter
from dataclasses import dataclass, field, replace
from random import Random

from bot.domain.job import Job
from bot.domain.stages import Reason, Stage
from tests.studio.fakes import completed, job
from tests.studio.sharing import Sharing, SharingProcess


@dataclass
class Worker:
    """A process with what it drives; once its lease is over it sends nothing, but does not know more than that."""

    process: SharingProcess
    holds: bool = True
    driven: dict[str, Job] = field(default_factory=dict)


class History:
    """Does one random thing after the other; counted is what the provider was sent, and what members were told."""

    def __init__(self, scene: Sharing, rng: Random) -> None:
        self.scene = scene
        self.rng = rng
        self.workers: list[Worker] = []
        self.jobs: list[str] = []
        self.sent: Counter[str] = Counter()
        self.told: Counter[str] = Counter()
        self.most = 0
        self._named = 0

    async def come(self) -> None:
        self._named += 1
        self.workers.append(Worker(await self.scene.process(f"p{self._named}")))

    async def go_on(self) -> None:
        """Do one thing, and look at the rows."""
        worker = self.rng.choice(self.workers)
        does = self.rng.choices(
            (self.accept, self.lead, self.begin, self.step, self.lapse, self.kill, self.cancel, self.sweep, self.later),
            (6, 12, 12, 30, 4, 1, 1, 4, 2),
        )[0]
        await does(worker)
        await self.look()

    async def look(self) -> None:
        turns = await self.scene.tables.line.turns()
        self.most = max(self.most, len(turns))
        assert len(turns) <= self.scene.slots
        assert max(self.sent.values(), default=0) <= 1, "paid twice"

    async def accept(self, _: Worker) -> None:
        number = len(self.jobs) + 1
        new = await self.scene.accept(job(number, user_id=self.rng.randrange(4)))
        self.jobs.append(new.id)

    async def lead(self, worker: Worker) -> None:
        """Look at the line: one that was taken for dead with the office that it believes to have."""
        if worker.holds:
            await worker.process.lead()
        elif worker.process.office is not None:
            await worker.process.supervisor.look(worker.process.office)

    async def begin(self, worker: Worker) -> None:
        """Take a row that the engine brings, some of them late or twice."""
        if not self.scene.deferred:
            return
        job_id = self.rng.choice(self.scene.deferred)
        if job_id in worker.driven:
            return
        if self.rng.random() < 0.8:
            self.scene.deferred.remove(job_id)
        taken = await worker.process.take(job_id)
        assert taken is None or worker.holds
        if taken is not None:
            worker.driven[job_id] = taken

    async def step(self, worker: Worker) -> None:
        if worker.driven:
            await self._step(worker, self.rng.choice(tuple(worker.driven.values())))

    async def lapse(self, worker: Worker) -> None:
        """Let a process be stopped for so long that it counts as dead; it goes on, and sends nothing."""
        worker.holds = False
        await self.scene.dies(worker.process)
        await self.come()

    async def kill(self, worker: Worker) -> None:
        await self.scene.dies(worker.process)
        self.workers.remove(worker)
        await self.come()

    async def cancel(self, _: Worker) -> None:
        if self.jobs:
            found = await self.scene.row(self.rng.choice(self.jobs))
            if found.stage is Stage.WAITING:
                await self.scene.tables.jobs.save(found.cancelled(Reason.OWNER, self.scene.clock.now()), Stage.WAITING)

    async def sweep(self, _: Worker) -> None:
        self.scene.deferred += await self.scene.tables.leases.left_alone()

    async def later(self, _: Worker) -> None:
        self.scene.clock.advance(self.rng.choice((1, 30)))

    async def _step(self, worker: Worker, one: Job) -> None:
        """Do the next thing for a job, as the pipeline does; where its row stands elsewhere, let go of it."""
        line, now = worker.process.line, self.scene.clock.now()
        match one.stage:
            case Stage.WAITING if await line.wait_for_slot(one):
                await self._send(worker, one)
                return
            case Stage.SUBMITTING:
                # It is looked up by our own id.
                found = one.accepted(f"task of {one.id}", now) if self.sent[one.id] else one.not_accepted(now, now)
                await self._saved(worker, found, one)
                return
            case Stage.QUEUED:
                line.take_slot(one)
                if line.has_slot(one.id) and self.rng.random() < 0.2:
                    await line.release_overdue(one)
                await self._saved(worker, one.seen(completed(), now), one)
                return
            case Stage.READY | Stage.DELIVERING:
                delivering = replace(one, stage=Stage.DELIVERING, changed=now)
                await self._saved(worker, delivering if one.stage is Stage.READY else one.delivered(4, now), one)
                return
            case Stage.DELIVERED | Stage.CANCELLED:
                if worker.holds and await self.scene.tables.jobs.mark_notified(one.id, now):
                    self.told[one.id] += 1
        await self._let_go(worker, one)

    async def _send(self, worker: Worker, one: Job) -> None:
        """Send a job: its POST leaves after its row says so, and only from a process that holds its lease."""
        now = self.scene.clock.now()
        if not await self._saved(worker, sent := one.sending(now), one) or not worker.holds:
            return
        if self.rng.random() < 0.6:
            self.sent[one.id] += 1
        elif self.rng.random() < 0.5:
            until = await worker.process.line.pause(None)
            await self._saved(worker, sent.not_accepted(now, until), sent)

    async def _saved(self, worker: Worker, after: Job, before: Job) -> bool:
        saved = await self.scene.tables.jobs.save(after, before.stage) is not None
        if saved:
            worker.driven[after.id] = after
        else:
            await self._let_go(worker, before)
        return saved

    async def _let_go(self, worker: Worker, one: Job) -> None:
        await worker.process.line.release_slot(one)
        del worker.driven[one.id]
        await worker.process.let_go(one.id)

    async def end(self) -> None:
        """Let one new process do all that is left."""
        for worker in self.workers:
            await self.scene.dies(worker.process)
        self.workers.clear()
        await self.come()
        (last,) = self.workers
        for _ in range(20 * len(self.jobs) + 20):
            self.scene.clock.advance(300)
            await self.sweep(last)
            await self.lead(last)
            for job_id in dict.fromkeys(self.scene.deferred):
                if job_id not in last.driven and (taken := await last.process.take(job_id)):
                    last.driven[job_id] = taken
            self.scene.deferred.clear()
            for one in tuple(last.driven.values()):
                await self._step(last, one)
            await self.look()
            if not await self._left():
                return
        raise AssertionError(f"forgotten: {await self._left()}")

    async def _left(self) -> list[str]:
        rows = [await self.scene.row(job_id) for job_id in self.jobs]
        return [f"{row.id} {row.stage} {row.slot}" for row in rows if not row.ended or row.notified_at is None]
