"""Files by their content: whatever was fetched or uploaded lies here once."""

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

from sandbox.toapis.media import StoredFile


class TooMuch(Exception):
    """More bytes came than are allowed."""


class FileStore:
    """A folder of files named by their SHA-256; made when the first one comes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def keep(self, parts: AsyncIterator[bytes], max_bytes: int) -> StoredFile:
        """Write what comes, at most `max_bytes`, and return where it lies. Raises TooMuch."""
        coming = await asyncio.to_thread(self._blank)
        try:
            digest, size = await _written(coming, parts, max_bytes)
            path = self.folder / digest
            await asyncio.to_thread(coming.replace, path)
        finally:
            await asyncio.to_thread(coming.unlink, missing_ok=True)
        return StoredFile(path, digest, size)

    def keep_bytes(self, data: bytes) -> StoredFile:
        """Write `data` down and return where it lies."""
        digest = hashlib.sha256(data).hexdigest()
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / digest
        path.write_bytes(data)
        return StoredFile(path, digest, len(data))

    def _blank(self) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=self.folder, prefix="coming-")
        os.close(handle)
        return Path(name)


async def _written(path: Path, parts: AsyncIterator[bytes], max_bytes: int) -> tuple[str, int]:
    """Return the SHA-256 and size in bytes of what was written."""
    digest, size = hashlib.sha256(), 0
    with await asyncio.to_thread(path.open, "wb") as file:
        async for part in parts:
            size += len(part)
            if size > max_bytes:
                raise TooMuch
            digest.update(part)
            await asyncio.to_thread(file.write, part)
    return digest.hexdigest(), size
