"""Run other programs on files from outside: bounded in memory, processor, time and output, and given no secrets.

ffmpeg is run by `run_ffmpeg`, everything else by `run_bounded`; nothing else in this package starts a process.
"""

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import imageio_ffmpeg

from bot.media.facts import Broken, NoMemory, Unchecked

# A shell that binds itself to the limits and then becomes the program: so they hold from its first instruction, which
# no hook between fork and exec of a threaded process can do safely. It starts in a tenth of the time that Python takes.
# macOS knows the address space's limit and refuses to set it. Linux ends the process with the highest score first when
# memory is short (proc(5)): this one, never the bot. Past a file's limit a write fails, and ends nothing.
# The bot may have died before it could be told to the kernel (_WITH_US): then nothing begins.
_BINDING = """\
[ "$PPID" = "$1" ] || exit 1
shift
{ echo 1000 >/proc/self/oom_score_adj; } 2>/dev/null
{ ulimit -c 0; ulimit -n 64; ulimit -v "$1"; ulimit -t "$2"; ulimit -f "$3"; } 2>/dev/null
trap '' XFSZ
shift 3
exec nice "$@"
"""
_KIB, _BLOCK = 1024, 512
_CHUNK = 16 * 1024
# ffmpeg ends with the low byte of the error that stopped it: here of -ENOMEM.
_NO_MEMORY_CODE, _NO_MEMORY_TEXT = -errno.ENOMEM & 0xFF, "Cannot allocate memory"
# Has the kernel end what it runs when the thread that started it dies (util-linux, setpriv(1); prctl(2),
# PR_SET_PDEATHSIG): a program of a killed bot would otherwise work on for as long as its bounds let it.
_WITH_US = ("--pdeathsig", "KILL")
# The settings of this process hold its tokens; a child gets only what it needs to start.
_ENVIRONMENT = ("PATH", "HOME", "PYTHONPATH", "PYTHONHOME", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one program may use: bytes of memory, seconds of processor, real seconds, bytes of any file written.

    `file_size` holds to the next 512 bytes. Of its output the first `output` bytes are kept, and the last `tail` of
    what follows.
    """

    memory: int
    processor: int
    seconds: float
    output: int = 64 * 1024
    file_size: int = 0
    tail: int = 0


@dataclass(frozen=True, slots=True)
class ProgramResult:
    """How a program ended: its exit code (negative: the signal that ended it), and both its output streams in one.

    `errors`: the second of them, where it was wanted apart.
    """

    code: int
    output: str
    errors: str = ""


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


async def run_ffmpeg(arguments: Sequence[str], bounds: Bounds, *, apart: bool = False) -> ProgramResult:
    """Run ffmpeg within bounds; `apart` as in `run_bounded`.

    Raises Broken where the files that it was given stop it, Unchecked where something else does.
    """
    ffmpeg = await asyncio.to_thread(find_ffmpeg)
    ran = await run_bounded([str(ffmpeg), "-nostdin", "-hide_banner", *arguments], bounds, apart=apart)
    if ran.code < 0:
        raise Unchecked(f"ffmpeg was ended by signal {-ran.code}")
    if ran.code != 0:
        said = ran.output + ran.errors
        no_memory = ran.code == _NO_MEMORY_CODE or _NO_MEMORY_TEXT in said
        error = NoMemory if no_memory else Broken
        raise error(f"ffmpeg failed (exit code {ran.code}): {said[-400:].strip()}")
    return ran


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


async def run_bounded(command: Sequence[str], bounds: Bounds, *, apart: bool = False) -> ProgramResult:
    """Run a program (an absolute path and its arguments) within bounds, its second output stream `apart` or not.

    Raises OutOfTime. However this ends, cancelled too, the program is gone afterwards; on Linux a kill of this process
    ends it too.
    """
    limits = (bounds.memory // _KIB, bounds.processor, -(-bounds.file_size // _BLOCK))
    process = await asyncio.create_subprocess_exec(
        *await asyncio.to_thread(_parent_death_prefix),
        *("/bin/sh", "-c", _BINDING, "sh", str(os.getpid()), *map(str, limits)),
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE if apart else asyncio.subprocess.STDOUT,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        start_new_session=True,
    )
    streams = [stream for stream in (process.stdout, process.stderr) if stream is not None]
    try:
        async with asyncio.timeout(bounds.seconds):
            outputs = await asyncio.gather(*(_read(stream, bounds.output, bounds.tail) for stream in streams))
            code = await process.wait()
    except TimeoutError:
        raise OutOfTime(f"not done within {bounds.seconds:g} s") from None
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
    return ProgramResult(code, *(output.decode("utf-8", "replace") for output in outputs))


@cache
def _parent_death_prefix() -> tuple[str, ...]:
    """Return the command prefix that ends a program with this process; empty where the system has none. Blocks."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return ()
    # BusyBox has one without it.
    tried = subprocess.run([setpriv, *_WITH_US, "true"], check=False, capture_output=True)
    return (setpriv, *_WITH_US) if tried.returncode == 0 else ()


async def _read(stream: asyncio.StreamReader, head: int, tail: int) -> bytes:
    """Read to the end and keep both ends, so that a program that writes much is not stopped by a full pipe."""
    first, last = bytearray(), bytearray()
    while chunk := await stream.read(_CHUNK):
        room = head - len(first)
        first += chunk[:room]
        if tail:
            last += chunk[room:]
            del last[:-tail]
    return bytes(first + last)
