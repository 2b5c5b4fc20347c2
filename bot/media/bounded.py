"""Run other programs on files from outside: bounded in memory, processor, time and output, and given no secrets.

ffmpeg is run by `run_ffmpeg`, everything else by `run_bounded`; nothing else in this package starts a process.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import imageio_ffmpeg

from bot.media.facts import Broken, NoMemory, Unchecked

_CHILD = Path(__file__).with_name("bounded_child.py")
_CHUNK = 16 * 1024
# ffmpeg ends with the low byte of the error that stopped it: here of -ENOMEM.
_NO_MEMORY_CODE, _NO_MEMORY_TEXT = -errno.ENOMEM & 0xFF, "Cannot allocate memory"
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


class OutOfTime(Unchecked):
    """The program was ended because its time was over."""


class FfmpegMissing(Unchecked):
    """There is no ffmpeg; the text says what the operator can do."""


def find_ffmpeg() -> Path:
    """Find ffmpeg: the one that imageio-ffmpeg ships, whose version is pinned, before any on PATH.

    `IMAGEIO_FFMPEG_EXE` names another one (imageio-ffmpeg's own variable). Raises FfmpegMissing. Blocks shortly, for
    the first call tries it: for a thread.
    """
    try:
        found = shutil.which(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        found = None
    if found is None:
        raise FfmpegMissing("install ffmpeg, or the package imageio-ffmpeg with its binary")
    return Path(found).absolute()


async def run_ffmpeg(arguments: Sequence[str], bounds: Bounds) -> str:
    """Run ffmpeg within bounds and return its output.

    Raises Broken where the files that it was given stop it, Unchecked where something else does.
    """
    ffmpeg = await asyncio.to_thread(find_ffmpeg)
    ran = await run_bounded([str(ffmpeg), "-nostdin", "-hide_banner", *arguments], bounds)
    if ran.code < 0:
        raise Unchecked(f"ffmpeg was ended by signal {-ran.code}")
    if ran.code != 0:
        no_memory = ran.code == _NO_MEMORY_CODE or _NO_MEMORY_TEXT in ran.output
        error = NoMemory if no_memory else Broken
        raise error(f"ffmpeg failed (exit code {ran.code}): {ran.output[-400:].strip()}")
    return ran.output


@asynccontextmanager
async def turn(one: asyncio.Semaphore, seconds: float) -> AsyncIterator[None]:
    """Wait for a turn at what only one may do at a time; raises Unchecked when it does not come in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            await one.acquire()
    except TimeoutError:
        raise Unchecked("too many are before it") from None
    try:
        yield
    finally:
        one.release()


def only(path: Path, demuxer: str) -> tuple[str, ...]:
    """Return ffmpeg's arguments for an input that is read by one demuxer and cannot make it open any other file."""
    return ("-protocol_whitelist", "file", "-f", demuxer, "-i", f"file:{path}")


async def run_bounded(command: Sequence[str], bounds: Bounds) -> Ran:
    """Run a program (an absolute path and its arguments) within bounds.

    Raises OutOfTime. However this ends, cancelled too, the program is gone afterwards.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-I", "-S", str(_CHILD)),
        *(str(bound) for bound in (bounds.memory, bounds.processor, bounds.file_size)),
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


async def _read(process: asyncio.subprocess.Process, head: int, tail: int) -> bytes:
    """Read to the end and keep both ends, so that a program that writes much is not stopped by a full pipe."""
    if process.stdout is None:
        raise RuntimeError("the program was started without a pipe")
    first, last = bytearray(), bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        room = head - len(first)
        first += chunk[:room]
        if tail:
            last += chunk[room:]
            del last[:-tail]
    return bytes(first + last)
