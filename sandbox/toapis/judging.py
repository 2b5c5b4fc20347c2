"""Judge media by their bytes: Pillow for images, ffmpeg in a bounded process for videos and sounds."""

import asyncio
import os
import re
import signal
from collections.abc import Collection, Mapping
from pathlib import Path

from PIL import Image, PngImagePlugin

from sandbox.toapis.ffmpeg import ffmpeg
from sandbox.toapis.formats import demuxer_of, format_of, head, kind_of
from sandbox.toapis.media import Kind, Role, Seen, StoredFile

MB = 1024 * 1024
_FRAMES = ("JPEG", "PNG", "WEBP")
FORMATS: Mapping[Role, Collection[str]] = {
    Role.FIRST_FRAME: _FRAMES,
    Role.LAST_FRAME: _FRAMES,
    Role.REFERENCE_IMAGE: (*_FRAMES, "GIF"),
    Role.REFERENCE_VIDEO: ("MP4", "MOV"),
    Role.REFERENCE_AUDIO: ("WAV", "MP3"),
}
MAX_BYTES: Mapping[Kind, int] = {Kind.IMAGE: 30 * MB - 1, Kind.VIDEO: 50 * MB - 1, Kind.AUDIO: 15 * MB - 1}
"""Of media with roles: "under 30, 50, 15 MB"."""
SHORTEST, LONGEST = 2.0, 15.0
"""Seconds of a reference video or audio, and LONGEST of all of a kind together."""
SLACK, OVER = 0.1, 0.25
"""Seconds by which a file may be shorter, and longer, than is documented."""
FOOTAGE_PIXELS, FOOTAGE_RATES = (409_600, 927_408), (24.0, 60.0)
"""Of a reference video, where these are judged: pixels of a picture, and pictures a second."""
_SIDES, _ASPECT = (300, 6000), (0.4, 2.5)
_MAX_PIXELS = 50_000_000
_MAX_METADATA = 64 * MB
_MAX_SECONDS = 20.0
_STILL = "scale=480:480:force_original_aspect_ratio=decrease"
_WAVES = "showwavespic=s=480x270:colors=white"


class Unusable(Exception):
    """A file that will not do; the text says why, to follow the name of its place."""


class Judge:
    """Look at files, each once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turns = asyncio.Semaphore(2)
        self._known: dict[str, Seen] = {}

    async def look(self, file: StoredFile) -> Seen:
        """Return what a file is. Raises Unusable for what is no whole file of a known format."""
        known = self._known.get(file.sha256)
        if known is None:
            async with self._turns:
                known = self._known[file.sha256] = await self._looked(file)
        return known

    async def _looked(self, file: StoredFile) -> Seen:
        name = format_of(await asyncio.to_thread(head, file.path))
        kind = kind_of(name)
        if kind is None:
            raise Unusable("has an unsupported format")
        if kind is Kind.IMAGE:
            size = await asyncio.to_thread(_image_size, file.path, name)
            return Seen(file, kind, name, size, 0.0, file.path)
        self._folder.mkdir(parents=True, exist_ok=True)
        picture = self._folder / f"{file.sha256}.png"
        said = await _still(file.path, demuxer_of(name), picture, waves=kind is Kind.AUDIO)
        if kind is Kind.AUDIO:
            return Seen(file, kind, name, (0, 0), _seconds(said), picture)
        return Seen(file, kind, name, _size(said), _seconds(said), picture, _rate(said))


def check_role(seen: Seen, role: Role, longest: float = LONGEST) -> None:
    """Raise Unusable when the file does not do for the role; `longest` of a video in seconds."""
    if seen.kind is not role.kind or seen.format not in FORMATS[role]:
        *others, last = FORMATS[role]
        article = "an" if role.kind in {Kind.IMAGE, Kind.AUDIO} else "a"
        raise Unusable(f"must be {article} {role.kind} in the format {', '.join(others)} or {last}")
    if role is Role.REFERENCE_IMAGE:
        _check_sides(seen.size)
    maximum = longest if seen.kind is Kind.VIDEO else LONGEST
    if seen.kind is not Kind.IMAGE and not SHORTEST - SLACK <= seen.seconds <= maximum + OVER:
        raise Unusable(f"must be {SHORTEST:g} to {maximum:g} seconds long, not {seen.seconds:.1f}")


def check_footage(seen: Seen) -> None:
    """Raise Unusable for a video of other pixels or another rate than the model takes."""
    pixels, (minimum, maximum), (slowest, fastest) = seen.size[0] * seen.size[1], FOOTAGE_PIXELS, FOOTAGE_RATES
    if not minimum <= pixels <= maximum:
        raise Unusable(f"must have {minimum} to {maximum} pixels, not {seen.size[0]}x{seen.size[1]}")
    if not slowest <= seen.rate <= fastest:
        raise Unusable(f"must have {slowest:g} to {fastest:g} FPS, not {seen.rate:g}")


def _check_sides(size: tuple[int, int]) -> None:
    if min(size) < _SIDES[0] or max(size) > _SIDES[1]:
        raise Unusable(f"must have sides of {_SIDES[0]} to {_SIDES[1]} pixels, not {size[0]}x{size[1]}")
    if not _ASPECT[0] <= size[0] / size[1] <= _ASPECT[1]:
        raise Unusable(f"must have an aspect ratio between {_ASPECT[0]} and {_ASPECT[1]}")


def _image_size(path: Path, name: str) -> tuple[int, int]:
    # Picture generators write megabytes of text into a PNG, printers as much of a profile.
    PngImagePlugin.MAX_TEXT_CHUNK = PngImagePlugin.MAX_TEXT_MEMORY = _MAX_METADATA
    try:
        with Image.open(path, formats=(name,)) as picture:
            if picture.width * picture.height > _MAX_PIXELS:
                raise Unusable("has too many pixels")
            picture.load()
            return picture.size
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise Unusable("has too many pixels") from bomb
    except (OSError, SyntaxError, ValueError) as broken:
        raise Unusable("is not a whole image") from broken


async def _still(path: Path, demuxer: str, picture: Path, *, waves: bool) -> str:
    """Draw one picture of a video or sound and return what ffmpeg says. Raises Unusable."""
    process = await asyncio.create_subprocess_exec(
        *(ffmpeg(), "-hide_banner", "-nostdin", "-y", "-protocol_whitelist", "file", "-f", demuxer),
        *("-t", "20", "-i", str(path), "-filter_complex", _WAVES if waves else f"[0:v:0]{_STILL}"),
        *("-frames:v", "1", "-threads", "1", "-update", "1", str(picture)),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(_MAX_SECONDS):
            _, said = await process.communicate()
    except TimeoutError:
        raise Unusable("cannot be read") from None
    finally:
        if process.returncode is None:
            os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    if process.returncode != 0 or not await asyncio.to_thread(picture.is_file):
        raise Unusable("cannot be read")
    return said.decode("utf-8", "replace")


def _seconds(said: str) -> float:
    found = re.search(r"Duration: (\d+):(\d+):([\d.]+)", said)
    if found is None:
        raise Unusable("does not say how long it is")
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _size(said: str) -> tuple[int, int]:
    found = re.search(r"Video: .*? (\d{2,5})x(\d{2,5})\b", said)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _rate(said: str) -> float:
    found = re.search(r"Video: .*? (\d+(?:\.\d+)?)(k?) fps", said)
    return float(found[1]) * (1000 if found[2] else 1) if found else 0.0
