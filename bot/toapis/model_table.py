"""The table of models: for each, what members may ask, and the fields of a submit. To add a model, add a row.

From the provider's pages "POST /v1/video/generations" and "POST /v1/videos/generations", and from those of the models
"kling-v3-omni" and "Veo3 Official", which are not offered. A path like `metadata.image_list` goes into an object.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.domain.chain import Operation
from bot.domain.media import Kind, MediaFormat, Role
from bot.domain.models import (
    Capability,
    Catalogue,
    Dialect,
    Feature,
    MediumRule,
    Model,
    OutputFormat,
    Ratio,
    Resolution,
)

URL = "{url}"
"""Stands for a medium's address in an `entry`."""


@dataclass(frozen=True, slots=True)
class MediumField:
    """Where the media of one role go.

    `entry`: what stands there for each, URL for its address; None for the bare address. `single`: no list.
    """

    path: str
    entry: Mapping[str, str] | None = None
    single: bool = False


@dataclass(frozen=True, slots=True)
class ModelRow:
    """One model in one dialect; every field but `capability` and `enabled` says how the body of a submit is built.

    Args:
        capability: what may be asked; what it does not offer needs no path.
        media: the field of each role.
        enabled: whether members may order it.
        lone_file: the field of a file that goes without other media, by its role, where that is another one.
        ratio: the path of the ratio; None where there is none.
        ratio_beside_images: whether the ratio is sent along with images.
        size: the path of the resolution.
        sizes: how a resolution is spelled, where not by its own name.
        sound: the path of the sound's switch.
        sound_default: what is sent where the member left it open.
        seed: the path of the seed.
        last_picture: the path of the switch that also asks for the last picture.
        format: the path of the container.
        web_search: the path of the tools, among them the web search.
        review: the path of the switch that asks for a review of private media.
        own_id: the path of our id of the job, by which its task can be asked for; None where that is not documented.
        automatic: the duration that leaves the length to the model, where it may choose.
        operation: the path of what is done with the videos, beside making one.
        mention: how the prompt mentions a reference, from its kind and its number; None: as members write it.
    """

    capability: Capability
    media: Mapping[Role, MediumField]
    enabled: bool = True
    lone_file: Mapping[Role, MediumField] = field(default_factory=dict)
    ratio: str | None = "aspect_ratio"
    ratio_beside_images: bool = True
    size: str = "resolution"
    sizes: Mapping[Resolution, str] = field(default_factory=dict)
    sound: str = "generate_audio"
    sound_default: bool = True
    seed: str = "seed"
    last_picture: str = "return_last_frame"
    web_search: str = "tools"
    format: str = "output_format"
    review: str | None = None
    own_id: str | None = None
    automatic: int | None = None
    operation: str = "video_operation"
    mention: str | None = None


_MEBIBYTE = 1024 * 1024
_IMAGES = (MediaFormat.JPEG, MediaFormat.PNG, MediaFormat.WEBP)

# The provider's page of reference media: sides and aspect of an image, lengths of videos and sounds, "under" so much.
_SIDES, _ASPECT = (300, 6000), (0.4, 2.5)
_SECONDS, _TOGETHER = (2.0, 15.0), 15.0
# "Up to 10 MB": the page "POST /v1/video/generations" of a first frame, and the page of uploads of every image.
_IMAGE = MediumRule(_IMAGES, 10 * _MEBIBYTE, _SIDES, _ASPECT, max_taken=50 * _MEBIBYTE)
# A reference video's pixels and pictures a second: client notes of the same model elsewhere.
_VIDEO = MediumRule(
    (MediaFormat.MP4, MediaFormat.MOV),
    50 * _MEBIBYTE - 1,
    seconds=_SECONDS,
    together=_TOGETHER,
    max_taken=200 * _MEBIBYTE,
    pixels=(409_600, 927_408),
    rates=(24.0, 60.0),
)
_AUDIO = MediumRule(
    (MediaFormat.MP3, MediaFormat.WAV),
    15 * _MEBIBYTE - 1,
    seconds=_SECONDS,
    together=_TOGETHER,
    max_taken=100 * _MEBIBYTE,
)
_RULES = {role: {Kind.IMAGE: _IMAGE, Kind.VIDEO: _VIDEO, Kind.AUDIO: _AUDIO}[role.kind] for role in Role}
# The page "POST /v1/videos/generations"; three videos and three sounds are documented for mini, and kept for all.
_MAX_COUNT = dict(zip(Role, (1, 1, 9, 3, 3), strict=True))
_WITH_ROLES = {role: MediumField(f"{role.kind}_with_roles", {"url": URL, "role": role.value}) for role in Role}

_SEEDANCE_VIDEO = ModelRow(
    Capability(
        seconds=range(4, 16),
        default_seconds=5,
        ratios=(Ratio.WIDE, Ratio.TALL, Ratio.SQUARE, Ratio.CLASSIC),
        rules={**_RULES, Role.REFERENCE_IMAGE: replace(_IMAGE, max_bytes=30 * _MEBIBYTE - 1)},
        max_count=_MAX_COUNT,
    ),
    _WITH_ROLES,
    lone_file={Role.FIRST_FRAME: MediumField("image_urls")},  # documented there; assets only with their roles
    ratio="ratio",
)

_SEEDANCE_VIDEO_FAST = replace(
    _SEEDANCE_VIDEO, capability=replace(_SEEDANCE_VIDEO.capability, draft_of=Model.SEEDANCE_2)
)

_SEEDANCE_SMALL = ModelRow(
    Capability(
        seconds=range(4, 16),
        default_seconds=5,
        ratios=tuple(Ratio),
        rules=_RULES,  # every file is uploaded to the provider first, which takes no larger image
        max_count=_MAX_COUNT,
        resolutions=(Resolution.P480, Resolution.P720),
        default_resolution=Resolution.P720,
        sound=True,
        seed=True,
        last_picture=True,
        web_search=True,
        excludes=((Feature.FRAMES, Feature.REFERENCES), (Feature.WEB_SEARCH, Feature.MEDIA)),
        draft_of=Model.SEEDANCE_2,
    ),
    _WITH_ROLES,
    review="private_asset_review",
    own_id="client_business_id",
)
_FULL = replace(_SEEDANCE_SMALL.capability, resolutions=tuple(Resolution), draft_of=None)
_SEEDANCE = replace(_SEEDANCE_SMALL, capability=_FULL)

# How long they may be together stands on an older page, of the models that take three of each: ten are longer.
_RULES_2_5 = {role: replace(rule, together=None) for role, rule in _RULES.items()}
# The provider's own clips, which it takes back: no longer than the longest that it makes, of any size that it makes.
_SOURCE = replace(_VIDEO, seconds=(2.0, 30.0), together=None, pixels=None, rates=None, max_taken=0)
# The provider's page of the model, which knows no seed; its newer one names these resolutions.
_SEEDANCE_2_5 = replace(
    _SEEDANCE,
    capability=replace(
        _SEEDANCE.capability,
        seconds=range(4, 31),
        rules=_RULES_2_5,
        resolutions=(Resolution.P480, Resolution.P720, Resolution.P1080),
        max_count=dict(zip(Role, (1, 1, 30, 10, 10), strict=True)),
        seed=False,
        automatic=True,
        formats=tuple(OutputFormat),
        max_references=50,
        frames_decide_ratio=True,
        needs={Feature.LAST_FRAME: (Feature.FIRST_FRAME,)},
        operations=(Operation.EXTEND, Operation.EDIT),
        source=_SOURCE,
    ),
    automatic=-1,
)

_KLING_IMAGES = "metadata.image_list"
_KLING_V3_OMNI = ModelRow(
    Capability(
        seconds=range(3, 16),
        default_seconds=5,
        ratios=(Ratio.WIDE, Ratio.TALL, Ratio.SQUARE),
        rules={role: rule for role, rule in _RULES.items() if role is not Role.REFERENCE_AUDIO},
        max_count={**_MAX_COUNT, Role.REFERENCE_IMAGE: 7, Role.REFERENCE_VIDEO: 1},
        resolutions=(Resolution.P720, Resolution.P1080),
        default_resolution=Resolution.P720,
        sound=True,
        excludes=((Feature.FRAMES, Feature.REFERENCES), (Feature.SOUND, Feature.VIDEOS)),
    ),
    {
        Role.FIRST_FRAME: MediumField(_KLING_IMAGES, {"image_url": URL, "type": "first_frame"}),
        Role.LAST_FRAME: MediumField(_KLING_IMAGES, {"image_url": URL, "type": "end_frame"}),
        Role.REFERENCE_IMAGE: MediumField(_KLING_IMAGES, {"image_url": URL}),
        Role.REFERENCE_VIDEO: MediumField("video_list", {"video_url": URL, "refer_type": "feature"}),
    },
    enabled=False,
    size="mode",
    sizes={Resolution.P720: "std", Resolution.P1080: "pro"},
    sound="audio",
    sound_default=False,
    mention="<<<{kind}_{number}>>>",
)

_VEO_3_1_OFFICIAL = ModelRow(
    Capability(
        seconds=(4, 6, 8),
        default_seconds=8,
        ratios=(Ratio.WIDE, Ratio.TALL),
        rules={role: rule for role, rule in _RULES.items() if role.kind is Kind.IMAGE},
        max_count={**_MAX_COUNT, Role.REFERENCE_IMAGE: 3},
        resolutions=(Resolution.P720, Resolution.P1080, Resolution.UHD),
        default_resolution=Resolution.P720,
        sound=True,
    ),
    {
        Role.FIRST_FRAME: MediumField("image_urls"),
        Role.LAST_FRAME: MediumField("metadata.lastFrame", single=True),
        Role.REFERENCE_IMAGE: MediumField("metadata.referenceImages"),
    },
    enabled=False,
    ratio="size",
    sound="metadata.generateAudio",
)

MODELS: dict[Dialect, dict[Model, ModelRow]] = {
    Dialect.VIDEO: {Model.SEEDANCE_2: _SEEDANCE_VIDEO, Model.SEEDANCE_2_FAST: _SEEDANCE_VIDEO_FAST},
    Dialect.VIDEOS: {
        Model.SEEDANCE_2: _SEEDANCE,
        Model.SEEDANCE_2_FAST: _SEEDANCE_SMALL,
        Model.SEEDANCE_2_MINI: _SEEDANCE_SMALL,
        Model.SEEDANCE_2_5: _SEEDANCE_2_5,
        Model.KLING_V3_OMNI: _KLING_V3_OMNI,
        Model.VEO_3_1_OFFICIAL: _VEO_3_1_OFFICIAL,
    },
}


def catalogue(dialect: Dialect = Dialect.VIDEO, *, review: bool = False) -> Catalogue:
    """Return what members are offered in that dialect; `review` counts where the dialect has it."""
    enabled = {model: row.capability for model, row in MODELS[dialect].items() if row.enabled}
    return Catalogue(dialect, enabled, review and dialect is Dialect.VIDEOS)
