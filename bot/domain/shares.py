"""Sharing a video: one more message with its clip, asked for by its owner."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import PublicMessage, Reply, Route
from bot.domain.share_problems import CannotShare
from bot.domain.stages import Stage

SAME_PRESS_SECONDS: Final = 10.0
"""Two presses on the same video for the same place that are this close are one."""

# Where a clip has been: what else ended has none to share.
SHAREABLE: Final = frozenset({Stage.DELIVERED, Stage.HELD})
IN_ANSWER: Final = frozenset({Route.TOKEN, Route.BOT})
IN_CHANNEL: Final = frozenset({Route.CHANNEL})
BESIDE: Final = frozenset({Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT})


class ScenesEnd(StrEnum):
    """Why scenes are posted, where no member asked for a share of them."""

    NO = ""
    WHOLE = "whole"  # all of them, or all that there will be: in their reply
    PART = "part"  # those before one that failed: beside their reply, which says so


@dataclass(frozen=True, slots=True)
class OtherChannel:
    """Another channel that a share goes to; in the same server, unless `guild_id` names another."""

    channel_id: int
    in_thread: bool = False
    age_restricted: bool = False
    guild_id: int | None = None


def is_public(job: Job) -> bool:
    """Tell whether a whole server sees a finished video."""
    return job.stage is Stage.DELIVERED and job.reply.guild_id is not None and job.public_message is not None


@dataclass(frozen=True, slots=True)
class SharePlace:
    """Where a video is to be shared, and what may be done there, by the platform's names in lower case.

    `channel`: another one than the command's; None: there. `member`: what its owner may do there, `bot`: what the bot
    may; None where that is not known, as in direct messages, or where the bot is only its owner's own app.
    """

    channel_id: int
    member: AbstractSet[str] | None = None
    bot: AbstractSet[str] | None = None
    channel: OtherChannel | None = None
    in_thread: bool = False

    @property
    def needed(self) -> tuple[str, ...]:
        """List the permissions that a video there takes."""
        return ("view_channel", "send_messages_in_threads" if self.in_thread else "send_messages", "attach_files")

    @property
    def missing(self) -> CannotShare | None:
        """Tell what the owner, or else the bot, lacks there."""
        for may, by_bot in ((self.member, False), (self.bot, True)):
            if may is not None and (lacks := tuple(name for name in self.needed if name not in may)):
                return CannotShare(self.channel_id, lacks, by_bot=by_bot)
        return None


@dataclass(frozen=True, slots=True)
class Share:
    """One share, as it was written down before anything was posted for it.

    `reply`: the message that answers its owner; where no other channel is named, the one that is to hold the clip.
    `reel`: the jobs whose clips it joins, the job's own last; none: that alone is posted. `showcase`: the channel is
    its server's showcase, where it's posted once and gets a thread. `stage` says of this message
    what a job's says of its own: READY, DELIVERING before the upload leaves, DELIVERED, HELD where the place took
    nothing, FAILED where there was no clip any more. Times are UTC seconds.
    """

    id: str  # 20 characters, made without coordination
    job_id: str
    user_id: int
    interaction_id: int
    channel_id: int
    created: float
    reply: Reply
    channel: OtherChannel | None = None
    spoiler: bool = False
    reel: tuple[str, ...] = ()
    showcase: bool = False
    scenes: ScenesEnd = ScenesEnd.NO
    stage: Stage = Stage.READY
    attempt: DeliveryAttempt | None = None
    process: str = ""  # the one of many processes that posts it: what an earlier one saves comes to nothing
    answered: bool = False  # nothing is left to do: its owner has read how it ended, and a reel's file is gone

    @property
    def ended(self) -> bool:
        """Tell whether nothing is left to do. After a reel its file is, which nothing would find later."""
        posted = self.stage is Stage.DELIVERED and self.channel is None
        return self.answered or (posted and self.scenes is not ScenesEnd.WHOLE and not self.reel)

    @property
    def message(self) -> PublicMessage | None:
        """Return the message that holds the clip; None before it is there."""
        if self.stage is not Stage.DELIVERED or self.attempt is None or self.attempt.message_id is None:
            return None
        return PublicMessage(self._guild_id, self.channel_id, self.attempt.message_id)

    @property
    def _guild_id(self) -> int | None:
        return self.channel.guild_id if self.channel and self.channel.guild_id else self.reply.guild_id

    @property
    def routes(self) -> frozenset[Route]:
        """List the routes that the clip may take: into the answer, into the channel that was named, as scenes go."""
        match self.scenes:
            case ScenesEnd.WHOLE:
                return IN_ANSWER | BESIDE
            case ScenesEnd.PART:
                return BESIDE
            case _:
                return IN_ANSWER if self.channel is None else IN_CHANNEL

    def of(self, job: Job) -> Job:
        """Return the job as it is posted once more: at the share's address, under names of the share's own."""
        if self.reel:
            # Neither the file nor the link is that of the joined clip.
            job = replace(job, clip_bytes=None, clip_url=None, clip_dies=None, last_picture_url=None)
        return replace(
            job,
            share=self.id,
            reel=self.reel,
            reply=self._address,
            stage=self.stage,
            attempt=self.attempt,
            interaction_id=self.interaction_id,
            created=self.created,
        )

    @property
    def _address(self) -> Reply:
        if self.channel is None:
            return self.reply
        return replace(
            self.reply,
            channel_id=self.channel.channel_id,
            guild_id=self._guild_id,
            message_id=None,
            token=None,
            private=False,
            bot_reaches=True,
            attach_files=True,
            send_messages=True,
            in_thread=self.channel.in_thread,
            age_restricted=self.channel.age_restricted,
        )
