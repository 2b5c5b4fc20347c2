"""Tell a file's format by its first bytes, whatever it is called."""

from pathlib import Path

from sandbox.toapis.media import Kind

_HEAD = 4096
_IMAGES = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"GIF87a", "GIF"), (b"GIF89a", "GIF"))
_PICTURES_IN_MP4 = (b"heic", b"heix", b"mif1", b"msf1", b"avif", b"avis")
_BRANDS = {b"qt  ": "MOV", b"M4A ": "M4A", b"M4B ": "M4A", **dict.fromkeys(_PICTURES_IN_MP4, "")}
_OLD_MOV = {b"moov", b"mdat", b"wide", b"free", b"skip"}
_BITSTREAM = {"MP4": "mov", "MOV": "mov", "M4A": "mov", "WEBM": "matroska", "MP3": "mp3", "WAV": "wav"}
_MIME = {
    "JPEG": "image/jpeg",
    "PNG": "image/png",
    "WEBP": "image/webp",
    "GIF": "image/gif",
    "MP4": "video/mp4",
    "MOV": "video/quicktime",
    "WEBM": "video/webm",
    "MP3": "audio/mpeg",
    "WAV": "audio/wav",
    "M4A": "audio/mp4",
}


def head(path: Path) -> bytes:
    """Return so much of a file's start as `format_of` needs."""
    with path.open("rb") as file:
        return file.read(_HEAD)


def format_of(begin: bytes) -> str:
    """Return "JPEG", "MP4", "WAV" and so on, or "" for what is none of the provider's formats."""
    for magic, name in _IMAGES:
        if begin.startswith(magic):
            return name
    if begin[:4] == b"RIFF":
        return {b"WEBP": "WEBP", b"WAVE": "WAV"}.get(begin[8:12], "")
    if begin[4:8] == b"ftyp":
        return _BRANDS.get(begin[8:12], "MP4")
    if begin[4:8] in _OLD_MOV:
        return "MOV"
    if begin[:4] == b"\x1a\x45\xdf\xa3":
        return "WEBM" if b"webm" in begin else ""
    return "MP3" if begin[:3] == b"ID3" or _is_layer_three(begin) else ""


def _is_layer_three(begin: bytes) -> bool:
    return len(begin) > 1 and begin[0] == 0xFF and begin[1] & 0xE6 == 0xE2


def kind_of(name: str) -> Kind | None:
    """Return the kind of media of a format."""
    return Kind(_MIME[name].split("/")[0]) if name in _MIME else None


def mime_of(name: str) -> str:
    """Return the content type of a format."""
    return _MIME[name]


def demuxer_of(name: str) -> str:
    """Return the ffmpeg demuxer of a video's or sound's format."""
    return _BITSTREAM[name]
