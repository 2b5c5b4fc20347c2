"""Run foreign programs on strangers' files: bounded in memory, processor, time and output, and given no secrets."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LAUNCH = Path(__file__).with_name("launch.py")
_CHUNK = 16 * 1024
# The settings of this process hold its tokens; a child gets only what it needs to start.
_ENVIRONMENT = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one program may use: bytes of memory, seconds of processor, real seconds, bytes of any file written.

    Of its output the first `output` bytes are kept, and the last `tail` of what follows.
    """

    memory: int
    processor: int
    seconds: float
    output: int = 64 * 1024
    file_size: int = 0
    tail: int = 0


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended: its exit code (negative: the signal that ended it), and both its output streams in one."""

    code: int
    output: str


class OutOfTime(Exception):
    """The program was ended because its time was over."""


async def run_bounded(command: Sequence[str], bounds: Bounds) -> Ran:
    """Run a program (an absolute path and its arguments) within bounds.

    Raises OutOfTime. However this ends, cancelled too, the program is gone afterwards.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(_LAUNCH)),
        *(str(most) for most in (bounds.memory, bounds.processor, bounds.file_size)),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(bounds.seconds):
            output = await _read(process, bounds.output, bounds.tail)
            code = await process.wait()
    except TimeoutError:
        raise OutOfTime(f"not done within {bounds.seconds:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return Ran(code, output.decode("utf-8", "replace"))


async def _read(process: asyncio.subprocess.Process, most: int, tail: int) -> bytes:
    """Read to the end and keep both ends, so that a talkative program is not held up by a full pipe."""
    if process.stdout is None:
        raise RuntimeError("the program was started without a pipe")
    kept, last = bytearray(), bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        room = most - len(kept)
        kept += chunk[:room]
        if tail:
            last += chunk[room:]
            del last[:-tail]
    return bytes(kept + last)
