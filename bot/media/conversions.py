"""Which copy of a file goes out where the provider would not take it as it is. Pure: facts and a rule in, a copy out.

`input_files` makes the copies and keeps one for each content and conversion.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.domain.media import Kind, MediaFormat
from bot.domain.models import MediumRule
from bot.media.facts import Facts
from bot.media.sniff import Found

LONGEST_SIDE = 4096
"""Pixels of the longer side of a picture that is made smaller: more than the largest video has (4k: 3840)."""

# A picture that is only to be turned may have so many: it is held twice in memory meanwhile.
_MAX_TURNED = 30_000_000
# What a rate is measured by are a file's own times, rounded.
_CLOSE, _NEARLY = 0.02, 0.95
# What the provider documents is a container, MP4 or MOV; these two are what every phone and editor puts into one.
_CODECS = frozenset({"h264", "hevc"})
# Sides of a copy are multiples of it, as those of every usual size are: 1280 x 720, 960 x 960.
_STEP = 16
_SHARE = 0.9
"""Of the bytes that a copy may have: what is aimed at."""
_MAX_VIDEO, _MAX_SOUND = 20_000_000, 192_000
_BESIDE_VIDEO = 200_000


@dataclass(frozen=True, slots=True)
class AsImage:
    """A still picture, upright, of these sides (pixels, as its viewer sees them) and at most so many bytes."""

    format: MediaFormat
    width: int
    height: int
    max_bytes: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a recording: from that second on, so many seconds."""

    start: float
    seconds: float


@dataclass(frozen=True, slots=True)
class AsVideo:
    """An MP4 of these sides (pixels), pictures a second (None: as they are) and at most so many bits a second.

    It plays the original `repeats` times, for an animation that is meant to go round; or a `part` of it.
    """

    width: int
    height: int
    rate: float | None
    bitrate: int
    repeats: int = 1
    part: Part | None = None

    @property
    def format(self) -> MediaFormat:
        """Return the format that it is made in."""
        return MediaFormat.MP4


@dataclass(frozen=True, slots=True)
class AsSound:
    """An MP3 of so many bits a second, of all or of a part."""

    bitrate: int
    part: Part | None = None

    @property
    def format(self) -> MediaFormat:
        """Return the format that it is made in."""
        return MediaFormat.MP3


Conversion = AsImage | AsVideo | AsSound


def conversion_for(
    found: Found, facts: Facts, size: int, rule: MediumRule, start: float | None = None
) -> Conversion | None:
    """Choose what is made of a file before it goes out; None where it can go as it is. `size` in bytes.

    `start`: of a recording that is too long, from which second on as much of it is taken as may be.
    """
    if rule.kind is Kind.IMAGE:
        return _of_image(found, facts, size, rule)
    seconds = facts.seconds or 0.0
    if start is None or rule.seconds is None or seconds <= rule.seconds[1]:
        return plan_copy(found.format, facts, size, rule)
    shortest, longest = rule.seconds
    begin = min(start, seconds - shortest)
    part = Part(begin, min(longest, seconds - begin))
    # A part is always a copy: as a file of no format of the provider's.
    copy = plan_copy(None, replace(facts, seconds=part.seconds), size, rule)
    return None if copy is None else replace(copy, part=part)


def _of_image(found: Found, facts: Facts, size: int, rule: MediumRule) -> AsImage | None:
    longer = max(facts.width, facts.height)
    outside = rule.sides is not None and longer > rule.sides[1]
    enormous = outside or (facts.turned and facts.width * facts.height > _MAX_TURNED)
    as_it_is = found.format in rule.formats and not (facts.turned or (facts.animated and found.format != "image/png"))
    if as_it_is and not outside and size <= rule.max_bytes:
        return None
    width, height = facts.width, facts.height
    if enormous and longer > LONGEST_SIDE:
        # Half of a JPEG is decoded in a quarter of the memory.
        halved = found.format is MediaFormat.JPEG and longer <= 2 * LONGEST_SIDE
        longest = longer // 2 if halved else LONGEST_SIDE
        width, height = (max(1, round(side * longest / longer)) for side in (width, height))
    lossless = found.format is MediaFormat.PNG and not outside and size <= rule.max_bytes
    form = MediaFormat.PNG if facts.transparent or lossless else MediaFormat.JPEG
    return AsImage(form, width, height, rule.max_bytes)


def plan_copy(form: MediaFormat | None, facts: Facts, size: int, rule: MediumRule) -> AsVideo | AsSound | None:
    """Choose the copy of a file of `size` bytes; None where it can go as it is.

    `form` is None for what is none of the provider's own formats. Nothing is made larger but an animation, whose
    format knows only small pictures.
    """
    fits = form in rule.formats and size <= rule.max_bytes
    seconds = facts.seconds or 1.0
    max_bitrate = math.floor(rule.max_bytes * 8 * _SHARE / max(seconds, 1.0))
    if rule.kind is Kind.AUDIO:
        return None if fits else AsSound(min(_MAX_SOUND, max(max_bitrate // 1000 * 1000, 32_000)))
    sides, rate = _sides(facts, rule), _rate(facts.rate, rule)
    if fits and facts.codec in _CODECS and sides == (facts.width, facts.height) and rate is None:
        return None
    repeats = 1
    if facts.animated and rule.seconds is not None and 0 < seconds < rule.seconds[0]:
        repeats = math.ceil(rule.seconds[0] / seconds)
    bitrate = max(min(_MAX_VIDEO, max_bitrate - _BESIDE_VIDEO), 100_000)
    return AsVideo(_even(sides[0]), _even(sides[1]), rate, bitrate, repeats)


def _sides(facts: Facts, rule: MediumRule) -> tuple[int, int]:
    width, height = facts.width, facts.height
    if rule.pixels is None or not width or not height:
        return width, height
    min_pixels, max_pixels = rule.pixels
    if width * height > max_pixels:
        return _scaled(width, height, math.sqrt(max_pixels / (width * height)), math.floor)
    if facts.animated and width * height < min_pixels:
        return _scaled(width, height, math.sqrt(min_pixels / (width * height)), math.ceil)
    return width, height


def _scaled(width: int, height: int, factor: float, rounded: Callable[[float], int]) -> tuple[int, int]:
    longer, shorter = max(width, height), min(width, height)
    long = rounded(longer * factor / _STEP) * _STEP
    short = rounded(long * shorter / longer / 2) * 2
    return (long, short) if width >= height else (short, long)


def _rate(rate: float, rule: MediumRule) -> float | None:
    """Return the pictures a second of a copy; None where those of the original are right."""
    if rule.rates is None or not rate:
        return None
    slowest, fastest = rule.rates
    if rate < slowest - _CLOSE:
        # A whole multiple repeats every picture as often as its neighbours; film, of 23.976, is only hurried.
        hurried = rate < 1 or rate > slowest * _NEARLY
        return slowest if hurried else rate * math.ceil(slowest / rate - _CLOSE)
    if rate > fastest + _CLOSE:
        return min(rate / math.ceil(rate / fastest - _CLOSE), fastest)
    return None


def _even(side: int) -> int:
    return max(2, side // 2 * 2)
