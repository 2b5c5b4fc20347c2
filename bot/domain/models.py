"""What each model can do, per dialect of the provider's API.

Choices, options and checks are all read from this table; nothing else in the house repeats its numbers.
"""

from dataclasses import dataclass
from enum import StrEnum


class Dialect(StrEnum):
    """One of the two forms of the provider's API."""

    VIDEO = "video"
    VIDEOS = "videos"


class Model(StrEnum):
    """A video model, named as the provider names it."""

    SEEDANCE_2 = "seedance-2"
    SEEDANCE_2_FAST = "seedance-2-fast"


class Ratio(StrEnum):
    """Width to height of the clip, named as the provider names it."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    CLASSIC = "4:3"


class ImageFormat(StrEnum):
    """An image format that the provider accepts, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"

    @property
    def suffix(self) -> str:
        """Name the usual file suffix, with its dot."""
        return {self.JPEG: ".jpg", self.PNG: ".png", self.WEBP: ".webp"}[self]


@dataclass(frozen=True, slots=True)
class Capability:
    """What one model accepts in one dialect.

    Lengths in seconds, sizes in bytes, sides in pixels.
    """

    least_seconds: int
    most_seconds: int
    default_seconds: int
    ratios: tuple[Ratio, ...]
    image_formats: tuple[ImageFormat, ...]
    image_bytes: int


# The provider's page "POST /v1/video/generations": both models share one set of limits.
_VIDEO = Capability(
    least_seconds=4,
    most_seconds=15,
    default_seconds=5,
    ratios=(Ratio.WIDE, Ratio.TALL, Ratio.SQUARE, Ratio.CLASSIC),
    image_formats=(ImageFormat.JPEG, ImageFormat.PNG, ImageFormat.WEBP),
    image_bytes=10 * 1024 * 1024,
)

CAPABILITIES: dict[Dialect, dict[Model, Capability]] = {
    Dialect.VIDEO: {Model.SEEDANCE_2: _VIDEO, Model.SEEDANCE_2_FAST: _VIDEO},
}

DEFAULT_MODEL = Model.SEEDANCE_2
DEFAULT_RATIO = Ratio.WIDE

# A string option of a Discord command holds at most this many characters; the provider documents advice, no limit.
PROMPT_MOST = 6000


def capability(model: Model, dialect: Dialect = Dialect.VIDEO) -> Capability:
    """Look up what a model accepts; raises KeyError where the dialect does not have it."""
    return CAPABILITIES[dialect][model]
