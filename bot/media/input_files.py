"""The input files in one folder: each content once, under its sha256, and the copies that go out in place of some.

Beside a copy `<sha256>.jpg` lies a note `<sha256>.<key>`: what was made of the content and the conversion that the key
stands for. Both go when nothing uses that sha256.

Other processes may store, use and delete files in the same folder. What they hold for requests that are not written
down yet cannot be seen: so each use makes a file young (`file_use`), and none that is young is deleted, but by the
process that put it there and sees that none has touched it since.
"""

import asyncio
import errno
import hashlib
import json
import os
import threading
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import asdict
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from bot.domain.media import MediaFormat, Original, StoredFile
from bot.media.conversions import AsImage, Conversion
from bot.media.disk import digest_of, new_part, put_in_place
from bot.media.facts import Broken, Facts
from bot.media.file_use import Touches, delete_if, now_on, put, touch
from bot.media.images import Images
from bot.media.recode import Recoder
from bot.media.sniff import named

# Of what the conversions do: another number, and copies are made again.
_VERSION = 1
# What the note of a copy says of it.
_NOTED = ("sha256", "format", "size", "width", "height", "seconds")
# A file this young may belong to a job or an asset that is just being written down.
_FRESH_SECONDS = 3600.0
# A file that another process deletes again and again while it is stored.
_TRIES = 5


class InputFiles:
    """Stores files, converts them, and knows which of them requests use that are not written down yet.

    A file is in use from `store`, `convert` or `reuse` on until `release` or `discard`; no sweep takes it meanwhile.
    `alone`: no other process uses the folder.
    """

    def __init__(self, folder: Path, images: Images, recoder: Recoder, *, alone: bool = True) -> None:
        self.folder = folder
        self._alone = alone
        self._touches = Touches()
        self._images = images
        self._recoder = recoder
        # A lock lasts for as long as a task holds it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._lock = threading.Lock()  # of the two below, which are counted by sha256 and changed in threads
        self._in_use = Counter[str]()
        self._doomed: set[str] = set()

    def path(self, stored: StoredFile) -> Path | None:
        """Return where a file lies; None when it is past its days."""
        path = self.folder / stored.file_name
        return path if path.is_file() else None

    def store(self, part: Path, form: MediaFormat, facts: Facts, original: Original | None = None) -> StoredFile:
        """Put a file into the folder under the name of its content. Blocks: for a thread."""
        stored = StoredFile(
            digest_of(part), form, part.stat().st_size, facts.width, facts.height, facts.seconds, original
        )
        target = self.folder / stored.file_name
        self._use(stored.sha256)
        for _ in range(_TRIES):
            at = put(part, target)
            try:
                self._touch(target, at)
            except FileNotFoundError:
                continue  # another process has deleted it between the two
            part.unlink(missing_ok=True)
            return stored
        self.release([stored])
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(target))

    async def convert(self, given: Path, original: Original, conversion: Conversion) -> StoredFile:
        """Return the copy of a file, made once for each content. Raises PictureTooLarge, Broken or Unchecked."""
        key = await asyncio.to_thread(_key, given, conversion)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            if (known := await asyncio.to_thread(self._known, key, original)) is not None:
                return known
            made = await asyncio.to_thread(new_part, self.folder)
            try:
                facts = await self._make(given, made, original.name, conversion)
                return await asyncio.to_thread(self._store_copy, made, key, original, conversion.format, facts)
            finally:
                await asyncio.to_thread(made.unlink, missing_ok=True)

    async def reuse(self, stored: StoredFile) -> bool:
        """Have a file that lies here in use, as `store` does; False when it is past its days."""
        self._use(stored.sha256)
        try:
            await asyncio.to_thread(self._touch, self.folder / stored.file_name)
        except OSError:
            self.release([stored])
            return False
        except asyncio.CancelledError:
            self.release([stored])
            raise
        return True

    def release(self, files: Iterable[StoredFile]) -> None:
        """Say that files are no longer in use here: what uses them is written down."""
        with self._lock:
            self._forget([stored.sha256 for stored in files])

    async def discard(self, files: Iterable[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Release files, and delete those that no other request uses and that `in_use` (by sha256) does not name.

        One that is used again while `in_use` is asked stays.
        """
        contents = [stored.sha256 for stored in files]
        with self._lock:
            self._forget(contents)
        await self.delete(contents, in_use, self._delete_own)

    async def delete(
        self,
        contents: Iterable[str],
        in_use: Callable[[], Awaitable[set[str]]],
        delete: Callable[[Path], object] = lambda path: path.unlink(missing_ok=True),
    ) -> None:
        """Delete files by their contents, but for those that a request of this process or `in_use` names."""
        with self._lock:
            doomed = {sha256 for sha256 in contents if sha256 not in self._in_use}
            self._doomed |= doomed
        if not doomed:
            return
        used = doomed
        try:
            used = await in_use()
        finally:
            await asyncio.to_thread(self._delete, doomed, used, delete)

    def sweep(self, in_use: AbstractSet[str]) -> int:
        """Delete the files that nothing uses (`in_use`: their sha256) and that are not new; returns how many.

        Blocks: for a thread.
        """
        old, swept = int((now_on(self.folder) - _FRESH_SECONDS) * 1e9), 0
        for path in [path for path in self.folder.iterdir() if path.is_file() and path.stem not in in_use]:
            with self._lock:
                if path.stem not in self._in_use:
                    swept += delete_if(path, lambda changed: changed < old)
        return swept

    def _touch(self, path: Path, put_at: int | None = None) -> None:
        """Make a file young, so that no sweep takes it from whatever uses it now. Raises FileNotFoundError."""
        before, now = touch(path)
        with self._lock:
            self._touches.note(path.name, before, now, put_at)

    def _use(self, sha256: str) -> None:
        with self._lock:
            self._in_use[sha256] += 1
            self._doomed.discard(sha256)

    def _forget(self, contents: list[str]) -> None:
        self._in_use.subtract(contents)
        for sha256 in contents:
            if self._in_use[sha256] <= 0:
                del self._in_use[sha256]

    def _delete(self, doomed: set[str], used: set[str], delete: Callable[[Path], object]) -> None:
        """Delete files and the notes of what they are copies of, but for what has been used again or is in `used`."""
        with self._lock:
            for sha256 in doomed & self._doomed:
                self._doomed.discard(sha256)
                for path in self.folder.glob(f"{sha256}.*") if sha256 not in used else ():
                    delete(path)

    def _delete_own(self, path: Path) -> None:
        """Delete a file that no other process can be using."""
        if self._alone:
            path.unlink(missing_ok=True)
        else:
            delete_if(path, lambda changed: self._touches.alone(path.name, changed))

    async def _make(self, given: Path, made: Path, name: str, conversion: Conversion) -> Facts:
        """Carry a conversion out; the one place that knows which program does which."""
        if isinstance(conversion, AsImage):
            return await self._images.copy(given, made, conversion)
        container = named(name)
        if container is None:
            raise Broken(f"{name} holds neither video nor audio")
        return await self._recoder.copy(given, container, made, conversion)

    def _known(self, key: str, original: Original) -> StoredFile | None:
        for note in self.folder.glob(f"*.{key}"):
            try:
                noted: dict[str, Any] = json.loads(note.read_text("utf-8"))
            except FileNotFoundError:
                continue  # another process has just deleted it
            # Notes of older versions say more.
            known = {name: noted[name] for name in _NOTED}
            stored = StoredFile(**known | {"format": MediaFormat(known["format"]), "original": original})
            self._use(stored.sha256)
            try:
                for path in (note, self.folder / stored.file_name):
                    self._touch(path)
            except FileNotFoundError:
                self.release([stored])
            else:
                return stored
        return None

    def _store_copy(self, made: Path, key: str, original: Original, form: MediaFormat, facts: Facts) -> StoredFile:
        stored = self.store(made, form, facts, original)
        known = asdict(stored)
        note = new_part(self.folder)
        note.write_text(json.dumps({name: known[name] for name in _NOTED}), "utf-8")
        changed_at = note.stat().st_mtime_ns
        put_in_place(note, self.folder / f"{stored.sha256}.{key}")
        self._touch(self.folder / f"{stored.sha256}.{key}", changed_at)
        return stored


def _key(given: Path, conversion: Conversion) -> str:
    return hashlib.sha256(f"{_VERSION} {digest_of(given)} {conversion}".encode()).hexdigest()[:32]
