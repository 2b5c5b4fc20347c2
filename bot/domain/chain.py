"""What can come after a finished video, and why it can't: typed facts; the sentences stand in `ui.chain_texts`."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Operation(StrEnum):
    """What is done with the videos of a request, named as the provider names it."""

    GENERATE = "generate"
    EXTEND = "extend"  # the result begins with the video, and goes on
    EDIT = "edit"  # the result is the video, changed


class NextStep(StrEnum):
    """What a member makes of a finished video."""

    EXTEND = "extend"
    CHANGE = "change"
    CONTINUE = "continue"  # a video of its own, from the last frame
    FINISH = "finish"  # the same request with the full model and size


# Of an extended clip: so many seconds beyond what was added are no rounding.
_LONGER: Final = 0.5


def holds_source(whole: int, before: int, seconds: float) -> bool:
    """Tell whether an extended clip begins with the video that was extended: the provider's pages disagree.

    It has `seconds`; `whole` were asked for, 0 where the model chose; the video has `before`, 0 where that is unknown.
    """
    added = whole - before if whole else before
    return before > 0 and seconds > added + _LONGER


def counted(operation: Operation, reserved: int, seconds: float) -> int:
    """Return how many whole seconds count of a clip that has `seconds`: no more than were asked for, and reserved.

    For a changed one no length can be asked for. That it stays as long is expected; what it has is what counts.
    """
    whole = max(1, int(seconds + 0.5))
    return whole if operation is Operation.EDIT else min(reserved, whole)


@dataclass(frozen=True, slots=True)
class CannotStep:
    """The video's model can't do that in the dialect in use, or there is nothing to do."""

    step: NextStep


@dataclass(frozen=True, slots=True)
class NotFinished:
    """The video that the next one should be made of is not finished."""


@dataclass(frozen=True, slots=True)
class NothingLeft:
    """Extended by so much it would be longer than its model makes; in whole seconds."""

    seconds: int
    maximum: int

    @property
    def left(self) -> int:
        """Return how many seconds can be added."""
        return max(0, self.maximum - self.seconds)


@dataclass(frozen=True, slots=True)
class ParentGone:
    """The video that the next one should be made of is neither on our disk nor in its message any more."""


@dataclass(frozen=True, slots=True)
class OperationUnsupported:
    """The model can't extend or change videos."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class SourceMissing:
    """A request to extend or change a video has no video."""

    operation: Operation


@dataclass(frozen=True, slots=True)
class LengthStays:
    """The length of a changed video can't be chosen."""


ChainProblem = CannotStep | NotFinished | NothingLeft | ParentGone | OperationUnsupported | SourceMissing | LengthStays
