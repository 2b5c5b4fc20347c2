"""What a clip is made into to fit a limit: bit rates and sides, computed before anything is encoded. Pure."""

import math
from dataclasses import dataclass

# What H.264 needs for each pixel of each frame to look like the original at a glance; below it, blocks are what is
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
# Sound gets this share of all bits, within bits per second under which AAC gurgles and over which nobody hears more.
_SOUND_SHARE = 0.1
_MIN_SOUND, _MAX_SOUND = 32_000, 128_000


@dataclass(frozen=True, slots=True)
class Source:
    """A clip as it is: length in seconds, sides in pixels, pictures per second, and whether there is sound."""

    seconds: float
    width: int
    height: int
    fps: float
    has_sound: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """Bits per second of video and of sound (None without sound), and sides in pixels, even."""

    video_bitrate: int
    audio_bitrate: int | None
    width: int
    height: int


def plan_fit(source: Source, limit: int) -> Plan | None:
    """Plan a version of at most `limit` bytes, never larger than the source; None when nothing watchable fits.

    Its picture is the largest whose every pixel still gets its BITS_PER_PIXEL. Where that is under SHORTEST (or under
    the source itself, when that is smaller), or where the poorest sound leaves no room, nothing fits.
    """
    if source.seconds <= 0 or source.fps <= 0 or min(source.width, source.height) < 2:
        return None
    bitrate = (limit * AIM - overhead(source)) * 8 / source.seconds
    audio = _sound(bitrate) if source.has_sound else None
    video = math.floor(bitrate - (audio or 0))
    pixels = video / (source.fps * BITS_PER_PIXEL)
    sides = next((sides for sides in _sides(source) if sides[0] * sides[1] <= pixels), None)
    return None if sides is None else Plan(video, audio, *sides)


def overhead(source: Source) -> int:
    """Return the bytes of an MP4 of that length besides its video and its sound."""
    sounds = source.seconds * _SOUNDS_PER_SECOND if source.has_sound else 0
    return _BOXES + math.ceil(source.seconds * source.fps * _A_FRAME + sounds * _A_SOUND)


def _sound(bitrate: float) -> int:
    return min(max(math.floor(bitrate * _SOUND_SHARE), _MIN_SOUND), _MAX_SOUND)


def _sides(source: Source) -> list[tuple[int, int]]:
    """List the sides that may be chosen, largest first: the source's own, then each step down."""
    shorter, longer = sorted((source.width, source.height))
    steps = range(math.ceil(shorter / STEP) * STEP - STEP, SHORTEST - 1, -STEP)
    smaller = ((step, _even(longer * step / shorter)) for step in steps)
    own = (_even(shorter), _even(longer))
    return [sides if source.width <= source.height else sides[::-1] for sides in (own, *smaller)]


def _even(side: float) -> int:
    """Round to an even number, down where a source's own odd side is given."""
    return max(2, math.floor(side / 2 + (0.5 if side % 1 else 0)) * 2)
