"""What members set for themselves, and what of it is known without asking the database."""

import asyncio

from bot.domain.errors import StoreFull
from bot.domain.member_settings import NOTHING_SET, MemberSettings, Ping, Setting
from bot.storage import SqliteMemberSettings, Store
from bot.studio.lifecycle.member_settings import MemberSettingsService
from tests.cogs.member_fakes import FakeMemberSettings
from tests.studio.fakes import JumpingClock

MARA, TOMAS = 1001, 1002


async def test_a_setting_counts_at_once_for_its_member_alone_and_after_a_restart(store: Store) -> None:
    service = MemberSettingsService(SqliteMemberSettings(store), JumpingClock())
    await service.start()
    assert (service.known(MARA), service.is_private(MARA)) == (NOTHING_SET, False)
    changed = await service.change(MARA, Setting.PRIVATE, "on")
    assert changed.private
    await service.change(MARA, Setting.PING, "quiet")
    assert await service.change(MARA, Setting.PRIVATE, None) == MemberSettings(ping=Ping.QUIET)
    assert await service.of(MARA) == MemberSettings(ping=Ping.QUIET)
    assert await service.of(TOMAS) == NOTHING_SET
    await service.close()
    after = MemberSettingsService(SqliteMemberSettings(store), JumpingClock())
    await after.start()
    assert after.known(MARA) == MemberSettings(ping=Ping.QUIET)
    assert await SqliteMemberSettings(store).all() == {MARA: {"ping": "quiet"}}
    await after.close()


async def settle() -> None:
    """Let the service do whatever it can do without the table."""
    for _ in range(50):
        await asyncio.sleep(0)


async def test_who_is_not_known_for_certain_is_private() -> None:
    table = FakeMemberSettings()
    service = MemberSettingsService(table, JumpingClock())
    assert (service.known(MARA), service.is_private(MARA)) == (None, True)
    await service.start()
    assert not service.is_private(MARA)
    # Another process says that hers have changed.
    table.moves.clear()
    table.rows[MARA]["private"] = "on"
    service.changed(MARA)
    assert (service.is_private(MARA), service.is_private(TOMAS)) == (True, False)
    await settle()
    assert table.calls("of")
    service.changed(MARA)
    table.moves.set()
    await settle()
    assert service.known(MARA) is not None
    assert len(table.calls("of")) == 2, "what changed while it was read is read again"
    assert service.known(MARA) == MemberSettings(private=True)
    # What others say is not heard any more, and then it is again.
    service.lost_changes()
    assert service.is_private(TOMAS)
    service.changed(TOMAS)
    assert service.is_private(TOMAS)
    table.rows[MARA].clear()
    service.missed_changes()
    assert service.is_private(TOMAS)
    await settle()
    assert service.known(TOMAS) is not None
    assert service.known(MARA) == NOTHING_SET
    await service.close()


async def test_a_change_that_may_not_have_been_saved_is_looked_up_again() -> None:
    table = FakeMemberSettings()
    service = MemberSettingsService(table, JumpingClock())
    await service.start()
    table.moves.clear()
    changing = asyncio.create_task(service.change(MARA, Setting.PRIVATE, "on"))
    await settle()
    assert table.calls("put")
    assert service.is_private(MARA)
    changing.cancel()
    table.moves.set()
    await settle()
    assert service.known(MARA) is not None
    assert service.known(MARA) == NOTHING_SET
    await service.close()


async def test_while_nothing_can_be_read_all_are_private_and_pinged_as_usual() -> None:
    table = FakeMemberSettings()
    table.fails["all"] = table.fails["of"] = StoreFull()
    service = MemberSettingsService(table, JumpingClock())
    await service.start()
    assert service.is_private(MARA)
    assert await service.ping(MARA) is Ping.CHANNEL
    table.fails.clear()
    await settle()
    assert service.known(MARA) is not None
    await service.close()
