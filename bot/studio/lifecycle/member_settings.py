"""What members set for themselves. All of it is in memory, so that an acknowledgement never waits for the database.

Read at the start, again after each change, and wholly where changes of other processes may have been missed. What is
not known for certain is asked of the database by those who can wait; for the others a member is private.
"""

import asyncio
import logging
from typing import Final

from bot.domain.backoff import Backoff
from bot.domain.errors import StoreFull, StoreUnusable
from bot.domain.member_settings import NOTHING_SET, MemberSettings, Ping, Setting
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.member_settings import MemberSettingsStore

log = logging.getLogger(__name__)

# Scaled seconds: the first step between two tries to read, and the longest.
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 30.0
_DOWN: Final = (StoreFull, StoreUnusable)


class MemberSettingsService:
    """Keeps what members have set; changes are made here, or told by `changed`."""

    def __init__(self, store: MemberSettingsStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._set: dict[int, MemberSettings] = {}
        self._is_read = False
        # Whether changes of other processes are told here.
        self._hears = True
        # Members whose settings have changed since they were read, by the number of the change.
        self._unsure: dict[int, int] = {}
        self._changes = self._missed = 0
        self._wake = asyncio.Event()
        self._tasks = BackgroundTasks(clock)

    def known(self, user_id: int) -> MemberSettings | None:
        """Return a member's settings without asking the database; None where they are not known for certain."""
        if not (self._is_read and self._hears) or user_id in self._unsure:
            return None
        return self._set.get(user_id, NOTHING_SET)

    def is_private(self, user_id: int) -> bool:
        """Tell whether a member's videos are for them alone, or may be as far as is known."""
        known = self.known(user_id)
        return known is None or known.private

    async def of(self, user_id: int) -> MemberSettings:
        """Return a member's settings, from the database where they are not known; raises StoreFull."""
        known = self.known(user_id)
        return MemberSettings.read(await self._store.of(user_id)) if known is None else known

    async def ping(self, user_id: int) -> Ping:
        """Tell how a member wants to be told of an end; as usual where that cannot be read."""
        try:
            return (await self.of(user_id)).ping
        except _DOWN as error:
            log.info("How a member wants to be told can't be read: %s", error)
            return Ping.CHANNEL

    async def change(self, user_id: int, setting: Setting, value: str | None) -> MemberSettings:
        """Set one of a member's settings, as it is stored; None: no longer. Returns them all; raises StoreFull."""
        try:
            self._note(user_id)
            await self._store.put(user_id, setting.value, value)
            return await self._read_one(user_id)
        except BaseException:
            # Whether it was saved is not known.
            self.changed(user_id)
            raise

    def changed(self, user_id: int) -> None:
        """Note that a member's settings have changed: they are read again."""
        self._note(user_id)
        self._wake.set()

    def missed_changes(self) -> None:
        """Note that changes of other processes are told from now on; everything is read again."""
        self._hears, self._is_read = True, False
        self._missed += 1
        self._wake.set()

    def lost_changes(self) -> None:
        """Note that changes of other processes are not told any more, until `missed_changes`: nothing is known."""
        self._hears = False

    async def start(self) -> None:
        """Read everything once, and follow the changes in the background."""
        try:
            await self._read()
        except _Unread as error:
            log.warning("The members' settings can't be read yet, so videos are private until then: %s", error)
            self._wake.set()
        self._tasks.start("members", "the members' settings", self._follow)

    async def close(self) -> None:
        """Follow no more."""
        await self._tasks.close()

    def _note(self, user_id: int) -> None:
        self._changes += 1
        self._unsure[user_id] = self._changes

    async def _follow(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        while True:
            await self._wake.wait()
            await retry(self._read, _Unread, self._not_read, self._clock, Backoff(_FIRST_PAUSE, _MAX_PAUSE))

    def _not_read(self, error: "_Unread") -> None:
        log.debug("The members' settings can't be read: %s", error)

    async def _read(self) -> None:
        """Read what is not known; what changes meanwhile stays unknown, and is read after that. Raises _Unread."""
        self._wake.clear()
        try:
            if not self._is_read:
                await self._read_all()
            for user_id in tuple(self._unsure):
                await self._read_one(user_id)
        except _DOWN as error:
            raise _Unread(str(error)) from error

    async def _read_one(self, user_id: int) -> MemberSettings:
        """Read one member's; what was read before a change of them, or after another reading, counts for nothing."""
        change = self._unsure.get(user_id)
        settings = MemberSettings.read(await self._store.of(user_id))
        if change is not None and self._unsure.get(user_id) == change:
            self._set[user_id] = settings
            del self._unsure[user_id]
        return settings

    async def _read_all(self) -> None:
        missed, changed = self._missed, dict(self._unsure)
        found = await self._store.all()
        self._set = {user_id: MemberSettings.read(values) for user_id, values in found.items()}
        self._unsure = {user_id: at for user_id, at in self._unsure.items() if changed.get(user_id) != at}
        self._is_read = missed == self._missed


class _Unread(Exception):
    """What members have set could not be read."""
