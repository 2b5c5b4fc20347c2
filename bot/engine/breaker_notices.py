"""Whether the provider answers, known by all of many processes: the first that learns it writes it into a row.

A process that is told of a pause, or gets no response again and again, tells the others; each then asks with one query
at a time, as if it had learnt that itself. A notice that is lost is made up for by a look, or by its own queries.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, Final, Protocol

from bot.domain.backoff import jittered
from bot.domain.errors import StoreFull, StoreUnusable
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import SharedNotes

log = logging.getLogger(__name__)

KIND: Final = "provider"
_KEY: Final = "provider answers"
# What was written down so long ago, in real seconds by the database's clock, says nothing of now.
_BELIEVED: Final = 120.0
# Real seconds between two looks without a notice.
_LOOK_EVERY: Final = 15.0


class Breaker(Protocol):
    """What keeps queries from a provider that does not answer."""

    changed: Callable[[], None]

    @property
    def is_down(self) -> bool:
        """Tell whether the provider counts as down."""

    @property
    def pause_asked(self) -> float | None:
        """Return the seconds that the provider has asked everyone to wait."""

    def heard(self, *, down: bool, pause: float | None) -> None:
        """Take in what another process has learnt."""


class BreakerNotices:
    """Shares what one process's breaker learns with the others; `tell` gives every process a reason to look."""

    def __init__(self, breaker: Breaker, notes: SharedNotes, tell: Callable[[], Awaitable[None]], clock: Clock) -> None:
        self._breaker = breaker
        self._notes = notes
        self._tell = tell
        self._woken = asyncio.Event()
        self._clock = clock
        self._known = 0
        self._tasks = BackgroundTasks(clock)
        breaker.changed = self._changed

    def wake(self) -> None:
        """Look at the row now: something of it may have changed."""
        self._woken.set()

    async def follow(self) -> None:
        """Take in what other processes write, until cancelled; nothing is told after that."""
        try:
            while True:
                self._woken.clear()
                try:
                    await self._look()
                except (StoreFull, StoreUnusable) as error:
                    log.info("Whether the provider answers the others can't be read (%s).", type(error).__name__)
                with suppress(TimeoutError):
                    async with asyncio.timeout(jittered(_LOOK_EVERY)):
                        await self._woken.wait()
        finally:
            await self._tasks.close()

    def _changed(self) -> None:
        self._tasks.start("provider", "a word of the provider", lambda _: self._write())

    async def _write(self) -> None:
        """Write down what is known, again where that has changed meanwhile, and tell of it."""
        written: tuple[bool, float | None] | None = None
        try:
            while (known := (self._breaker.is_down, self._breaker.pause_asked)) != written:
                self._known, written = await self._notes.change(_KEY, partial(_next, *known)), known
            await self._tell()
        except (StoreFull, StoreUnusable) as error:
            log.info("Whether the provider answers could not be told to the others (%s).", type(error).__name__)

    async def _look(self) -> None:
        """Take in a word that is newer than the last one, and not too old to be true."""

        def read(before: str | None, now: float) -> tuple[str, dict[str, Any]]:
            known = _read(before)
            return before or "{}", known | {"age": now - float(known.get("at", 0.0))}

        if not (note := await self._notes.get(_KEY)) or _read(note).get("number", 0) <= self._known:
            return
        known = await self._notes.change(_KEY, read)
        self._known = int(known.get("number", 0))
        if 0.0 <= known["age"] <= _BELIEVED:
            pause = known.get("pause")
            left = None if pause is None else float(pause) - self._clock.elapsed(self._clock.now() - known["age"])
            self._breaker.heard(down=bool(known.get("down")), pause=left if left is None or left > 0 else None)


def _next(down: bool, pause: float | None, before: str | None, now: float) -> tuple[str, int]:  # noqa: FBT001 - a word
    number = int(_read(before).get("number", 0)) + 1
    return json.dumps({"number": number, "at": now, "down": down, "pause": pause}), number


def _read(note: str | None) -> dict[str, Any]:
    """Read the note; nothing where there is none, or another version wrote it."""
    try:
        found = json.loads(note or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
