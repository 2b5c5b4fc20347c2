"""Images, videos and sounds that go into a request, and the roles that they take there."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

ASSET_SCHEME: Final = "asset://"
"""Begins an asset's id where members and the provider write it as an address."""


class Kind(StrEnum):
    """What a file shows or sounds like; a prompt names them by these words: "image 1"."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Role(StrEnum):
    """What a medium is for, named as the provider names it; in the order in which they go out."""

    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    REFERENCE_IMAGE = "reference_image"
    REFERENCE_VIDEO = "reference_video"
    REFERENCE_AUDIO = "reference_audio"

    @property
    def kind(self) -> Kind:
        """Return the kind of file that takes this role."""
        return {self.REFERENCE_VIDEO: Kind.VIDEO, self.REFERENCE_AUDIO: Kind.AUDIO}.get(self, Kind.IMAGE)

    @classmethod
    def of_reference(cls, kind: Kind) -> Self:
        """Return the role of a reference of that kind."""
        return next(role for role in cls if role.refers and role.kind is kind)

    @property
    def refers(self) -> bool:
        """Tell whether it is a reference, which excludes frames."""
        return self not in {Role.FIRST_FRAME, Role.LAST_FRAME}


class MediaFormat(StrEnum):
    """A file format that the provider accepts, by media type."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    MP4 = "video/mp4"
    MOV = "video/quicktime"
    MP3 = "audio/mpeg"
    WAV = "audio/wav"

    @property
    def kind(self) -> Kind:
        """Return what it holds."""
        return Kind(self.value.split("/")[0])

    @property
    def suffix(self) -> str:
        """Name the usual file suffix, with its dot."""
        return {self.JPEG: ".jpg", self.MOV: ".mov", self.MP3: ".mp3"}.get(self, f".{self.value.split('/')[1]}")


@dataclass(frozen=True, slots=True)
class Original:
    """A member's file that goes out as a converted copy: its format by name ("HEIC").

    Sides and length as in `StoredFile`; sides are those that its viewer sees. `turned`: it was stored turned.
    """

    name: str
    width: int = 0
    height: int = 0
    seconds: float | None = None
    turned: bool = False


@dataclass(frozen=True, slots=True)
class StoredFile:
    """Our own copy of an input file, known by its content: what goes out.

    `sha256` in hex, `size` in bytes, sides in pixels (0 for a sound), `seconds` None for an image. `original`: what
    the member gave, where that was converted first. `author_ids`: the members whose messages or profiles it was taken
    from, or whose media the video was made from that it is taken from.
    """

    sha256: str
    format: MediaFormat
    size: int
    width: int = 0
    height: int = 0
    seconds: float | None = None
    original: Original | None = None
    author_ids: tuple[int, ...] = ()

    @property
    def kind(self) -> Kind:
        """Return what it holds."""
        return self.format.kind

    @property
    def given(self) -> Original:
        """Return what the member gave, converted or not."""
        return self.original or Original(self.format.name, self.width, self.height, self.seconds)

    @property
    def file_name(self) -> str:
        """Name the file under which the copy is kept."""
        return f"{self.sha256}{self.format.suffix}"


@dataclass(frozen=True, slots=True)
class AttachmentInput:
    """A file as the member offered it: Discord's word for it, not yet looked at.

    `size` in bytes as Discord states it; `url` is signed and dies within about a day. Without a `role` it is a
    reference, of the kind that its bytes turn out to be. `option` is where the member put it. `stored` is our own copy,
    where it was looked at before; without a `url` there is no other. `author_ids` as of a StoredFile. `clip_of`: the
    job whose finished clip it is, or, as a frame, the last picture of that clip, which may be had at the `url` too.
    `seconds` of one that is too long, as far as that is known; `start`: from which second on a part of it is taken.
    """

    url: str
    name: str
    size: int
    role: Role | None = None
    option: str = "image"
    stored: StoredFile | None = None
    author_ids: tuple[int, ...] = ()
    clip_of: str = ""
    seconds: float | None = None
    start: float | None = None


@dataclass(frozen=True, slots=True)
class AssetUse:
    """An asset in a request: `asset_id` is the provider's, `name` the one that its owner gave it."""

    asset_id: str
    kind: Kind
    name: str


@dataclass(frozen=True, slots=True)
class Medium:
    """A file or an asset in its role."""

    role: Role
    source: StoredFile | AssetUse

    @property
    def kind(self) -> Kind:
        """Return what it holds."""
        return self.role.kind


@dataclass(frozen=True, slots=True)
class InputUrl:
    """An address from which the provider may fetch one of our copies; `at`, in UTC seconds, is when it was made.

    `uploaded`: the provider keeps it itself; else it is Discord's and dies within about a day.
    """

    sha256: str
    url: str
    at: float
    uploaded: bool = False
