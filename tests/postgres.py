"""A real PostgreSQL for tests: one cluster for each process of pytest, and a database of its own for each test."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

from bot.storage.postgres_connection import connect
from bot.storage.postgres_database import PostgresDatabase
from bot.storage.postgres_opening import prepare

_READY = "database system is ready to accept connections"
_TEMPLATE = "seedreel_template"
# PostgreSQL's server refuses to run as root.
_USER = "postgres" if os.getuid() == 0 else None


def binaries() -> Path:
    """Find the server's programs, which Debian keeps out of PATH."""
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else max(Path("/usr/lib/postgresql").glob("*/bin"))


class Cluster:
    """A server of its own on a free port of 127.0.0.1; `durable`: it brings each commit to the disk."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._data = folder / "data"
        self._folder = folder
        self._durable = durable
        self._server = self._reader = None
        self._numbers = count(1)
        self.port = 0

    def create(self) -> None:
        if _USER:
            shutil.chown(self._folder, _USER, pwd.getpwnam(_USER).pw_gid)
        options = ["--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--username=postgres", "--no-sync"]
        self._run("initdb", "-D", str(self._data), *options)
        self.start()
        self.execute(f"CREATE DATABASE {_TEMPLATE}")
        with connect(self.url(_TEMPLATE)) as connection:
            prepare(PostgresDatabase(connection), _TEMPLATE)
            # A copy of it is no database that was put back.
            connection.execute("UPDATE seedreel_schema SET place = NULL")

    def start(self) -> None:
        """Start it, on the port that it had before."""
        self.port = self.port or _free_port()
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "shared_buffers": "32MB",
            "max_connections": 200,
            "fsync": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
            "autovacuum": "off",
            # A server that is ended waits for clients that have said nothing yet: for a minute, if it is let.
            "authentication_timeout": "5s",
        }
        arguments = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._server = self._begin("postgres", "-D", str(self._data), *arguments)
        for line in self._server.stderr:
            if _READY in line:
                break
        else:
            raise RuntimeError("PostgreSQL did not start.")
        # A full pipe would hold the server up.
        self._reader = threading.Thread(target=self._server.stderr.read, daemon=True)
        self._reader.start()

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """End it: SIGINT ends sessions and goes, SIGQUIT goes as it stands and recovers at the next start."""
        if self._server is not None:
            self._server.send_signal(how)
            self._server.wait(30)
            self._reader.join()
            self._server.stderr.close()
            self._server = self._reader = None

    def restart(self) -> None:
        """Crash it, and start it again."""
        self.stop()
        self.start()

    def url(self, database: str) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def database(self, template: str = _TEMPLATE):
        """Yield the address of a new database with our tables; `template0`: without them."""
        name = f"test_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _run(self, program: str, *arguments: str) -> None:
        ended = self._begin(program, *arguments)
        _, said = ended.communicate()
        assert ended.returncode == 0, said

    def _begin(self, program: str, *arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [binaries() / program, *arguments],
            user=_USER,
            group=_USER and pwd.getpwnam(_USER).pw_gid,
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", "TZ": "UTC"},
        )


@contextmanager
def cluster(*, durable: bool = False):
    """Run a cluster in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="seedreel-postgres-") as folder:
        server = Cluster(Path(folder), durable=durable)
        try:
            server.create()
            yield server
        finally:
            server.stop()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def postgres():
    """Give all tests of this process one cluster; nothing of it is brought to the disk."""
    with cluster() as server:
        yield server


@pytest.fixture
def own_postgres():
    """Give a test that crashes or stops the server one of its own: another test of the process needs the common one."""
    with cluster() as server:
        yield server


@pytest.fixture
def database_url(postgres):
    """Give a test a database of its own, with our tables."""
    with postgres.database() as url:
        yield url
