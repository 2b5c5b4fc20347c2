"""A file on its way to Discord: open for one attempt, and read in parts that no thread is needed for."""

import asyncio
import errno
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

import aiohttp
import discord
from aiohttp.abc import AbstractStreamWriter
from aiohttp.payload import IOBasePayload

# Bytes that are read at a time.
_PART = 256 * 1024


class _CoveredFile(discord.File):
    """A file that Discord covers until a member clicks on it.

    The library does that by the name alone; Discord's description of its API knows a field of the attachment.
    """

    def to_dict(self, index: int) -> dict[str, Any]:
        return {**super().to_dict(index), "is_spoiler": True}


@asynccontextmanager
async def opened(
    path: Path, name: str, description: str | None = None, *, spoiler: bool = False
) -> AsyncIterator[discord.File]:
    """Open a file for one attempt, under that name and with that alt text, covered or not; raises OSError."""
    _register()
    kind = _CoveredFile if spoiler else discord.File
    file = await asyncio.to_thread(_Opened, path)
    try:
        yield kind(file, filename=name, description=description)
    finally:
        # The library gives the file a `close` that does nothing.
        await asyncio.to_thread(BufferedReader.close, file)


class _Opened(BufferedReader):
    """An open file that aiohttp sends by `_Parts`."""

    def __init__(self, path: Path) -> None:
        super().__init__(FileIO(path))


class _Parts(IOBasePayload):
    """Sends a file as aiohttp does, but for the turn of a thread that each part costs there.

    A clip has just been written, so the system still holds it in memory and gives a part at once (preadv(2),
    RWF_NOWAIT). Where it would have to wait for the disk, or cannot tell, a thread reads it.
    """

    async def write_with_length(self, writer: AbstractStreamWriter, content_length: int | None) -> None:
        """Write the file, at most so many bytes of it."""
        descriptor, at = self._value.fileno(), self._value.tell()
        end = at + min(size for size in (self.size, content_length) if size is not None)
        while at < end:
            part = _read_at_once(descriptor, min(_PART, end - at), at)
            if part is None:
                part = await asyncio.to_thread(os.pread, descriptor, min(_PART, end - at), at)
            if not part:
                # The other side would wait for the rest.
                raise OSError(errno.EIO, "the file is shorter than it was")
            await writer.write(part)
            at += len(part)
            # Nothing here need wait: let others have their turn.
            await asyncio.sleep(0)


def _read_at_once(descriptor: int, size: int, at: int) -> memoryview | bytes | None:
    """Read what is in memory; None where nothing is, or where the system does not say so."""
    if (at_once := getattr(os, "RWF_NOWAIT", None)) is None:
        return None
    part = bytearray(size)
    try:
        count = os.preadv(descriptor, [part], at, at_once)
    except OSError:
        return None
    return memoryview(part)[:count] if count else None


@cache
def _register() -> None:
    """Have aiohttp send such files by `_Parts`, once in a process."""
    aiohttp.PAYLOAD_REGISTRY.register(_Parts, _Opened)
