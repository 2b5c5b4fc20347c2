"""What may be asked of a video model: the words for it, without the provider's numbers, fields and paths.

Choices, options and checks are all read from the Capability of a model. The rows that hold one for each model stand in
the provider's table, `toapis.model_table`; a Catalogue holds those that members are offered.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Self

from bot.domain.chain import Operation
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
    SEEDANCE_2_5 = "seedance-2-5"
    KLING_V3_OMNI = "kling-v3-omni"  # not offered
    VEO_3_1_OFFICIAL = "Veo3.1-quality-official"  # not offered


class Ratio(StrEnum):
    """Width to height of the clip, named as the provider names it."""

    WIDE = "16:9"
    TALL = "9:16"
    SQUARE = "1:1"
    CLASSIC = "4:3"
    PORTRAIT = "3:4"
    CINEMA = "21:9"
    ADAPTIVE = "adaptive"  # the model takes it from the first image or video

    @property
    def quotient(self) -> float:
        """Return width by height. Raises ValueError for ADAPTIVE."""
        width, height = self.value.split(":")
        return int(width) / int(height)


class Resolution(StrEnum):
    """The clip's size, named as the provider names it."""

    P480 = "480p"
    P720 = "720p"
    P1080 = "1080p"
    UHD = "4k"


class OutputFormat(StrEnum):
    """The container of the clip, named as the provider names it."""

    MP4 = "mp4"  # what is made where none is chosen
    MOV = "mov"


class Feature(StrEnum):
    """What a request may hold that another part of it can exclude or need."""

    PROMPT = "prompt"  # every request has one
    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    FRAMES = "frames"
    REFERENCES = "references"
    IMAGES = "images"
    VIDEOS = "videos"
    AUDIO = "audio"
    MEDIA = "media"
    SOUND = "sound"
    WEB_SEARCH = "web_search"


AUTOMATIC = 0
"""The duration that lets the model choose the length."""

_EXCLUDES = ((Feature.FRAMES, Feature.REFERENCES),)
_NEEDS = {
    Feature.LAST_FRAME: (Feature.FIRST_FRAME,),
    Feature.AUDIO: (Feature.IMAGES, Feature.VIDEOS),
}


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

    `seconds`: the lengths that it makes, in order; `automatic`: whether it may choose one of them itself. `rules`: the
    roles that a medium may take; `max_count`: how many may take each, `max_references`: how many references there may
    be in all. Without `resolutions` none is sent. `sound`: whether sound can be switched; `seed`, `last_picture`,
    `web_search`: whether these can be asked for. `formats`: as `resolutions`.
    `frames_decide_ratio`: beside frames the ratio is adaptive.
    `excludes`: pairs that do not go together; `needs`: for a feature those of which it needs one. `operations`: what it
    can do with a video beside making one; `source`: what that video must be. `draft_of`: the model whose faster or
    cheaper form it is.
    """

    seconds: Sequence[int]
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
    formats: tuple[OutputFormat, ...] = ()
    automatic: bool = False
    max_references: int | None = None
    frames_decide_ratio: bool = False
    excludes: Sequence[tuple[Feature, Feature]] = _EXCLUDES
    needs: Mapping[Feature, tuple[Feature, ...]] = field(default_factory=lambda: _NEEDS)
    operations: tuple[Operation, ...] = ()
    draft_of: Model | None = None
    source: MediumRule | None = None

    @property
    def min_seconds(self) -> int:
        """Return the shortest length."""
        return self.seconds[0]

    @property
    def max_seconds(self) -> int:
        """Return the longest length."""
        return self.seconds[-1]

    def makes(self, duration: int) -> bool:
        """Tell whether it makes videos of that length, AUTOMATIC too."""
        return self.automatic if duration == AUTOMATIC else duration in self.seconds

    def longest(self, duration: int) -> int:
        """Return how many seconds a video of that length may come to."""
        return self.max_seconds if duration == AUTOMATIC else duration

    def for_operation(self, operation: Operation) -> Self:
        """Return what it accepts for that operation: extending and changing take one video, with a rule of its own."""
        if operation is Operation.GENERATE or self.source is None:
            return self
        role = Role.REFERENCE_VIDEO
        return replace(self, rules={**self.rules, role: self.source}, max_count={**self.max_count, role: 1})

    def takes(self, role: Role | None) -> bool:
        """Tell whether a medium may take that role; None: that of any reference."""
        return role in self.rules if role else any(each.refers for each in self.rules)

    def ratio_of(self, width: int, height: int) -> Ratio:
        """Choose the ratio of a video from a picture of these sides, which may be unknown (0).

        It is the picture's own where the model takes it from there, else the one that is most like it.
        """
        if Ratio.ADAPTIVE in self.ratios or not (width and height):
            return Ratio.ADAPTIVE if Ratio.ADAPTIVE in self.ratios else self.ratios[0]
        return min(self.ratios, key=lambda ratio: abs(math.log(width / height / ratio.quotient)))


DEFAULT_MODEL = Model.SEEDANCE_2
DEFAULT_RATIO = Ratio.WIDE

# A string option of a Discord command holds at most this many characters; the provider documents advice, no limit.
MAX_PROMPT = 6000

# The provider documents no range for a seed; this is what a signed 32-bit number holds.
MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What members are offered: the models of the dialect that is used, and what each accepts.

    `review`: media are reviewed by the provider first, which takes no assets (the setting, dialect VIDEOS only).
    """

    dialect: Dialect
    capabilities: Mapping[Model, Capability]
    review: bool = False

    @property
    def models(self) -> tuple[Model, ...]:
        """List the models."""
        return tuple(self.capabilities)

    @property
    def default(self) -> tuple[Model, Capability]:
        """Return the model that is used where none was chosen, and what it accepts."""
        model = DEFAULT_MODEL if DEFAULT_MODEL in self.capabilities else self.models[0]
        return model, self.capabilities[model]

    def longest(self, model: Model, duration: int) -> int:
        """Return how many seconds a video of that model and that length, AUTOMATIC too, may come to."""
        return (self.capabilities.get(model) or self.widest).longest(duration)

    @property
    def widest(self) -> Capability:
        """Return what any of the models accepts: the ground of all options and choices."""
        each = tuple(self.capabilities.values())
        default = self.capabilities.get(DEFAULT_MODEL, each[0])
        roles = [role for role in Role if any(role in one.rules for one in each)]
        return replace(
            default,
            seconds=sorted({length for one in each for length in one.seconds}),
            ratios=tuple(ratio for ratio in Ratio if any(ratio in one.ratios for one in each)),
            rules={role: _largest([one.rules[role] for one in each if role in one.rules]) for role in roles},
            max_count={role: max(one.max_count[role] for one in each if role in one.rules) for role in roles},
            resolutions=tuple(size for size in Resolution if any(size in one.resolutions for one in each)),
            default_resolution=default.default_resolution or next((o.default_resolution for o in each), None),
            sound=any(one.sound for one in each),
            seed=any(one.seed for one in each),
            last_picture=any(one.last_picture for one in each),
            web_search=any(one.web_search for one in each),
            formats=tuple(form for form in OutputFormat if any(form in one.formats for one in each)),
            automatic=any(one.automatic for one in each),
            max_references=None,
            excludes=tuple(pair for pair in default.excludes if all(pair in one.excludes for one in each)),
            needs={key: needed for key, needed in default.needs.items() if all(key in one.needs for one in each)},
            operations=tuple(what for what in Operation if any(what in one.operations for one in each)),
            source=next((one.source for one in each if one.source), None),
        )


def _largest(rules: Sequence[MediumRule]) -> MediumRule:
    return max(rules, key=lambda rule: rule.max_input_bytes)
