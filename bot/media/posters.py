"""The poster of each clip: one small picture of it, for lists. It outlives the clip, since lists do too.

A poster has some 5 KB and is looked at beside a line of text. The oldest go once there are MAX_POSTERS of them. They
count in no quota: a quota is freed as clips pass their days, and what stays for longer would keep new requests out.
"""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Final

from bot.media.bounded import only, run_ffmpeg
from bot.media.disk import changed, delete_unfinished, put_in_place, work_folder
from bot.media.facts import Broken, Unchecked
from bot.media.probe import BOUNDS, MAX_PIXELS
from bot.media.sniff import clip_container, read_head

log = logging.getLogger(__name__)

MAX_POSTERS: Final = 20_000
"""Posters that are kept, about 100 MB of them."""
MAX_BYTES: Final = 100_000
"""Bytes of one poster, which only confetti comes near to."""
LONGEST_SIDE: Final = 256
"""Pixels: three times those of a thumbnail in Discord, for dense displays."""

# Of the posters that are too many, some more go at once, so that not every new one has to look for the oldest.
_SPARE: Final = 500
# After so many of our own those of other processes are counted too.
_COUNTED_AGAIN: Final = 100
# In seconds: past a first frame that the member gave, or that fades in. A shorter clip is shown as it begins.
_MOMENT: Final = "1"
_START: Final = "0"
# In real seconds: so long does a poster wait while clips are being looked at.
_WAITS: Final = 30.0
_BOUNDS: Final = replace(BOUNDS, file_size=MAX_BYTES)


class ClipInspections:
    """Counts the clips that are being inspected, so that posters wait until there are none."""

    def __init__(self) -> None:
        self._count = 0
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Count one until the block is done."""
        self._count += 1
        self._none.clear()
        try:
            yield
        finally:
            self._count -= 1
            if not self._count:
                self._none.set()

    async def none(self, seconds: float) -> None:
        """Wait until there are none, at most so many real seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._none.wait()


class Posters:
    """The posters in a folder; one is made at a time, at low priority, and after the clips that are being looked at.

    A poster takes more of the processor than all that its clip needs to be delivered. `waits`: for how many real
    seconds it lets them go first.
    """

    def __init__(
        self, folder: Path, looks: ClipInspections | None = None, maximum: int = MAX_POSTERS, waits: float = _WAITS
    ) -> None:
        self.folder = folder
        self._looks = looks or ClipInspections()
        self._waits = waits
        self._maximum = maximum
        self._one = asyncio.Semaphore(1)
        self._hopeless: set[str] = set()
        self._count = 0
        self._trusted = 0

    async def make(self, clip: Path) -> bool:
        """Make a clip's poster, complete or not at all, unless it is there; returns whether it is there now.

        What cannot be made is not tried again before the next start, or long after; the log says why.
        """
        target = self._path(clip.stem)
        if clip.stem in self._hopeless:
            return False
        try:
            async with self._one:
                if not await asyncio.to_thread(self._has, target):
                    await self._looks.none(self._waits)
                    await _make(clip, target)
                    await asyncio.to_thread(self._drop_oldest)
        except (Broken, Unchecked, OSError) as error:
            if len(self._hopeless) >= MAX_POSTERS:
                self._hopeless.clear()
            self._hopeless.add(clip.stem)
            log.warning("No poster could be made of the video: %s", error)
            return False
        return True

    async def read(self, name: str) -> bytes | None:
        """Return a clip's poster by the name of its file, without the ending; None where there is none."""
        return await asyncio.to_thread(_read, self._path(name))

    async def delete(self, name: str) -> None:
        """Delete the poster of that name, if there is one, or what was begun of it."""
        await asyncio.to_thread(delete_unfinished, self._path(name))
        await asyncio.to_thread(self._path(name).unlink, missing_ok=True)

    def _has(self, target: Path) -> bool:
        self.folder.mkdir(exist_ok=True)
        return target.is_file()

    def _path(self, name: str) -> Path:
        return self.folder / f"{name}.jpg"

    def _drop_oldest(self) -> None:
        self._count, self._trusted = self._count + 1, self._trusted - 1
        if self._trusted < 0:
            self._count, self._trusted = sum(1 for _ in self.folder.iterdir()), _COUNTED_AGAIN
        if self._count <= self._maximum:
            return
        oldest = sorted(self.folder.glob("*.jpg"), key=changed)
        for path in oldest[: max(0, len(oldest) - self._maximum + _SPARE)]:
            path.unlink(missing_ok=True)
        self._trusted = 0


async def _make(clip: Path, target: Path) -> None:
    demuxer = clip_container(await asyncio.to_thread(read_head, clip)).demuxer
    async with work_folder(target) as folder:
        made = folder / "poster.jpg"
        # Where it is too short for a moment, one ffmpeg fails and another makes an empty file.
        with suppress(Broken):
            await run_ffmpeg(_arguments(clip, demuxer, _MOMENT, made), _BOUNDS)
        if not await asyncio.to_thread(_has_content, made):
            await run_ffmpeg(_arguments(clip, demuxer, _START, made), _BOUNDS)
        if not await asyncio.to_thread(_has_content, made):
            raise Broken("it has no picture that could be read")
        await asyncio.to_thread(put_in_place, made, target)


def _arguments(clip: Path, demuxer: str, moment: str, made: Path) -> list[str]:
    scale = f"scale={LONGEST_SIDE}:{LONGEST_SIDE}:force_original_aspect_ratio=decrease:flags=bicubic"
    # Up to a moment the pictures that no other one needs are left out: a fifth of the work.
    skipping = ("-skip_frame", "noref") if moment != _START else ()
    return [
        *("-loglevel", "error", "-y", "-threads", "1", "-max_pixels", str(MAX_PIXELS), *skipping, "-ss", moment),
        *only(clip, demuxer),
        *("-map", "0:V:0", "-map_metadata", "-1", "-frames:v", "1", "-filter_threads", "1", "-vf", scale),
        *("-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "6", "-f", "mjpeg", f"file:{made}"),
    ]


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None  # it is not there, or its folder cannot be looked into


def _has_content(path: Path) -> bool:
    return path.is_file() and path.stat().st_size > 0
