"""A file on its way to Discord: open for one attempt."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Any

import discord


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
    kind = _CoveredFile if spoiler else discord.File
    file = await asyncio.to_thread(OpenedFile, path)
    try:
        yield kind(file, filename=name, description=description)
    finally:
        # The library gives the file a `close` that does nothing.
        await asyncio.to_thread(BufferedReader.close, file)


class OpenedFile(BufferedReader):
    """An open file that `bot.client` has aiohttp send in its own way."""

    def __init__(self, path: Path) -> None:
        super().__init__(FileIO(path))
