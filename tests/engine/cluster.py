"""A PostgreSQL of the test's own: Debian's programs, a folder that goes with it, a free port of this machine."""

import asyncio
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
_UNSAFE_AND_FAST = ("-F", "-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200")


class Cluster:
    """One server, started and stopped as often as the test likes; what it holds stays."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._port = _free_port()
        # It refuses to run as root.
        self._as = {"user": "postgres", "group": "postgres"} if os.geteuid() == 0 else {}
        if self._as:
            entry = pwd.getpwnam("postgres")
            os.chown(folder, entry.pw_uid, entry.pw_gid)
        made = [PROGRAMS / "initdb", "-D", folder / "data", "-U", "seedreel", "-A", "trust", "-E", "UTF8", "--no-sync"]
        subprocess.run(made, check=True, capture_output=True, cwd=folder, **self._as)
        self._server: subprocess.Popen | None = None
        self._databases = 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = (self._folder / "log").open("ab")
        where = ["-D", self._folder / "data", "-p", str(self._port), "-h", "127.0.0.1", "-k", self._folder]
        with log:
            command = [PROGRAMS / "postgres", *where, *_UNSAFE_AND_FAST]
            self._server = subprocess.Popen(command, stdout=log, stderr=log, cwd=self._folder, **self._as)
        end = time.monotonic() + 30
        ready = [PROGRAMS / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self._port), "-t", "1"]
        while subprocess.run(ready, check=False).returncode:
            assert self._server.poll() is None, (self._folder / "log").read_text()
            assert time.monotonic() < end, "PostgreSQL does not answer"

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Stop it: by SIGQUIT at once, as in a crash; by SIGINT in order."""
        if self._server is not None:
            self._server.send_signal(how)
            try:
                self._server.wait(20)
            except subprocess.TimeoutExpired:
                # On a machine under load its own children may keep it; they end when it is gone.
                self._server.kill()
                self._server.wait()
            self._server = None

    async def restart(self) -> None:
        """Crash it and start it again."""
        await asyncio.to_thread(self.stop)
        await asyncio.to_thread(self.start)

    def new_database(self) -> str:
        """Make an empty database and return its URL."""
        self._databases += 1
        name = f"seedreel{self._databases}"
        where = ["-h", "127.0.0.1", "-p", str(self._port), "-U", "seedreel"]
        subprocess.run([PROGRAMS / "createdb", *where, name], check=True, capture_output=True)
        return f"postgresql://seedreel@127.0.0.1:{self._port}/{name}"


@contextmanager
def new_cluster() -> Iterator[Cluster]:
    """Make a server and start it; it is gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="seedreel-pg-"))
    try:
        cluster = Cluster(folder)
        cluster.start()
        try:
            yield cluster
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]
