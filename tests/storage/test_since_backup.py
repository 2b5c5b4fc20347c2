"""What members decided after a backup: kept where the database that a restore replaces can still tell."""

import pytest

from bot.domain.privacy import BeingForgotten
from bot.domain.stages import Stage
from bot.storage import Store, Tables
from bot.storage.backups import backup, restore
from bot.storage.since_backup import Decisions
from tests.storage.samples import BO, NOW, job, put
from tests.storage.test_forgetting import EVE, everything, forget, of_eve, over

pytestmark = pytest.mark.sqlite
DAY = 86_400.0


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "backup"


async def backed_up(path, copy):
    """Back a database up in which Eve and Bo have a video each."""
    async with Store(path) as store:
        made = await over(store, of_eve(created=NOW - DAY)), await over(store, job(user_id=BO))
        await Tables(store).member_settings.put(EVE, "model", "seedance-2")
    backup(path, copy)
    return made


async def test_who_was_forgotten_or_opted_out_since_stays_so(path, copy):
    _, of_bo = await backed_up(path, copy)
    async with Store(path) as store:
        assert await forget(Tables(store))
        await Tables(store).opt_outs.set_opted_out(BO, NOW, out=True)
    assert restore(copy, path).decisions == Decisions(1, 1)
    async with Store(path) as store:
        tables = Tables(store)
        assert await tables.opt_outs.opted_out([EVE, BO]) == {BO}
        # At the time that they asked at: what they make later stays.
        assert await tables.forgetting.asked() == [BeingForgotten(EVE, NOW)]
        later = await put(store, of_eve(created=NOW + 1), Stage.DELIVERED)
        assert await forget(tables)
        found = [row for rows in (await store.run(everything)).values() for row in rows if str(EVE) in str(row)]
        assert {row.get("id") for row in found if "jobs" not in row} == {later.id}
        assert (await tables.jobs.find(of_bo.id)).user_id == BO


async def test_who_is_being_forgotten_when_it_is_restored_still_is(path, copy):
    await backed_up(path, copy)
    async with Store(path) as store:
        await Tables(store).forgetting.ask(EVE, NOW)
    assert restore(copy, path).decisions == Decisions(0, 1)
    async with Store(path) as store:
        assert await Tables(store).forgetting.asked() == [BeingForgotten(EVE, NOW)]
        assert await Tables(store).member_settings.of(EVE) == {}


async def test_who_was_forgotten_before_and_came_back_is_not_forgotten_again(path, copy):
    await backed_up(path, copy)
    async with Store(path) as store:
        assert await forget(Tables(store))
        again = await over(store, of_eve(created=NOW + 1))
    backup(path, copy)
    for _ in range(2):
        assert restore(copy, path).decisions == Decisions()
    async with Store(path) as store:
        assert (await Tables(store).jobs.find(again.id)).user_id == EVE
        assert await Tables(store).forgetting.asked() == []


async def test_of_one_that_cannot_be_read_nothing_is_known(path, copy):
    await backed_up(path, copy)
    path.write_bytes(b"broken" * 1000)
    assert restore(copy, path).decisions is None
    path.unlink()
    assert restore(copy, path).decisions == Decisions()
