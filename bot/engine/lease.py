"""A process's lease: for how long it may take itself for alive, and what becomes of its work when it may not.

A process renews its row by the database's clock; the others take it for dead once the row is LEASE_SECONDS old. It
trusts itself for less than that, by its own clock, from before it sent the renewal: a process that was stopped, or cut
off from the database, stops sending before others may begin.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Final, Protocol, Self

from bot.domain.errors import StoreFull, StoreUnusable
from bot.storage.postgres_lock import boot_seconds
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

RENEW_SECONDS: Final = 5.0
"""Real seconds between two renewals."""
TRUST_SECONDS: Final = 15.0
"""Real seconds after the sending of the last renewal that succeeded, for which a process trusts its lease."""


class Processes(Protocol):
    """The rows of processes; each is dead once it has not been renewed for LEASE_SECONDS, by the database's clock."""

    async def register(self, process_id: str, role: str, host: str) -> None:
        """Write a new process down, renewed now."""
        ...

    async def renew(self, process_id: str) -> bool:
        """Renew a process that is not dead yet; False, and nothing written, where it is or has no row."""
        ...

    async def leave(self, process_id: str) -> None:
        """Delete the row of a process that has ended."""
        ...


class Lease:
    """The lease of this process, under an id that is another one from each lapse on; use as a context manager.

    `lapsed` is awaited when the lease turns out to have been over: whatever was done under it has to have ended when
    that returns, since others may have taken it over. Until then, and until there is a new one, nothing `holds`.
    """

    def __init__(
        self,
        processes: Processes,
        role: str,
        clock: Clock,
        lapsed: Callable[[], Awaitable[None]],
        *,
        now: Callable[[], float] = boot_seconds,
        renew_seconds: float = RENEW_SECONDS,
        trust_seconds: float = TRUST_SECONDS,
    ) -> None:
        self.id = _new_id()
        """The process's id, as `holder` of rows; another one as soon as a lapse is noticed."""
        self._processes = processes
        self._role = role
        self._lapsed = lapsed
        self._now = now
        self._renew_seconds, self._trust_seconds = renew_seconds, trust_seconds
        self._sent: float | None = None
        self._tasks = BackgroundTasks(clock)

    def holds(self) -> bool:
        """Tell whether this process may send what only one may send."""
        return self._sent is not None and self._now() - self._sent <= self._trust_seconds

    def permit(self) -> Callable[[], bool]:
        """Return what tells whether something that begins now may still be sent: never under a later lease."""
        began_as = self.id
        return lambda: self.id == began_as and self.holds()

    async def __aenter__(self) -> Self:
        await self._begin()
        self._tasks.start("lease", "the lease", partial(self._keep))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._tasks.close()
        self._sent = None
        try:
            await self._processes.leave(self.id)
        except (StoreFull, StoreUnusable) as problem:
            log.warning("The process could not be taken off the list (%s); its lease runs out.", problem)

    async def _begin(self) -> None:
        sent = self._now()
        await self._processes.register(self.id, self._role, f"{socket.gethostname()}:{os.getpid()}")
        self._sent = sent

    async def _keep(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        while True:
            # Real seconds: the database and the other processes count these.
            await asyncio.sleep(self._renew_seconds)
            try:
                await self._renew()
            except (StoreFull, StoreUnusable) as error:
                log.warning("The lease could not be renewed: %s", error)

    async def _renew(self) -> None:
        sent = self._now()
        alive = self._sent is not None and await self._processes.renew(self.id)
        if alive and self.holds():
            self._sent = sent
            return
        # Stopped, or cut off, for too long: others may have its work by now.
        log.warning("The lease ran out; everything under it is let go.")
        # What is taken from now on is taken under no living id, and what was is known to be of an id that is over.
        self._sent, ended, self.id = None, self.id, _new_id()
        await self._lapsed()
        await self._processes.leave(ended)
        await self._begin()


def _new_id() -> str:
    return secrets.token_hex(8)
