"""Small real media, made by ffmpeg and Pillow."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.toapis.ffmpeg import ffmpeg
from tests.sandbox_toapis.client import picture

QUICK = ("-preset", "ultrafast", "-pix_fmt", "yuv420p")
REFERENCE = picture(size=(400, 300))


@cache
def video(seconds: float = 2.0, ending: str = "mp4") -> bytes:
    codec = ("-c:v", "libvpx", "-deadline", "realtime") if ending == "webm" else ("-c:v", "libx264", *QUICK)
    return made(("-f", "lavfi", "-i", f"testsrc=s=864x480:r=24:d={seconds}", *codec), ending)


@cache
def sound(seconds: float = 2.0, ending: str = "wav") -> bytes:
    return made(("-f", "lavfi", "-i", f"sine=r=8000:d={seconds}"), ending)


def made(words: tuple[str, ...], ending: str) -> bytes:
    with TemporaryDirectory() as folder:
        out = Path(folder) / f"made.{ending}"
        subprocess.run([ffmpeg(), "-v", "error", *words, "-y", str(out)], check=True)
        return out.read_bytes()
