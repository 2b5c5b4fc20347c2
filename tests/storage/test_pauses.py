"""Pauses: one of each kind and place is in force at a time, over restarts, and what ended is remembered."""

from pathlib import Path

from bot.domain.pauses import Pause, PauseKind
from bot.storage import SqlitePauses
from bot.storage.pause_store import pauses_in_force
from tests.storage.samples import NOW

EMPTY = Pause(PauseKind.BALANCE, None, NOW)
HERE, THERE = Pause(PauseKind.ADMIN, 2001, NOW + 1), Pause(PauseKind.ADMIN, 2002, NOW + 2)


async def test_a_pause_is_in_force_until_it_is_ended_and_is_begun_once(place, path) -> None:
    async with place.open() as store:
        pauses = SqlitePauses(store)
        for pause in (EMPTY, HERE, THERE):
            assert await pauses.begin(pause.kind, pause.guild_id, pause.since)
        assert not await pauses.begin(PauseKind.BALANCE, None, NOW + 9)
    async with place.open() as store:
        pauses = SqlitePauses(store)
        assert await pauses.since(NOW + 99) == [EMPTY, HERE, THERE]
        assert await pauses.end(PauseKind.BALANCE, None, NOW + 10)
        assert not await pauses.end(PauseKind.BALANCE, None, NOW + 20)
        assert await pauses.end(PauseKind.ADMIN, 2001, NOW + 30)
        ended = Pause(PauseKind.BALANCE, None, NOW, NOW + 10)
        assert await pauses.since(NOW + 5) == [ended, Pause(PauseKind.ADMIN, 2001, NOW + 1, NOW + 30), THERE]
        assert await pauses.since(NOW + 30) == [THERE]
        assert await pauses.begin(PauseKind.BALANCE, None, NOW + 40)
        if place.is_sqlite:
            assert pauses_in_force(path) == [THERE, Pause(PauseKind.BALANCE, None, NOW + 40)]


async def test_where_there_is_no_database_nothing_is_paused(path: Path) -> None:
    assert pauses_in_force(path) == []
