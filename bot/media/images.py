"""Look at still pictures and make copies of them, in children bounded in memory; one at a time may be large."""

import asyncio
import json
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.conversions import AsImage
from bot.media.disk import PART
from bot.media.ffmpeg import FfmpegMissing, binary
from bot.media.inspect import Broken, Facts, Unchecked

_CHILD = Path(__file__).with_name("image_child.py")
_MEBIBYTE = 1024 * 1024

SMALL = 96 * _MEBIBYTE
"""Bytes that the pixels of a picture may take while others are looked at: a phone's 24 megapixels without a rest."""
LARGE = 256 * _MEBIBYTE
"""Bytes that the pixels of one picture may take, one such picture at a time."""

# Of address space: the interpreter, its libraries, stacks of threads that nobody fills, and what an encoder needs.
_BESIDES = 512 * _MEBIBYTE
_PROCESSOR, _SECONDS = 40, 90.0
_MAX_COPY = 64 * _MEBIBYTE
_CRASHES = frozenset({signal.SIGABRT, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGSEGV})
"""Signals that a decoder gives itself, over a file that it was not made for; any other one came from outside."""


# Of these Pillow holds a picture several times over; ffmpeg holds it once, and knows no other pictures as well.
_BY_FFMPEG = {"WEBP": "webp_pipe", "AVIF": "mov"}
_FFMPEG_PIXELS = 64_000_000
_FFMPEG_BOUNDS = Bounds(1024 * _MEBIBYTE, _PROCESSOR, _SECONDS, file_size=2 * _MAX_COPY)


class Unreadable(Broken):
    """A picture of a kind that is known, and of a make that is not."""


class Enormous(Exception):
    """A picture that does not fit into the memory that one may have."""

    def __init__(self, facts: Facts, form: str) -> None:
        super().__init__(f"{facts.width} x {facts.height} pixels of {form}")
        self.facts = facts
        self.form = form


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a child said: what it found, in which format, and the bytes of memory that it would need."""

    facts: Facts
    form: str
    needs: int


class Images:
    """Looks at pictures, and copies them.

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

    async def look(self, path: Path) -> Facts:
        """Tell what a picture is; one that may go out as it is has been decoded to its end.

        Of one that moves, the first picture counts. Raises Enormous (found before anything is decoded), Broken or
        Unchecked.
        """
        try:
            return await self._ask("look", path)
        except Enormous as error:
            await self._by_ffmpeg(error, path, "-f", "null", "-")
            return error.facts

    async def copy(self, path: Path, target: Path, wanted: AsImage) -> Facts:
        """Make an upright copy and tell what it is; raises Enormous, Broken or Unchecked."""
        sides = (str(wanted.width), str(wanted.height))
        how = (str(target), wanted.format.name, *sides, str(wanted.max_bytes))
        try:
            return await self._ask("copy", path, *how)
        except Enormous as error:
            between = target.with_name(f"{target.stem}-between{PART}")
            try:
                png = ("-c:v", "png", "-compression_level", "1", "-f", "image2", "-update", "1", f"file:{between}")
                await self._by_ffmpeg(error, path, "-vf", f"scale={':'.join(sides)}", *png)
                return await self._ask("copy", between, *how)
            finally:
                await asyncio.to_thread(between.unlink, missing_ok=True)

    async def _ask(self, deed: str, path: Path, *more: str) -> Facts:
        answer = await self._run(deed, path, self._small, *more)
        if self._small < answer.needs <= self._large:
            async with self._turn:
                answer = await self._run(deed, path, self._large, *more)
        if answer.needs:
            raise Enormous(answer.facts, answer.form)
        return answer.facts

    async def _run(self, deed: str, path: Path, budget: int, *more: str) -> _Answer:
        command = [sys.executable, "-P", "-B", str(_CHILD), deed, str(path), str(budget), *more]
        bounds = Bounds(budget + _BESIDES, _PROCESSOR, self._seconds, file_size=_MAX_COPY)
        try:
            ran = await run_bounded(command, bounds)
        except OutOfTime as error:
            raise Unchecked(f"a picture was not done: {error}") from error
        if -ran.code in _CRASHES:
            raise Broken(f"the decoder of a picture crashed over it (signal {-ran.code})")
        if ran.code < 0:
            raise Unchecked(f"the look at a picture was ended by signal {-ran.code}")
        match _json_in(ran.output) if ran.code == 0 else {}:
            case {"width": int(width), "height": int(height), "needs": int(needs), **rest}:
                turned, animated, transparent = (bool(rest.get(name)) for name in ("turned", "animated", "transparent"))
                facts = Facts(width, height, None, turned, animated, transparent)
                return _Answer(facts, str(rest.get("form", "")), needs)
            case _ if "UnidentifiedImageError" in ran.output:
                raise Unreadable("Pillow does not know what it is")
            case _:
                raise Broken(f"a picture did not decode (exit code {ran.code}): {ran.output[-200:].strip()}")

    async def _by_ffmpeg(self, enormous: Enormous, path: Path, *output: str) -> None:
        """Let ffmpeg decode the first picture; raises what was raised before where it is of no help."""
        demuxer = _BY_FFMPEG.get(enormous.form)
        if demuxer is None or enormous.facts.width * enormous.facts.height > _FFMPEG_PIXELS:
            raise enormous
        try:
            ffmpeg = await asyncio.to_thread(binary)
            command = [
                *(str(ffmpeg), "-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1"),
                *("-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}", "-frames:v", "1", *output),
            ]
            async with self._turn:
                ran = await run_bounded(command, _FFMPEG_BOUNDS)
        except (OutOfTime, FfmpegMissing) as error:
            raise Unchecked(f"a large picture was not done: {error}") from error
        if ran.code < 0:
            raise Unchecked(f"ffmpeg was ended by signal {-ran.code} over a large picture")
        if ran.code != 0:
            raise Broken(f"ffmpeg does not decode a picture (exit code {ran.code}): {ran.output[-200:].strip()}")


def _json_in(output: str) -> object:
    try:
        parsed: object = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        return {}
    return parsed
