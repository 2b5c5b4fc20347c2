"""The data stored about a member, and the data that stays after they asked to be forgotten."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from bot.domain.limits import MONTH
from bot.domain.reply import Reply

LEFT_SECONDS: Final = MONTH
"""Seconds for which a forgotten member's videos count against limits."""

EXPORT_PAUSE: Final = 3600.0
"""Seconds between two exports of one member."""


class ExportStage(StrEnum):
    """How far an export is."""

    ASKED = "asked"
    RUNNING = "running"  # a process puts it together; a later one does not go on with it
    STOPPED = "stopped"  # who asked is being told that it doesn't come, and may ask again from the moment they read it
    SENT = "sent"
    FAILED = "failed"  # it was not handed over, or not whole, and can be asked for again at once


@dataclass(frozen=True, slots=True)
class Export:
    """A member's latest export: all rows about them and their media, for them alone. `at`: when they asked for it.

    `reply`: the private answer that it goes to, for as long as that can be reached.
    """

    user_id: int
    at: float
    reply: Reply
    stage: ExportStage = ExportStage.ASKED

    def may_follow(self, now: float) -> bool:
        """Tell whether the member may ask for another export."""
        match self.stage:
            case ExportStage.ASKED | ExportStage.RUNNING:
                return False
            case ExportStage.SENT:
                return now - self.at >= EXPORT_PAUSE
            case ExportStage.STOPPED | ExportStage.FAILED:
                return True
            case _:
                assert_never(self.stage)


@dataclass(frozen=True, slots=True)
class BeingForgotten:
    """A member who asked, at a time in UTC seconds, to have everything before it forgotten."""

    user_id: int
    at: float


@dataclass(frozen=True, slots=True)
class StoredRows:
    """How many of each there are of a member.

    `clips`: videos whose file we have. `files`: those that went into requests and are still here. `unfinished`: videos
    that are being made; `waiting`: of these, that were not sent yet. `consents`: to the use of a real person's face.
    `forgotten_seconds`: of videos that they had forgotten, which count against limits still. `blocks`: where they
    can't make videos. `opted_out`: others may not use their media. `forgetting_since`: when they asked to be forgotten;
    None where that is not going on.
    """

    videos: int = 0
    clips: int = 0
    files: int = 0
    unfinished: int = 0
    waiting: int = 0
    drafts: int = 0
    favourites: int = 0
    shares: int = 0
    characters: int = 0
    assets: int = 0
    consents: int = 0
    settings: int = 0
    blocks: int = 0
    limits: int = 0
    forgotten_seconds: int = 0
    forgetting_since: float | None = None
    opted_out: bool = False


@dataclass(frozen=True, slots=True)
class StorageDays:
    """For how many days things are stored, by the settings. `backups`: copies of the database; 0: there are none."""

    clips: int
    inputs: int
    backups: int
