"""Tell what a file is by its first bytes. Its name and its declared type are not asked.

What holds videos and sounds is only ever read by the demuxer of ffmpeg that is named here: none of these opens another
file or a playlist.
"""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

import filetype

from bot.domain.media import Kind, MediaFormat

HEAD = 4096
"""Bytes from a file's start that are looked at."""

_EITHER = frozenset({Kind.VIDEO, Kind.AUDIO})
_SOUND = frozenset({Kind.AUDIO})


@dataclass(frozen=True, slots=True)
class Container:
    """A way to store streams: its `name` for people, ffmpeg's `demuxer`, and the kinds of medium that it may hold."""

    name: str
    demuxer: str
    kinds: frozenset[Kind] = _SOUND


MOV = Container("MOV", "mov", _EITHER)
"""ISO base media files: MP4, MOV, M4A, 3GP."""
MP3 = Container("MP3", "mp3")
WAV = Container("WAV", "wav")

_GIF = Container("GIF", "gif", frozenset({Kind.VIDEO}))
_SIGNATURES: tuple[tuple[bytes, Container], ...] = (
    (b"fLaC", Container("FLAC", "flac")),
    (b"#!AMR", Container("AMR", "amr")),
    (b"caff", Container("CAF", "caf")),
    (b".snd", Container("AU", "au")),
    (b"wvpk", Container("WV", "wv")),
    (b"MAC ", Container("APE", "ape")),
    (b"TTA1", Container("TTA", "tta")),
    (b"\x0b\x77", Container("AC3", "ac3")),
    (b"riff\x2e\x91\xcf\x11", Container("W64", "w64")),
    (b"FLV\x01", Container("FLV", "flv", _EITHER)),
    # The header object of Windows Media (ASF).
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Container("WMV", "asf", _EITHER)),
    (b"\x00\x00\x01\xba", Container("MPG", "mpeg", _EITHER)),
    (b".RMF", Container("RM", "rm", _EITHER)),
    (b"GIF87a", _GIF),
    (b"GIF89a", _GIF),
)
_AVI = Container("AVI", "avi", _EITHER)
_TS, _M2TS = Container("TS", "mpegts", _EITHER), Container("M2TS", "mpegts", _EITHER)
_AAC, _AIFF, _MP2 = Container("AAC", "aac"), Container("AIFF", "aiff"), Container("MP2", "mp3")
_OGG, _OPUS = Container("OGG", "ogg", _EITHER), Container("Opus", "ogg")
_MKV, _WEBM = Container("MKV", "matroska", _EITHER), Container("WebM", "matroska", _EITHER)
_BY_NAME = {
    each.name: each
    for each in (
        *(container for _, container in _SIGNATURES),
        *(MP3, WAV, _AVI, _TS, _M2TS, _AAC, _AIFF, _MP2, _OGG, _OPUS, _MKV, _WEBM),
    )
} | dict.fromkeys(("MP4", "MOV", "M4A", "3GP"), MOV)


def named(name: str) -> Container | None:
    """Look a container up by its name for people; None for what holds neither videos nor sounds."""
    return _BY_NAME.get(name)


def container_of(head: bytes) -> Container | None:
    """Tell what begins like this, but for ISO base media files; a tag in front of it has been taken away."""
    for signature, container in _SIGNATURES:
        if head.startswith(signature):
            return container
    return _by_type(head) or _by_sync(head)


def _by_type(head: bytes) -> Container | None:
    """Know what names its own type behind its first bytes."""
    match head[:4], head[8:12]:
        case b"OggS", _:
            found = _OPUS if head[28:36] == b"OpusHead" else _OGG
        case b"\x1a\x45\xdf\xa3", _:
            found = _WEBM if b"webm" in head[:64] else _MKV
        case ((b"RIFF" | b"RF64" | b"BW64"), b"WAVE"):
            found = WAV
        case b"RIFF", b"AVI ":
            found = _AVI
        case b"FORM", (b"AIFF" | b"AIFC"):
            found = _AIFF
        case _:
            return None
    return found


def _by_sync(head: bytes) -> Container | None:
    """Know what has no signature, but the same few bits at the start of each of its parts."""
    if len(head) > 188 * 2 and head[0] == head[188] == head[376] == 0x47:
        return _TS
    if len(head) > 192 * 2 + 4 and head[4] == head[196] == head[388] == 0x47:
        return _M2TS
    if len(head) < 4 or head[0] != 0xFF:
        return None
    # ADTS: twelve bits set, layer 0, and a sample rate that exists (ISO 13818-7).
    if head[1] & 0xF6 == 0xF0 and head[2] >> 2 & 15 < 13:
        return _AAC
    if head[1] & 0xE0 != 0xE0 or head[1] & 0x18 == 0x08 or head[2] & 0xF0 == 0xF0 or head[2] & 0x0C == 0x0C:
        return None
    return {0x02: MP3, 0x04: _MP2}.get(head[1] & 0x06)


_IMAGES = {
    "image/jpeg": MediaFormat.JPEG,
    "image/png": MediaFormat.PNG,
    "image/apng": MediaFormat.PNG,  # every reader that knows no animation shows its first picture
    "image/webp": MediaFormat.WEBP,
}
_EBML = b"\x1a\x45\xdf\xa3"
# The boxes that an ISO base media file (MP4, MOV) may begin with.
_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp"})
_EMPTY_BOXES = frozenset({b"free", b"skip", b"wide"})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")
# Brands (the registry of the MP4 Registration Authority) of files that are built like an MP4 and are none.
_OTHER_BRANDS = {
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "M4A"),
    **dict.fromkeys((b"avif", b"avis"), "AVIF"),
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"), "HEIC"),
    b"crx ": "CR3",
}


@dataclass(frozen=True, slots=True)
class Found:
    """What a file begins like: a name that people use ("HEIC"), the kinds of medium that can be made of it.

    `format`: the provider's own, where it is one of them.
    """

    name: str
    kinds: frozenset[Kind]
    format: MediaFormat | None = None


_IMAGE = frozenset({Kind.IMAGE})
# What is read and converted beside the provider's own formats, by the names that `name_kind` gives.
_READ = dict.fromkeys(
    ("HEIC", "AVIF", "GIF", "TIFF", "BMP", "JP2", "ICO", "ICNS", "PSD", "PPM", "QOI", "DDS", "PCX"), _IMAGE
)
_USUAL = {"TIF": "TIFF", "JPX": "JP2"}
_MAGICS = {b"qoif": "QOI", b"DDS ": "DDS", b"icns": "ICNS", b"BM": "BMP", b"\x0a\x05\x01": "PCX"}
# The header of a PPM, PGM or PBM: a number from 1 to 6, and space.
_PORTABLE = re.compile(rb"P[1-6]\s")


def read_head(path: Path) -> bytes:
    """Read the bytes by which a file is known. Blocks: for a thread."""
    with path.open("rb") as file:
        return file.read(HEAD)


def find(head: bytes) -> Found | None:
    """Tell what begins like this, where it is something that can be sent or converted."""
    form, name = media_format(head), name_kind(head)
    container = named(name)
    kinds = _READ.get(name, frozenset()) | (container.kinds if container else frozenset())
    if form is not None and not container:
        kinds = frozenset({form.kind})
    return Found(name, kinds, form) if kinds else None


def tags_length(start: bytes) -> int:
    """Return the bytes of the ID3 tag that a file begins with, 0 where there is none (ID3 2.4, section 3.1)."""
    if len(start) < 10 or start[:3] != b"ID3" or max(start[6:10]) > 0x7F:
        return 0
    size = start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9]
    # A footer repeats the header at the tag's end.
    return 10 + size + (10 if start[5] & 0x10 else 0)


def _behind_tag(head: bytes) -> bytes:
    """Return what follows the ID3 tag that some programs put in front of any sound; all of an MP3, which has one."""
    behind = head[tags_length(head) :]
    return head if container_of(behind) in (None, MP3) else behind


def media_format(head: bytes) -> MediaFormat | None:
    """Tell which of the provider's formats begins like this; whether it also goes on like it is for others to see."""
    head = _behind_tag(head)
    if is_iso_media(head):
        brand = _brand(head)
        # Files from before there were brands are QuickTime's.
        if brand in (b"qt  ", b""):
            return MediaFormat.MOV
        return None if _other_brand(head) else MediaFormat.MP4
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return MediaFormat.WAV
    kind = filetype.guess(head) if head else None
    image = None if kind is None else _IMAGES.get(kind.mime)
    return MediaFormat.MP3 if image is None and _is_mp3(head) else image


def is_iso_media(head: bytes) -> bool:
    """Tell whether a file begins like MP4 or MOV."""
    return head[4:8] in _FIRST_BOXES


def clip_container(head: bytes) -> Container:
    """Choose how a finished clip is read: as Matroska where it begins so, else as MP4, whatever its first box is."""
    return _MKV if head.startswith(_EBML) else MOV


def may_be_video(head: bytes) -> bool:
    """Tell whether a file begins like a container of video: MP4, MOV, WebM, Matroska."""
    return is_iso_media(head) or head.startswith(_EBML)


def name_kind(head: bytes) -> str:
    """Name what begins like this: "GIF", "PDF", "MP4", "SVG", "HTML", "text", "empty"; "" when it is not known."""
    known = media_format(head)
    if known is not None:
        return known.name
    head = _behind_tag(head)
    if other := _other_brand(head):
        return other
    if container := container_of(head):
        return container.name
    kind = filetype.guess(head) if head else None
    if kind is not None:
        name = str(kind.extension).upper()
        return _USUAL.get(name, name)
    if _PORTABLE.match(head):
        return "PPM"
    return next((name for magic, name in _MAGICS.items() if head.startswith(magic)), "") or _name_text(head)


def _name_text(head: bytes) -> str:
    text = _as_text(head)
    if text is None:
        return "" if head else "empty"
    start = text.lstrip().lower()
    if "<svg" in start:
        return "SVG"
    return "HTML" if start.startswith(("<!doctype html", "<html")) else "text"


def _is_mp3(head: bytes) -> bool:
    if head[:3] == b"ID3":
        return True
    # The first frame's header: 11 bits set, a known version, layer III, a bit rate and a sample rate that exist.
    return (
        len(head) > 3
        and head[0] == 0xFF
        and head[1] & 0xE6 == 0xE2
        and head[1] & 0x18 != 0x08
        and head[2] & 0xF0 != 0xF0
        and head[2] & 0x0C != 0x0C
    )


def _file_type(head: bytes) -> bytes:
    """Return the content of the box that names the brands, which may stand behind empty boxes; else nothing."""
    at = 0
    while head[at + 4 : at + 8] in _EMPTY_BOXES:
        at += max(int.from_bytes(head[at : at + 4], "big"), 8)
    length = int.from_bytes(head[at : at + 4], "big")
    return head[at + 8 : at + length] if head[at + 4 : at + 8] == b"ftyp" else b""


def _brand(head: bytes) -> bytes:
    return _file_type(head)[:4]


def _other_brand(head: bytes) -> str:
    """Name what is built like an MP4 and is none; empty for an MP4 and for all else."""
    content = _file_type(head)
    if content.startswith((b"3gp", b"3g2", b"3ge", b"3gr", b"3gs")):
        return "3GP"
    compatible = {content[at : at + 4] for at in range(8, len(content), 4)}
    if content[:4] in (b"mif1", b"msf1") and compatible & {b"avif", b"avis"}:
        return "AVIF"
    return _OTHER_BRANDS.get(content[:4], "")


def _as_text(head: bytes) -> str | None:
    if head.startswith(_WIDE_MARKS):
        return head.decode("utf-16", "replace")
    try:
        # Where the head ends a letter may be cut in half.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return None
    return text if text and not any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text) else None
