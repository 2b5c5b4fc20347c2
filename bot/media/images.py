"""Inspect still pictures and make copies of them, in children bounded in memory; one at a time may be large."""

import asyncio
import json
import signal
import sys
from pathlib import Path

from bot.media.bounded import Bounds, only, run_bounded, run_ffmpeg
from bot.media.conversions import AsImage
from bot.media.disk import PART
from bot.media.facts import Broken, Facts, Unchecked

_CHILD = Path(__file__).with_name("image_child.py")
_MEBIBYTE = 1024 * 1024

SMALL = 96 * _MEBIBYTE
"""Bytes that the pixels of a picture may take while others are inspected: a phone's 24 megapixels without a rest."""
LARGE = 256 * _MEBIBYTE
"""Bytes that the pixels of one picture may take, one such picture at a time."""

# Of address space: the interpreter, its libraries, stacks of threads that stay empty, and what an encoder needs.
_BESIDES = 512 * _MEBIBYTE
_PROCESSOR, _SECONDS = 40, 90.0
_MAX_COPY = 64 * _MEBIBYTE
_CRASHES = frozenset({signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV})
"""Signals that a decoder gives itself, over a file that it was not made for; any other one came from outside."""


# Of these Pillow holds a picture several times over; ffmpeg holds it once, and knows no other pictures as well.
_BY_FFMPEG = {"WEBP": "webp_pipe", "AVIF": "mov"}
_MAX_FFMPEG_PIXELS = 64_000_000
_FFMPEG_BOUNDS = Bounds(1024 * _MEBIBYTE, _PROCESSOR, _SECONDS, file_size=2 * _MAX_COPY)


class Unreadable(Broken):
    """A picture of a kind that is known, and of a make that is not."""


class PictureTooLarge(Exception):
    """A picture that does not fit into the memory that one may have: `needs` bytes."""

    def __init__(self, facts: Facts, form: str, needs: int) -> None:
        super().__init__(f"{facts.width} x {facts.height} pixels of {form}")
        self.facts = facts
        self.form = form
        self.needs = needs


class Images:
    """Inspects pictures, and copies them.

    Args:
        small: bytes that the pixels of any picture may take.
        large: bytes that the pixels of one picture at a time may take.
        seconds: for each child.
    """

    def __init__(self, small: int = SMALL, large: int = LARGE, seconds: float = _SECONDS) -> None:
        self._small = small
        self._large = large
        self._seconds = seconds
        self._turn = asyncio.Lock()

    async def inspect(self, path: Path) -> Facts:
        """Tell what a picture is; one that may go out as it is has been decoded to its end.

        Of an animation, the first picture counts. Raises PictureTooLarge (found before anything is decoded), Broken or
        Unchecked.
        """
        try:
            return await self._ask("inspect", path)
        except PictureTooLarge as error:
            await self._by_ffmpeg(error, path, "-f", "null", "-")
            return error.facts

    async def copy(self, path: Path, target: Path, wanted: AsImage) -> Facts:
        """Make an upright copy and tell what it is; raises PictureTooLarge, Broken or Unchecked."""
        sides = (str(wanted.width), str(wanted.height))
        how = (str(target), wanted.format.name, *sides, str(wanted.max_bytes))
        try:
            return await self._ask("copy", path, *how)
        except PictureTooLarge as error:
            between = target.with_name(f"{target.stem}-between{PART}")
            try:
                png = ("-c:v", "png", "-compression_level", "1", "-f", "image2", "-update", "1", f"file:{between}")
                await self._by_ffmpeg(error, path, "-vf", f"scale={':'.join(sides)}", *png)
                return await self._ask("copy", between, *how)
            finally:
                await asyncio.to_thread(between.unlink, missing_ok=True)

    async def _ask(self, action: str, path: Path, *more: str) -> Facts:
        try:
            return await self._run(action, path, self._small, *more)
        except PictureTooLarge as error:
            if error.needs > self._large:
                raise
        async with self._turn:
            return await self._run(action, path, self._large, *more)

    async def _run(self, action: str, path: Path, budget: int, *more: str) -> Facts:
        command = [sys.executable, "-P", "-B", str(_CHILD), action, str(path), str(budget), *more]
        ran = await run_bounded(command, Bounds(budget + _BESIDES, _PROCESSOR, self._seconds, file_size=_MAX_COPY))
        if -ran.code in _CRASHES:
            raise Broken(f"the decoder of a picture crashed over it (signal {-ran.code})")
        if ran.code < 0:
            raise Unchecked(f"reading a picture was ended by signal {-ran.code}")
        match _json_in(ran.output) if ran.code == 0 else {}:
            case {"width": int(width), "height": int(height), "needs": int(needs), **rest}:
                turned, animated, transparent = (bool(rest.get(name)) for name in ("turned", "animated", "transparent"))
                facts = Facts(width, height, None, turned, animated, transparent)
                if needs:
                    raise PictureTooLarge(facts, str(rest.get("form", "")), needs)
                return facts
            case _ if "UnidentifiedImageError" in ran.output:
                raise Unreadable("Pillow does not know what it is")
            case _:
                raise Broken(f"a picture did not decode (exit code {ran.code}): {ran.output[-200:].strip()}")

    async def _by_ffmpeg(self, enormous: PictureTooLarge, path: Path, *output: str) -> None:
        """Let ffmpeg decode the first picture; raises what was raised before where it is of no help."""
        demuxer = _BY_FFMPEG.get(enormous.form)
        if demuxer is None or enormous.facts.width * enormous.facts.height > _MAX_FFMPEG_PIXELS:
            raise enormous
        quiet = ("-v", "error", "-threads", "1", "-filter_threads", "1")
        async with self._turn:
            await run_ffmpeg((*quiet, *only(path, demuxer), "-frames:v", "1", *output), _FFMPEG_BOUNDS)


def _json_in(output: str) -> object:
    try:
        parsed: object = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        return {}
    return parsed
