"""Why a video can't be shared: typed facts; the sentence stands in `ui.share_texts`."""

from dataclasses import dataclass

from bot.domain.reply import PublicMessage
from bot.domain.stages import Stage


@dataclass(frozen=True, slots=True)
class CannotShare:
    """The owner of a video, or the bot, may not post one there; `missing`: permissions, as in SharePlace."""

    channel_id: int
    missing: tuple[str, ...]
    by_bot: bool


@dataclass(frozen=True, slots=True)
class NothingToShare:
    """The video is not finished, or was never made."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class ClipGone:
    """Neither we nor the message have the clip any more."""


@dataclass(frozen=True, slots=True)
class NothingToJoin:
    """The video goes on from no other, or its clip `holds_all` that leads to it."""

    holds_all: bool = False


@dataclass(frozen=True, slots=True)
class PartGone:
    """Of one of the videos that lead to this one the clip is gone, so that nothing is joined."""


@dataclass(frozen=True, slots=True)
class ReelTooLong:
    """More videos, or seconds, than are joined."""

    max_videos: int
    max_seconds: int


@dataclass(frozen=True, slots=True)
class SharedJustNow:
    """The same video was shared there moments ago, or is about to be."""


@dataclass(frozen=True, slots=True)
class NoShowcase:
    """The server has no channel in which videos are shown off."""


@dataclass(frozen=True, slots=True)
class NotPublic:
    """Only its owner sees the video, or it was made outside of servers."""


@dataclass(frozen=True, slots=True)
class AlreadyShown:
    """The video is in the showcase channel already."""

    message: PublicMessage


@dataclass(frozen=True, slots=True)
class CannotShow:
    """The bot couldn't post the video in the showcase channel."""

    channel_id: int


@dataclass(frozen=True, slots=True)
class OtherTakeChosen:
    """The message of several takes is left to another one already, by its number."""

    take: int


@dataclass(frozen=True, slots=True)
class StillRunning:
    """The video is not finished, so it can't be deleted yet."""

    stage: Stage


@dataclass(frozen=True, slots=True)
class NotDeleted:
    """Not all of the video could be deleted just now."""


ShareProblem = (
    StillRunning
    | NotDeleted
    | CannotShare
    | NothingToShare
    | ClipGone
    | NothingToJoin
    | PartGone
    | ReelTooLong
    | SharedJustNow
    | NoShowcase
    | NotPublic
    | AlreadyShown
    | CannotShow
    | OtherTakeChosen
)
