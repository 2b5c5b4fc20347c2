"""Fetch a finished clip to our disk: patient with the server that has it, strict with what comes.

The provider calls a task completed before its file can be had (for up to minutes; 404, a page, half of it), so whatever
comes in place of the clip is answered by asking again, until the address is dead.
"""

import errno
import logging
from contextlib import suppress
from dataclasses import dataclass, replace

from bot.domain.backoff import Backoff
from bot.domain.clip_errors import (
    ClipDamaged,
    ClipError,
    ClipForbidden,
    ClipGone,
    ClipTooMuch,
    ClipUnkeepable,
    ClipUnreachable,
    ClipUnusable,
    FileStoreDown,
)
from bot.domain.job import Job
from bot.domain.progress import Holdup, Silence, Snapshot, TaskStatus
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.forecasts import Forecasts
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.poster_maker import PosterMaker
from bot.studio.ports import Clock, Provider
from bot.studio.ports.files import Media

log = logging.getLogger(__name__)

# All in seconds since the provider called it done. A clip without a known end of its address is asked for so long,
GIVE_UP_AFTER = 24 * 3600.0
# any clip at most so long, and at least so long: the provider's clock may be wrong about when its address dies.
_LONGEST = 7 * 24 * 3600.0
_SHORTEST = 600.0
# Half of a clip was seen to stand there for an hour before all of it did.
PART_AFTER = 2 * 3600.0
# At first the questions come close together.
_EAGER_SECONDS = 600.0

# So many fresh answers in a row must say the same before it is believed.
SAME_ENOUGH = 3
# So many tries are made after the address has died: a clock may have jumped.
_OVERDUE_ENOUGH = 5
# So many times the store of files is tried before a video goes its way without it: about half a minute.
_STORE_TRIES = 5
_NOT_HERE = "couldn't be downloaded"
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@dataclass(slots=True)
class _Tries:
    """What came of the tries so far; each field counts up to its limit."""

    count: int = 0
    same: int = 0
    too_much: int = 0
    overdue: int = 0
    denied: int = 0
    problem: ClipError | OSError | None = None

    def note(self, problem: ClipError | OSError) -> None:
        """Take in what came of one try."""
        self.count += 1
        if isinstance(problem, ClipDamaged):
            self.same = self.same + 1 if problem.same else 1
        self.too_much += isinstance(problem, ClipTooMuch)
        self.problem = problem

    @property
    def answered(self) -> bool:
        """Tell whether a server of clips has answered: a lost connection says nothing of the clip."""
        return isinstance(self.problem, ClipError) and not isinstance(self.problem, ClipUnreachable)


class Fetch:
    """A rendered job to its clip on the disk, or to FAILED(unusable) or FAILED(expired)."""

    def __init__(
        self,
        provider: Provider,
        media: Media,
        posters: PosterMaker,
        job_moves: JobMoves,
        forecasts: Forecasts,
        clock: Clock,
    ) -> None:
        self._provider = provider
        self._media = media
        self._posters = posters
        self._job_moves = job_moves
        self._forecasts = forecasts
        self._clock = clock

    async def clip(self, job: Job) -> Job:
        """Return the job with its clip on the disk, or failed; raises rows.Overtaken.

        Where our disk takes no file it is returned without (`clip_bytes` None), and only the clip's link can go out.
        """
        tries = _Tries()
        eager, calm = Backoff(max_pause=30.0), Backoff(first=30.0)
        try:
            while True:
                try:
                    return await self._load(job)
                except ClipUnkeepable as error:
                    log.warning("The video can't be saved here, so its link is posted: %s", error.detail)
                    return replace(job, clip_bytes=None)
                except (ClipError, OSError) as error:
                    self._note(job, tries, error)
                    if isinstance(error, FileStoreDown) and error.size and tries.count >= _STORE_TRIES:
                        # It goes out from our own disk, and into the store once that answers.
                        return await self._fetched(job, error.size)
                if (after := await self._conclude(job, tries)) is not None:
                    return after
                await self._clock.sleep((eager if self._age(job) < _EAGER_SECONDS else calm).next())
                answer = await self._ask(job)
                if isinstance(answer, Snapshot) and answer.status is TaskStatus.FAILED:
                    tries.denied += 1
                    if tries.denied >= SAME_ENOUGH:
                        return await self._job_moves.move(job.seen(answer, self._clock.now()), job.stage)
                job = await self._refreshed(job, answer)
                tries.overdue += self._is_overdue(job) and (tries.answered or isinstance(answer, Snapshot))
        finally:
            self._forecasts.go_on(job)

    async def bring(self, job: Job) -> bool:
        """Have a job's clip on our disk; False where it has to be fetched again.

        While the store of files does not answer the card says so, and another copy is fetched where there may be one.
        """
        tries, backoff = _Tries(), Backoff(max_pause=30.0)
        try:
            while True:
                try:
                    return await self._media.bring(job.id) is not None
                except FileStoreDown as error:
                    self._note(job, tries, error)
                if tries.count >= _STORE_TRIES and job.clip_url and (job.clip_dies or 0.0) > self._clock.now():
                    return False
                await self._clock.sleep(backoff.next())
        finally:
            self._forecasts.go_on(job)

    async def refresh(self, job: Job) -> Job:
        """Ask for the clip's URL again; the job as it is when the provider does not answer with one."""
        return await self._refreshed(job, await self._ask(job))

    async def _load(self, job: Job) -> Job:
        """Fetch once, or take what is on the disk already."""
        if job.clip_bytes is not None and await self._media.bring(job.id) is not None:
            return job
        if job.clip_url is None:
            raise ClipGone("the provider named no clip")
        size = await self._media.fetch_clip(job.clip_url, job.id)
        return await self._fetched(job, size)

    async def _fetched(self, job: Job, size: int) -> Job:
        self._posters.start(job.id)
        return await self._job_moves.move(job.fetched(size, self._media.clip_seconds(job.id)), job.stage)

    def _note(self, job: Job, tries: _Tries, problem: ClipError | OSError) -> None:
        level = logging.INFO if type(problem) is type(tries.problem) else logging.WARNING
        failed = "can't be had from the file storage, or put there" if isinstance(problem, FileStoreDown) else _NOT_HERE
        log.log(level, "The video %s: %s", failed, problem)
        tries.note(problem)
        # One lost connection is no news.
        holdup = _holdup(problem)
        if holdup is None or (tries.count == 1 and holdup is not Holdup.NO_ROOM):
            return
        # A clip that is under delivery may stand in the reply already.
        if job.stage is Stage.READY:
            self._forecasts.hold_up(self._job_moves.addressed(job), holdup)

    async def _conclude(self, job: Job, tries: _Tries) -> Job | None:
        """End it where no more can be hoped for, with what there is; None to ask again."""
        if isinstance(tries.problem, FileStoreDown):
            return None  # it may well be kept there
        over = tries.overdue >= _OVERDUE_ENOUGH
        in_part = over or (tries.same > SAME_ENOUGH and self._age(job) >= PART_AFTER)
        # Now and then again: mending may have failed for want of time or room.
        settled = in_part or (tries.same > 0 and tries.same % SAME_ENOUGH == 0)
        if settled and (repaired := await self._repair(job, in_part=in_part)) is not None:
            return repaired
        if over or tries.too_much >= SAME_ENOUGH:
            useless = isinstance(tries.problem, ClipUnusable | ClipDamaged | ClipTooMuch)
            reason = Reason.UNUSABLE if useless else Reason.EXPIRED
            failed = await self._job_moves.move(job.failed(reason, self._clock.now()), job.stage)
            # What was held back is of no use any more.
            with suppress(OSError):
                await self._media.delete_clip(job.id)
            return failed
        return None

    async def _repair(self, job: Job, *, in_part: bool) -> Job | None:
        """Take the file that was held back, where it can be made to play."""
        try:
            repaired = await self._media.repair_clip(job.id, in_part=in_part)
        except OSError as error:
            log.warning("The damaged video couldn't be repaired: %s", error)
            return None
        if repaired is None:
            return None
        self._posters.start(job.id)
        part = "incomplete" if repaired.incomplete else "complete"
        log.warning("The video kept arriving damaged. It was repaired and is %s.", part)
        return await self._job_moves.move(job.fetched(repaired.size, incomplete=repaired.incomplete), job.stage)

    async def _ask(self, job: Job) -> Snapshot | Silence | None:
        return None if job.task_id is None else await self._provider.ask(job.task_id, job.dialect)

    async def _refreshed(self, job: Job, answer: Snapshot | Silence | None) -> Job:
        match answer:
            case Snapshot(status=TaskStatus.COMPLETED, clip_url=str()):
                return await self._job_moves.move(job.refreshed(answer), job.stage)
            case _:
                return job

    def _age(self, job: Job) -> float:
        return self._clock.elapsed(job.created if job.completed is None else job.completed)

    def _is_overdue(self, job: Job) -> bool:
        """Tell whether the clip's address is dead by all that is known."""
        age = self._age(job)
        if job.clip_dies is None:
            return age >= GIVE_UP_AFTER
        return age >= _LONGEST or (age >= _SHORTEST and self._clock.now() >= job.clip_dies)


def _holdup(problem: ClipError | OSError) -> Holdup | None:
    match problem:
        case ClipForbidden():
            return Holdup.FORBIDDEN
        case ClipDamaged():
            return Holdup.IN_PART
        case ClipError():
            return Holdup.NOT_HANDED_OVER
        case FileStoreDown():
            return Holdup.STORE_DOWN
        case OSError() if problem.errno in _FULL:
            return Holdup.NO_ROOM
        case _:
            return None
