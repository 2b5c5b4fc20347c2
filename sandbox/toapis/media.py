"""What a request says about its media, and what was found behind it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

ASSET = "asset://"


class Kind(StrEnum):
    """The three kinds of media."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Role(StrEnum):
    """What a medium is for, in the provider's words."""

    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"
    REFERENCE_IMAGE = "reference_image"
    REFERENCE_VIDEO = "reference_video"
    REFERENCE_AUDIO = "reference_audio"

    @property
    def kind(self) -> Kind:
        """The kind of media that can have this role."""
        match self:
            case Role.REFERENCE_VIDEO:
                return Kind.VIDEO
            case Role.REFERENCE_AUDIO:
                return Kind.AUDIO
            case _:
                return Kind.IMAGE

    @property
    def is_reference(self) -> bool:
        """Whether this is a reference and no frame."""
        return self not in {Role.FIRST_FRAME, Role.LAST_FRAME}


@dataclass(frozen=True, slots=True)
class Medium:
    """One medium of a request; `place` is where its URL stands in the body, such as "image_with_roles[2].url"."""

    place: str
    url: str
    role: Role

    @property
    def asset_id(self) -> str:
        """The id behind `asset://`, "" for any other URL."""
        return self.url.removeprefix(ASSET) if self.url.startswith(ASSET) else ""


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file; `size` in bytes."""

    path: Path
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Seen:
    """A judged file.

    Attributes:
        file: the file.
        kind: what it is.
        format: such as "JPEG", "MP4", "WAV".
        size: pixels, (0, 0) for sounds.
        seconds: length, zero for images.
        picture: an image that shows it: itself, a still, or the shape of the sound.
        rate: pictures a second of a video.
    """

    file: StoredFile
    kind: Kind
    format: str
    size: tuple[int, int]
    seconds: float
    picture: Path
    rate: float = 0.0
