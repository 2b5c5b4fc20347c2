"""What the headers of a file state: the boxes of MP4 and MOV, the chunks of WAV, the first frame and the tags of MP3.

Everything here blocks: for a thread.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.media.disk import PART
from bot.media.sniff import HEAD, MP3, container_of, tags_length

_MAX_TAGS = 4
_MAX_BOXES = 10_000
# Programs that write a WAV into a pipe cannot come back to fill its length in: they leave 0, or about this much.
_CHUNK_UNKNOWN = 0x7FFF_0000


def is_cut_short(path: Path) -> bool:
    """Tell whether the boxes of an ISO base media file reach beyond its end.

    A server that closes the connection at the end of the body can be told from one that broke off by this alone.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        for _, _, end in _boxes(file, 0):
            if end >= size:
                return end > size
    return False


def movie_seconds(path: Path) -> float | None:
    """Return the length in seconds that an MP4 or MOV states (the box "mvhd": ISO 14496-12, 8.2.2); None without one.

    It counts the longest of the streams, whether or not their samples are there.
    """
    with path.open("rb") as file:
        begin = 0
        for name in (b"moov", b"mvhd"):
            found = next((inside for kind, inside, _ in _boxes(file, begin) if kind == name), None)
            if found is None:
                return None
            begin = found
        file.seek(begin)
        content = file.read(32)
    scale, length = (content[20:24], content[24:32]) if content[:1] == b"\x01" else (content[12:16], content[16:20])
    units = int.from_bytes(length, "big")
    # All ones means that the length is not known.
    known = units and length.count(0xFF) < len(length) and any(scale)
    return units / int.from_bytes(scale, "big") if known else None


def stated_seconds(path: Path) -> float | None:
    """Return the length in seconds that a WAV or an MP3 states itself; None where it states none.

    An MP3 states it by the number of its frames, in the first of them ("Xing" or "Info", as LAME writes it).
    """
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] == b"RIFF":
            return _wave_seconds(file)
        file.seek(tags_length(start))
        return _frames_seconds(file.read(192))


def strip_tags(path: Path) -> None:
    """Take away the ID3 tags that stand in front of what is no MP3, whose readers do not expect them."""
    at, head = 0, b""
    with path.open("rb") as file:
        for _ in range(_MAX_TAGS):
            head = file.read(HEAD)
            if not (length := tags_length(head)):
                break
            at += length
            file.seek(at)
        if not at or container_of(head) in (None, MP3):
            return
        stripped = path.with_name(f"{path.name}{PART}")
        file.seek(at)
        try:
            with stripped.open("wb") as target:
                shutil.copyfileobj(file, target)
            stripped.replace(path)
        finally:
            stripped.unlink(missing_ok=True)


def _boxes(file: BinaryIO, at: int) -> Iterator[tuple[bytes, int, int]]:
    """List the boxes that follow each other from a place on: name, where the content begins, where it ends."""
    for _ in range(_MAX_BOXES):
        file.seek(at)
        header = file.read(16)
        length, begin = int.from_bytes(header[:4], "big"), at + 8
        if length == 1:
            length, begin = int.from_bytes(header[8:16], "big"), at + 16
        # A length of 0 means "to the end"; what is no box at all is for ffmpeg to judge.
        if len(header) < 8 or length < 8 or not (header[4:8].isascii() and header[4:8].decode().isprintable()):
            return
        at += length
        yield header[4:8], begin, at


def _wave_seconds(file: BinaryIO) -> float | None:
    rate, at = 0, 12
    for _ in range(_MAX_BOXES):
        file.seek(at)
        header = file.read(8)
        if len(header) < 8:
            return None
        length = int.from_bytes(header[4:8], "little")
        if header[:4] == b"fmt ":
            rate = int.from_bytes(file.read(12)[8:12], "little")
        if header[:4] == b"data":
            return length / rate if rate and 0 < length < _CHUNK_UNKNOWN else None
        at += 8 + length + length % 2
    return None


# Samples a second by the header's version bits (2.5, reserved, 2, 1) and rate bits; see ISO 11172-3 and 13818-3.
_RATES = {0: (11025, 12000, 8000), 2: (22050, 24000, 16000), 3: (44100, 48000, 32000)}


def _frames_seconds(frame: bytes) -> float | None:
    if len(frame) < 48 or frame[0] != 0xFF or frame[1] & 0xE6 != 0xE2:
        return None
    version, rate, mono = frame[1] >> 3 & 3, frame[2] >> 2 & 3, frame[3] >> 6 == 3
    if version not in _RATES or rate == 3:
        return None
    newest = version == 3
    at = 4 + ((17 if mono else 32) if newest else (9 if mono else 17))
    if frame[at : at + 4] not in (b"Xing", b"Info") or not frame[at + 7] & 1:
        return None
    samples = int.from_bytes(frame[at + 8 : at + 12], "big") * (1152 if newest else 576)
    if frame[at + 7] & 15 == 15 and frame[at + 120 : at + 121].isalpha():
        # The encoder's name is followed by the samples that it put in front and behind, 12 bits each.
        added = int.from_bytes(frame[at + 141 : at + 144], "big")
        samples -= (added >> 12) + (added & 0xFFF)
    return max(samples, 0) / _RATES[version][rate]
