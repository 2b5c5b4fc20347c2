"""Show a video off: its owner has it posted once in the channel that the server's managers have set for that."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Protocol

from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, NotYours, OtherVersion, Refusal
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.server_settings import ServerSettings
from bot.domain.share_problems import AlreadyShown, NoShowcase, NothingToShare, NotPublic
from bot.domain.shares import SharePlace, is_public
from bot.domain.stages import Stage
from bot.studio.delivery.just_posted import find_posted
from bot.studio.ports.shares import ShareStore
from bot.studio.ports.stores import OwnJobs


class Posting(Protocol):
    """What posts a video once more."""

    async def check(self, caller: Caller, text: str, place: SharePlace) -> Job:
        """Find a video of the caller's that may be posted there; raises Refusal."""
        ...

    async def share(
        self, job: Job, place: SharePlace, interaction_id: int, reply: Reply, *, showcase: bool = False
    ) -> None:
        """Post a video that was checked; raises Refusal."""
        ...


class Showcase:
    """Posts a finished public video of a member's own, once; `settings` are those of its server."""

    def __init__(
        self,
        posting: Posting,
        jobs: OwnJobs,
        shares: ShareStore,
        settings: Callable[[int], Awaitable[ServerSettings]],
    ) -> None:
        self._posting = posting
        self._jobs = jobs
        self._shares = shares
        self._settings = settings

    async def check(self, caller: Caller, job_id: str) -> tuple[Job, SharePlace]:
        """Find a video of the caller's that may be shown, and where; raises Refusal."""
        job = await find_posted(partial(self._jobs.find_mine, caller.user_id, job_id))
        if job is None:
            raise Refusal(NotYours())
        if job.deleted:
            raise Refusal(NoSuchJob())
        if job.other_version:
            raise Refusal(OtherVersion())
        if job.stage is not Stage.DELIVERED:
            raise Refusal(NothingToShare(job.stage))
        if not is_public(job) or job.reply.guild_id is None:
            raise Refusal(NotPublic())
        channel = (await self._settings(job.reply.guild_id)).showcase
        if channel is None:
            raise Refusal(NoShowcase())
        if (shown := await self._shares.shown(job.id)) is not None:
            raise Refusal(AlreadyShown(shown))
        place = SharePlace(channel.channel_id, channel=channel)
        return await self._posting.check(caller, job.id, place), place

    async def show(self, job: Job, place: SharePlace, interaction_id: int, reply: Reply) -> None:
        """Post a video that was checked, and open a thread about it; the owner reads of it at `reply`.

        Raises Refusal, Duplicate.
        """
        await self._posting.share(job, place, interaction_id, reply, showcase=True)
