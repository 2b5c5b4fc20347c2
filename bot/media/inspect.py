"""What a look at an input finds."""

from dataclasses import dataclass, field
from pathlib import Path

from bot.media.kinds import HEAD


class OtherKind(Exception):
    """It begins like one of the provider's formats and is another thing; `found` names it."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class Broken(Exception):
    """It cannot be read to its end; the text, for the log, says why."""


class Unchecked(Exception):
    """Nothing was learnt of it: the program that looks is missing, had no time, or was killed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a look at an input found: sides in pixels (0 for a sound), length in seconds (None for an image).

    Sides are those that its viewer sees. Of a picture: whether it is stored `turned`, is `animated`, and has places
    where something may show through. Of a video: pictures a second, and ffmpeg's name for the way they are stored.
    """

    width: int
    height: int
    seconds: float | None = None
    turned: bool = False
    animated: bool = False
    transparent: bool = False
    rate: float = field(default=0.0, compare=False)
    codec: str = field(default="", compare=False)


def head_of(path: Path) -> bytes:
    """Read the bytes by which a file is known. Blocks: for a thread."""
    with path.open("rb") as file:
        return file.read(HEAD)
