"""What a file says of its own length: the boxes of MP4 and MOV, the chunks of WAV, the first frame of MP3."""

from pathlib import Path
from typing import BinaryIO

_MAX_BOXES = 10_000
# Programs that write a WAV into a pipe cannot come back to fill its length in: they leave 0, or about this much.
_CHUNK_UNKNOWN = 0x7FFF_0000


def is_cut_short(path: Path) -> bool:
    """Tell whether the boxes of an ISO base media file reach beyond its end. Blocks: for a thread.

    A server that closes the connection at the end of the body cannot be told from one that broke off, but by this.
    """
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        for _ in range(_MAX_BOXES):
            file.seek(at)
            header = file.read(16)
            length = int.from_bytes(header[:4], "big")
            if length == 1:
                length = int.from_bytes(header[8:16], "big")
            # A length of 0 means "to the end"; what is no box at all is for ffmpeg to judge.
            if len(header) < 8 or length < 8 or not (header[4:8].isascii() and header[4:8].decode().isprintable()):
                return False
            at += length
            if at >= size:
                return at > size
    return False


def said_seconds(path: Path) -> float | None:
    """Return the length in seconds that a WAV or an MP3 states itself; None where it states none. Blocks: for a thread.

    An MP3 states it by the number of its frames, in the first of them ("Xing" or "Info", as LAME writes it).
    """
    with path.open("rb") as file:
        start = file.read(12)
        if start[:4] == b"RIFF":
            return _wave_seconds(file)
        file.seek(tags_length(start))
        return _frames_seconds(file.read(192))


def tags_length(start: bytes) -> int:
    """Return the bytes of the ID3 tag that a file begins with, 0 where there is none (ID3 2.4, section 3.1)."""
    if len(start) < 10 or start[:3] != b"ID3" or max(start[6:10]) > 0x7F:
        return 0
    size = start[6] << 21 | start[7] << 14 | start[8] << 7 | start[9]
    # A footer repeats the header at the tag's end.
    return 10 + size + (10 if start[5] & 0x10 else 0)


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
