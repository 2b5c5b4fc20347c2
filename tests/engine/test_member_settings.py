"""What a member sets in one process is known in the others, and nothing is taken for known while they aren't heard."""

import asyncio
from contextlib import suppress

from bot.domain.errors import StoreFull
from bot.domain.member_settings import NOTHING_SET, MemberSettings, Setting
from bot.engine.hub import Hub
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from bot.studio.lifecycle.member_settings import MemberSettingsService

MARA = 1001
SECONDS = 20


class Told:
    """Wakes a test at each notice."""

    def __init__(self, hub: Hub, service: MemberSettingsService) -> None:
        self._again = asyncio.Event()
        hub.listen("member", lambda user_id: self._note(lambda: service.changed(int(user_id))))
        hub.on_missed(lambda: self._note(service.missed_changes))
        hub.on_lost(lambda: self._note(service.lost_changes))

    def _note(self, say) -> None:
        say()
        self._again.set()

    async def once(self) -> None:
        await asyncio.wait_for(self._again.wait(), SECONDS)
        self._again.clear()


async def known(service: MemberSettingsService) -> MemberSettings:
    """Wait until it is known again; the store answers in between."""
    async with asyncio.timeout(SECONDS):
        while (found := service.known(MARA)) is None:
            with suppress(StoreFull):
                await service.of(MARA)
    return found


async def test_a_change_is_known_in_the_other_process_also_after_the_database_was_away(postgres, url, clock, tmp_path):
    async with PostgresStore(url, tmp_path / "a") as one, PostgresStore(url, tmp_path / "b") as other:
        here = MemberSettingsService(Tables(one).member_settings, clock)
        there = MemberSettingsService(Tables(other).member_settings, clock)
        hub = Hub(url, clock)
        told = Told(hub, there)
        await here.start()
        await there.start()
        async with hub:
            await told.once()
            assert await known(there) == NOTHING_SET
            await here.change(MARA, Setting.PRIVATE, "on")
            await told.once()
            assert there.is_private(MARA)
            assert await known(there) == MemberSettings(private=True)
            await here.change(MARA, Setting.PRIVATE, None)
            await told.once()
            assert await known(there) == NOTHING_SET
            await asyncio.to_thread(postgres.restart)
            await told.once()
            assert there.is_private(MARA)
            await told.once()
            assert await known(there) == NOTHING_SET
        await here.close()
        await there.close()
