"""Bots that begin with everything imported: a process that has done so forks once for each.

`python -m bot run` takes longer to import its modules than a whole journey lasts. What is forked is a process of its
own, with its own environment, log and exit code, and runs the same `main` from its first line on. Nothing of the bot
happens at import (tests/conventions), so none inherits more than modules.
"""

import array
import asyncio
import atexit
import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.journeys.machine import stand_on_machine

_LARGEST = 65_536
_READY = b"ready\n"


class WarmProcess:
    """A forked bot, with what is used here of `asyncio.subprocess.Process`."""

    def __init__(self, pid: int, told: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.pid = pid
        self.returncode: int | None = None
        self.stderr: asyncio.StreamReader | None = None
        self._writer = writer
        self._ending = asyncio.create_task(self._end(told))

    async def _end(self, told: asyncio.StreamReader) -> int:
        line = await told.readline()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()
        assert line, "the process that forks bots is gone"
        self.returncode = int(line)
        return self.returncode

    async def wait(self) -> int:
        """Wait for its end and return its exit code, less than zero where a signal ended it."""
        return await asyncio.shield(self._ending)

    def send_signal(self, number: signal.Signals) -> None:
        """Send it a signal."""
        with contextlib.suppress(ProcessLookupError):
            if self.returncode is None:
                os.kill(self.pid, number)

    def kill(self) -> None:
        """Kill it."""
        self.send_signal(signal.SIGKILL)


async def start(
    root: Path,
    environment: Mapping[str, str],
    files: Mapping[int, int],
    words: Sequence[str] = ("run",),
    machine: Path | None = None,
) -> WarmProcess:
    """Start a bot with a command line of these words.

    `files`: its standard files, by their number. Without one for errors these go to a pipe, the process's `stderr`.
    `machine`: the file by which the clock of the machine is set that it runs on; None for this machine.
    """
    ours, its = socket.socketpair()
    reading, writing = (-1, -1) if 2 in files else os.pipe()
    given = {2: writing, **files}
    with its:
        fds = array.array("i", [its.fileno(), *given.values()])
        asked = {"words": words, "environment": dict(environment), "files": list(given), "machine": str(machine)}
        forking = _forking(root, on_machine=machine is not None)
        forking.sendmsg([json.dumps(asked).encode()], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, fds)])
    told, writer = await asyncio.open_connection(sock=ours)
    process = WarmProcess(int(await told.readline()), told, writer)
    if reading >= 0:
        os.close(writing)
        process.stderr = asyncio.StreamReader()
        protocol = asyncio.StreamReaderProtocol(process.stderr)
        await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(reading, "rb"))
    return process


@cache
def _forking(root: Path, *, on_machine: bool) -> socket.socket:
    """Start the process that forks, which ends when this one does; returns where it is asked."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with its:
        command = (sys.executable, "-m", "tests.journeys.warm", str(its.fileno()), *(["machine"] if on_machine else ()))
        process = subprocess.Popen(command, cwd=root, env=kept, pass_fds=(its.fileno(),), stdin=subprocess.DEVNULL)

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    assert ours.recv(len(_READY)) == _READY, "the bot cannot be imported"
    return ours


def _serve(control: socket.socket) -> dict[str, Any] | None:
    """Fork for everyone who asks; returns what a new bot was asked for, in its own process, and None at the end."""
    children: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready in select.select([control, *children], [], [])[0]:
            if ready is not control:
                pid, teller = children.pop(ready)
                os.close(ready)
                ended = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
                # A test that failed waits for its bot no more; those after it need this process.
                with contextlib.suppress(OSError):
                    teller.send(b"%d\n" % ended)
                teller.close()
                continue
            asked, fds, _, _ = socket.recv_fds(control, _LARGEST, 4)
            if not asked:
                # Whoever watched over them is gone.
                for pid, _ in children.values():
                    os.kill(pid, signal.SIGKILL)
                return None
            teller = socket.socket(fileno=fds[0])
            pid = os.fork()
            if pid == 0:
                for fd, other in children.items():
                    os.close(fd)
                    other[1].close()
                control.close()
                teller.close()
                return _become(json.loads(asked), fds[1:])
            for fd in fds[1:]:
                os.close(fd)
            children[os.pidfd_open(pid)] = (pid, teller)
            with contextlib.suppress(OSError):
                teller.send(b"%d\n" % pid)


def _become(asked: dict[str, Any], fds: list[int]) -> dict[str, Any]:
    """Take the files and the environment that were given; returns what was asked for."""
    for number, fd in zip(asked["files"], fds, strict=True):
        os.dup2(fd, number)
        os.close(fd)
    os.environ.clear()
    os.environ.update(asked["environment"])
    return asked


def _run(control: socket.socket, *, on_machine: bool) -> None:
    set_by = stand_on_machine() if on_machine else None
    import_module("bot.app")
    begin = import_module("bot.__main__").main
    control.send(_READY)
    asked = _serve(control)
    if asked is not None:
        if set_by is not None:
            set_by(Path(asked["machine"]))
        sys.exit(begin([*asked["words"], "--no-dotenv"]))


if __name__ == "__main__":
    _run(socket.socket(fileno=int(sys.argv[1])), on_machine="machine" in sys.argv[2:])
