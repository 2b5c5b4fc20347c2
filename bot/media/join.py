"""Join clips to one: their streams as they are where these go together, else encoded again to one form.

One join at a time, at low priority.
"""

import asyncio
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bot.domain.clip_errors import ClipTooMuch, ClipUnreachable, ClipUnusable
from bot.media import ai_mark
from bot.media.bounded import Bounds, only, run_ffmpeg, turn
from bot.media.clips import inspect_clip
from bot.media.disk import put_in_place, size_of, work_folder
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.probe import BOUNDS
from bot.media.sniff import MOV, Container, clip_container, read_head

log = logging.getLogger(__name__)

MAX_CLIPS: Final = 16
MAX_SECONDS: Final = 300.0
"""Of all clips together."""

# How long a join waits for those before it, in real seconds.
_TURN_SECONDS: Final = 1800.0
_THREADS: Final = "2"
# A minute of Full HD takes about a minute and a half on two cores.
_BOUNDS: Final = Bounds(3 * 1024**3, processor=2400, seconds=1200.0, file_size=512 * 1024**2)
_LISTING: Final = replace(BOUNDS, output=16 * 1024)
_QUALITY: Final = "20"
_FORM: Final = (*ai_mark.COMMENT, "-movflags", "+faststart")
_MAX_RATE: Final = 60.0
# Streams go together where ffmpeg says the same of them: the form, the sides, the layout, the decoder's own setup.
_HEAD: Final = re.compile(r"^#(?!software)[a-z_]+ \d+: .+$", re.MULTILINE)
_SAME_RATE: Final = 0.01
# What a joined clip may differ by from the sum of its parts: a frame, and the sound's last one, of each.
_SLACK: Final = 0.25
# EBU R 128 as the platforms play it.
_LOUDNESS: Final = "loudnorm=I=-16:TP=-1.5:LRA=11,aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo"


@dataclass(frozen=True, slots=True)
class _Clip:
    """One of the clips: its file, what it is, and what ffmpeg says of its streams."""

    path: Path
    container: Container
    facts: Facts
    heads: tuple[str, ...]

    @property
    def seconds(self) -> float:
        return self.facts.seconds or 0.0


class Joiner:
    """Joins clips, whole or not at all.

    Args:
        path_of: where the clip of an id lies.
        turn_seconds: how long a join waits for its turn.
    """

    def __init__(self, path_of: Callable[[str], Path], turn_seconds: float = _TURN_SECONDS) -> None:
        self._path_of = path_of
        self._turn_seconds = turn_seconds
        self._one = asyncio.Semaphore(1)

    async def join(self, job_ids: Sequence[str], into: str) -> int:
        """Join clips on our disk, in their order, to one with the id `into`, once; returns its bytes.

        May take minutes. Raises ClipTooMuch for more than MAX_CLIPS or MAX_SECONDS, ClipUnusable where one is not there
        or can't be read, and ClipUnreachable where this machine can't do it now; OSError when the disk is full.
        """
        target, paths = self._path_of(into), [self._path_of(job_id) for job_id in job_ids]
        if len(paths) > MAX_CLIPS:
            raise ClipTooMuch(f"{len(paths)} clips are too many to be joined")
        try:
            async with turn(self._one, self._turn_seconds):
                if size := await asyncio.to_thread(size_of, target):
                    return size
                return await _make(paths, target)
        except FileNotFoundError as error:
            raise ClipUnusable("a clip that is to be joined is not on the disk") from error
        except Broken as error:
            raise ClipUnusable(f"the clips can't be joined: {error}") from error
        except Unchecked as error:
            raise ClipUnreachable(f"the clips couldn't be joined: {error}") from error


async def _make(paths: Sequence[Path], target: Path) -> int:
    clips = [await _look(path) for path in paths]
    if (seconds := sum(clip.seconds for clip in clips)) > MAX_SECONDS:
        raise ClipTooMuch(f"the clips have {seconds:.0f} s together")
    async with work_folder(target) as folder:
        made = folder / "joined.mp4"
        as_they_are = _are_compatible(clips) and await _is_copied(clips, folder, made, seconds)
        if not as_they_are:
            await run_ffmpeg(encoding(clips, made), _BOUNDS)
            if not _is_whole(await inspect_clip(made), seconds, len(clips)):
                raise Unchecked("what was joined is shorter than its parts")
        await asyncio.to_thread(ai_mark.mark, made)
        size = (await asyncio.to_thread(made.stat)).st_size
        await asyncio.to_thread(put_in_place, made, target)
    log.info("Joined %d videos: %d bytes, %s.", len(clips), size, "as they are" if as_they_are else "encoded again")
    return size


async def _look(path: Path) -> _Clip:
    container = clip_container(await asyncio.to_thread(read_head, path))
    facts = await inspect_clip(path)
    listing = ("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-t", "0.1", "-f", "framecrc", "-")
    ran = await run_ffmpeg(("-loglevel", "fatal", *only(path, container.demuxer), *listing), _LISTING)
    return _Clip(path, container, facts, tuple(sorted(_HEAD.findall(ran.output))))


def _are_compatible(clips: Sequence[_Clip]) -> bool:
    """Tell whether players see one stream where the clips are put one behind the other."""
    first = clips[0]
    return all(
        clip.container is MOV
        and clip.heads == first.heads
        and abs(clip.facts.rate - first.facts.rate) <= first.facts.rate * _SAME_RATE
        for clip in clips
    )


async def _is_copied(clips: Sequence[_Clip], folder: Path, made: Path, seconds: float) -> bool:
    """Put the clips one behind the other; False where that doesn't play to its end."""
    await asyncio.to_thread(_link_all, clips, folder)
    reading = ("-loglevel", "error", "-y", "-protocol_whitelist", "file", "-f", "concat", "-safe", "1")
    writing = ("-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", "-map_metadata", "-1", *_FORM)
    try:
        await run_ffmpeg((*reading, "-i", f"file:{folder / 'list'}", *writing, "-f", "mp4", f"file:{made}"), _BOUNDS)
        return _is_whole(await inspect_clip(made), seconds, len(clips))
    except (Broken, Unchecked, ClipUnusable) as error:
        log.warning("The videos can't be joined as they are, and are encoded again: %s", error)
        return False


def _link_all(clips: Sequence[_Clip], folder: Path) -> None:
    """Write ffmpeg's list of them, by names that need no quoting. Blocks."""
    names = [f"{number}.mp4" for number in range(len(clips))]
    for name, clip in zip(names, clips, strict=True):
        (folder / name).symlink_to(clip.path.absolute())
    (folder / "list").write_text("ffconcat version 1.0\n" + "".join(f"file {name}\n" for name in names), "utf-8")


def _is_whole(facts: Facts, seconds: float, count: int) -> bool:
    return abs((facts.seconds or 0.0) - seconds) <= _SLACK * count


def encoding(clips: Sequence[_Clip], made: Path) -> list[str]:
    """Return ffmpeg's arguments: every clip at the sides of the largest, with even loudness, or silence for none."""
    largest = max(clips, key=lambda clip: clip.facts.width * clip.facts.height).facts
    width, height = (max(2, side // 2 * 2) for side in (largest.width, largest.height))
    rate = min(max(clip.facts.rate for clip in clips), _MAX_RATE)
    has_sound = any(clip.facts.has_sound for clip in clips)
    fit = f"scale={width}:{height}:force_original_aspect_ratio=decrease:flags=bicubic"
    shape = f"{fit},pad={width}:{height}:-1:-1,setsar=1,fps={rate:.5g},format=yuv420p"
    graph = [f"[{number}:V:0]{shape}[v{number}]" for number in range(len(clips))]
    if has_sound:
        graph += [_sound(number, clip) for number, clip in enumerate(clips)]
    pads = "".join(f"[v{number}]" + (f"[a{number}]" if has_sound else "") for number in range(len(clips)))
    graph.append(f"{pads}concat=n={len(clips)}:v=1:a={int(has_sound)}[v]" + ("[a]" if has_sound else ""))
    return [
        *("-loglevel", "error", "-y", "-threads", _THREADS),
        *(part for clip in clips for part in only(clip.path, clip.container.demuxer)),
        *("-filter_complex_threads", "1", "-filter_complex", ";".join(graph), "-map", "[v]"),
        *(("-map", "[a]", "-c:a", "aac", "-b:a", "160k", "-ac", "2") if has_sound else ()),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-c:v", "libx264", "-preset", "fast", "-crf", _QUALITY),
        *("-threads", _THREADS, *_FORM, "-f", "mp4", f"file:{made}"),
    ]


def _sound(number: int, clip: _Clip) -> str:
    """Name a clip's sound, as long as its pictures."""
    length = f"{clip.seconds:.3f}"
    if not clip.facts.has_sound:
        return f"anullsrc=r=48000:cl=stereo,aformat=sample_fmts=fltp,atrim=duration={length}[a{number}]"
    return f"[{number}:a:0]{_LOUDNESS},apad,atrim=duration={length}[a{number}]"
