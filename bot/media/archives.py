"""ZIP archives on our disk, written file by file on a thread, each of at most so many bytes."""

import asyncio
import shutil
import zlib
from pathlib import Path
from tempfile import mkstemp
from typing import Final
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

# What a file takes in an archive beside its bytes: two heads of 30 and 46 bytes with its name in each (APPNOTE 4.3),
# and what deflate adds to a text that it cannot make smaller. The end of an archive takes 22.
_HEADS: Final = 100
_END: Final = 64


class ZipArchives:
    """Makes archives in a folder of its own, which holds nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def clear(self) -> None:
        """Delete all that an earlier run has left."""
        await asyncio.to_thread(shutil.rmtree, self._folder, ignore_errors=True)

    async def begin(self, maximum: int) -> "ZipArchive":
        """Begin one of at most so many bytes. Raises OSError."""
        return await asyncio.to_thread(self._begin, maximum)

    def _begin(self, maximum: int) -> "ZipArchive":
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = mkstemp(".zip", dir=self._folder)
        with open(descriptor, "wb"):  # noqa: PTH123 - a descriptor
            return ZipArchive(Path(name), maximum)


class ZipArchive:
    """An archive that is being written."""

    def __init__(self, path: Path, maximum: int) -> None:
        self._path = path
        self._left = maximum - _END
        self._zip = ZipFile(path, "w")
        self._is_empty = True

    async def add(self, name: str, content: bytes | Path) -> bool:
        """Add a file, texts made smaller and what lies on our disk as it is; False where it would be too much.

        Raises OSError.
        """
        return await asyncio.to_thread(self._add, name, content)

    async def close(self) -> Path | None:
        """Return the whole file; None, and none left, where nothing was added. Raises OSError."""
        return await asyncio.to_thread(self._close)

    def _add(self, name: str, content: bytes | Path) -> bool:
        size = content.stat().st_size if isinstance(content, Path) else len(zlib.compress(content))
        taken = size + _HEADS + 2 * len(name.encode())
        if taken > self._left:
            return False
        if isinstance(content, Path):
            self._zip.write(content, name, ZIP_STORED)
        else:
            self._zip.writestr(name, content, ZIP_DEFLATED)
        self._left -= taken
        self._is_empty = False
        return True

    def _close(self) -> Path | None:
        self._zip.close()
        if self._is_empty:
            self._path.unlink()
            return None
        return self._path
