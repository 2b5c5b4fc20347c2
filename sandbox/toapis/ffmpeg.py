"""Where ffmpeg is."""

import shutil

import imageio_ffmpeg


def ffmpeg() -> str:
    """Return the path of ffmpeg: the one that imageio-ffmpeg brings, else the machine's own."""
    found = imageio_ffmpeg.get_ffmpeg_exe()
    return shutil.which(found) or str(found)
