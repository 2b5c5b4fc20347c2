"""Why the media of a request cannot be taken; `which` names one as its member does: "image", "reference 2"."""

from dataclasses import dataclass

from bot.domain.media import Kind, MediaFormat
from bot.domain.models import Feature
from bot.domain.others_media import OthersMediaProblem


@dataclass(frozen=True, slots=True)
class MediumTooLarge:
    """Sizes in bytes."""

    which: str
    size: int
    maximum: int


@dataclass(frozen=True, slots=True)
class MediumNotAccepted:
    """The bytes are of another kind; `found` names it ("GIF", "text"), or is empty where that is not known."""

    which: str
    found: str
    accepted: tuple[MediaFormat, ...]


@dataclass(frozen=True, slots=True)
class MediumBroken:
    """The file starts like an image, a video or a sound and cannot be read to its end."""

    which: str


@dataclass(frozen=True, slots=True)
class MediumNotChecked:
    """We could not look at it: our own tools failed, which says nothing about the file."""

    which: str


@dataclass(frozen=True, slots=True)
class TooManyPixels:
    """A picture that takes more memory than one may have; sides in pixels, `maximum` of one that is taken."""

    which: str
    width: int
    height: int
    maximum: int


@dataclass(frozen=True, slots=True)
class MediumUnreachable:
    """The file could not be fetched from where Discord keeps it."""

    which: str


@dataclass(frozen=True, slots=True)
class SidesOutside:
    """Sides in pixels."""

    which: str
    width: int
    height: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class TooFewPixels:
    """Sides in pixels of a video, and the pixels that it must have in all."""

    which: str
    width: int
    height: int
    minimum: int


@dataclass(frozen=True, slots=True)
class AspectOutside:
    """Too long and narrow; `minimum` and `maximum` are width by height."""

    which: str
    width: int
    height: int
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class LengthOutside:
    """Lengths in seconds."""

    which: str
    seconds: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class TogetherTooLong:
    """Seconds of all files of one kind."""

    kind: Kind
    seconds: float
    maximum: float


@dataclass(frozen=True, slots=True)
class TooManyMedia:
    """More references of one kind than the model takes, or of all kinds together (None)."""

    kind: Kind | None
    given: int
    maximum: int


@dataclass(frozen=True, slots=True)
class FrameGivenTwice:
    """A frame was given as a file and as an asset; `option` is where."""

    option: str


@dataclass(frozen=True, slots=True)
class FramesWithReferences:
    """First and last frames exclude references."""


@dataclass(frozen=True, slots=True)
class LastWithoutFirst:
    """A last frame needs a first one."""


@dataclass(frozen=True, slots=True)
class AudioAlone:
    """A reference sound needs an image or a video beside it."""


@dataclass(frozen=True, slots=True)
class SearchWithMedia:
    """Web search is for requests of text alone."""


@dataclass(frozen=True, slots=True)
class NotTogether:
    """Two parts of a request that the model does not take together."""

    one: Feature
    other: Feature


@dataclass(frozen=True, slots=True)
class Lacking:
    """A feature of a request that the model accepts only together with one of the `needed` ones."""

    part: Feature
    needed: tuple[Feature, ...]


@dataclass(frozen=True, slots=True)
class MediaExpired:
    """Our copy of an input is past its days."""

    days: int
    which: str = ""


@dataclass(frozen=True, slots=True)
class AssetUnknown:
    """No asset of this member, shared or imported here, has that name or id."""

    user_input: str
    which: str = ""


@dataclass(frozen=True, slots=True)
class AssetNotReady:
    """It is still processed, or has failed."""

    name: str
    failed: bool
    which: str = ""


@dataclass(frozen=True, slots=True)
class AssetOfOtherKind:
    """It cannot take that role."""

    name: str
    kind: Kind
    wanted: Kind
    which: str = ""


@dataclass(frozen=True, slots=True)
class AssetNotReviewable:
    """The operator has media reviewed first, which the provider does not do with assets."""

    name: str
    which: str = ""


MediaProblem = (
    MediumTooLarge
    | MediumNotAccepted
    | MediumBroken
    | MediumNotChecked
    | MediumUnreachable
    | TooManyPixels
    | SidesOutside
    | TooFewPixels
    | AspectOutside
    | LengthOutside
    | TogetherTooLong
    | TooManyMedia
    | FrameGivenTwice
    | FramesWithReferences
    | LastWithoutFirst
    | AudioAlone
    | SearchWithMedia
    | NotTogether
    | Lacking
    | MediaExpired
    | AssetUnknown
    | AssetNotReady
    | AssetOfOtherKind
    | AssetNotReviewable
    | OthersMediaProblem
)
