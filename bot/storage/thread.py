"""The threads that own the connections: one that writes, one that reads. The event loop never blocks."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, ParamSpec, Self, TypeVar

from bot.domain.errors import StoreClosed, StoreFull
from bot.storage.checking import read_through
from bot.storage.folder import held_in_folder
from bot.storage.lock import Lock
from bot.storage.opening import opened, opened_again, opened_beside
from bot.storage.permissions import make_private
from bot.storage.queries import answers_within
from bot.storage.sending import sent
from bot.storage.sqlite_database import SqliteDatabase
from bot.storage.sqlite_errors import translated
from bot.storage.writable import unusable

log = logging.getLogger(__name__)

# How long a statement waits for another program's lock.
LOCK_SECONDS = 10.0

P = ParamSpec("P")
T = TypeVar("T")


class _Worker:
    """A thread and the connection that only it uses; what it is sent is done in that order."""

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._thread = ThreadPoolExecutor(1, thread_name_prefix=name)
        self.latest: tuple[Future[Any], ...] = ()  # what was sent last
        self._resources = ExitStack()
        self._db: SqliteDatabase | None = None
        self.ended = 0
        """How many calls have ended, whatever became of them."""
        self.failed = False
        """Whether a call met a file that could not be read or written."""
        self._identity: tuple[int, int] | None = None

    async def open(self, connection: Callable[[], AbstractContextManager[SqliteDatabase]]) -> None:
        """Open the connection in the thread; where that fails, or its wait is cancelled, the thread ends."""
        try:
            await self._send(lambda: self._open(connection))
        except BaseException:
            # Also when only the wait was cancelled and the thread is still opening.
            self._thread.submit(self._close)
            self._thread.shutdown(wait=False)
            raise

    async def close(self) -> None:
        """Close the connection and end the thread, after all that was sent."""
        try:
            await self._send(self._close)
        finally:
            self._thread.shutdown(wait=False)

    async def run(self, work: Callable[[SqliteDatabase], T]) -> T:
        """Do the work on the connection; see `Store.run`."""
        return await self._send(lambda: self._call(work))

    async def run_after(self, other: "_Worker", work: Callable[[SqliteDatabase], T]) -> T:
        """Do the work once all is done that the other was sent before; this thread waits for it, the loop does not."""
        latest = other.latest

        def call() -> T:
            wait(latest)
            return self._call(work)

        return await self._send(call)

    async def _send(self, work: Callable[[], T]) -> T:
        future = self._thread.submit(work)
        self.latest = (future,)
        return await sent(future)

    def _call(self, work: Callable[[SqliteDatabase], T]) -> T:
        if self._db is None:
            raise RuntimeError("The store is closed.")
        if _identity(self._path) != self._identity:
            # SQLite goes on writing into a file that has no name any more.
            raise StoreClosed(f"the database {self._path} was moved, replaced or deleted while the bot ran")
        try:
            return work(self._db)
        except sqlite3.Error as error:
            if (known := translated(error, self._path)) is not None:
                self.failed = True
                raise known from error
            raise
        finally:
            self.ended += 1
            self._db.rollback()

    def _open(self, connection: Callable[[], AbstractContextManager[SqliteDatabase]]) -> None:
        with ExitStack() as resources:
            self._db = resources.enter_context(connection())
            self._identity = _identity(self._path)
            self._resources = resources.pop_all()

    def _close(self) -> None:
        self._db = None
        self._resources.close()


class Store:
    """The database, open between `async with` and its end.

    Raises on entering: StoreInUse when another holds it, StoreUnusable when it cannot be trusted, StoreFull when
    nothing can be written. `lock_seconds` is how long a call waits for another program that has the file locked.
    `beside`: a bot may be using the database at the same time; it has to be there then, and of our version. `lock`:
    the database's own, where this process holds it already; who took it gives it back.
    """

    def __init__(
        self, path: Path, lock_seconds: float = LOCK_SECONDS, *, beside: bool = False, lock: Lock | None = None
    ) -> None:
        self._path = path
        self._beside = beside
        self._lock = lock
        self._lock_seconds = lock_seconds
        self._writer = _Worker(path, "store")
        self._reader = _Worker(path, "reader")
        self._whole = False

    @property
    def path(self) -> Path:
        """Return the database's file."""
        return self._path

    async def __aenter__(self) -> Self:
        await self._writer.open(self._with_others if self._beside else self._alone)
        try:
            await self._reader.open(lambda: opened_again(self._path, self._lock_seconds))
        except BaseException:
            await self._writer.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        try:
            await self._reader.close()
        finally:
            # The last connection to close writes the log back into the file.
            await self._writer.close()

    async def run(self, function: Callable[Concatenate[SqliteDatabase, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function(database, …)` on the thread that writes, and return what it returns.

        What has been sent runs to its end, whether or not the caller is still waiting. A transaction that the function
        leaves open is rolled back. Raises StoreFull when nothing can be written (StoreClosed when that is not for want
        of room, as when another program keeps the database locked for longer than it may), StoreUnusable when the file
        turns out to be damaged.
        """
        return await self._writer.run(lambda db: function(db, *args, **kwargs))

    async def read(self, function: Callable[Concatenate[SqliteDatabase, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that only reads on a thread of its own, beside what is written; raises as `run`.

        It sees all that was sent to be written before the call, and waits for that. Nothing that has to be saved waits
        for a long list or search.
        """
        return await self._reader.run_after(self._writer, lambda db: function(db, *args, **kwargs))

    async def check(self) -> None:
        """Read the whole file beside the work, where its last end wasn't clean; raises StoreUnusable for a damaged one.

        Ends early when it's cancelled. Raises StoreClosed when the disk can't be read.
        """
        if not self._whole:
            log.info("The database wasn't closed by this version, or not cleanly: checking it while the bot works.")
            await read_through(self._path, self._lock_seconds)
            self._whole = True
            log.info("The database is in order.")

    def holds(self) -> bool:
        """Tell whether what only one process may send may be sent: the file's lock is held to the process's end."""
        return True

    async def answers(self, seconds: float) -> bool:
        """Tell whether the thread comes to a new call within so many real seconds: whether nothing hangs before it."""
        try:
            async with asyncio.timeout(seconds):
                await self.run(lambda _: None)
        except TimeoutError:
            return False
        except StoreFull:
            pass  # it answers
        return True

    async def moves(self, seconds: float) -> bool:
        """Tell whether within so many real seconds any call ends, or none is left to be done."""
        before = self._writer.ended
        return await self.answers(seconds) or self._writer.ended != before

    async def is_ready(self, seconds: float) -> bool:
        """Tell whether a call gets through within so many real seconds, and finds the database where it was."""
        return await answers_within(self, seconds)

    @contextmanager
    def _with_others(self) -> Iterator[SqliteDatabase]:
        """Open the file without its lock."""
        if (wrong := unusable(self._path)) is not None:
            raise wrong
        with opened_beside(self._path, self._lock_seconds) as db:
            yield db

    @contextmanager
    def _alone(self) -> Iterator[SqliteDatabase]:
        """Open the file as its only bot."""
        with ExitStack() as resources:
            lock = self._lock or resources.enter_context(held_in_folder(self._path))
            resources.callback(self._leave, lock)
            is_whole = lock.ended_cleanly
            db, self._whole = resources.enter_context(opened(self._path, self._lock_seconds, whole=is_whole))
            make_private(self._path)
            yield db

    def _leave(self, lock: Lock) -> None:
        """Vouch for the closed file, if everything of it is known to be whole."""
        if self._whole and not (self._writer.failed or self._reader.failed):
            lock.leave_clean()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells a file from another of its name; None where there is none."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
