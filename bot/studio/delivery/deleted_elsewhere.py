"""Delete from this process's disk the copies of what was deleted through another process, or while this one was down.

Every deletion changes a note in the database. A look compares what lies here with the rows, which are the truth; so
nothing has to be heard of in time.
"""

import logging
from collections.abc import Awaitable, Callable
from itertools import islice
from typing import Final

from bot.domain.backoff import jittered
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import StoreFull
from bot.studio.ports import Clock
from bot.studio.ports.files import Copies
from bot.studio.ports.shares import Deletions

log = logging.getLogger(__name__)

# Seconds between two looks at the note, and after which all is looked at whatever it says: sweeps don't change it.
_LOOK_EVERY: Final = 20.0
_ALL_EVERY: Final = 3600.0
_AT_ONCE: Final = 200


class DeletedElsewhere:
    """The copies on this process's disk, and what the rows say of them.

    `files_in_use` returns the sha256 of the input files that jobs, assets and drafts use.
    """

    def __init__(
        self, rows: Deletions, copies: Copies, files_in_use: Callable[[], Awaitable[set[str]]], clock: Clock
    ) -> None:
        self._rows = rows
        self._copies = copies
        self._files_in_use = files_in_use
        self._clock = clock

    async def follow(self) -> None:
        """Delete copies of what is gone, at the start too, until cancelled."""
        seen, due, said = "", 0.0, ""
        while True:
            try:
                latest = await self._rows.latest()
                if latest != seen or self._clock.now() >= due:
                    await self.look()
                    seen, due = latest, self._clock.later(_ALL_EVERY)
                said = ""
            except (StoreFull, FileStoreDown, OSError) as error:
                if said != (said := str(error)):
                    log.warning("Copies of deleted files can't be deleted now; trying again: %s", error)
            await self._clock.sleep(jittered(_LOOK_EVERY))

    async def look(self) -> None:
        """Delete the copies of what is gone by now. Raises StoreFull, FileStoreDown, OSError."""
        left = iter(await self._copies.copied_clips())
        while some := list(islice(left, _AT_ONCE)):
            await self._copies.drop_clips(await self._rows.gone(some))
            await self._copies.drop_old_clips(await self._rows.past_their_days(some))
        await self._copies.drop_inputs(self._files_in_use)
