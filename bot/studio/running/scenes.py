"""Go on from scene to scene: each begins with the last picture of the one before, and all are posted at the end.

A scene's clip is kept (HELD) and not posted. That its requester was told of it, which its row says, stands for that it
was gone on from: so a death at any moment leads to one next scene, and to one message with all of them.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from bot.domain.errors import Refusal
from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.media import AttachmentInput, Medium, Role, StoredFile
from bot.domain.models import Catalogue, Ratio
from bot.domain.money import Price
from bot.domain.request import VideoRequest
from bot.domain.shares import SHAREABLE, ScenesEnd
from bot.studio.delivery.notify import Notifier
from bot.studio.delivery.restore_check import Found
from bot.studio.lifecycle.job_moves import JobMoves, Overtaken
from bot.studio.ports import Clock, Replies
from bot.studio.ports.files import Media

log = logging.getLogger(__name__)

_FRAME = "frame.jpg"


class SceneRows(Protocol):
    """For the scene after another; what a call does stands at its query, in `storage`."""

    async def go_on(self, done: Job, following: Job, at: float) -> bool:
        """Write a scene down after one that is HELD, once."""
        ...

    async def end(self, done: Job, at: float | None) -> bool:
        """Write down that none follows a scene that is HELD, and with `at` that all was told of."""
        ...

    async def is_being_forgotten(self, user_id: int) -> bool:
        """Tell whether a member wants all forgotten that was there when they asked."""
        ...


class ScenePosts(Protocol):
    """What posts scenes."""

    async def post_scenes(self, job: Job, end: ScenesEnd) -> None:
        """Have a scene with all before it posted, or those before it alone, once for its end."""
        ...


@dataclass(frozen=True, slots=True)
class Terms:
    """What models take by now, and what a video of so many seconds costs."""

    catalogue: Callable[[], Catalogue]
    price: Callable[[VideoRequest, int], Price | None]


class Scenes:
    """Ends of scenes, and what follows each; `start` has a job driven that was written down."""

    def __init__(
        self,
        rows: SceneRows,
        posts: ScenePosts,
        media: Media,
        job_moves: JobMoves,
        terms: Terms,
        clock: Clock,
        start: Callable[[Job], None],
    ) -> None:
        self._rows = rows
        self._posts = posts
        self._media = media
        self._job_moves = job_moves
        self._terms = terms
        self._clock = clock
        self._start = start

    def ends(self, notifier: Notifier, replies: Replies) -> "SceneEnds":
        """Connect Discord: what tells of ends, and what shows cards."""
        return SceneEnds(self, notifier, replies)

    async def end_of(self, job: Job, found: Found, replies: Replies, notifier: Notifier) -> None:
        """Go on from a scene that has ended or is HELD; its requester hears of a failure as of any other."""
        if job.stage not in SHAREABLE:
            if job.notified_at is None and job.interaction_id < 0:
                await self._posts.post_scenes(job, ScenesEnd.PART)
            await notifier.end_of(job, found)
        elif job.notified_at is None:
            await replies.stop_updates(job.id)
            if not await self._gone_on(job):
                await self._posts.post_scenes(job, ScenesEnd.WHOLE)
                await self._end(job, self._clock.now())

    async def _end(self, done: Job, at: float | None = None) -> None:
        if not await self._rows.end(done, at):
            raise Overtaken("The scene is another process's, or the video was deleted")

    async def _gone_on(self, done: Job) -> bool:
        """Write the next scene down and have it made; False where there is none, or it can't be made."""
        scene = done.scene
        # Where nothing is reserved any more it was decided before that none follows.
        if scene is None or not scene.to_come or not scene.reserved:
            return False
        # The next scene's time, from before the look: who asks to be forgotten after that has it forgotten, too.
        now = self._clock.now()
        # After a restore it is not known whether that was done, and paid for, before.
        is_last = await self._job_moves.from_backup(done) or await self._rows.is_being_forgotten(done.user_id)
        frame = None if is_last else await self._last_picture(done)
        if frame is None:
            await self._end(done)
            return False
        try:
            following = self._following(done, frame, now)
            if not await self._rows.go_on(done, following, self._clock.now()):
                raise Overtaken("The next scene is another process's, or the video was deleted")
        finally:
            self._media.release([frame])
        log.info("Scene %d of %d is done; the next one begins.", scene.number, scene.count)
        self._start(following)
        return True

    async def _last_picture(self, done: Job) -> StoredFile | None:
        capability = self._terms.catalogue().capabilities.get(done.request.model)
        if capability is None:
            return None
        try:
            await self._media.bring(done.id)
            frame = AttachmentInput("", _FRAME, 0, Role.FIRST_FRAME, clip_of=done.id)
            return replace(await self._media.keep_clip(frame, capability), author_ids=done.request.authors)
        except Refusal as error:
            log.warning("The last frame of the scene can't be had: %s", error)
            return None

    def _following(self, done: Job, frame: StoredFile, now: float) -> Job:
        scene = done.scene
        if scene is None:
            raise ValueError("no scene")
        each = scene.reserved // len(scene.to_come)
        decides = self._terms.catalogue().capabilities[done.request.model].frames_decide_ratio
        request = replace(
            done.request,
            prompt=scene.to_come[0],
            media=(Medium(Role.FIRST_FRAME, frame),),
            ratio=Ratio.ADAPTIVE if decides else done.request.ratio,
            web_search=False,
        )
        return Job(
            *(new_job_id(), done.user_id),
            # No interaction asked for it.
            interaction_id=-secrets.randbits(62),
            request=request,
            reply=self._job_moves.addressed(done).reply,
            created=now,
            changed=now,
            parent=done.id,
            part=done.part + 1,
            charged_to=done.charged_to,
            charged=scene.reserved,
            price=self._terms.price(request, each),
            scene=scene.following(each),
        )


@dataclass(frozen=True, slots=True)
class SceneEnds:
    """Ends of all jobs, as a Notifier has them; from scenes it is gone on."""

    scenes: Scenes
    notifier: Notifier
    replies: Replies

    async def end_of(self, job: Job, earlier: Found = Found.NOTHING) -> None:
        """Tell of a job's end, or go on where it is a scene's; `earlier` as in Notifier."""
        if job.scene is None:
            await self.notifier.end_of(job, earlier)
        else:
            await self.scenes.end_of(job, earlier, self.replies, self.notifier)
