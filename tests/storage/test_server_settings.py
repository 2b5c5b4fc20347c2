"""What managers set for their servers, and what is written down of each change."""

import pytest

from bot.domain.audit import Change
from bot.domain.reply import Reply
from bot.domain.server_settings import LogChannel, ServerSettings, Spoilers
from bot.storage import SqliteAudit, SqliteServerSettings, Store
from bot.studio.lifecycle.server_settings import ServerSettingsService
from tests.storage.places import NOT_WRITTEN
from tests.studio.fakes import JumpingClock

FILM_CLUB, OTHER, MARA = 2001, 2002, 1001
REPLY = Reply(1, 20, FILM_CLUB, 40, "token", 0.0, private=False, bot_reaches=True, limit=1)


async def test_a_setting_counts_at_once_in_its_server_alone_and_says_who_changed_it_to_what(store: Store) -> None:
    settings, audit = ServerSettingsService(SqliteServerSettings(store), JumpingClock()), SqliteAudit(store)
    assert (await settings.of(FILM_CLUB), await settings.covers(REPLY)) == (ServerSettings(), False)
    await settings.set_spoilers(FILM_CLUB, MARA, Spoilers.OUTSIDE)
    await settings.set_log_channel(FILM_CLUB, None, LogChannel(20, age_restricted=True))
    assert await settings.of(FILM_CLUB) == ServerSettings(Spoilers.OUTSIDE, LogChannel(20, age_restricted=True))
    assert await settings.of(OTHER) == ServerSettings()
    assert await settings.covers(REPLY)
    found = [(each.actor_id, each.action, each.facts) for each in await audit.latest(FILM_CLUB, 10)]
    assert found == [
        (None, "log-channel", {"before": None, "after": 20}),
        (MARA, "spoilers", {"before": "never", "after": "outside"}),
    ]
    [first] = await audit.since(0, 1)
    assert [each.action for each in await audit.since(first.id, 9)] == ["log-channel"]
    assert await audit.last_id() == first.id + 1


async def test_that_a_log_was_closed_is_told_once(store: Store) -> None:
    settings = ServerSettingsService(SqliteServerSettings(store), JumpingClock())
    await settings.set_log_channel(FILM_CLUB, MARA, LogChannel(20))
    await settings.close_log(FILM_CLUB, 20)
    assert (await settings.of(FILM_CLUB)).log_channel is None
    assert [await settings.take_closed_log(FILM_CLUB) for _ in range(2)] == [20, None]


async def test_what_another_version_has_set_counts_as_not_set(store: Store) -> None:
    table = SqliteServerSettings(store)
    await table.put(FILM_CLUB, {"spoilers": "at night", "log-channel": "{}"})
    assert await ServerSettingsService(table, JumpingClock()).of(FILM_CLUB) == ServerSettings()


async def test_a_change_that_cannot_be_written_down_is_not_made(store: Store) -> None:
    table = SqliteServerSettings(store)
    wrong = Change(0.0, FILM_CLUB, MARA, None, {})  # type: ignore[arg-type]
    with pytest.raises(NOT_WRITTEN):
        await table.put(FILM_CLUB, {"spoilers": "always"}, wrong)
    assert await table.of(FILM_CLUB) == {}
