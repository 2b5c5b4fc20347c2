"""A store in PostgreSQL: a few threads, each call on a connection of the pool. The event loop never blocks."""

import asyncio
import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Concatenate, Final, ParamSpec, Self, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg_pool import ConnectionPool

from bot.domain.errors import StoreInUse, StoreUnusable
from bot.storage.postgres_connection import connect, connection_parameters, name_of, set_up
from bot.storage.postgres_database import Connection, PostgresDatabase
from bot.storage.postgres_errors import is_lost, lost, translated, unreachable
from bot.storage.postgres_lock import DeploymentLock
from bot.storage.postgres_opening import applied_step, check_current, prepare
from bot.storage.queries import answers_within
from bot.storage.sending import sent, wait_for_ends

# Debian 12's, which the tests run.
_MIN_VERSION: Final = 150000
# How long a call is made again while the server doesn't answer.
LOST_SECONDS: Final = 10.0
_THREADS: Final = 4
_AGAIN_SECONDS: Final = 0.05
# How often the lock's session is looked at.
_KEEP_SECONDS: Final = 1.0
# There are as many connections as threads: only for a server that doesn't answer a thread waits at all.
_POOL_SECONDS: Final = 1.0

_WITHOUT: Final = (TransactionStatus.IDLE, TransactionStatus.UNKNOWN)

P = ParamSpec("P")
T = TypeVar("T")

logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # what a failed try means is said by the calls


class PostgresStore:
    """The database, open between `async with` and its end, in many processes at once.

    Raises on entering: StoreUnusable when it cannot be reached, is newer or another's, StoreInUse while another works
    alone, or, for one that does so itself (`alone`), while another works at all. `beside`: it works beside all others,
    on a database that has to be of our version. `path`: the file beside which this process keeps what is its own.
    `threads`: how many calls run at once, each on a connection of its own.

    A call whose connection is lost is made again, for `lost_seconds`: what is called must bear that, also where it was
    done and only the answer is missing.
    """

    def __init__(
        self,
        url: str,
        path: Path,
        *,
        alone: bool = False,
        beside: bool = False,
        threads: int = _THREADS,
        lost_seconds: float = LOST_SECONDS,
    ) -> None:
        self._url = url
        self._path = path
        self._size = threads
        self._lost_seconds = lost_seconds
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="store")
        self._pool: ConnectionPool[Connection] | None = None
        self._written: set[Future[Any]] = set()
        self._orphans: set[Future[Any]] = set()
        self._lock = None if beside else DeploymentLock(url, alone=alone)
        self._keeping = threading.Lock()
        self._is_lost = False

    @property
    def path(self) -> Path:
        """Return the file beside which this process keeps what is its own."""
        return self._path

    @property
    def url(self) -> str:
        """Return where the database is, with its password."""
        return self._url

    @property
    def name(self) -> str:
        """Name the database, without its password."""
        return name_of(self._url)

    async def __aenter__(self) -> Self:
        try:
            await asyncio.shield(asyncio.wrap_future(self._threads.submit(self._open)))
        except BaseException:
            self._threads.submit(self._close)
            self._threads.shutdown(wait=False)
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._written:
            await wait_for_ends(tuple(self._written))
        await asyncio.to_thread(self._close)
        self._threads.shutdown(wait=False)

    async def run(
        self, function: Callable[Concatenate[PostgresDatabase, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call `function(database, …)` on one of the threads, and return what it returns.

        What has been sent runs to its end, whether or not the caller is still waiting; what is sent after a caller gave
        up waits for what that had sent. A transaction that the function leaves open is rolled back. Raises StoreFull
        when nothing can be written, StoreClosed when the server doesn't answer for longer than it may.
        """
        if self._orphans:
            await wait_for_ends(tuple(self._orphans))
        future = self._threads.submit(self._call, lambda db: function(db, *args, **kwargs))
        self._written.add(future)
        future.add_done_callback(self._written.discard)
        try:
            return await sent(future)
        except asyncio.CancelledError:
            if not future.done():
                self._orphans.add(future)
                future.add_done_callback(self._orphans.discard)
            raise

    async def read(
        self, function: Callable[Concatenate[PostgresDatabase, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Call a function that only reads; raises as `run`. It sees all that was sent to be written before the call."""
        if self._written:
            await wait_for_ends(tuple(self._written))
        return await sent(self._threads.submit(self._call, lambda db: function(db, *args, **kwargs)))

    async def check(self) -> None:
        """Watch over the lock, for as long as this is not cancelled; raises StoreUnusable where another took it.

        Nothing is looked through: the server itself keeps its files whole.
        """
        while True:
            await asyncio.sleep(_KEEP_SECONDS)
            with suppress(psycopg.Error):  # a server that doesn't answer gives it to no one else
                await asyncio.to_thread(self._keep_lock)

    def holds(self) -> bool:
        """Tell whether what only one process may send may be sent: whether no other can have taken the lock."""
        return self._lock is None or self._lock.holds()

    async def answers(self, seconds: float) -> bool:
        """Tell whether a thread comes to a new call within so many real seconds; one that waits for its server does."""
        try:
            async with asyncio.timeout(seconds):
                await sent(self._threads.submit(lambda: None))
        except TimeoutError:
            return self._is_lost
        return True

    async def moves(self, seconds: float) -> bool:
        """Tell whether any of the threads is free within so many real seconds, or waits for its server."""
        return await self.answers(seconds)

    async def is_ready(self, seconds: float) -> bool:
        """Tell whether a call gets through to the server within so many real seconds."""
        return await answers_within(self, seconds)

    def _call(self, work: Callable[[PostgresDatabase], T]) -> T:
        """Do the work in this thread, again where its connection is lost."""
        if self._pool is None:
            raise RuntimeError("The store is closed.")
        ends_at = time.monotonic() + self._lost_seconds
        while True:
            connection: Connection | None = None
            try:
                if self._is_lost:
                    self._keep_lock()
                with self._pool.connection(_POOL_SECONDS) as connection:
                    done = self._done(work, connection)
                self._is_lost = False
                return done
            except psycopg.Error as error:
                self._is_lost = is_lost(error, closed=connection is None or connection.closed)
                if not self._is_lost:
                    if (known := translated(error, self.name)) is None:
                        raise
                    raise known from error
                if time.monotonic() >= ends_at:
                    raise lost(self.name) from error
            time.sleep(_AGAIN_SECONDS)

    @staticmethod
    def _done(work: Callable[[PostgresDatabase], T], connection: Connection) -> T:
        try:
            return work(PostgresDatabase(connection))
        finally:
            # Most calls leave no transaction open; a connection that is lost has none either.
            if connection.info.transaction_status not in _WITHOUT:
                connection.rollback()

    def _open(self) -> None:
        try:
            if self._lock is not None:
                self._lock.take()
            with connect(self._url) as connection:
                self._prepare(connection)
        except psycopg.Error as error:
            raise unreachable(error, self.name) from error
        self._pool = ConnectionPool(
            kwargs=connection_parameters(self._url),
            min_size=1,
            max_size=self._size,
            open=True,
            configure=set_up,
            # A server that comes back is found by the next call, not after a pause of the pool's.
            reconnect_timeout=0.5,
            name="store",
        )
        try:
            self._pool.wait(LOST_SECONDS)
        except psycopg.Error as error:
            raise unreachable(error, self.name) from error

    def _prepare(self, connection: Connection) -> None:
        version = connection.info.server_version
        if version < _MIN_VERSION:
            raise StoreUnusable(f"PostgreSQL {version // 10_000} is too old.", "Use PostgreSQL 15 or newer.")
        if connection.execute("SHOW server_encoding").fetchone() != ("UTF8",):
            raise StoreUnusable(f"The database {self.name} isn't in UTF-8.", "Create it with ENCODING 'UTF8'.")
        db = PostgresDatabase(connection)
        if self._lock is None:
            check_current(applied_step(db), self.name)
        else:
            prepare(db, self.name)

    def _close(self) -> None:
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.close()
        if self._lock is not None:
            self._lock.release()

    def _keep_lock(self) -> None:
        """Take the lock again where the session that held it was lost, before anything else is done."""
        if self._lock is None:
            return
        with self._keeping:
            try:
                self._lock.keep()
            except StoreInUse as error:
                taken = f"The database {self.name} was lost for a while, and now another bot uses it: {error}."
                raise StoreUnusable(taken, "Stop one of the two.") from error
