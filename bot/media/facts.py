"""What an inspection of a file finds: facts, or why there are none."""

from dataclasses import dataclass, field


class Broken(Exception):
    """It cannot be read to its end; the text, for the log, says why."""


class NoMemory(Broken):
    """It takes more memory to read than a program may have."""


class Unchecked(Exception):
    """Nothing was learnt of it: the program that reads it is missing, had no time, or was killed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file is: sides in pixels (0 for a sound), length in seconds (None for an image).

    Sides are those that a viewer sees. Of an image: whether it is stored `turned`, is `animated`, and has places where
    something may show through. Of a video: pictures a second, ffmpeg's name for the way they are stored, and whether
    there is sound.
    """

    width: int
    height: int
    seconds: float | None = None
    turned: bool = False
    animated: bool = False
    transparent: bool = False
    rate: float = field(default=0.0, compare=False)
    codec: str = field(default="", compare=False)
    has_sound: bool = field(default=False, compare=False)

    def __str__(self) -> str:
        """Say it for the log."""
        sides = f"{self.width}x{self.height}" if self.width else "audio"
        return sides if self.seconds is None else f"{sides}, {self.seconds:.1f} s"
