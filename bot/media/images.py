"""Look at still pictures and make copies of them, in children bounded in memory; one at a time may be large."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from bot.media.bounded import Bounds, OutOfTime, run_bounded
from bot.media.conversions import AsImage
from bot.media.inspect import Broken, Facts, Unchecked

_CHILD = Path(__file__).with_name("image_child.py")
_MEBIBYTE = 1024 * 1024

SMALL = 96 * _MEBIBYTE
"""Bytes that the pixels of a picture may take while others are looked at: a phone's 24 megapixels without a rest."""
LARGE = 264 * _MEBIBYTE
"""Bytes that the pixels of one picture may take, one such picture at a time."""

# Of address space: the interpreter, its libraries, stacks of threads that nobody fills, and what an encoder needs.
_BESIDES = 256 * _MEBIBYTE
_PROCESSOR, _SECONDS = 30, 60.0
_COPY_MOST = 64 * _MEBIBYTE


class Enormous(Exception):
    """A picture that does not fit into the memory that one may have; sides in pixels, as its viewer sees them."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(f"{width} x {height} pixels")
        self.width = width
        self.height = height


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a child said: what it found, and the bytes of memory that it would need."""

    facts: Facts
    needs: int


class Images:
    """Looks at pictures, and copies them.

    Args:
        small: bytes that the pixels of any picture may take.
        large: bytes that the pixels of one picture at a time may take.
    """

    def __init__(self, small: int = SMALL, large: int = LARGE) -> None:
        self._small = small
        self._large = large
        self._turn = asyncio.Lock()

    async def look(self, path: Path) -> Facts:
        """Tell what a picture is; one that may go out as it is has been decoded to its end.

        Of one that moves, the first picture counts. Raises Enormous (found before anything is decoded), Broken or
        Unchecked.
        """
        return await self._ask("look", path)

    async def copy(self, path: Path, target: Path, wanted: AsImage) -> Facts:
        """Make an upright copy and tell what it is; raises Enormous, Broken or Unchecked."""
        sides = (str(wanted.width), str(wanted.height))
        return await self._ask("copy", path, str(target), wanted.format.name, *sides, str(wanted.bytes_most))

    async def _ask(self, deed: str, path: Path, *more: str) -> Facts:
        answer = await _run(deed, path, self._small, *more)
        if answer.needs > self._large:
            raise Enormous(answer.facts.width, answer.facts.height)
        if answer.needs:
            async with self._turn:
                answer = await _run(deed, path, self._large, *more)
            if answer.needs:
                raise Enormous(answer.facts.width, answer.facts.height)
        return answer.facts


async def _run(deed: str, path: Path, budget: int, *more: str) -> _Answer:
    command = [sys.executable, "-P", "-B", str(_CHILD), deed, str(path), str(budget), *more]
    bounds = Bounds(budget + _BESIDES, _PROCESSOR, _SECONDS, file_size=_COPY_MOST)
    try:
        ran = await run_bounded(command, bounds)
    except OutOfTime as error:
        raise Unchecked(f"a picture was not done: {error}") from error
    if ran.code < 0:
        raise Unchecked(f"the look at a picture was ended by signal {-ran.code}")
    match _json_in(ran.output) if ran.code == 0 else {}:
        case {"width": int(width), "height": int(height), "needs": int(needs), **rest}:
            turned, animated, transparent = (bool(rest.get(name)) for name in ("turned", "animated", "transparent"))
            return _Answer(Facts(width, height, None, turned, animated, transparent), needs)
        case _:
            raise Broken(f"a picture did not decode (exit code {ran.code}): {ran.output[-200:].strip()}")


def _json_in(output: str) -> object:
    try:
        parsed: object = json.loads(output.strip().rpartition("\n")[2])
    except ValueError:
        return {}
    return parsed
