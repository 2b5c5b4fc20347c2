"""What each model can do, per dialect of the provider's API.

Choices, options and checks are all read from this table; nothing else repeats its numbers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.domain.media import Kind, MediaFormat, Role


class Dialect(StrEnum):
    """One of the two forms of the provider's API."""

    VIDEO = "video"
    VIDEOS = "videos"


class Model(StrEnum):
    """A video model, named as the provider names it."""

    SEEDANCE_2 = "seedance-2"
    SEEDANCE_2_FAST = "seedance-2-fast"
    SEEDANCE_2_MINI = "seedance-2-mini"


class Ratio(StrEnum):
    """Width to height of the clip, named as the provider names it."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    CLASSIC = "4:3"
    PORTRAIT = "3:4"
    CINEMA = "21:9"
    ADAPTIVE = "adaptive"  # the model takes it from the first image or video


class Resolution(StrEnum):
    """The clip's size, named as the provider names it."""

    P480 = "480p"
    P720 = "720p"
    P1080 = "1080p"
    UHD = "4k"


@dataclass(frozen=True, slots=True)
class MediumRule:
    """What a file must be to take one role.

    `max_bytes` in bytes; `sides` least and most in pixels; `aspect` least and most, width by height; `seconds` least
    and most of one file; `together` seconds of all files of its kind. `max_taken`: bytes of a member's file, of which
    a smaller copy is made where it has too many for the provider. `pixels` of a video's picture in all, and `rates`,
    pictures a second, least and most: a copy is made of a video that is beyond them.
    """

    formats: tuple[MediaFormat, ...]
    max_bytes: int
    sides: tuple[int, int] | None = None
    aspect: tuple[float, float] | None = None
    seconds: tuple[float, float] | None = None
    together: float | None = None
    max_taken: int = 0
    pixels: tuple[int, int] | None = None
    rates: tuple[float, float] | None = None

    @property
    def kind(self) -> Kind:
        """Return what it holds."""
        return self.formats[0].kind

    @property
    def max_input_bytes(self) -> int:
        """Return the bytes that a member's file may have."""
        return max(self.max_bytes, self.max_taken)


@dataclass(frozen=True, slots=True)
class Capability:
    """What one model accepts in one dialect.

    Lengths in seconds. `maximum`: how many media may take a role. Without `resolutions` none is sent. `sound`: whether
    sound can be switched off; `seed`, `last_picture`, `web_search`: whether these can be asked for.
    """

    min_seconds: int
    max_seconds: int
    default_seconds: int
    ratios: tuple[Ratio, ...]
    rules: Mapping[Role, MediumRule]
    max_count: Mapping[Role, int]
    resolutions: tuple[Resolution, ...] = ()
    default_resolution: Resolution | None = None
    sound: bool = False
    seed: bool = False
    last_picture: bool = False
    web_search: bool = False

    def role_of(self, kind: Kind) -> Role:
        """Return the role of a reference of that kind."""
        return next(role for role in self.rules if role.refers and role.kind is kind)


_MEBIBYTE = 1024 * 1024
_IMAGES = (MediaFormat.JPEG, MediaFormat.PNG, MediaFormat.WEBP)

# The provider's page of reference media: sides and aspect of an image, lengths of videos and sounds, "under" so much.
_SIDES, _ASPECT = (300, 6000), (0.4, 2.5)
_SECONDS, _TOGETHER = (2.0, 15.0), 15.0
# "Up to 10 MB": the page "POST /v1/video/generations" of a first frame, and the page of uploads of every image.
_FRAME = MediumRule(_IMAGES, 10 * _MEBIBYTE, _SIDES, _ASPECT, max_taken=50 * _MEBIBYTE)
# A reference video's pixels and pictures a second: client notes of the same model elsewhere.
_REFERENCE_VIDEO = MediumRule(
    (MediaFormat.MP4, MediaFormat.MOV),
    50 * _MEBIBYTE - 1,
    seconds=_SECONDS,
    together=_TOGETHER,
    max_taken=200 * _MEBIBYTE,
    pixels=(409_600, 927_408),
    rates=(24.0, 60.0),
)
_REFERENCE_AUDIO = MediumRule(
    (MediaFormat.MP3, MediaFormat.WAV),
    15 * _MEBIBYTE - 1,
    seconds=_SECONDS,
    together=_TOGETHER,
    max_taken=100 * _MEBIBYTE,
)

# The page "POST /v1/videos/generations"; three videos and three sounds are documented for mini, and kept for all.
_MAX = {
    Role.FIRST_FRAME: 1,
    Role.LAST_FRAME: 1,
    Role.REFERENCE_IMAGE: 9,
    Role.REFERENCE_VIDEO: 3,
    Role.REFERENCE_AUDIO: 3,
}


def _rules(max_image: int) -> dict[Role, MediumRule]:
    return {
        Role.FIRST_FRAME: _FRAME,
        Role.LAST_FRAME: _FRAME,
        Role.REFERENCE_IMAGE: replace(_FRAME, max_bytes=max_image),
        Role.REFERENCE_VIDEO: _REFERENCE_VIDEO,
        Role.REFERENCE_AUDIO: _REFERENCE_AUDIO,
    }


_VIDEO = Capability(
    min_seconds=4,
    max_seconds=15,
    default_seconds=5,
    ratios=(Ratio.WIDE, Ratio.TALL, Ratio.SQUARE, Ratio.CLASSIC),
    rules=_rules(30 * _MEBIBYTE - 1),
    max_count=_MAX,
)

_VIDEOS_SMALL = Capability(
    min_seconds=4,
    max_seconds=15,
    default_seconds=5,
    ratios=tuple(Ratio),
    # Every file is uploaded to the provider first, which takes no larger image.
    rules=_rules(10 * _MEBIBYTE),
    max_count=_MAX,
    resolutions=(Resolution.P480, Resolution.P720),
    default_resolution=Resolution.P720,
    sound=True,
    seed=True,
    last_picture=True,
    web_search=True,
)
_VIDEOS = replace(_VIDEOS_SMALL, resolutions=tuple(Resolution))

CAPABILITIES: dict[Dialect, dict[Model, Capability]] = {
    Dialect.VIDEO: {Model.SEEDANCE_2: _VIDEO, Model.SEEDANCE_2_FAST: _VIDEO},
    Dialect.VIDEOS: {
        Model.SEEDANCE_2: _VIDEOS,
        Model.SEEDANCE_2_FAST: _VIDEOS_SMALL,
        Model.SEEDANCE_2_MINI: _VIDEOS_SMALL,
    },
}

DEFAULT_MODEL = Model.SEEDANCE_2
DEFAULT_RATIO = Ratio.WIDE

# A string option of a Discord command holds at most this many characters; the provider documents advice, no limit.
MAX_PROMPT = 6000

# The provider documents no range for a seed; this is what a signed 32-bit number holds.
MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What the configured dialect offers to members, over all its models.

    `review`: media are reviewed by the provider first, which takes no assets (the setting, dialect VIDEOS only).
    """

    dialect: Dialect = Dialect.VIDEO
    review: bool = False
    models: tuple[Model, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "models", tuple(CAPABILITIES[self.dialect]))

    @property
    def widest(self) -> Capability:
        """Return what the model accepts that accepts the most: the ground of all options and choices."""
        return max(CAPABILITIES[self.dialect].values(), key=lambda capability: len(capability.resolutions))


def capability_of(model: Model, dialect: Dialect = Dialect.VIDEO) -> Capability:
    """Look up what a model accepts; raises KeyError where the dialect does not have it."""
    return CAPABILITIES[dialect][model]
