"""What a file really is, by its first bytes. Its name and its declared type are not asked."""

import codecs
import re
from dataclasses import dataclass

import filetype

from bot.domain.media import Kind, MediaFormat
from bot.media.boxes import tags_length
from bot.media.containers import MP3, container_of, named

HEAD = 4096
"""Bytes from a file's start that are looked at."""

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


def find(head: bytes) -> Found | None:
    """Tell what begins like this, where it is something that can be sent or converted."""
    form, name = media_format(head), name_kind(head)
    container = named(name)
    kinds = _READ.get(name, frozenset()) | (container.kinds if container else frozenset())
    if form is not None and not container:
        kinds = frozenset({form.kind})
    return Found(name, kinds, form) if kinds else None


def behind_tag(head: bytes) -> bytes:
    """Return what follows the ID3 tag that some programs put in front of any sound; all of an MP3, which has one."""
    behind = head[tags_length(head) :]
    return head if container_of(behind) in (None, MP3) else behind


def media_format(head: bytes) -> MediaFormat | None:
    """Tell which of the provider's formats begins like this; whether it also goes on like it is for others to see."""
    head = behind_tag(head)
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


def may_be_video(head: bytes) -> bool:
    """Tell whether a file begins like a container of video: MP4, MOV, WebM, Matroska."""
    return is_iso_media(head) or head.startswith(_EBML)


def name_kind(head: bytes) -> str:
    """Name what begins like this: "GIF", "PDF", "MP4", "SVG", "HTML", "text", "empty"; "" when nobody knows."""
    known = media_format(head)
    if known is not None:
        return known.name
    head = behind_tag(head)
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
