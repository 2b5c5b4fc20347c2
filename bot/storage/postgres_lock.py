"""Who works on a database: each bot holds a lock of it, one that works alone exclusively, those that share it together.

The lock is its session's: it ends with the process, however that ends, and with the server.
"""

import os
import socket
import time
from collections.abc import Callable
from typing import Final, NoReturn

import psycopg

from bot.domain.errors import StoreInUse
from bot.storage.postgres_connection import connect
from bot.storage.postgres_database import Connection

KEY: Final = 0x5EED_0002
_TAKE: Final = "SELECT pg_try_advisory_lock(%s)"
_SHARE: Final = "SELECT pg_try_advisory_lock_shared(%s)"
_HOLDERS: Final = """
SELECT DISTINCT application_name FROM pg_locks JOIN pg_stat_activity USING (pid)
WHERE locktype = 'advisory' AND granted AND pid <> pg_backend_pid()
    AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND classid = 0 AND objid = %s AND objsubid = 1
ORDER BY 1
"""
# PostgreSQL's NAMEDATALEN, less the byte at its end.
_LONGEST_NAME: Final = 63
# A server takes some milliseconds to see that a process has ended.
_ENDING_SECONDS: Final = 1.0
_AGAIN_SECONDS: Final = 0.05


# Less than the server takes to end the session of a process that it cannot reach (`postgres_connection`).
TRUST_SECONDS: Final = 8.0
"""Real seconds after the last look that found the lock held, for which a process trusts that it still is."""


def boot_seconds() -> float:
    """Return seconds that go on while the machine sleeps, where the system counts them."""
    clock = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if clock is None else time.clock_gettime(clock)


class DeploymentLock:
    """The lock of one process; `alone`: no other may work on the database meanwhile."""

    def __init__(self, url: str, *, alone: bool, now: Callable[[], float] = boot_seconds) -> None:
        self._now = now
        self._seen: float | None = None
        self._url = url
        self._statement = _TAKE if alone else _SHARE
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take it; raises StoreInUse, naming who has it, and psycopg.Error."""
        name = f"seedreel: process {os.getpid()} on {socket.gethostname()}"[:_LONGEST_NAME]
        connection, ends_at = connect(self._url, name), time.monotonic() + _ENDING_SECONDS
        seen = self._now()
        while connection.execute(self._statement, [KEY]).fetchone() != (True,):
            if time.monotonic() >= ends_at:
                self._refuse(connection)
            time.sleep(_AGAIN_SECONDS)
        self._connection, self._seen = connection, seen

    def holds(self) -> bool:
        """Tell whether no other can have it: a machine that was stopped is not sure of that before it has looked."""
        return self._seen is not None and self._now() - self._seen <= TRUST_SECONDS

    @staticmethod
    def _refuse(connection: Connection) -> NoReturn:
        with connection:
            holders = ", ".join(str(name) for (name,) in connection.execute(_HOLDERS, [KEY]))
        raise StoreInUse(holders.removeprefix("seedreel: ") or "another process")

    def keep(self) -> None:
        """Make sure that it's held, and take it again where its session was lost; raises as `take`."""
        if self._connection is not None:
            seen = self._now()
            try:
                self._connection.execute("SELECT 1")
            except psycopg.OperationalError:
                self.release()
            else:
                self._seen = seen
                return
        self.take()

    def release(self) -> None:
        """Give it back."""
        self._seen = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None
