"""Where ffmpeg is."""

import shutil
from pathlib import Path

import imageio_ffmpeg


class FfmpegMissing(Exception):
    """There is no ffmpeg; the text says what the operator can do."""


def binary() -> Path:
    """Find ffmpeg: in PATH, else the one that the package imageio-ffmpeg ships.

    Raises FfmpegMissing. Blocks shortly: for a thread.
    """
    found = shutil.which("ffmpeg")
    if found is not None:
        return Path(found).absolute()
    try:
        return Path(imageio_ffmpeg.get_ffmpeg_exe()).absolute()
    except RuntimeError:
        raise FfmpegMissing("no ffmpeg was found: install it, or the package imageio-ffmpeg with its binary") from None
