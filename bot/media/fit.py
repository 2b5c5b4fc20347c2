"""Make a clip smaller to fit: H.264 in two passes to a computed bit rate, one clip at a time, at low priority."""

import asyncio
import logging
import os
import secrets
import shutil
from pathlib import Path

from bot.domain.clip_errors import ClipError
from bot.domain.reply import ShrunkClip
from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.clip_look import look_at_clip
from bot.media.fetch import put_in_place
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.fit_plan import Plan, Source, plan_fit
from bot.media.footage import LOCAL_ONLY, look_at

log = logging.getLogger(__name__)

# How long a clip waits for those before it, in real seconds; after that its link is of more use than its file.
TURN_SECONDS = 1800.0

_FITTED = ".fit-"
WORKPLACE = ".fitting"
"""The end of the name of a folder that something is being made in; a start sweeps it."""
_THREADS = "2"
# Half the speed of "veryfast" and visibly better; the steps above it cost more than they show.
_PRESET = "fast"
_MEMORY = 2 * 1024**3
# Of one pass, in real seconds and in the processor's: 15 s of Full HD take about 20.
_PASS_SECONDS, _PASS_PROCESSOR = 300.0, 600
# What the first pass notes for the second: two bytes for every 16 x 16 pixels of each frame. 30 s of 4K take 47 MB.
_NOTES = 128 * 1024**2
# A second try aims this much lower than what the first one overshot by.
_LOWER = 0.97


class Fitter:
    """Makes clips smaller, always from the original and once for each limit.

    Args:
        turn_seconds: how long a clip waits for its turn.
    """

    def __init__(self, turn_seconds: float = TURN_SECONDS) -> None:
        self._turn_seconds = turn_seconds
        self._turn = asyncio.Semaphore(1)

    async def fit(self, clip: Path, limit: int) -> ShrunkClip | None:
        """Make `clip` into `fitted_path(clip, limit)`, of at most `limit` bytes, complete or not at all.

        What is there already is taken as it is. None, with the reason in the log, when it cannot be done.
        """
        target = fitted_path(clip, limit)
        try:
            async with asyncio.timeout(self._turn_seconds):
                await self._turn.acquire()
        except TimeoutError:
            log.warning("%s is not made smaller: too many are before it", clip.name)
            return None
        try:
            return await _there_already(target) or await _make(clip, target, limit)
        except (OutOfTime, FfmpegMissing, ClipError, OSError) as error:
            log.warning("%s could not be made smaller: %s", clip.name, error)
            return None
        finally:
            self._turn.release()


def fitted_path(clip: Path, limit: int) -> Path:
    """Say where a clip lies that was made to fit that many bytes: beside the original."""
    return clip.with_name(f"{clip.stem}{_FITTED}{limit}{clip.suffix}")


def drop_fitted(clip: Path) -> None:
    """Delete all that was made of a clip. Blocks: for a thread."""
    for shrunk in clip.parent.glob(f"{clip.stem}{_FITTED}*{clip.suffix}"):
        shrunk.unlink(missing_ok=True)


def sweep_fitted(folder: Path) -> int:
    """Delete what an earlier run left half-made, or without its original; returns how many. Blocks: for a thread."""
    half_made = [path for path in folder.iterdir() if path.name.endswith(WORKPLACE)]
    for path in half_made:
        shutil.rmtree(path, ignore_errors=True)
    clips = {path.stem for path in folder.iterdir() if _FITTED not in path.name}
    orphans = [path for path in folder.glob(f"*{_FITTED}*.mp4") if path.name.partition(_FITTED)[0] not in clips]
    for path in orphans:
        path.unlink(missing_ok=True)
    return len(half_made) + len(orphans)


async def _make(clip: Path, target: Path, limit: int) -> ShrunkClip | None:
    """Encode, and once more with a lower aim when the first result is too large."""
    ffmpeg = await asyncio.to_thread(binary)
    source = await look_at(ffmpeg, clip)
    if source is None:
        log.warning("%s is not made smaller: it does not say how long or how large it is", clip.name)
        return None
    # Of its own name: a pass that outlived a killed bot still writes where that bot told it to.
    workplace = target.with_suffix(f".{secrets.token_hex(4)}{WORKPLACE}")
    made = workplace / "fitted.mp4"
    try:
        await asyncio.to_thread(workplace.mkdir, exist_ok=True)
        aim = limit
        for _ in range(2):
            size = await _encode(ffmpeg, clip, made, source, aim, limit)
            if size is None:
                return None
            if size <= limit:
                shrunk = await _facts(made)
                await asyncio.to_thread(_keep, made, target)
                return shrunk
            log.info("%s came out at %d bytes for a limit of %d", clip.name, size, limit)
            aim = int(aim * limit / size * _LOWER)
    finally:
        await asyncio.to_thread(shutil.rmtree, workplace, ignore_errors=True)
    log.warning("%s could not be made to fit %d bytes", clip.name, limit)
    return None


async def _encode(ffmpeg: Path, clip: Path, made: Path, source: Source, aim: int, limit: int) -> int | None:
    """Run both passes; returns the result's size in bytes, or None when nothing watchable would fit or ffmpeg fails."""
    plan = plan_fit(source, aim)
    if plan is None:
        log.info("nothing watchable of %s fits into %d bytes", clip.name, aim)
        return None
    # Room for a result that is too large: how much too large says where to aim next.
    bounds = Bounds(_MEMORY, _PASS_PROCESSOR, _PASS_SECONDS, file_size=2 * limit + _NOTES)
    for command in _passes(ffmpeg, clip, made, plan):
        ran = await run_bounded(command, bounds)
        if ran.code != 0:
            log.warning("ffmpeg failed on %s (exit code %d): %s", clip.name, ran.code, ran.output[-400:].strip())
            return None
    return (await asyncio.to_thread(made.stat)).st_size


def _passes(ffmpeg: Path, clip: Path, made: Path, plan: Plan) -> tuple[list[str], list[str]]:
    start = [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", "-threads", _THREADS),
        *(*LOCAL_ONLY, "-i", f"file:{clip}", "-map", "0:v:0", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-filter_threads", "1", "-vf", f"scale={plan.width}:{plan.height}:flags=bicubic", "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-preset", _PRESET, "-b:v", str(plan.video_bitrate), "-threads", _THREADS),
        *("-passlogfile", str(made.with_name("passes"))),
    ]
    sound = ["-an"]
    if plan.audio_bitrate is not None:
        sound = ["-map", "0:a:0", "-c:a", "aac", "-b:a", str(plan.audio_bitrate), "-ac", "2"]
    return (
        [*start, "-pass", "1", "-an", "-f", "null", "-"],
        [*start, "-pass", "2", *sound, "-movflags", "+faststart", "-f", "mp4", f"file:{made}"],
    )


async def _there_already(target: Path) -> ShrunkClip | None:
    """Return what an earlier call made; None when it made nothing that plays."""
    if not await asyncio.to_thread(target.is_file):
        return None
    try:
        return await _facts(target)
    except ClipError as error:
        log.warning("%s is made anew: %s", target.name, error)
        return None


async def _facts(made: Path) -> ShrunkClip:
    """Look whether a file of ours plays; raises ClipError."""
    facts = await look_at_clip(made)
    return ShrunkClip((await asyncio.to_thread(made.stat)).st_size, facts.width, facts.height)


def _keep(made: Path, target: Path) -> None:
    with made.open("rb") as file:
        os.fsync(file.fileno())
    put_in_place(made, target)
