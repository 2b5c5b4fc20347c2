"""Copies on our disk of what lies in the store: brought when they are needed, thrown away when they take too much."""

import asyncio
import logging
import os
import re
import time
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Final
from weakref import WeakValueDictionary

from bot.domain.clip_errors import FileStoreDown
from bot.domain.storage_limits import CLIPS, INPUTS, POSTERS
from bot.log_lines import counted
from bot.media.bucket import Bucket
from bot.media.clips import delete_clip
from bot.media.disk import PART, changed, digest_of, put_in_place

log = logging.getLogger(__name__)

# In real seconds: what was brought or stored so lately may be on its way out.
_NEW: Final = 900.0
_EVERY: Final = 60.0
# So many are looked for in the store at once: who asks whether files can be stored waits for it.
_AT_ONCE: Final = 20
# What is not in the store: unfinished files and their folders, and damaged clips that are held back.
_OURS: Final = {PART, ".fitting", ".held", ".unsent"}

_CLIP: Final = re.compile(r"[\w-]{1,64}", re.ASCII)
_SHA256: Final = re.compile("[0-9a-f]{64}")


class LocalCopies:
    """The clips and input files in a folder; all of it may go but what is new and what the caller still needs.

    Args:
        folder: where they lie, by their names in the store.
        bucket: the store.
        maximum: bytes that they may take, past which the ones that were not used for the longest time go.
    """

    def __init__(self, folder: Path, bucket: Bucket, maximum: int) -> None:
        self._folder = folder
        self._bucket = bucket
        self._maximum = maximum
        self._due = 0.0
        # What lay here before there was a store, by names.
        self._only_here = set[str]()
        # A lock lives for as long as a task has it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def bring(self, name: str, sha256: str = "") -> Path | None:
        """Have a copy of an object here, whole, and of the content `sha256` where that is named; None without one.

        Raises FileStoreDown, or OSError when the disk is full.
        """
        lock = self._locks.setdefault(name, asyncio.Lock())
        async with lock:
            target = self._folder / name
            if await asyncio.to_thread(_use, target):
                return target
            part = await self._bucket.get(name, target.parent)
            if part is None:
                return None
            try:
                if sha256 and await asyncio.to_thread(digest_of, part) != sha256:
                    raise FileStoreDown("an object has not the content that its name says")
                await asyncio.to_thread(put_in_place, part, target)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
            log.info("Brought a file from the file storage.")
            return target

    def unsent(self) -> list[str]:
        """List the ids of the clips here that were to be put into the store by and by. Blocks."""
        return [path.stem for path in (self._folder / CLIPS).glob("*.unsent")]

    def note_unsent(self, job_id: str, *, unsent: bool) -> None:
        """Note beside a clip that it is not in the store yet, for the next start, or that it is. Blocks."""
        note = self._folder / CLIPS / f"{job_id}.unsent"
        if unsent:
            note.touch()
        else:
            note.unlink(missing_ok=True)

    def clips(self) -> set[str]:
        """List the ids of clips of which anything lies here: they, what was made of them, their posters. Blocks."""
        found = {path.name.partition(".")[0] for each in (CLIPS, POSTERS) for path in (self._folder / each).glob("*")}
        return {one for one in found if _CLIP.fullmatch(one)}

    def inputs(self) -> set[str]:
        """List the sha256 of the input files that lie here. Blocks."""
        found = {path.stem for path in (self._folder / INPUTS).glob("*")}
        return {one for one in found if _SHA256.fullmatch(one)}

    async def drop_old_clips(self, job_ids: AbstractSet[str]) -> None:
        """Delete clips that are past their days, but not what is new: it may have been fetched again to be posted."""
        for job_id in job_ids:
            clip = self._folder / CLIPS / f"{job_id}.mp4"
            if await asyncio.to_thread(changed, clip) < time.time() - _NEW:
                await asyncio.to_thread(delete_clip, clip)

    async def not_stored(self, contents: AbstractSet[str]) -> set[str]:
        """List those of the input files here, by their sha256, that the store has not. Raises FileStoreDown."""
        here = await asyncio.to_thread(lambda: [*(self._folder / INPUTS).glob("*")])
        stored = set[str]()
        for path in here:
            if path.stem in contents - stored and await self._bucket.find(self._name(path)):
                stored.add(path.stem)
        return set(contents - stored)

    async def trim(self, needed: AbstractSet[str]) -> None:
        """Delete copies that are too many, now and then; those `needed`, by their names, stay."""
        if time.monotonic() >= self._due:
            self._due = time.monotonic() + _EVERY
            await self.trim_now(needed)

    async def trim_now(self, needed: AbstractSet[str] = frozenset()) -> int:
        """Delete some of the copies that are too many, if the store has them; returns how many went."""
        gone = 0
        for path in await asyncio.to_thread(self._too_many, needed | self._only_here):
            name = self._name(path)
            try:
                found = await self._bucket.find(name)
            except FileStoreDown:
                break
            if found is None:
                self._only_here.add(name)
            else:
                await asyncio.to_thread(path.unlink, missing_ok=True)
                gone += 1
        if gone:
            log.info("Deleted %s that the file storage has too.", counted(gone, "local file"))
        return gone

    def _too_many(self, needed: AbstractSet[str]) -> list[Path]:
        """List those that go first, at most so many as are looked for at once. Blocks."""
        found = [path for each in (CLIPS, INPUTS) for path in (self._folder / each).glob("*")]
        files = sorted(((changed(path), path) for path in found if path.suffix not in _OURS), reverse=True)
        taken, young, over = 0, time.time() - _NEW, list[Path]()
        for at, path in files:
            taken += size if (size := _size(path)) else 0
            if taken > self._maximum and at < young and self._name(path) not in needed:
                over.append(path)
        return over[-_AT_ONCE:]

    @staticmethod
    def _name(path: Path) -> str:
        return f"{path.parent.name}/{path.name}"


def _use(path: Path) -> bool:
    """Make a copy young, so that it is not the next to go; tells whether there is one."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
