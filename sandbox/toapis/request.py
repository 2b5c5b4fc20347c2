"""What a client orders, the same for both dialects."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sandbox.toapis.errors import invalid
from sandbox.toapis.media import Medium
from sandbox.toapis.settings import Dialect

_WIDE: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "480p": {"16:9": (864, 496), "1:1": (640, 640), "4:3": (752, 560), "21:9": (992, 432)},
    "720p": {"16:9": (1280, 720), "1:1": (960, 960), "4:3": (1112, 834), "21:9": (1470, 630)},
    "1080p": {"16:9": (1920, 1080), "1:1": (1440, 1440), "4:3": (1664, 1248), "21:9": (2206, 946)},
    "4k": {"16:9": (3840, 2160), "1:1": (2880, 2880), "4:3": (3328, 2496), "21:9": (4412, 1892)},
}
SIZES: Mapping[str, Mapping[str, tuple[int, int]]] = {
    resolution: {**wide, "9:16": wide["16:9"][::-1], "3:4": wide["4:3"][::-1]} for resolution, wide in _WIDE.items()
}
"""Width and height in pixels; 480p and 720p of 16:9 are documented, the others keep their area."""


class Operation(StrEnum):
    """What is done with the videos of a request, in the provider's words."""

    GENERATE = "generate"
    EDIT = "edit"
    EXTEND = "extend"


LONGEST = 15
"""Seconds of a video, of every model but the newest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GenerationRequest:
    """A checked request. `ratio` may be "adaptive", `duration` is in seconds; `review` asks for a private review.

    `duration` is 0 where the video that is extended is to give it: see `operations.settled`.
    """

    dialect: Dialect
    model: str
    prompt: str
    duration: int
    ratio: str
    resolution: str = "720p"
    media: tuple[Medium, ...] = ()
    business_id: str = ""
    audio: bool = False
    seed: int | None = None
    return_last_frame: bool = False
    web_search: bool = False
    review: bool = False
    output_format: str = "mp4"
    operation: Operation = Operation.GENERATE

    def size(self, image: tuple[int, int] | None, scale: float) -> tuple[int, int]:
        """Return width and height of the footage in even pixels; an adaptive ratio follows the image's shape."""
        sizes = SIZES[self.resolution]
        ratio = self.ratio
        if ratio == "adaptive":
            width, height = image or (16, 9)
            ratio = min(sizes, key=lambda name: abs(sizes[name][0] / sizes[name][1] - width / height))
        across, down = sizes[ratio]
        return max(16, round(across * scale / 2) * 2), max(16, round(down * scale / 2) * 2)


def whole_seconds(
    body: Mapping[str, Any], default: int, *, automatic: tuple[int, ...] = (), longest: int = LONGEST
) -> int:
    """Return the duration, an integer from 4 to `longest`, or `default` where an automatic length is asked for."""
    value = body.get("duration", automatic[0] if automatic else default)
    if isinstance(value, bool) or not isinstance(value, int):
        raise invalid("duration must be an integer")
    if value in automatic:
        return default
    if not 4 <= value <= longest:
        raise invalid(f"duration must be between 4 and {longest} seconds")
    return value
