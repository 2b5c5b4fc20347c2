"""Where ffmpeg is."""

import shutil
from pathlib import Path

import imageio_ffmpeg


class FfmpegMissing(Exception):
    """There is no ffmpeg; the text says what the operator can do."""


def binary() -> Path:
    """Find ffmpeg: the one that imageio-ffmpeg ships, whose version is pinned, before any on PATH.

    `IMAGEIO_FFMPEG_EXE` names another one (imageio-ffmpeg's own variable). Raises FfmpegMissing. Blocks shortly, for
    the first look tries it: for a thread.
    """
    try:
        found = shutil.which(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        found = None
    if found is None:
        raise FfmpegMissing("no ffmpeg was found: install it, or the package imageio-ffmpeg with its binary")
    return Path(found).absolute()
