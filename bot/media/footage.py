"""What a clip on our disk is made of, as far as making it smaller needs to know."""

import re
from pathlib import Path

from bot.media.bounded import Bounds, run_bounded
from bot.media.fit_plan import Source

LOCAL_ONLY = ("-protocol_whitelist", "file", "-format_whitelist", "mov,matroska")
"""ffmpeg's options before an input: no playlist and no list of files, so that a clip can make it open nothing else."""

_BOUNDS = Bounds(memory=2 * 1024**3, processor=60, seconds=60.0)
_LENGTH = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_SOUND = re.compile(r"Stream #\S+: Audio: ")
_PICTURE = re.compile(r"Stream #\S+: Video: .*?[ ,](\d{1,5})x(\d{1,5})(?=[ ,\n]).*?[ ,](\d+(?:\.\d+)?)(k?) fps")


async def look_at(ffmpeg: Path, clip: Path) -> Source | None:
    """Let ffmpeg read the clip's first picture, in a bounded process; None when it does not say all that is needed.

    Raises OutOfTime.
    """
    ran = await run_bounded(
        [
            *(str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "info", "-threads", "1", *LOCAL_ONLY),
            *("-i", f"file:{clip}", "-map", "0:v:0", "-frames:v", "1", "-f", "null", "-"),
        ],
        _BOUNDS,
    )
    return read_source(ran.output) if ran.code == 0 else None


def read_source(said: str) -> Source | None:
    """Read ffmpeg's own description of what it reads and of what it hands on.

    The sides are those of the pictures handed on: a clip that is stored lying on its side has been turned there.
    """
    came, _, went = said.partition("\nOutput #0")
    length, picture = _LENGTH.search(came), _PICTURE.search(went)
    if length is None or picture is None:
        return None
    hours, minutes, rest = length.groups()
    width, height, fps, thousands = picture.groups()
    return Source(
        seconds=int(hours) * 3600 + int(minutes) * 60 + float(rest),
        width=int(width),
        height=int(height),
        fps=float(fps) * (1000 if thousands else 1),
        has_sound=_SOUND.search(came) is not None,
    )
