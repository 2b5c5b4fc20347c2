"""Share a video, or a reel: post a clip once more, in the answer to its owner's command or in another channel.

A share is a row of its own, written down before anything is posted, and goes the way of every delivery: the same
routes, nonces and searches. What a restart finds unfinished goes on.
"""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial

from bot.domain.backoff import jittered
from bot.domain.caller import Caller
from bot.domain.errors import Duplicate, NoSuchJob, OtherVersion, Refusal, Restarting, StoreFull
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.share_problems import CannotShare, NothingToShare, SharedJustNow
from bot.domain.shares import SHAREABLE, ScenesEnd, Share, SharePlace
from bot.domain.stages import Stage
from bot.log_lines import about_job
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.just_posted import find_posted
from bot.studio.delivery.payload import Covers
from bot.studio.delivery.reels import Reels
from bot.studio.delivery.share_ends import ShareEnds, problem_of
from bot.studio.delivery.share_parts import JoinedClips, PostedClips, ShareRows
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.lifecycle.shutdown import ShutdownGuard, ShuttingDown
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Replies
from bot.studio.ports.files import Media
from bot.studio.ports.shares import ShareStore
from bot.studio.ports.stores import OwnJobs

log = logging.getLogger(__name__)

# Of a member's latest videos the first that goes on from another is joined where none is named.
_LATEST = 25
# Real seconds between two looks for what dead processes have left.
_LOOK_EVERY = 5.0


class Sharing:
    """Shares the videos of a member, never another's."""

    def __init__(  # noqa: PLR0913 - what a delivery stands on, and the shares
        self,
        *,
        shares: ShareStore,
        jobs: OwnJobs,
        reels: Reels,
        replies: Replies,
        ends: ShareEnds,
        media: Media,
        job_moves: JobMoves,
        shutdown: ShutdownGuard,
        clock: Clock,
        covers: Covers,
    ) -> None:
        self._shares = shares
        self._jobs = jobs
        self._reels = reels
        self._replies = replies
        self._ends = ends
        self._media = media
        self._job_moves = job_moves
        self._shutdown = shutdown
        self._clock = clock
        self._covers = covers
        self._tasks = BackgroundTasks(clock)

    async def check(self, caller: Caller, text: str, place: SharePlace) -> Job:
        """Find a video of the caller's that may be posted there, by its id or short id; raises Refusal."""
        return await self._checked(await self._found(caller, text), caller, place)

    async def check_reel(self, caller: Caller, text: str | None, place: SharePlace) -> tuple[Job, Sequence[str]]:
        """Find such a video as `check` does, and those that it goes on from, by their ids, itself last.

        Without a `text` it's the latest that goes on from another. Raises Refusal.
        """
        if text is not None:
            chosen = await self._found(caller, text)
        else:
            latest = [one for one in await self._jobs.latest(caller.user_id, "", _LATEST) if one.stage in SHAREABLE]
            chosen = next((one for one in latest if one.parent), latest[0] if latest else None)
        job = await self._checked(chosen, caller, place, is_reel=True)
        return job, [part.id for part in await self._reels.parts_of(job)]

    async def _found(self, caller: Caller, text: str) -> Job | None:
        return await find_posted(partial(self._jobs.find_mine, caller.user_id, text))

    async def _checked(self, job: Job | None, caller: Caller, place: SharePlace, *, is_reel: bool = False) -> Job:
        if job is None or job.deleted:
            raise Refusal(NoSuchJob())
        if job.other_version:
            raise Refusal(OtherVersion())
        if job.stage not in SHAREABLE:
            raise Refusal(NothingToShare(job.stage))
        if (missing := place.missing) is not None:
            raise Refusal(missing)
        now = self._clock.now()
        if await self._shares.is_repeated(job.id, caller.user_id, place.channel_id, now, is_reel=is_reel):
            raise Refusal(SharedJustNow())
        return job

    async def share(
        self,
        job: Job,
        place: SharePlace,
        interaction_id: int,
        reply: Reply,
        *,
        spoiler: bool = False,
        reel: Sequence[str] = (),
        showcase: bool = False,
    ) -> None:
        """Post a video that was checked: in the message at `reply`, or in the channel that was named.

        The owner reads of another channel at `reply`. `reel`: what `check_reel` found. `showcase` as in Share. Raises
        Refusal, Duplicate.
        """
        if self._shutdown.draining:
            raise Refusal(Restarting())
        if place.channel is None and reply.private:
            raise Refusal(CannotShare(reply.channel_id, ("use_external_apps",), by_bot=False))
        share = await self._shares.add(
            Share(
                *(new_job_id(), job.id, job.user_id, interaction_id, place.channel_id, self._clock.now(), reply),
                channel=place.channel,
                spoiler=spoiler,
                reel=tuple(reel),
                showcase=showcase,
            )
        )
        with about_job(job.id):
            job = await self._reels.joined(job, share.reel)
            try:
                share = await self._posted(share, job)
            except (ShuttingDown, Overtaken) as stopped:
                log.info(_why(stopped))
                return
            if (problem := problem_of(share)) is not None:
                await self._shares.save(replace(share, answered=True), share.stage)
                raise Refusal(problem)
            await self._ends.tell(share, job)

    async def post_scenes(self, job: Job, end: ScenesEnd) -> None:
        """Post a scene with all before it, or those before it alone, in the background, once for its end."""
        parts = await self._reels.scenes_of(job)
        if end is ScenesEnd.PART:
            parts = parts[:-1]
        if not parts:
            return
        last, reply = parts[-1], self._job_moves.addressed(job).reply
        share = Share(
            *(new_job_id(), last.id, last.user_id, job.interaction_id, reply.channel_id, self._clock.now(), reply),
            reel=tuple(part.id for part in parts) if len(parts) > 1 else (),
            scenes=end,
        )
        try:
            await self._shares.add(share)
        except (Duplicate, Refusal) as error:
            log.info("The scenes are posted already, or were deleted: %s", error)
        else:
            self._tasks.start(share.id, "a share", partial(self._go_on, share.id), job_id=last.id)

    async def resume(self) -> int:
        """Go on with the shares that an earlier process left unfinished, in the background; return how many."""
        left = await self._shares.take_left()
        for share in left:
            self._tasks.start(share.id, "a share", partial(self._go_on, share.id), job_id=share.job_id)
        return len(left)

    async def follow(self) -> None:
        """Go on with what dead processes have left until cancelled; looks every few seconds."""
        try:
            while True:
                try:
                    await self.resume()
                except StoreFull as error:
                    log.info("The shares can't be looked up: %s", error)
                await asyncio.sleep(jittered(_LOOK_EVERY))
        finally:
            await self._tasks.stop_all()

    async def close(self) -> None:
        """Go on with nothing more; the next start does."""
        await self._tasks.close()

    async def _go_on(self, share_id: str, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        share = await self._shares.unfinished(share_id)
        if share is None:
            return
        job = await self._jobs.find_mine(share.user_id, share.job_id)
        if job is None or job.other_version:
            await self._shares.save(replace(share, stage=Stage.FAILED, answered=True), share.stage)
            return
        job = await self._reels.joined(job, share.reel)
        try:
            await self._ends.tell(await self._posted(share, job), job)
        except (ShuttingDown, Overtaken) as stopped:
            log.info(_why(stopped))

    async def _posted(self, share: Share, job: Job) -> Share:
        """Bring the clip to the share's place; raises ShuttingDown, Overtaken."""
        rows = ShareRows(self._shares, share)
        moves = JobMoves(rows, self._clock)
        clips = await self._clips(share, job, moves)

        async def covers(reply: Reply) -> bool:
            return share.spoiler or await self._covers(reply)

        deliverer = Deliverer(self._replies, self._media, moves, clips, self._shutdown, self._clock, covers)
        if share.stage in {Stage.READY, Stage.DELIVERING}:
            await deliverer.deliver(share.of(job), by=share.routes)
            log.info("Shared by its owner in channel %d: %s.", share.channel_id, rows.share.stage)
        if share.reel:
            with suppress(OSError):
                await self._media.delete_clip(share.of(job).clip_id)
        return rows.share

    async def _clips(self, share: Share, job: Job, moves: JobMoves) -> PostedClips | JoinedClips:
        parts = await self._reels.parts(share.reel) if share.reel else [job]
        clips = [PostedClips(part, self._replies, self._media, self._job_moves, moves, self._clock) for part in parts]
        return JoinedClips(clips, self._media, moves, self._clock) if share.reel else clips[0]


def _why(stopped: ShuttingDown | Overtaken) -> str:
    return (
        "Another process goes on with the share."
        if isinstance(stopped, Overtaken)
        else "The share goes on at the next start, or in another process."
    )
