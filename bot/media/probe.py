"""What a video or a sound is made of, by what ffmpeg's muxer "framecrc" lists of it.

That listing is written for programs (ffmpeg's documentation of formats, "framecrc"; ffmpeg's own regression tests
compare such files), so it reads the same in every version: lines of `#name stream: value`, then a line for each packet
with its stream, its times in units of the stream's `tb`, its duration and its size.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.inspect import Broken, Unchecked

MAX_PIXELS = 40_000_000
"""Pixels of one picture of a video that is decoded: above 8K."""

# The listing of a video of 15 s at 240 pictures a second has some 300 KB; of one of hours, its two ends are enough.
_BOUNDS = Bounds(memory=2 * 1024**3, processor=20, seconds=40.0, output=1024**2, tail=64 * 1024)

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


async def list_packets(path: Path, demuxer: str) -> tuple[Stream, ...]:
    """Read every packet of the first stream of moving pictures and of all sounds, without decoding.

    Raises Broken or Unchecked.
    """
    return await _list(path, demuxer, (), ("-map", "0:V:0?", "-map", "0:a?", "-c", "copy"))


async def decode_pictures(path: Path, demuxer: str, most: int) -> Stream:
    """Decode up to `maximum` of the pictures that need no other; its sides are those that a viewer sees.

    To decode all would take minutes for a long video of many pixels. Where none of them is shown (a video that was
    trimmed without encoding it anew begins behind one), the others are decoded. Raises Broken or Unchecked.
    """
    for skipping in (("-skip_frame", "nointra"), ()):
        decoding = (*skipping, "-max_pixels", str(MAX_PIXELS))
        streams = await _list(path, demuxer, decoding, ("-map", "0:V:0", "-frames:v", str(most)))
        if streams and streams[0].packets:
            return streams[0]
    raise Broken("no picture of it can be decoded")


async def decode_sound(path: Path, demuxer: str, most: float) -> Stream:
    """Decode up to `maximum` seconds of the first sound. Raises Broken or Unchecked."""
    streams = await _list(path, demuxer, (), ("-map", "0:a:0", "-t", str(most)))
    if not streams or not streams[0].packets:
        raise Broken("no sound of it can be decoded")
    return streams[0]


def read_streams(listing: str) -> tuple[Stream, ...]:
    """Read a listing, of which lines may be missing in the middle; raises Broken where its head is not understood."""
    heads: dict[int, dict[str, str]] = {}
    for name, number, value in _HEAD.findall(listing):
        heads.setdefault(int(number), {})[name] = value
    times: dict[int, list[tuple[int, int]]] = {number: [] for number in heads}
    for number, _, pts, duration, _ in _PACKET.findall(listing):
        if int(number) in times:
            times[int(number)].append((int(pts), int(pts) + int(duration)))
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
    # A shape that no camera gives its pixels is a mistake of whoever wrote it down.
    width = int(sides[1]) * (stretched if Fraction(1, 4) <= stretched <= 4 else 1)
    return round(width), int(sides[2])


async def _list(path: Path, demuxer: str, decoding: Sequence[str], output: Sequence[str]) -> tuple[Stream, ...]:
    try:
        command = [
            *(str(await asyncio.to_thread(binary)), "-nostdin", "-loglevel", "fatal", "-threads", "1"),
            # One file, read as what it begins like: nothing in it can make ffmpeg open anything else.
            *("-protocol_whitelist", "file", *decoding, "-f", demuxer, "-i", f"file:{path}"),
            *(*output, "-f", "framecrc", "-"),
        ]
        ran = await run_bounded(command, _BOUNDS)
    except (OutOfTime, FfmpegMissing) as error:
        raise Unchecked(str(error)) from error
    if ran.code < 0:
        raise Unchecked(f"ffmpeg was ended by signal {-ran.code}")
    if ran.code != 0:
        raise Broken(f"ffmpeg could not read it (exit code {ran.code}): {ran.output[-200:].strip()}")
    return read_streams(ran.output)
