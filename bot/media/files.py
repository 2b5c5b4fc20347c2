"""Our own copies: every finished clip, and every input image for as long as it is wanted."""

import asyncio
import errno
import hashlib
import logging
import os
import re
import shutil
import time
from collections import Counter
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Self

import stamina

from bot.domain.errors import (
    ClipGone,
    ClipUnreachable,
    ClipUnusable,
    ImageTooLarge,
    ImageUnreachable,
    NoSpace,
    Refusal,
)
from bot.domain.reply import Fitted
from bot.domain.request import KeptImage, Offered
from bot.media.fetch import (
    BadStatus,
    Fetched,
    Fetcher,
    FetchError,
    Forbidden,
    Timeouts,
    TooManyBytes,
    TooSlow,
    Unreachable,
    put_in_place,
    sweep_parts,
)
from bot.media.fit import Fitter, drop_fitted, fitted_path, sweep_fitted
from bot.media.inspect import (
    PIXELS_MOST,
    ImageFacts,
    NotLookedAt,
    VideoFacts,
    glance_at_clip,
    inspect_image,
    inspect_video,
)

log = logging.getLogger(__name__)

CLIP_MOST = 512 * 1024 * 1024
"""Bytes of a clip that are fetched at most."""

_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_DEAD = frozenset({403, 404, 410})
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FRESH_SECONDS = 3600.0
"""An image this young may belong to a job that is just being written down."""
_DOWNLOADS_AT_ONCE = 3
"""Clips: each may take its whole time and CLIP_MOST bytes."""
_LOOKS_AT_ONCE = 2
_LOOKS_MOST = 3
"""A clip is kept without having been seen once ffmpeg could not look at it so often."""
_IMAGE_TRIES = 3


class DiskMedia:
    """Media in `clips` and `inputs` below one folder. Use as an async context manager: it owns its sessions.

    Args:
        folder: where the data lives; made when it is not there.
        allow_hosts: hosts, or host:port, from which media may come although their address is not public.
        image_most: bytes of an input image.
        clip_most: bytes of a clip.
        timeouts: of the network calls.
        pixels_most: pixels of an input image.
    """

    def __init__(
        self,
        folder: Path,
        allow_hosts: AbstractSet[str],
        image_most: int,
        clip_most: int = CLIP_MOST,
        timeouts: Timeouts | None = None,
        pixels_most: int = PIXELS_MOST,
    ) -> None:
        self._folder = folder
        self._clips = folder / "clips"
        self._inputs = folder / "inputs"
        self._image_most = image_most
        self._clip_most = clip_most
        self._pixels_most = pixels_most
        self._timeouts = timeouts or Timeouts()
        self._fetcher = Fetcher(allow_hosts, self._timeouts)
        self._downloads = asyncio.Semaphore(_DOWNLOADS_AT_ONCE)
        self._looks = asyncio.Semaphore(_LOOKS_AT_ONCE)
        self._unseen = Counter[str]()
        self._fitter = Fitter()

    async def __aenter__(self) -> Self:
        swept = await asyncio.to_thread(self._lay_out)
        if swept:
            log.info("deleted %d unfinished files of an earlier run", swept)
        await self._fetcher.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._fetcher.__aexit__(kind, error, trace)

    async def keep_image(self, offered: Offered) -> KeptImage:
        """Fetch an offered image, look at its bytes and keep our own copy, once for each content.

        Raises Refusal: ImageTooLarge, ImageNotAccepted, ImageBroken, ImageTooManyPixels, ImageUnreachable, or NoSpace
        when the disk is full.
        """
        if offered.size > self._image_most:
            raise Refusal(ImageTooLarge(offered.size, self._image_most))
        try:
            part = await self._fetch_image(offered.url)
            try:
                async with self._looks:
                    facts = await inspect_image(part, self._pixels_most)
                return await asyncio.to_thread(self._file_away, part, facts)
            finally:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        except OSError as error:
            if error.errno in _FULL:
                raise Refusal(NoSpace()) from error
            raise

    def image(self, kept: KeptImage) -> Path | None:
        """Return our copy of an input image; None when it is past its days."""
        path = self._inputs / kept.file_name
        return path if path.is_file() else None

    async def fetch_clip(self, url: str, job_id: str) -> int:
        """Stream a finished clip to our disk, check that it is a video, and return its size in bytes.

        Complete or not there at all; one that is there already is not fetched again. Raises ClipGone, ClipUnusable or
        ClipUnreachable; OSError when the disk is full.
        """
        target = self._clip_path(job_id)
        there = await asyncio.to_thread(_size, target)
        if there:
            return there
        async with self._downloads:
            fetched = await self._fetch_clip(url)
        part = fetched.path
        try:
            facts = await self._look(fetched, job_id)
            size = await asyncio.to_thread(_size, part) or 0
            await asyncio.to_thread(put_in_place, part, target)
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)
        log.info("kept the clip of %s: %d bytes, %s", job_id, size, facts or "unseen")
        return size

    async def _look(self, fetched: Fetched, job_id: str) -> VideoFacts | None:
        """Look whether it is a video; None when that could not be done too often, and so will never be."""
        try:
            async with self._looks:
                facts = await inspect_video(fetched.path, ended_well=fetched.ended_well)
        except NotLookedAt as error:
            self._unseen[job_id] += 1
            if self._unseen[job_id] < _LOOKS_MOST:
                raise
            log.warning("the clip of %s is kept unseen: %s", job_id, error.detail)
            facts = None
        del self._unseen[job_id]
        return facts

    def clip(self, job_id: str) -> Path | None:
        """Return the clip on our disk; None when it is not there."""
        path = self._clip_path(job_id)
        return path if path.is_file() else None

    async def fit(self, job_id: str, limit: int) -> Fitted | None:
        """Make the clip smaller, to at most `limit` bytes, once; None when that cannot be done (the log says why).

        May take minutes: one clip at a time, behind everything else.
        """
        clip = self._clip_path(job_id)
        fitted = await self._fitter.fit(clip, limit)
        if fitted is not None:
            log.info("%s fits into %d bytes: %s", clip.name, limit, fitted)
        return fitted

    def fitted(self, job_id: str, limit: int) -> Path | None:
        """Return the clip as it was made to fit that limit; None when it is not there."""
        path = fitted_path(self._clip_path(job_id), limit)
        return path if path.is_file() else None

    async def drop_clip(self, job_id: str) -> None:
        """Delete the clip from our disk, and all that was made of it."""
        await asyncio.to_thread(_drop, self._clip_path(job_id))

    async def sweep_images(self, in_use: set[str]) -> int:
        """Delete the input images that no job uses (`in_use`: their sha256) and that are not new; returns how many."""
        return await asyncio.to_thread(self._sweep_images, frozenset(in_use))

    async def free_bytes(self) -> int:
        """Return how much of the disk is free, in bytes."""
        return (await asyncio.to_thread(shutil.disk_usage, self._folder)).free

    async def _fetch_image(self, url: str) -> Path:
        pause, total = self._timeouts.image_pause, self._timeouts.image_total
        tries = stamina.retry_context(
            _may_pass, attempts=_IMAGE_TRIES, timeout=total, wait_initial=pause, wait_jitter=pause
        )
        try:
            async for attempt in tries:
                with attempt:
                    return (await self._fetcher.fetch(url, self._inputs, self._image_most, total)).path
        except TooManyBytes as error:
            raise Refusal(ImageTooLarge(error.size, self._image_most)) from error
        except FetchError as error:
            log.warning("an input image was not fetched: %s", error)
            raise Refusal(ImageUnreachable()) from error
        raise AssertionError("a retry ends with a result or an error")

    async def _fetch_clip(self, url: str) -> Fetched:
        try:
            return await self._fetcher.fetch(
                url, self._clips, self._clip_most, self._timeouts.clip_total, glance_at_clip
            )
        except BadStatus as error:
            if error.status in _DEAD:
                raise ClipGone(str(error)) from error
            if 200 <= error.status < 300:
                raise ClipUnusable(str(error)) from error
            raise ClipUnreachable(str(error)) from error
        except (TooManyBytes, TooSlow, Forbidden) as error:
            raise ClipUnusable(str(error)) from error
        except FetchError as error:
            raise ClipUnreachable(str(error)) from error

    def _clip_path(self, job_id: str) -> Path:
        if _ID.fullmatch(job_id) is None:
            raise ValueError("a job's id names a file: letters, digits, - and _ only")
        return self._clips / f"{job_id}.mp4"

    def _lay_out(self) -> int:
        folders = (self._clips, self._inputs)
        for folder in folders:
            folder.mkdir(parents=True, exist_ok=True)
        return sum(sweep_parts(folder) for folder in folders) + sweep_fitted(self._clips)

    def _file_away(self, part: Path, facts: ImageFacts) -> KeptImage:
        with part.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        kept = KeptImage(digest, facts.format, part.stat().st_size, facts.width, facts.height)
        target = self._inputs / kept.file_name
        if target.is_file():
            os.utime(target)  # young again, so that the sweep leaves it to the new job
        else:
            put_in_place(part, target)
        return kept

    def _sweep_images(self, in_use: frozenset[str]) -> int:
        old = time.time() - _FRESH_SECONDS
        unused = [path for path in self._inputs.iterdir() if path.stem not in in_use and path.stat().st_mtime < old]
        for path in unused:
            path.unlink(missing_ok=True)
        return len(unused)


def _drop(clip: Path) -> None:
    drop_fitted(clip)
    # Last, so that a death half-way leaves the clip for the next sweep to find.
    clip.unlink(missing_ok=True)


def _size(path: Path) -> int | None:
    return path.stat().st_size if path.is_file() else None


def _may_pass(error: Exception) -> bool:
    """Tell whether a failed download may work a moment later."""
    return isinstance(error, Unreachable) or (
        isinstance(error, BadStatus) and error.status in (429, 500, 502, 503, 504)
    )
