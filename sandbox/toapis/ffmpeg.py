"""Where ffmpeg is."""

import shutil

import imageio_ffmpeg


def ffmpeg() -> str:
    """Return the path of ffmpeg: the machine's own, else the one that imageio-ffmpeg brings."""
    return shutil.which("ffmpeg") or str(imageio_ffmpeg.get_ffmpeg_exe())
