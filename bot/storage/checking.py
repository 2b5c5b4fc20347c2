"""Looking through the whole database while a bot works on it: on a thread of its own, which yields to every other.

A reading that takes long keeps the log from being written back into the file: what is committed meanwhile is appended
to it (see "Avoiding Excessively Large WAL Files" in SQLite's documentation). So each table is read by itself, and the
log can be written back between two of them. The one for `sqlite_schema` reads the list of free pages too.
"""

import asyncio
import os
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from bot.storage.opening import check_sound, opened_again
from bot.storage.sqlite_database import SqliteDatabase
from bot.storage.sqlite_errors import explained

# The lowest there is.
_NICENESS: Final = 19
_ASK_AGAIN_SECONDS: Final = 0.05


class _Check:
    """One look through the file."""

    def __init__(self, path: Path, lock_seconds: float) -> None:
        self._path = path
        self._lock_seconds = lock_seconds
        self._stopped = False
        self._db: SqliteDatabase | None = None

    def run(self) -> None:
        """Read table by table, in this thread; raises StoreUnusable."""
        with suppress(OSError):  # Linux: of this thread alone
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICENESS)
        with opened_again(self._path, self._lock_seconds) as db, explained(self._path):
            self._db = db
            for table in ("sqlite_schema", *db.table_names()):
                if not self._stopped:
                    check_sound(db, self._path, table)

    def stop(self) -> None:
        """Stop reading, from another thread; to be repeated until it has: it may be between two statements."""
        self._stopped = True
        if self._db is not None:
            with suppress(sqlite3.ProgrammingError):  # it's closed by now
                self._db.conn.interrupt()


async def read_through(path: Path, lock_seconds: float) -> None:
    """Read the whole database; raises as `opened`. Where it's cancelled, the thread has ended before this does."""
    check, thread = _Check(path, lock_seconds), ThreadPoolExecutor(1, thread_name_prefix="check")
    reading = asyncio.get_running_loop().run_in_executor(thread, check.run)
    thread.shutdown(wait=False)
    try:
        await asyncio.shield(reading)
    finally:
        while not reading.done():
            check.stop()
            await asyncio.wait({reading}, timeout=_ASK_AGAIN_SECONDS)
        reading.exception()
