"""What one of many processes does for all of them: for as long as it holds the office, and after it another one."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from typing import Final, Protocol

from bot.domain.backoff import jittered
from bot.domain.errors import StoreFull, StoreUnusable
from bot.domain.processes import LINE, Office
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import Offices

log = logging.getLogger(__name__)

# Real seconds between two looks at who holds the office.
_LOOK_EVERY: Final = 2.0


class Duty(Protocol):
    """Something that is done once for all processes; it may begin again after it has ended."""

    async def begin(self, office: Office) -> None:
        """Do it from now on. Raises StoreFull."""
        ...

    async def end(self) -> None:
        """Do it no more; where it has not begun, nothing."""
        ...


class Leader:
    """Takes the office where it is free, and sees to the duties while this process has it.

    `process_id` returns the process's id as it is now, `holds` tells whether it may take itself for alive.
    """

    def __init__(
        self,
        offices: Offices,
        process_id: Callable[[], str],
        holds: Callable[[], bool],
        duties: Sequence[Duty],
        clock: Clock,
    ) -> None:
        self.office: Office | None = None
        self._offices = offices
        self._process_id = process_id
        self._holds = holds
        self._duties = duties
        self._changing = asyncio.Lock()
        self._tasks = BackgroundTasks(clock)

    @property
    def leads(self) -> bool:
        """Tell whether this process sees to the duties, and may."""
        return self.office is not None and self._holds()

    def start(self) -> None:
        """Look after the office from now on."""
        self._tasks.start("leader", "the office", lambda _: self._run())

    async def close(self) -> None:
        """End the duties, and leave the office to the next process at once."""
        await self._tasks.close()
        office = self.office
        await self.end()
        if office is not None and self._holds():
            try:
                await self._offices.leave_office(office)
            except (StoreFull, StoreUnusable) as error:
                log.info("The office could not be left, and is free once this process counts as dead: %s", error)

    async def end(self) -> None:
        """End the duties: the lease is over, or the process ends."""
        async with self._changing:
            await self._end()

    async def look(self) -> None:
        """Look once whether this process has the office, and begin or end the duties with it."""
        try:
            office = await self._offices.take_office(LINE, self._process_id()) if self._holds() else None
        except (StoreFull, StoreUnusable) as error:
            log.info("Who leads could not be read: %s", error)
            if not self._holds():
                await self.end()
            return
        async with self._changing:
            if office == self.office:
                return
            await self._end()
            if office is not None:
                await self._begin(office)

    async def _run(self) -> None:
        while True:
            await self.look()
            await asyncio.sleep(jittered(_LOOK_EVERY))

    async def _begin(self, office: Office) -> None:
        log.info("This process grants the turns now, and does what is done once for all.")
        self.office = office
        try:
            for duty in self._duties:
                await duty.begin(office)
        except StoreFull as error:
            log.warning("What is done once for all could not begin: %s", error)
            await self._end()

    async def _end(self) -> None:
        if self.office is None:
            return
        self.office = None
        for duty in reversed(self._duties):
            await duty.end()
