"""Whether a file is as long as it says itself: the boxes of MP4 and MOV, the chunks of WAV."""

from pathlib import Path

_BOXES_MOST = 10_000
# Programs that write a WAV into a pipe cannot come back to fill its length in: they leave 0, or about this much.
_CHUNK_UNKNOWN = 0x7FFF_0000


def is_cut_short(path: Path) -> bool:
    """Tell whether the boxes of an ISO base media file reach beyond its end. Blocks: for a thread.

    A server that closes the connection at the end of the body cannot be told from one that broke off, but by this.
    """
    size = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        for _ in range(_BOXES_MOST):
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


def is_wave_cut_short(path: Path) -> bool:
    """Tell whether the samples of a WAV reach beyond its end. Blocks: for a thread."""
    size = path.stat().st_size
    at = 12
    with path.open("rb") as file:
        for _ in range(_BOXES_MOST):
            file.seek(at)
            header = file.read(8)
            if len(header) < 8:
                return False
            length = int.from_bytes(header[4:8], "little")
            if header[:4] == b"data":
                return length < _CHUNK_UNKNOWN and at + 8 + length > size
            at += 8 + length + length % 2
    return False
