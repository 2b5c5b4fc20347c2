"""Queries as methods: a body that works on a connection runs on a thread of the store, and is awaited."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

from bot.domain.errors import StoreFull, StoreUnusable
from bot.storage.database import Database, Statement

P = ParamSpec("P")
T = TypeVar("T")


class QueryRunner(Protocol):
    """An open store, as queries see it; what its calls do: `Store`."""

    @property
    def path(self) -> Path:
        """Return the file beside which a process keeps what is its own: the database's, where that is a file."""

    async def run(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call `function(database, …)` on a thread that writes."""

    async def read(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call a function that only reads, after what was sent to be written."""


class OpenStore(QueryRunner, Protocol):
    """An open store, as the bot watches over it; what its calls do: `Store`."""

    async def check(self) -> None:
        """Look through the whole database, where that is needed."""

    def holds(self) -> bool:
        """Tell whether what only one process may send may be sent."""

    async def answers(self, seconds: float) -> bool:
        """Tell whether nothing hangs before a new call."""

    async def moves(self, seconds: float) -> bool:
        """Tell whether what this process itself was told to do is being done."""

    async def is_ready(self, seconds: float) -> bool:
        """Tell whether a call gets through."""


async def answers_within(store: QueryRunner, seconds: float) -> bool:
    """Tell whether a call gets through to the database within so many real seconds."""
    try:
        async with asyncio.timeout(seconds):
            await store.run(_read)
    except (TimeoutError, StoreFull, StoreUnusable):
        return False
    return True


def _read(db: Database) -> None:
    db.execute("SELECT 1").fetchone()


class Queries:
    """A class whose methods marked with `query` or `reading` work on an open store; each raises as `Store.run`."""

    def __init__(self, store: QueryRunner) -> None:
        self.store = store


S = TypeVar("S", bound=Queries)


def query(method: Callable[Concatenate[S, Database, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Turn a method that works on the database into one that is awaited: its body runs on a thread that writes."""

    @wraps(method)
    async def send(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.store.run(lambda db: method(self, db, *args, **kwargs))

    return send


def reading(method: Callable[Concatenate[S, Database, P], T]) -> Callable[Concatenate[S, P], Coroutine[Any, Any, T]]:
    """Do the same for a method that only reads, and may take long: its body runs beside what is written."""

    @wraps(method)
    async def send(self: S, /, *args: P.args, **kwargs: P.kwargs) -> T:
        return await self.store.read(lambda db: method(self, db, *args, **kwargs))

    return send


@contextmanager
def immediate(db: Database) -> Iterator[None]:
    """Hold one transaction that may write from its first statement on: what it reads stays true until it ends.

    All such transactions, of all processes, are in one order.
    """
    db.begin_writing()
    try:
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()


_BEGIN = Statement(sqlite="BEGIN IMMEDIATE", postgres="BEGIN")
_SOON = Statement(sqlite="SELECT 1", postgres="SELECT set_config('synchronous_commit', 'off', true)")


@contextmanager
def soon(db: Database) -> Iterator[None]:
    """Hold one transaction that waits neither for others nor for PostgreSQL's disk: a crash may lose it.

    For what is written again all the time, and decides nothing.
    """
    db.execute(_BEGIN)
    try:
        db.execute(_SOON)
        yield
    except BaseException:
        db.rollback()
        raise
    db.commit()
