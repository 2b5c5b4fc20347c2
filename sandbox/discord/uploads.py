"""Files on their way in: streamed to disk, measured, hashed."""

import asyncio
import hashlib
import re
import warnings
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import StreamReader
from PIL import Image

from sandbox.discord.cdn import Cdn, clean_name, type_by_name
from sandbox.discord.model import Json, StoredFile

# Bytes at a film's start in which its index is looked for.
_MAX_INDEX_BYTES = 256 * 1024


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as a member picks it: name, bytes, content type ("" for the one its name promises)."""

    name: str
    data: bytes
    content_type: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A file that has arrived: `key` is its number in the form; size in bytes."""

    key: int
    name: str
    content_type: str
    path: Path
    size: int
    sha256: str

    def summary(self) -> Json:
        """Return what the ledger keeps of it."""
        return {"name": self.name, "size": self.size, "sha256": self.sha256}


class TooMuch(Exception):
    """More bytes came than may."""


async def receive(
    cdn: Cdn, key: int, name: str, content_type: str, chunks: AsyncIterator[bytes], max_bytes: int
) -> Received:
    """Stream a file to disk.

    Raises:
        TooMuch: after `max_bytes`; the rest is not read.
    """
    path, digest, size = cdn.new_path(), hashlib.sha256(), 0
    with path.open("wb") as file:
        async for chunk in chunks:
            size += len(chunk)
            if size > max_bytes:
                path.unlink()
                raise TooMuch
            digest.update(chunk)
            await asyncio.to_thread(file.write, chunk)
    kind = content_type if content_type not in ("", "application/octet-stream") else type_by_name(name)
    return Received(key, clean_name(name), kind, path, size, digest.hexdigest())


async def drain(content: StreamReader) -> None:
    """Read on for a while, so that a client that sends too much hears the refusal instead of a broken pipe."""
    left = 256 * 1024 * 1024
    async for chunk in content.iter_chunked(256 * 1024):
        left -= len(chunk)
        if left < 0:
            return


async def once(data: bytes) -> AsyncIterator[bytes]:
    """Yield bytes as the one chunk of a file."""
    yield data


async def store(cdn: Cdn, received: Received, file_id: int, channel_id: int, *, ephemeral: bool = False) -> StoredFile:
    """Put an arrived file on the CDN and return it."""
    width, height = await asyncio.to_thread(_pixels, received)
    file = StoredFile(
        file_id,
        channel_id,
        received.name,
        received.size,
        received.sha256,
        received.content_type,
        received.path,
        width,
        height,
        ephemeral=ephemeral,
    )
    cdn.keep(file)
    return file


def _pixels(received: Received) -> tuple[int | None, int | None]:
    if received.content_type == "video/mp4":
        return _film_pixels(received.path)
    if not received.content_type.startswith("image/"):
        return None, None
    try:
        with warnings.catch_warnings():
            # Only the header is read: a huge picture is no danger here, and a member may send one.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            with Image.open(received.path) as picture:
                return picture.size
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None, None


def _film_pixels(path: Path) -> tuple[int | None, int | None]:
    """Read width and height from the track headers of an MP4 whose index stands first (ISO/IEC 14496-12, `tkhd`)."""
    with path.open("rb") as file:
        head = file.read(_MAX_INDEX_BYTES)
    for found in re.finditer(rb"tkhd", head):
        begins = found.start() - 4
        ends = begins + int.from_bytes(head[begins : begins + 4], "big")
        width, height = (int.from_bytes(head[ends - back : ends - back + 2], "big") for back in (8, 4))
        # A sound track has neither.
        if width and height:
            return width, height
    return None, None
