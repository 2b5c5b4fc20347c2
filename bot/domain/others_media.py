"""Whose media may go into a member's video: always their own, those of others as far as the operator and they allow."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from bot.domain.media import Kind


class OthersMedia(StrEnum):
    """What of other members may be used, by the setting OTHERS_MEDIA; each but NONE names them on the card."""

    NONE = "none"
    NAMED = "named"  # what they posted
    AVATARS = "avatars"  # their avatars too


@dataclass(frozen=True, slots=True)
class NothingToUse:
    """A message has nothing of these kinds."""

    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class NoAvatar:
    """A member has only one of Discord's own avatars."""

    user_id: int


@dataclass(frozen=True, slots=True)
class OthersNotUsed:
    """Nothing of other members may be used here; `avatar`: what they posted may be, but not their avatars."""

    avatar: bool = False


@dataclass(frozen=True, slots=True)
class OptedOut:
    """A member doesn't want others to use what is theirs."""

    user_id: int


@dataclass(frozen=True, slots=True)
class StartUnreadable:
    """What was typed says no time from which on a part could be taken."""


OthersMediaProblem = NothingToUse | NoAvatar | OthersNotUsed | OptedOut | StartUnreadable

USABLE: Final = tuple(Kind)
"""Every kind that can be a reference."""
