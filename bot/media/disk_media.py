"""The studio's port of media on one disk: every finished clip, and every input file for as long as it is wanted."""

import asyncio
import logging
import math
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Self

from bot.domain.clip_errors import ClipDamaged, ClipUnkeepable, ClipUnreachable, ClipUnusable
from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.models import Capability
from bot.domain.reply import RepairedClip, ShrunkClip
from bot.domain.storage_limits import CLIPS, INPUTS, POSTERS
from bot.log_lines import counted
from bot.media.clip_fetch import fetch_clip_file
from bot.media.clip_inputs import ClipInputs
from bot.media.clips import (
    accept,
    check_form,
    damaged_path,
    delete_clip,
    hold_back,
    inspect_clip,
    repair,
    shrunk_path,
    sweep_leftovers,
)
from bot.media.disk import (
    ABANDONED,
    FULL,
    beside,
    bytes_in,
    free_bytes,
    put_in_place,
    size_of,
    sweep_unfinished,
    there,
    why_unwritable,
    write_through,
)
from bot.media.download import Fetcher, Timeouts
from bot.media.facts import Facts, Unchecked
from bot.media.file_use import now_on
from bot.media.images import Images
from bot.media.inputs import Inputs
from bot.media.join import Joiner
from bot.media.posters import ClipInspections, Posters
from bot.media.probe import SelfTest
from bot.media.shrink import Shrinker
from bot.studio.ports.files import DiskUsage

log = logging.getLogger(__name__)

MAX_CLIP_BYTES = 512 * 1024 * 1024
"""Bytes of a clip that are fetched at most."""

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_DOWNLOADS_AT_ONCE = 3
"""Clips: each may take its whole time and MAX_CLIP_BYTES bytes."""
_INSPECTIONS_AT_ONCE = 2
_MAX_INSPECTIONS = 3
"""A clip is stored uninspected once ffmpeg could not inspect it so often."""


class DiskMedia:
    """Media in `clips` and `inputs` below one folder. Use as an async context manager: it owns its sessions.

    Args:
        folder: where the data lives; made when it is not there.
        allow_hosts: hosts, or host:port, from which media may come although their address is not public.
        max_clip: bytes of a clip.
        timeouts: of the network calls.
        images: inspects pictures and copies them.
        alone: no other process uses the folder, so that what is unfinished at the start belongs to none.
    """

    def __init__(
        self,
        folder: Path,
        allow_hosts: AbstractSet[str],
        max_clip: int = MAX_CLIP_BYTES,
        timeouts: Timeouts | None = None,
        images: Images | None = None,
        *,
        alone: bool = True,
    ) -> None:
        self._folder, self._alone = folder, alone
        self._clips = folder / CLIPS
        self._max_clip = max_clip
        self._timeouts = timeouts or Timeouts()
        self._fetcher = Fetcher(allow_hosts, self._timeouts)
        self._downloads = asyncio.Semaphore(_DOWNLOADS_AT_ONCE)
        # What is paid never waits behind what members attach.
        self._inspections = asyncio.Semaphore(_INSPECTIONS_AT_ONCE)
        input_inspections = asyncio.Semaphore(_INSPECTIONS_AT_ONCE)
        self.self_test = SelfTest()
        self._inputs = Inputs(
            *(folder / INPUTS, self._fetcher, input_inspections, self._timeouts, images or Images(), self.self_test),
            alone=alone,
        )
        self._files = self._inputs.files
        self.reuse, self.release, self.input_path = self._files.reuse, self._files.release, self._files.path
        self.delete_inputs = self._files.delete
        self._failed_inspections, self._facts = Counter[str](), dict[str, Facts]()
        self._shrinker, self.join_clips = Shrinker(), Joiner(self._clip_path).join
        self.keep_clip = ClipInputs(self._inputs, self._shrinker, self._clip_path).keep
        self._looks = ClipInspections()
        self._posters = Posters(folder / POSTERS, self._looks)

    async def __aenter__(self) -> Self:
        swept = await asyncio.to_thread(self._prepare_folders)
        if swept:
            log.info("Deleted %s of an earlier run.", counted(swept, "unfinished file"))
        await self._fetcher.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Fetch an attachment and keep our own copy, as `Inputs.keep` does, until `release` or `discard`.

        What no role can take is refused here; numbers are judged by `rules`. Raises Refusal: see there.
        """
        return await self._inputs.keep(attachment, capability)

    async def bring_input(self, stored: StoredFile) -> Path | None:
        """Return our copy of an input file; None when it is past its days."""
        return await asyncio.to_thread(self._files.path, stored)

    async def fetch_clip(self, url: str, job_id: str) -> int:
        """Stream a finished clip to our disk, check that it is a video, and return its size in bytes.

        Complete or not there at all; one that is there already is not fetched again. Raises ClipError (any of its
        kinds); OSError when the disk is full.
        """
        target = self._clip_path(job_id)
        if present := await asyncio.to_thread(size_of, target):
            return present
        try:
            return await self._fetch_to(target, url, job_id)
        except OSError as error:
            trouble = None if error.errno in FULL else await asyncio.to_thread(why_unwritable, self._clips)
            if trouble is None:
                raise
            raise ClipUnkeepable(trouble) from error

    async def _fetch_to(self, target: Path, url: str, job_id: str) -> int:
        async with self._downloads:
            part = await fetch_clip_file(self._fetcher, url, target, self._max_clip, self._timeouts.clip_total)
        try:
            # The disk needs about as long as ffmpeg.
            with self._looks.one():
                facts = await beside(self._inspect(part, job_id), lambda: write_through(part))
                size = await asyncio.to_thread(accept, part, target)
        except ClipDamaged as error:
            same = await asyncio.to_thread(hold_back, part, target)
            raise ClipDamaged(error.detail, same=same) from error
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        if facts is not None:
            self._facts[job_id] = facts
        log.info("The video is on disk: %d bytes, %s.", size, facts or "not checked")
        return size

    def clip_seconds(self, job_id: str) -> float | None:
        """Return the measured length of the clip that was fetched last for the job; None if not known."""
        return self._facts[job_id].seconds if job_id in self._facts else None

    def clip_sides(self, job_id: str) -> tuple[int, int] | None:
        """Return width and height in pixels of the clip that was fetched last for the job; once, None if not known."""
        return (facts.width, facts.height) if (facts := self._facts.pop(job_id, None)) else None

    async def repair_clip(self, job_id: str, *, in_part: bool) -> RepairedClip | None:
        """Make the clip of the file that ClipDamaged held back, so that it plays.

        None when there is none or it does not play, and where pictures are missing unless `in_part`. Where this
        machine's ffmpeg is broken it is taken as it came, as a part. Raises OSError.
        """
        target = self._clip_path(job_id)
        damaged = damaged_path(target)
        if not await asyncio.to_thread(damaged.is_file):
            return None
        async with self._inspections:
            repaired = await repair(damaged, target, in_part=in_part)
        if repaired is None and in_part and (problem := await self.self_test.problem()):
            log.warning("The video is delivered damaged and unchecked: %s", problem)
            repaired = RepairedClip((await asyncio.to_thread(damaged.stat)).st_size, incomplete=True)
            await asyncio.to_thread(put_in_place, damaged, target)
        if repaired is not None:
            await asyncio.to_thread(damaged.unlink, missing_ok=True)
        return repaired

    async def _inspect(self, part: Path, job_id: str) -> Facts | None:
        """Inspect it; None when that cannot be done here: the tool's failure is never the clip's."""
        await check_form(part)
        try:
            async with self._inspections:
                facts = await inspect_clip(part)
        except (ClipUnusable, Unchecked) as error:
            problem = await self.self_test.problem()
            if problem is None:
                if isinstance(error, ClipUnusable):
                    raise
                self._failed_inspections[job_id] += 1
                if self._failed_inspections[job_id] < _MAX_INSPECTIONS:
                    raise ClipUnreachable(f"the clip could not be inspected: {error}") from error
            log.warning("The video is delivered unchecked: %s", problem or error)
            facts = None
        del self._failed_inspections[job_id]
        return facts

    def clip(self, job_id: str) -> Path | None:
        """Return the clip on our disk; None when it is not there."""
        return there(self._clip_path(job_id))

    async def bring(self, job_id: str) -> Path | None:
        """Have the clip on our disk, wherever it was stored; None when it is nowhere."""
        return await asyncio.to_thread(self.clip, job_id)

    def has_clip(self, job_id: str, *, noted: bool) -> bool:  # noqa: ARG002 - a folder can be looked into
        """Tell without a wait whether the clip is stored; `noted`: its row says so, for where looking takes a wait."""
        return self.clip(job_id) is not None

    async def shrink_clip(self, job_id: str, limit: int) -> ShrunkClip | None:
        """Make the clip smaller, to at most `limit` bytes, once; None when that cannot be done (the log says why).

        May take minutes: one clip at a time, behind everything else.
        """
        shrunk = await self._shrinker.shrink(self._clip_path(job_id), limit)
        if shrunk is not None:
            log.info("The video was made smaller to fit %d bytes: %s.", limit, shrunk)
        return shrunk

    def shrunk_clip(self, job_id: str, limit: int) -> Path | None:
        """Return the clip as it was made to fit that limit; None when it is not there."""
        return there(shrunk_path(self._clip_path(job_id), limit))

    async def make_poster(self, job_id: str) -> bool:
        """Make a small picture of the clip on our disk, unless there is one; tells whether there is. Never raises."""
        return await self._posters.make(self._clip_path(job_id))

    async def poster(self, job_id: str) -> bytes | None:
        """Return the clip's poster, a JPEG of a few KB; None where there is none. It outlives the clip."""
        return await self._posters.read(self._clip_path(job_id).stem)

    async def delete_clip(self, job_id: str, *, poster: bool = False) -> None:
        """Delete the clip from our disk, and all that was made of it; its poster stays if not `poster`."""
        await asyncio.to_thread(delete_clip, self._clip_path(job_id))
        if poster:
            await self._posters.delete(self._clip_path(job_id).stem)

    async def delete_unused_files(self, in_use: set[str]) -> int:
        """Delete the input files that nothing uses (`in_use`: their sha256) and that are not new; returns how many."""
        await asyncio.to_thread(self._sweep_unfinished, ABANDONED)
        return await asyncio.to_thread(self._files.sweep, frozenset(in_use))

    async def discard(self, files: Sequence[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Release files that `keep` returned, and delete what no other request uses and `in_use` does not name.

        `in_use` returns the sha256 of what jobs and assets use; where it raises, nothing is deleted.
        """
        await self._files.discard(files, in_use)

    async def trouble(self) -> str | None:
        """Say why no file could be stored now, however much room there is; None when files can be stored."""
        return await asyncio.to_thread(lambda: why_unwritable(self._clips) or why_unwritable(self._files.folder))

    async def disk_usage(self) -> DiskUsage:
        """Return how much of the disk is free, and what the files and clips take."""
        return await asyncio.to_thread(self._stored)

    def _stored(self) -> DiskUsage:
        return DiskUsage(free_bytes(self._folder), bytes_in(self._files.folder), bytes_in(self._clips))

    def _clip_path(self, job_id: str) -> Path:
        if _ID.fullmatch(job_id) is None:
            raise ValueError("a job's id names a file: letters, digits, - and _ only")
        return self._clips / f"{job_id}.mp4"

    def _prepare_folders(self) -> int:
        for folder in self._folders:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return self._sweep_unfinished(-math.inf if self._alone else ABANDONED) + sweep_leftovers(self._clips)

    def _sweep_unfinished(self, age: float) -> int:
        before = now_on(self._clips) - age
        return sum(sweep_unfinished(folder, before) for folder in self._folders)

    @property
    def _folders(self) -> tuple[Path, ...]:
        return self._clips, self._files.folder, self._posters.folder
