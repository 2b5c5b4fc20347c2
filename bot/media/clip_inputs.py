"""A finished clip, or its last picture, as an input file of another request: looked at like whatever is attached."""

import asyncio
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from bot.domain.chain import ParentGone
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, Role, StoredFile
from bot.domain.models import Capability
from bot.media.bounded import only, run_ffmpeg
from bot.media.clips import shrunk_path
from bot.media.disk import size_of
from bot.media.facts import Broken
from bot.media.inputs import Inputs
from bot.media.probe import BOUNDS, MAX_PIXELS
from bot.media.shrink import Shrinker
from bot.media.sniff import clip_container, read_head

# In seconds before the end: where the pictures are that the last one is among. Sound may outlast them by more.
_END: Final = ("-sseof", "-1")
_BOUNDS: Final = replace(BOUNDS, file_size=64 * 1024**2)
# The best that a JPEG has: it is looked at as the first picture of a video.
_QUALITY: Final = "2"


class ClipInputs:
    """Keeps copies of clips in `inputs`; `clip_path` says where a job's clip lies."""

    def __init__(self, inputs: Inputs, shrinker: Shrinker, clip_path: Callable[[str], Path]) -> None:
        self._inputs = inputs
        self._shrinker = shrinker
        self._clip_path = clip_path

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Keep a finished clip as `Inputs.keep` does; of one with too many bytes, a smaller copy.

        As a frame it is the clip's last picture. Raises Refusal: as `Inputs.keep`, ParentGone where the clip is not on
        our disk.
        """
        clip = self._clip_path(attachment.clip_of)
        size = await asyncio.to_thread(size_of, clip)
        if size is None:
            raise Refusal(ParentGone())
        if attachment.role is not Role.REFERENCE_VIDEO:
            return await self._inputs.keep_made(attachment, capability, partial(last_picture, clip))
        limit = capability.rules[Role.REFERENCE_VIDEO].max_bytes
        if size > limit and await self._shrinker.shrink(clip, limit) is not None:
            clip = shrunk_path(clip, limit)
        return await self._inputs.keep_made(attachment, capability, partial(_copy, clip))


async def last_picture(clip: Path, made: Path) -> None:
    """Write the last picture of a clip, upright and in full size, as a JPEG. Raises Broken or Unchecked."""
    demuxer = clip_container(await asyncio.to_thread(read_head, clip)).demuxer
    for start in (_END, ()):
        await run_ffmpeg(_arguments(clip, demuxer, start, made), _BOUNDS)
        if await asyncio.to_thread(size_of, made):
            return
    raise Broken("it has no picture that could be read")


def _arguments(clip: Path, demuxer: str, start: tuple[str, ...], made: Path) -> list[str]:
    return [
        *("-loglevel", "error", "-y", "-threads", "1", "-max_pixels", str(MAX_PIXELS), *start, *only(clip, demuxer)),
        *("-map", "0:V:0", "-map_metadata", "-1", "-filter_threads", "1", "-vf", "scale=iw*sar:ih,setsar=1"),
        *("-pix_fmt", "yuvj444p", "-c:v", "mjpeg", "-q:v", _QUALITY, "-f", "image2", "-update", "1", f"file:{made}"),
    ]


async def _copy(clip: Path, made: Path) -> None:
    await asyncio.to_thread(shutil.copyfile, clip, made)
