"""Look at a video or a sound that goes into a request: whether it can be read to its end, and how long it really is."""

import asyncio
import logging
import re
from collections.abc import Sequence
from pathlib import Path

from bot.domain.media import Kind, MediaFormat
from bot.media.bounded import Bounds, OutOfTime, Ran, run_bounded
from bot.media.boxes import is_cut_short, is_wave_cut_short
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.inspect import Broken, Facts, OtherKind, in_seconds

log = logging.getLogger(__name__)

_BOUNDS = Bounds(memory=2 * 1024**3, processor=20, seconds=40.0, output=256 * 1024)
_DEMUXERS = {MediaFormat.MP4: "mov", MediaFormat.MOV: "mov", MediaFormat.MP3: "mp3", MediaFormat.WAV: "wav"}
_DECODED_MOST = 60
"""Whole pictures of a video that are decoded: several a second of one as long as the provider takes."""
_HEARD_MOST = 60.0
"""Seconds of a sound that are decoded: far above what the provider takes, and soon done in hours of silence."""
_PIXELS_MOST = 40_000_000
"""Pixels of one picture of a video: above 8K."""

_LENGTH = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.MULTILINE)
_LAST = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)
_PICTURE = re.compile(r"^  Stream #\S+: Video: wrapped_avframe.*?[ ,](\d{1,5})x(\d{1,5})(?=[ ,\n])", re.MULTILINE)
_MOVES = re.compile(r"^  Stream #0:\S+: Video: (?!.*\((?:attached pic|timed thumbnails|still image)\))", re.MULTILINE)
_SOUNDS = re.compile(r"^  Stream #0:\S+: Audio: ", re.MULTILINE)
_GUESSED = re.compile(r"duration from bitrate|bitrate for duration")
# Packets are told in the order of decoding: the last one shown may be some pictures earlier in it.
_HELD_BACK = 0.25
# A sound that ends so much before its own word for its length was cut off; its first and last frames may go missing.
_CUT_OFF = 0.5


async def inspect_recording(path: Path, form: MediaFormat) -> Facts:
    """Let ffmpeg read a video or a sound to its end, in a bounded process that sees nothing else.

    Every packet of a video is read and its whole pictures are decoded; a sound is decoded, for a minute at most. The
    length is that of what is there, whatever the file's header says; a video's sides are those that its viewer sees.
    Raises OtherKind (an MP4 without pictures) or Broken.
    """
    cut_short = is_wave_cut_short if form is MediaFormat.WAV else is_cut_short
    if form is not MediaFormat.MP3 and await asyncio.to_thread(cut_short, path):
        raise Broken("the file is shorter than it says itself")
    try:
        ran = await run_bounded(_command(await asyncio.to_thread(binary), path, form), _BOUNDS)
    except (OutOfTime, FfmpegMissing) as error:
        log.warning("an input could not be looked at: %s", error)
        raise Broken(str(error)) from error
    return _video(ran) if form.kind is Kind.VIDEO else _sound(ran)


def _command(ffmpeg: Path, path: Path, form: MediaFormat) -> Sequence[str]:
    outputs: tuple[str, ...] = ("-map", "0:a:0", "-t", str(_HEARD_MOST), "-f", "null", "-")
    decoding: tuple[str, ...] = ()
    if form.kind is Kind.VIDEO:
        # Pictures that need no other are decoded; to decode all would take minutes for a long one of many pixels.
        decoding = ("-skip_frame", "nointra", "-max_pixels", str(_PIXELS_MOST))
        outputs = (
            *("-map", "0:V:0", "-map", "0:a?", "-c", "copy", "-f", "null", "-"),
            *("-map", "0:V:0", "-frames:v", str(_DECODED_MOST), "-f", "null", "-"),
        )
    return [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-nostats", "-progress", "pipe:1", "-loglevel", "info"),
        # One file, read as what it begins like: nothing in it can make ffmpeg open anything else.
        *("-threads", "1", "-protocol_whitelist", "file", *decoding, "-f", _DEMUXERS[form], "-i", f"file:{path}"),
        *outputs,
    ]


def _video(ran: Ran) -> Facts:
    came = ran.output.partition("\nOutput #0")[0]
    if _MOVES.search(came) is None and _SOUNDS.search(came) is not None:
        raise OtherKind("M4A")
    seconds, picture = _read_to(ran), _PICTURE.search(ran.output)
    if picture is None:
        raise Broken("no picture of it can be decoded")
    said = _said(came)
    if said is not None and abs(said - seconds) <= _HELD_BACK:
        seconds = said
    return Facts(int(picture[1]), int(picture[2]), seconds)


def _sound(ran: Ran) -> Facts:
    seconds = _read_to(ran)
    said = _said(ran.output)
    # Within a second of where ffmpeg was told to stop, it did.
    if seconds > _HEARD_MOST - 1:
        return Facts(0, 0, max(seconds, said or 0.0))
    if said is not None and seconds < said - _CUT_OFF and _GUESSED.search(ran.output) is None:
        raise Broken(f"it ends after {seconds:g} s and says {said:g} s")
    return Facts(0, 0, seconds)


def _read_to(ran: Ran) -> float:
    """Return the time in seconds to which ffmpeg has come; raises Broken where it gave up."""
    times = _LAST.findall(ran.output)
    if ran.code != 0 or not times:
        raise Broken(f"ffmpeg could not read it (exit code {ran.code}): {ran.output[-200:].strip()}")
    return int(times[-1]) / 1_000_000


def _said(output: str) -> float | None:
    length = _LENGTH.search(output)
    return None if length is None else in_seconds(*length.groups())
