"""Inspect a video or a sound: what it is made of, how long it really is, and whether it can be read to its end.

Facts are read from what ffmpeg's muxer "framecrc" lists, never from its log. That listing is written for programs
(ffmpeg's documentation of formats, "framecrc"; ffmpeg's own regression tests compare such files), so it reads the same
in every version: lines of `#name stream: value`, then a line for each packet with its stream, its times in units of the
stream's `tb`, its duration and its size. docs/media.md compares it with PyAV and MediaInfo.
"""

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bot.domain.media import Kind
from bot.media.bounded import Bounds, only, run_ffmpeg
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.headers import is_cut_short, stated_seconds
from bot.media.sniff import MOV, Container

log = logging.getLogger(__name__)

SAMPLE = Path(__file__).with_name("sample.mp4")
REMEDY = "Install a complete ffmpeg, or the package imageio-ffmpeg with its binary."
MAX_PIXELS = 40_000_000
"""Pixels of one picture of a video that is decoded: above 8K."""

# The listing of a video of 15 s at 240 pictures a second has some 300 KB; of one of hours, its two ends are enough.
BOUNDS = Bounds(memory=2 * 1024**3, processor=20, seconds=40.0, output=1024**2, tail=64 * 1024)
"""What reading a member's file may use."""

# Whole pictures of a video that are decoded: several a second of one as long as the provider takes.
_MAX_DECODED = 60
# Seconds of a sound that are decoded: far above what the provider takes, and soon done in hours of silence.
_MAX_HEARD = 60.0
# A sound that ends so much before its own word for its length was cut off; its first and last frames may go missing.
_CUT_OFF = 0.5
_SAMPLE_FACTS = Facts(64, 36, 0.5)
# A tool that was repaired is noticed after so long, in real seconds; a broken one may take a minute to show it.
_BELIEVED_SECONDS = 300.0
_NO_TIME = -(2**63)  # ffmpeg's AV_NOPTS_VALUE

_QUIET, _LISTED = ("-loglevel", "fatal", "-threads", "1"), ("-f", "framecrc")
# What is decoded: pictures that need no other, and of no more pixels than that.
_WHOLE, _BOUNDED = ("-skip_frame", "nointra"), ("-max_pixels", str(MAX_PIXELS))
_COPIED = ("-map", "0:V:0?", "-map", "0:a?", "-c", "copy")
_DECODED = ("-map", "0:V:0", "-frames:v", str(_MAX_DECODED))

_HEAD = re.compile(r"^#(tb|media_type|codec_id|dimensions|sar) (\d+): (.+)$", re.MULTILINE)
_PACKET = re.compile(r"^(\d+), *(-?\d+), *(-?\d+), *(\d+), *(\d+), 0x", re.MULTILINE)
_SIDES = re.compile(r"(\d+)x(\d+)")
_SHAPE = re.compile(r"([1-9]\d*)/([1-9]\d*)")


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream as it was listed: whether it shows pictures, its sides in pixels (0 for a sound).

    Sides are those at which it is shown, whatever the shape of its pixels. `end` is the greatest time in seconds at
    which one of its packets has been played, `start` the least at which one is; `packets` were listed.
    """

    shows: bool
    codec: str
    width: int
    height: int
    start: float
    end: float
    packets: int

    @property
    def rate(self) -> float:
        """Return its packets a second: of a video, the pictures; 0 where no time passes."""
        return self.packets / (self.end - self.start) if self.end > self.start else 0.0


async def inspect_recording(path: Path, container: Container) -> Facts:
    """Read a member's video or sound to its end. Raises Broken or Unchecked.

    A sound is decoded, for a minute at most. What has no moving pictures has no sides.
    """
    if container is MOV and await asyncio.to_thread(is_cut_short, path):
        raise Broken("the file is shorter than its own boxes say")
    if Kind.VIDEO in container.kinds and (video := await inspect_video(path, container)) is not None:
        return video
    stated = await asyncio.to_thread(stated_seconds, path)
    end = (await _decode_sound(path, container.demuxer)).end
    # Within a second of where ffmpeg was told to stop, it did.
    if end > _MAX_HEARD - 1:
        return Facts(0, 0, max(end, stated or 0.0))
    if stated is not None and end < stated - _CUT_OFF:
        raise Broken(f"it ends after {end:g} s and says {stated:g} s")
    return Facts(0, 0, end)


async def inspect_video(path: Path, container: Container, bounds: Bounds = BOUNDS) -> Facts | None:
    """Read every packet of a video and decode its whole pictures; None where it has no moving pictures.

    The length is that of what is there, whatever the file's header says: the greatest time to which a packet plays.
    Raises Broken or Unchecked.
    """
    streams, picture = await _look(path, container.demuxer, bounds)
    shown = next((stream for stream in streams if stream.shows), None)
    if shown is None:
        return None
    if picture is None:
        picture = await _decode_pictures(path, container.demuxer, bounds)
    return Facts(
        picture.width,
        picture.height,
        max(stream.end for stream in streams),
        animated=container.name == "GIF",
        rate=shown.rate,
        codec=shown.codec,
        has_sound=len(streams) > 1,
    )


async def decoded_seconds(path: Path, container: Container, bounds: Bounds) -> float:
    """Decode all pictures of a video; returns the time to which the last one lasts. Raises Broken or Unchecked."""
    streams = await _list(path, container.demuxer, (), ("-map", "0:V:0"), bounds)
    return streams[0].end if streams else 0.0


async def _look(path: Path, demuxer: str, bounds: Bounds) -> tuple[tuple[Stream, ...], Stream | None]:
    """List the packets, and decode the whole pictures, in one run of ffmpeg, whose start is a third of the work.

    None for the pictures, and the packets listed alone, where it does not end well or shows no picture: a file in order
    takes one run, and of any other each question is asked by itself.
    """
    reading = (*_QUIET, *_WHOLE, *_BOUNDED, *only(path, demuxer))
    packets, pictures = (*_COPIED, *_LISTED, "pipe:1"), (*_DECODED, *_LISTED, "pipe:2")
    try:
        ran = await run_ffmpeg((*reading, *packets, *pictures), bounds, apart=True)
    except (Broken, Unchecked):
        return await _list(path, demuxer, (), _COPIED, bounds), None
    return read_streams(ran.output), next((one for one in read_streams(ran.errors) if one.packets), None)


async def _decode_pictures(path: Path, demuxer: str, bounds: Bounds) -> Stream:
    """Decode the pictures that need no other; the sides are those that a viewer sees.

    To decode all would take minutes for a long video of many pixels. Where none of them is shown (a video that was
    trimmed without encoding it again begins behind one), the others are decoded.
    """
    for skipping in (_WHOLE, ()):
        streams = await _list(path, demuxer, (*skipping, *_BOUNDED), _DECODED, bounds)
        if streams and streams[0].packets:
            return streams[0]
    raise Broken("no picture of it can be decoded")


async def _decode_sound(path: Path, demuxer: str) -> Stream:
    streams = await _list(path, demuxer, (), ("-map", "0:a:0", "-t", str(_MAX_HEARD)), BOUNDS)
    if not streams or not streams[0].packets:
        raise Broken("no sound of it can be decoded")
    return streams[0]


async def _list(
    path: Path, demuxer: str, decoding: Sequence[str], output: Sequence[str], bounds: Bounds
) -> tuple[Stream, ...]:
    ran = await run_ffmpeg((*_QUIET, *decoding, *only(path, demuxer), *output, *_LISTED, "-"), bounds)
    return read_streams(ran.output)


def read_streams(listing: str) -> tuple[Stream, ...]:
    """Read a listing, of which lines may be missing in the middle; raises Broken where its head is not understood."""
    heads: dict[int, dict[str, str]] = {}
    for name, number, value in _HEAD.findall(listing):
        heads.setdefault(int(number), {})[name] = value
    times: dict[int, list[tuple[int, int]]] = {number: [] for number in heads}
    for number, dts, pts, duration, _ in _PACKET.findall(listing):
        start = int(dts if int(pts) == _NO_TIME else pts)
        if int(number) in times and start != _NO_TIME:
            times[int(number)].append((start, start + int(duration)))
    return tuple(_stream(head, times[number]) for number, head in sorted(heads.items()))


def _stream(head: dict[str, str], times: Sequence[tuple[int, int]]) -> Stream:
    try:
        unit, shows = Fraction(head["tb"]), head["media_type"] == "video"
    except (KeyError, ValueError, ZeroDivisionError):
        raise Broken(f"ffmpeg lists a stream as {head}") from None
    width, height = _shown(head) if shows else (0, 0)
    start = min((start for start, _ in times), default=0)
    end = max((end for _, end in times), default=0)
    return Stream(shows, head.get("codec_id", ""), width, height, float(start * unit), float(end * unit), len(times))


def _shown(head: dict[str, str]) -> tuple[int, int]:
    sides, shape = _SIDES.fullmatch(head.get("dimensions", "")), _SHAPE.fullmatch(head.get("sar", ""))
    if sides is None:
        return 0, 0
    stretched = Fraction(int(shape[1]), int(shape[2])) if shape else Fraction(1)
    # A shape that no camera gives its pixels is a mistake in the file.
    width = int(sides[1]) * (stretched if Fraction(1, 4) <= stretched <= 4 else 1)
    return round(width), int(sides[2])


class SelfTest:
    """Tries this machine's ffmpeg on a small clip of its own: what fails there is the tool's failure, and no file's.

    Remembers for a while how the last trial went.
    """

    def __init__(self) -> None:
        self._trying = asyncio.Lock()
        self._tried_at: float | None = None
        self._problem: str | None = None

    async def problem(self) -> str | None:
        """Say what is wrong with ffmpeg; None when it can inspect a clip."""
        async with self._trying:
            if self._tried_at is None or time.monotonic() - self._tried_at >= _BELIEVED_SECONDS:
                self._problem = await try_ffmpeg()
                self._tried_at = time.monotonic()
        return self._problem

    async def report(self) -> None:
        """Try it now, and say in the log where it does not work."""
        if (problem := await self.problem()) is not None:
            log.warning("%s. Videos are delivered unchecked, and large ones can't be made smaller. %s", problem, REMEDY)


async def try_ffmpeg() -> str | None:
    """Inspect the sample; returns what went wrong, None when nothing did."""
    try:
        facts = await inspect_video(SAMPLE, MOV)
    except (Broken, Unchecked, OSError) as error:
        return f"ffmpeg can't read the bot's test video: {error}"
    if facts is None:
        return "ffmpeg can't read the bot's test video: it finds no video in it"
    return None if facts == _SAMPLE_FACTS else f"ffmpeg reads the bot's test video wrongly: {facts}"
