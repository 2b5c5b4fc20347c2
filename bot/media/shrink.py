"""Make a clip smaller to fit a limit: H.264 in two passes to a computed bit rate, one clip at a time, at low priority.

`plan_shrink` is pure: it computes bit rates and sides before anything is encoded.
"""

import asyncio
import logging
import math
from dataclasses import dataclass
from pathlib import Path

from bot.domain.clip_errors import ClipError
from bot.domain.reply import ShrunkClip
from bot.media import ai_mark
from bot.media.bounded import Bounds, only, run_ffmpeg, turn
from bot.media.clips import inspect_clip, shrunk_path
from bot.media.disk import put_in_place, work_folder
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.sniff import Container, clip_container, read_head

log = logging.getLogger(__name__)

# How long a clip waits for those before it, in real seconds; after that its link is of more use than its file.
_TURN_SECONDS = 1800.0
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

# What H.264 needs for each pixel of each frame to look like the original; below it, blocks are what is
# seen first, and a smaller picture of the same bit rate looks better.
BITS_PER_PIXEL = 0.06
# Sides go down in steps of 90 pixels: 16:9, 4:3, 1:1 and 21:9 then all stay exact, and even.
STEP = 90
# Under 180 pixels on its shorter side a video is a thumbnail: faces and writing are gone. The link shows more.
SHORTEST = 2 * STEP
# Share of the limit that is aimed at: two passes meet their rate within a few percent, in short clips less well.
AIM = 0.95
# Bytes of an MP4 besides its streams: the boxes, and the tables' lines for each picture and each bit of sound.
_BOXES = 6 * 1024
_A_FRAME = 24
_A_SOUND = 12
_SOUNDS_PER_SECOND = 50
# Sound gets this share of all bits, within bits per second under which AAC gurgles and over which no more is heard.
_SOUND_SHARE = 0.1
_MIN_SOUND, _MAX_SOUND = 32_000, 128_000


@dataclass(frozen=True, slots=True)
class Plan:
    """Bits per second of video and of sound (None without sound), and sides in pixels, even."""

    video_bitrate: int
    audio_bitrate: int | None
    width: int
    height: int


class Shrinker:
    """Makes clips smaller, always from the original and once for each limit.

    Args:
        turn_seconds: how long a clip waits for its turn.
    """

    def __init__(self, turn_seconds: float = _TURN_SECONDS) -> None:
        self._turn_seconds = turn_seconds
        self._one = asyncio.Semaphore(1)

    async def shrink(self, clip: Path, limit: int) -> ShrunkClip | None:
        """Make `clip` into `shrunk_path(clip, limit)`, of at most `limit` bytes, complete or not at all.

        What is there already is taken as it is. None, with the reason in the log, when it cannot be done.
        """
        target = shrunk_path(clip, limit)
        try:
            async with turn(self._one, self._turn_seconds):
                return await _there_already(target) or await _make(clip, target, limit)
        except (Broken, Unchecked, ClipError, OSError) as error:
            log.warning("The video couldn't be made smaller: %s", error)
            return None


async def _there_already(target: Path) -> ShrunkClip | None:
    """Return what an earlier call made; None when it made nothing that plays."""
    if not await asyncio.to_thread(target.is_file):
        return None
    try:
        return await _measure(target)
    except (ClipError, Unchecked) as error:
        log.warning("The smaller video is made again: %s", error)
        return None


async def _measure(made: Path) -> ShrunkClip:
    facts = await inspect_clip(made)
    return ShrunkClip((await asyncio.to_thread(made.stat)).st_size, facts.width, facts.height)


async def _make(clip: Path, target: Path, limit: int) -> ShrunkClip | None:
    """Encode, and once more with a lower aim when the first result is too large."""
    facts = await inspect_clip(clip)
    aim = limit
    async with work_folder(target) as folder:
        made = folder / "shrunk.mp4"
        for _ in range(2):
            if (plan := plan_shrink(facts, aim)) is None:
                log.info("The video would look too bad at %d bytes.", aim)
                return None
            size = await _encode(clip, made, plan, limit)
            if size <= limit:
                shrunk = await _measure(made)
                await asyncio.to_thread(put_in_place, made, target)
                return shrunk
            log.info("The smaller video has %d bytes, but the limit is %d.", size, limit)
            aim = int(aim * limit / size * _LOWER)
    log.warning("The video couldn't be made small enough for %d bytes.", limit)
    return None


async def _encode(clip: Path, made: Path, plan: Plan, limit: int) -> int:
    """Run both passes; returns the result's size in bytes."""
    container = clip_container(await asyncio.to_thread(read_head, clip))
    # Room for a result that is too large: how much too large says where to aim next.
    bounds = Bounds(_MEMORY, _PASS_PROCESSOR, _PASS_SECONDS, file_size=2 * limit + _NOTES)
    for arguments in _passes(clip, container, made, plan):
        await run_ffmpeg(arguments, bounds)
    await asyncio.to_thread(ai_mark.mark, made)
    return (await asyncio.to_thread(made.stat)).st_size


def _passes(clip: Path, container: Container, made: Path, plan: Plan) -> tuple[list[str], list[str]]:
    start = [
        *("-loglevel", "error", "-y", "-threads", _THREADS, *only(clip, container.demuxer)),
        *("-map", "0:v:0", "-map_metadata", "-1", "-map_chapters", "-1"),
        *("-filter_threads", "1", "-vf", f"scale={plan.width}:{plan.height}:flags=bicubic", "-pix_fmt", "yuv420p"),
        *("-c:v", "libx264", "-preset", _PRESET, "-b:v", str(plan.video_bitrate), "-threads", _THREADS),
        *("-passlogfile", str(made.with_name("passes"))),
    ]
    sound = ["-an"]
    if plan.audio_bitrate is not None:
        sound = ["-map", "0:a:0", "-c:a", "aac", "-b:a", str(plan.audio_bitrate), "-ac", "2"]
    return (
        [*start, "-pass", "1", "-an", "-f", "null", "-"],
        [*start, "-pass", "2", *sound, *ai_mark.COMMENT, "-movflags", "+faststart", "-f", "mp4", f"file:{made}"],
    )


def plan_shrink(facts: Facts, limit: int) -> Plan | None:
    """Plan a version of at most `limit` bytes, never larger than the original; None when nothing watchable fits.

    Its picture is the largest whose every pixel still gets its BITS_PER_PIXEL. Where that is under SHORTEST (or under
    the original itself, when that is smaller), or where the poorest sound leaves no room, nothing fits.
    """
    seconds = facts.seconds or 0.0
    if seconds <= 0 or facts.rate <= 0 or min(facts.width, facts.height) < 2:
        return None
    bitrate = (limit * AIM - overhead(facts)) * 8 / seconds
    audio = _sound(bitrate) if facts.has_sound else None
    video = math.floor(bitrate - (audio or 0))
    pixels = video / (facts.rate * BITS_PER_PIXEL)
    sides = next((sides for sides in _sides(facts) if sides[0] * sides[1] <= pixels), None)
    return None if sides is None else Plan(video, audio, *sides)


def overhead(facts: Facts) -> int:
    """Return the bytes of an MP4 of that length besides its video and its sound."""
    seconds = facts.seconds or 0.0
    sounds = seconds * _SOUNDS_PER_SECOND if facts.has_sound else 0
    return _BOXES + math.ceil(seconds * facts.rate * _A_FRAME + sounds * _A_SOUND)


def _sound(bitrate: float) -> int:
    return min(max(math.floor(bitrate * _SOUND_SHARE), _MIN_SOUND), _MAX_SOUND)


def _sides(facts: Facts) -> list[tuple[int, int]]:
    """List the sides that may be chosen, largest first: the original's own, then each step down."""
    shorter, longer = sorted((facts.width, facts.height))
    steps = range(math.ceil(shorter / STEP) * STEP - STEP, SHORTEST - 1, -STEP)
    smaller = ((step, _even(longer * step / shorter)) for step in steps)
    own = (_even(shorter), _even(longer))
    return [sides if facts.width <= facts.height else sides[::-1] for sides in (own, *smaller)]


def _even(side: float) -> int:
    """Round to an even number, down where an original's own odd side is given."""
    return max(2, math.floor(side / 2 + (0.5 if side % 1 else 0)) * 2)
