"""Make a damaged clip play: what is whole of it is written into a container of its own.

Browsers give up at the first broken sample of a file that was cut short, and play it once that sample is left out.
"""

import asyncio
import logging
import os
import re
import secrets
import shutil
from pathlib import Path

from bot.domain.clip_errors import ClipError
from bot.domain.reply import RepairedClip
from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.clip_look import LENGTH, in_seconds, look_at_clip
from bot.media.fetch import put_in_place
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.fit import WORKPLACE
from bot.media.footage import LOCAL_ONLY

log = logging.getLogger(__name__)

_MEMORY, _PROCESSOR, _SECONDS = 2 * 1024**3, 120, 120.0
_DECODED_TO = re.compile(r"^out_time_us=(\d+)$", re.MULTILINE)
# A clip that ends so many seconds before it says is not whole; its sound may outlast its pictures by less.
_MISSING = 0.3


async def mend(held: Path, target: Path, *, in_part: bool) -> RepairedClip | None:
    """Copy what can be read of `held` into `target`, complete or not at all.

    None, with the reason in the log, where nothing of it plays, and where pictures are missing unless `in_part`.
    Raises OSError.
    """
    workplace = target.with_suffix(f".{secrets.token_hex(4)}{WORKPLACE}")
    made = workplace / "mended.mp4"
    try:
        await asyncio.to_thread(workplace.mkdir)
        ffmpeg = await asyncio.to_thread(binary)
        stated = await _copy(ffmpeg, held, made)
        await look_at_clip(made)
        incomplete = stated is None or await _decoded_to(ffmpeg, made) < stated - _MISSING
        if incomplete and not in_part:
            return None
        size = (await asyncio.to_thread(made.stat)).st_size
        await asyncio.to_thread(_place, made, target)
    except (OutOfTime, FfmpegMissing, ClipError) as error:
        log.warning("%s could not be mended: %s", target.name, error)
        return None
    finally:
        await asyncio.to_thread(shutil.rmtree, workplace, ignore_errors=True)
    return RepairedClip(size, incomplete)


async def _copy(ffmpeg: Path, held: Path, made: Path) -> float | None:
    """Copy the samples that are whole; returns the length in seconds that the damaged file states."""
    size = (await asyncio.to_thread(held.stat)).st_size
    command = [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-loglevel", "info", "-y", "-fflags", "+discardcorrupt"),
        *(*LOCAL_ONLY, "-i", f"file:{held}", "-map", "0:v:0", "-map", "0:a?", "-c", "copy"),
        *("-movflags", "+faststart", "-f", "mp4", f"file:{made}"),
    ]
    ran = await run_bounded(command, Bounds(_MEMORY, _PROCESSOR, _SECONDS, file_size=2 * size + 1024**2))
    if ran.code != 0:
        raise ClipError(f"ffmpeg cannot copy it (exit code {ran.code}): {ran.output[-300:].strip()}")
    length = LENGTH.search(ran.output)
    return None if length is None else in_seconds(*length.groups())


async def _decoded_to(ffmpeg: Path, made: Path) -> float:
    """Decode all pictures, and return the time in seconds that the last one lasts to; 0 where it takes too long."""
    command = [
        *(str(ffmpeg), "-nostdin", "-hide_banner", "-nostats", "-progress", "pipe:1", "-loglevel", "error"),
        *("-threads", "1", *LOCAL_ONLY, "-i", f"file:{made}", "-map", "0:v:0", "-f", "null", "-"),
    ]
    ran = await run_bounded(command, Bounds(_MEMORY, _PROCESSOR, _SECONDS))
    times = _DECODED_TO.findall(ran.output)
    return int(times[-1]) / 1_000_000 if ran.code == 0 and times else 0.0


def _place(made: Path, target: Path) -> None:
    with made.open("rb") as file:
        os.fsync(file.fileno())
    put_in_place(made, target)
