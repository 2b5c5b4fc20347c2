"""Make copies of videos and sounds that the provider takes: MP4 with H.264, and MP3. One at a time, at low priority."""

import asyncio
from pathlib import Path

from bot.media.bounded import Bounds, only, run_ffmpeg, turn
from bot.media.conversions import AsSound, AsVideo
from bot.media.facts import Facts
from bot.media.probe import MAX_PIXELS, inspect_recording
from bot.media.sniff import MOV, MP3, Container

# How long a copy waits for those before it, in real seconds: members are waiting too.
_TURN_SECONDS = 300.0
# 15 s of 4K take about a minute on two cores.
_BOUNDS = Bounds(2 * 1024**3, processor=600, seconds=300.0, file_size=64 * 1024**2)
_THREADS = "2"
# No copy has more than what the provider takes of one medium, which is a clip of its own, and a little.
_MAX_SECONDS = 35
# Hardly to be told from the original; the bit rate's limit is for noise and confetti.
_QUALITY = "18"


class Recoder:
    """Makes copies, whole or not at all.

    Args:
        turn_seconds: how long a file waits for its turn.
    """

    def __init__(self, turn_seconds: float = _TURN_SECONDS) -> None:
        self._turn_seconds = turn_seconds
        self._one = asyncio.Semaphore(1)

    async def copy(self, path: Path, container: Container, target: Path, wanted: AsVideo | AsSound) -> Facts:
        """Make the copy and inspect it; raises Broken or Unchecked."""
        async with turn(self._one, self._turn_seconds):
            await run_ffmpeg(_arguments(path, container, target, wanted), _BOUNDS)
        return await inspect_recording(target, MOV if isinstance(wanted, AsVideo) else MP3)


def _arguments(path: Path, container: Container, target: Path, wanted: AsVideo | AsSound) -> list[str]:
    repeats = wanted.repeats - 1 if isinstance(wanted, AsVideo) else 0
    begin = () if wanted.part is None else ("-ss", f"{wanted.part.start:g}")
    seconds = _MAX_SECONDS if wanted.part is None else wanted.part.seconds
    return [
        *("-loglevel", "error", "-y", "-threads", _THREADS, "-max_pixels", str(MAX_PIXELS)),
        *(
            "-stream_loop",
            str(repeats),
            *begin,
            *only(path, container.demuxer),
            "-map_metadata",
            "-1",
            "-map_chapters",
            "-1",
        ),
        *(_video(wanted) if isinstance(wanted, AsVideo) else _sound(wanted)),
        *("-t", f"{seconds:g}", "-f", "mp4" if isinstance(wanted, AsVideo) else "mp3", f"file:{target}"),
    ]


def _video(wanted: AsVideo) -> list[str]:
    scale = f"scale={wanted.width}:{wanted.height}:flags=bicubic,setsar=1"
    bitrate = str(wanted.bitrate)
    return [
        *("-map", "0:V:0", "-map", "0:a:0?", "-filter_threads", "1", "-vf", scale, "-pix_fmt", "yuv420p"),
        *(() if wanted.rate is None else ("-r", f"{wanted.rate:.5g}")),
        *("-c:v", "libx264", "-preset", "fast", "-crf", _QUALITY, "-maxrate", bitrate, "-bufsize", bitrate),
        *("-threads", _THREADS, "-c:a", "aac", "-b:a", "160k", "-ac", "2", "-movflags", "+faststart"),
    ]


def _sound(wanted: AsSound) -> list[str]:
    rate = str(wanted.bitrate)
    return ["-map", "0:a:0", "-c:a", "libmp3lame", "-b:a", rate, "-ac", "2", "-ar", "44100"]
