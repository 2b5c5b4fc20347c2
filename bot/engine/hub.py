"""Notices between processes, over PostgreSQL's NOTIFY: one listening connection, and those who hear of each kind.

A notice is only a reason to look: it may be lost, late or there twice, and its sender is believed nothing.
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Final, Self

import psycopg
from psycopg.conninfo import make_conninfo

from bot.domain.backoff import Backoff
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

CHANNEL: Final = "seedreel"
# Scaled seconds: the first step between two tries to connect, and the longest.
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 5.0
# Real seconds without a notice after which the connection is tried, and what an answer may take.
_QUIET_SECONDS: Final = 30.0
_ANSWER_SECONDS: Final = 10.0
# libpq's own: a server that is gone without a word is noticed by the system.
_KEEPALIVE: Final[dict[str, int]] = {
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}


class Hub:
    """Hands each notice `<kind>:<value>` of the channel to those who listen to its kind; use as a context manager.

    All of them are called on the loop, and only wake what looks by itself.
    """

    def __init__(self, url: str, clock: Clock) -> None:
        """Take the database's URL; connects, and connects again, between entering and leaving."""
        self._conninfo = make_conninfo(url, **_KEEPALIVE)
        self._clock = clock
        self._listeners: defaultdict[str, list[Callable[[str], None]]] = defaultdict(list)
        self._missed: list[Callable[[], None]] = []
        self._on_lost: list[Callable[[], None]] = []
        self._backoff = Backoff(_FIRST_PAUSE, _MAX_PAUSE)
        self._tasks = BackgroundTasks(clock)

    def listen(self, kind: str, listener: Callable[[str], None]) -> None:
        """Call `listener` with the value of each notice of that kind."""
        self._listeners[kind].append(listener)

    def on_missed(self, look: Callable[[], None]) -> None:
        """Call `look` whenever listening has begun, the first time too: what was said before was missed."""
        self._missed.append(look)

    def on_lost(self, doubt: Callable[[], None]) -> None:
        """Call `doubt` whenever listening has ended: what is said from then on is not heard."""
        self._on_lost.append(doubt)

    async def __aenter__(self) -> Self:
        self._tasks.start("hub", "the notices", partial(self._run))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._tasks.close()

    async def _run(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        await retry(self._connected, _Lost, self._lost, self._clock, self._backoff)

    def _lost(self, error: "_Lost") -> None:
        if not self._backoff.failures:
            log.warning("The connection for notices is lost (%s); connecting again.", error)

    async def _connected(self) -> None:
        """Listen for as long as the connection lives; raises _Lost."""
        try:
            async with await psycopg.AsyncConnection.connect(self._conninfo, autocommit=True) as connection:
                await connection.execute(f"LISTEN {CHANNEL}")
                self._backoff.failures = 0
                for look in self._missed:
                    look()
                while True:
                    async for notice in connection.notifies(timeout=_QUIET_SECONDS):
                        self._notify_listeners(notice.payload)
                    async with asyncio.timeout(_ANSWER_SECONDS):
                        await connection.execute("SELECT 1")
        except (psycopg.Error, OSError) as error:  # TimeoutError is an OSError
            for doubt in self._on_lost:
                doubt()
            raise _Lost(type(error).__name__) from error

    def _notify_listeners(self, payload: str) -> None:
        kind, _, value = payload.partition(":")
        for listener in self._listeners.get(kind, ()):
            listener(value)


class _Lost(Exception):
    """The listening connection could not be made, or broke."""
