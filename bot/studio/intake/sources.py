"""The videos that others are made from once more, and who may do that."""

from collections.abc import Awaitable, Callable, Sequence

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, OtherVersion, Refusal
from bot.domain.job import Job
from bot.domain.scenes import SceneGone
from bot.studio.ports.stores import NewJobs


class Sources:
    """Finds them; `is_shared` tells whether a private one was posted where others see it."""

    def __init__(self, jobs: NewJobs, is_shared: Callable[[str], Awaitable[bool]]) -> None:
        self._jobs = jobs
        self._is_shared = is_shared

    async def find(self, caller: Caller, job_id: str) -> Job:
        """Find a job that the caller may submit again; another's private one only where its owner has shared it.

        Raises Refusal (NoSuchJob, OtherVersion).
        """
        source = await self._jobs.find(job_id)
        if source is None or source.deleted:
            raise Refusal(NoSuchJob())
        if source.reply.private and source.user_id != caller.user_id and not await self._is_shared(job_id):
            raise Refusal(NoSuchJob())
        if source.other_version:
            raise Refusal(OtherVersion())
        return source

    async def scenes(self, caller: Caller, job_id: str) -> Sequence[Job]:
        """Find the scenes of a message with all of them, which the last one stands for. Raises also SceneGone."""
        scenes = [await self.find(caller, job_id)]
        # Who may have the last one again may have all that its message shows.
        while (scene := scenes[0].scene) is not None and scene.number > 1:
            before = None if scenes[0].parent is None else await self._jobs.find(scenes[0].parent)
            if before is None or before.scene is None or before.other_version:
                raise Refusal(SceneGone())
            scenes.insert(0, before)
        return scenes
