"""What a file really is, by its first bytes. Its name and its declared type are not asked."""

import codecs

import filetype

from bot.domain.models import ImageFormat

HEAD = 4096
"""Bytes from a file's start that are looked at."""

_IMAGES = {
    "image/jpeg": ImageFormat.JPEG,
    "image/png": ImageFormat.PNG,
    "image/apng": ImageFormat.PNG,  # every reader that knows no animation shows its first picture
    "image/webp": ImageFormat.WEBP,
}
_EBML = b"\x1a\x45\xdf\xa3"
# The boxes that an ISO base media file (MP4, MOV) may begin with.
_FIRST_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"styp"})
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def image_format(head: bytes) -> ImageFormat | None:
    """Tell which of the accepted image formats begins like this."""
    kind = filetype.guess(head) if head else None
    return None if kind is None else _IMAGES.get(kind.mime)


def is_iso_media(head: bytes) -> bool:
    """Tell whether a file begins like MP4 or MOV."""
    return head[4:8] in _FIRST_BOXES


def may_be_video(head: bytes) -> bool:
    """Tell whether a file begins like a container of video: MP4, MOV, WebM, Matroska."""
    return is_iso_media(head) or head.startswith(_EBML)


def name_kind(head: bytes) -> str:
    """Name what begins like this: "GIF", "PDF", "SVG", "HTML", "text"; empty when nobody knows."""
    kind = filetype.guess(head) if head else None
    if kind is not None:
        return str(kind.extension).upper()
    text = _as_text(head)
    if text is None:
        return ""
    start = text.lstrip().lower()
    if "<svg" in start:
        return "SVG"
    return "HTML" if start.startswith(("<!doctype html", "<html")) else "text"


def _as_text(head: bytes) -> str | None:
    if head.startswith(_WIDE_MARKS):
        return head.decode("utf-16", "replace")
    try:
        # Where the head ends a letter may be cut in half.
        text = codecs.getincrementaldecoder("utf-8-sig")().decode(head, final=len(head) < HEAD)
    except UnicodeDecodeError:
        return None
    return text if text and not any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text) else None
