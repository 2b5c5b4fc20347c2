"""Look at a finished clip: whether it is a video, whether it is whole, whether its pictures can be decoded."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path

from bot.domain.clip_errors import ClipDamaged, ClipUnreachable, ClipUnusable
from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.boxes import is_cut_short
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.inspect import head_of
from bot.media.kinds import is_iso_media, may_be_video, name_kind

# A damaged clip may make ffmpeg talk at length: what it reads stands first, and what came of it last.
LOOK_BOUNDS = Bounds(memory=2 * 1024**3, processor=60, seconds=60.0, tail=16 * 1024)
LENGTH = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")

_SIZE = re.compile(r"Video: .*?[ ,](\d{2,5})x(\d{2,5})(?=[ ,\n])")
_DECODED = re.compile(r"frame=\s*[1-9]")
_NO_MEMORY = "Cannot allocate memory"


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """Length in seconds, None where the file does not say; sides in pixels."""

    seconds: float | None
    width: int
    height: int


class NotLookedAt(ClipUnreachable):
    """Nothing was learnt of the clip: ffmpeg is missing, had no time or no memory, or was killed."""


def glance_at_clip(head: bytes) -> None:
    """Raise ClipUnusable for what does not even begin like a video."""
    if not head:
        raise ClipUnusable("an empty file")
    if not may_be_video(head) and (kind := name_kind(head) or _no_box(head)):
        raise ClipUnusable(f"not a video but {kind}")


async def check_form(path: Path) -> None:
    """See whether the file begins like a video and is as long as it says itself; knows nothing of its pictures.

    Raises ClipUnusable or ClipDamaged.
    """
    head = await asyncio.to_thread(head_of, path)
    glance_at_clip(head)
    boxed = is_iso_media(head) or not may_be_video(head)
    if boxed and await asyncio.to_thread(is_cut_short, path):
        raise ClipDamaged("the file is not as long as its own boxes say")


async def look_at_clip(path: Path) -> VideoFacts:
    """Let ffmpeg read the file and decode its first picture, in a bounded process that sees nothing else.

    Raises ClipUnusable when it finds no video in it, and NotLookedAt when it could not be looked at.
    """
    try:
        command = _command(await asyncio.to_thread(binary), path)
        ran = await run_bounded(command, LOOK_BOUNDS)
    except (OutOfTime, FfmpegMissing) as error:
        raise NotLookedAt(f"the clip could not be looked at: {error}") from error
    if ran.code < 0 or (ran.code != 0 and _NO_MEMORY in ran.output):
        raise NotLookedAt(f"ffmpeg was ended by signal {-ran.code}" if ran.code < 0 else "ffmpeg had no memory")
    size, length = _SIZE.search(ran.output), LENGTH.search(ran.output)
    if ran.code != 0 or size is None or _DECODED.search(ran.output) is None:
        raise ClipUnusable(f"ffmpeg finds no video in it (exit code {ran.code})")
    return VideoFacts(None if length is None else in_seconds(*length.groups()), int(size[1]), int(size[2]))


def in_seconds(hours: str, minutes: str, rest: str) -> float:
    """Add up a length as ffmpeg writes it."""
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def _no_box(head: bytes) -> str:
    """Name what does not even begin with a box, as all of MP4's family does; empty for what does, whatever its name."""
    kind = head[4:8]
    box = len(kind) == 4 and head[0] == 0 and kind.isascii() and kind.decode().isprintable()
    return "" if box else "nothing known"


def _command(ffmpeg: Path, path: Path) -> list[str]:
    return [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "info", "-threads", "1"),
        # No playlist and no list of files: nothing in the clip can make ffmpeg open anything else.
        *("-protocol_whitelist", "file", "-format_whitelist", "mov,matroska"),
        *("-i", f"file:{path}", "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"),
    ]
