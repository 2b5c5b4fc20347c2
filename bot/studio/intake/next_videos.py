"""Make the next video of a finished one: extend it, change it, continue from its last frame, finish it.

Its clip is brought back first, from the message that holds it where it is past its days on our disk. What is made is
an ordinary request, which `Intake` takes.
"""

from collections.abc import Callable
from contextlib import suppress

from bot.domain.caller import Caller
from bot.domain.chain import CannotStep, NextStep, NotFinished, NothingLeft, ParentGone
from bot.domain.clip_errors import ClipError
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.models import Catalogue
from bot.domain.next_steps import StepInput, draft_of, finish_of, is_source, next_steps, seconds_of
from bot.domain.reply import Reply
from bot.domain.request import asked_again
from bot.studio.delivery.share_parts import PostedClips
from bot.studio.intake.accept import Intake
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import Clock, Replies
from bot.studio.ports.files import Media


class NextVideos:
    """Makes the next video for the one who presses, as far as `catalogue` has it at that moment."""

    def __init__(
        self,
        intake: Intake,
        replies: Replies,
        media: Media,
        job_moves: JobMoves,
        clock: Clock,
        catalogue: Callable[[], Catalogue],
    ) -> None:
        self._intake = intake
        self._replies = replies
        self._media = media
        self._job_moves = job_moves
        self._clock = clock
        self._catalogue = catalogue

    async def find(self, caller: Caller, job_id: str, step: NextStep) -> Job:
        """Find the video that the caller wants to go on with; raises Refusal where it can't be."""
        source = await self._intake.find_source(caller, job_id)
        if not is_source(source):
            raise Refusal(NotFinished())
        catalogue = self._catalogue()
        if step not in next_steps(source, catalogue):
            known = catalogue.capabilities.get(source.request.model)
            if step is NextStep.EXTEND and known and known.operations and (seconds := seconds_of(source)):
                raise Refusal(NothingLeft(seconds, known.max_seconds))
            raise Refusal(CannotStep(step))
        return source

    async def make(
        self, caller: Caller, job_id: str, step: NextStep, step_input: StepInput, interaction_id: int, reply: Reply
    ) -> Job:
        """Make the next video, of the caller's own. Raises Refusal, as `Intake.submit`, and ParentGone."""
        source = await self.find(caller, job_id, step)
        if step is NextStep.FINISH:
            finish = finish_of(source.request, self._catalogue())
            return await self._intake.submit_again(caller, source.id, interaction_id, reply, finish)
        draft = self._intake.new_draft(caller, asked_again(source.request, self._catalogue()), private=reply.private)
        draft = draft_of(draft, source, step, step_input, self._catalogue())
        # Before the clip is brought, which names all whose media are in it.
        await self._intake.others_media.check_opt_outs(source.request.others(caller.user_id))
        await self._bring(source)
        return await self._intake.submit(caller, draft, interaction_id, reply)

    async def _bring(self, source: Job) -> None:
        """Have the clip on our disk; raises Refusal (ParentGone)."""
        moves = self._job_moves
        posted = PostedClips(source, self._replies, self._media, moves, moves, self._clock)
        if await posted.bring(source):
            return
        if source.clip_url and (source.clip_dies or 0.0) > self._clock.now():
            with suppress(ClipError, OSError):
                await self._media.fetch_clip(source.clip_url, source.id)
                return
        if not isinstance(await posted.fetched(), int):
            raise Refusal(ParentGone())
