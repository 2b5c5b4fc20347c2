"""Look at a file that strangers made: whether it is the image or the clip that it is said to be."""

import asyncio
import logging
import re
from dataclasses import dataclass
from pathlib import Path

from bot.domain.errors import ClipUnreachable, ClipUnusable
from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.boxes import is_cut_short
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.kinds import HEAD, is_iso_media, may_be_video, name_kind

log = logging.getLogger(__name__)

_VIDEO_BOUNDS = Bounds(memory=2 * 1024**3, processor=60, seconds=60.0)
_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_SIZE = re.compile(r"Video: .*?[ ,](\d{2,5})x(\d{2,5})(?=[ ,\n])")
_DECODED = re.compile(r"frame=\s*[1-9]")


class OtherKind(Exception):
    """It begins like one of the provider's formats and is another thing; `found` names it."""

    def __init__(self, found: str) -> None:
        super().__init__(found)
        self.found = found


class Broken(Exception):
    """It cannot be read to its end; the text, for the log, says why."""


class Unchecked(Exception):
    """Nothing was learnt of it: the program that looks is missing, had no time, or was killed."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a look at an input found: sides in pixels (0 for a sound), length in seconds (None for an image).

    Sides are those that its viewer sees. Of a picture: whether it is stored `turned`, is `animated`, and has places
    where something may show through.
    """

    width: int
    height: int
    seconds: float | None = None
    turned: bool = False
    animated: bool = False
    transparent: bool = False


@dataclass(frozen=True, slots=True)
class VideoFacts:
    """Length in seconds, None where the file does not say; sides in pixels."""

    seconds: float | None
    width: int
    height: int


def head_of(path: Path) -> bytes:
    """Read the bytes by which a file is known. Blocks: for a thread."""
    with path.open("rb") as file:
        return file.read(HEAD)


def glance_at_clip(head: bytes) -> None:
    """Raise ClipUnusable for what does not even begin like a video."""
    if not may_be_video(head):
        raise ClipUnusable(f"not a video but {name_kind(head) or 'nothing known'}" if head else "an empty file")


class NotLookedAt(ClipUnreachable):
    """Nothing was learnt of the clip: ffmpeg is missing, had no time, or was killed."""


async def inspect_video(path: Path, *, ended_well: bool = False) -> VideoFacts:
    """Let ffmpeg read the file and decode its first picture, in a bounded process that sees nothing else.

    Raises ClipUnusable when it is no video, and NotLookedAt when it could not be looked at. A file that is cut
    short is ClipUnusable where its server says that this is all of it (`ended_well`), and else ClipUnreachable.
    """
    head = await asyncio.to_thread(head_of, path)
    glance_at_clip(head)
    if is_iso_media(head) and await asyncio.to_thread(is_cut_short, path):
        cut_short = "the file is shorter than its own boxes say"
        raise ClipUnusable(cut_short) if ended_well else ClipUnreachable(cut_short)
    try:
        command = _look_command(await asyncio.to_thread(binary), path)
        ran = await run_bounded(command, _VIDEO_BOUNDS)
    except (OutOfTime, FfmpegMissing) as error:
        raise NotLookedAt(f"the clip could not be looked at: {error}") from error
    if ran.code < 0:
        raise NotLookedAt(f"ffmpeg was ended by signal {-ran.code}")
    size, length = _SIZE.search(ran.output), _DURATION.search(ran.output)
    if ran.code != 0 or size is None or _DECODED.search(ran.output) is None:
        raise ClipUnusable(f"ffmpeg finds no video in it (exit code {ran.code})")
    return VideoFacts(None if length is None else in_seconds(*length.groups()), int(size[1]), int(size[2]))


def in_seconds(hours: str, minutes: str, rest: str) -> float:
    """Add up a length as ffmpeg writes it."""
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def _look_command(ffmpeg: Path, path: Path) -> list[str]:
    return [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "info", "-threads", "1"),
        # No playlist and no list of files: nothing in the clip can make ffmpeg open anything else.
        *("-protocol_whitelist", "file", "-format_whitelist", "mov,matroska"),
        *("-i", f"file:{path}", "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"),
    ]
