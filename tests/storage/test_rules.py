"""What managers and the owner set while the bot runs: each change with its line of audit, or neither."""

import pytest

from bot.domain.administration import AboveCeiling, Authority, PausedByOwner, Target
from bot.domain.errors import Refusal, StoreUnusable
from bot.domain.limits import Limits, Measure, OwnerLimits, Rule, Scope
from bot.domain.spending import Paused
from bot.storage import SqliteAudit, SqliteRules
from bot.storage.thread import Store
from tests.storage.older import make_version_3
from tests.storage.places import NOT_WRITTEN
from tests.storage.samples import ADA, BO, NOW
from tests.storage.test_charges import A_DAY, FILM_CLUB, FILM_CREW, HERE, payer, refused, seconds

MANAGER = Authority(FILM_CLUB, BO, by_owner=False)
OWNER = Authority(FILM_CLUB, 1900, by_owner=True)
COMMAND_LINE = Authority(None, None, by_owner=True)
CREW, CLUB = Target(Scope.ROLE, FILM_CREW), Target(Scope.SERVER, FILM_CLUB)
LIMITS = OwnerLimits(member=Limits(day=20), server=Limits(day=600), managers=Limits(day=40))


@pytest.fixture
def rules(store):
    return SqliteRules(store)


async def changes(store, guild_id=FILM_CLUB):
    return [(one.action, one.actor_id, one.facts["after"]) for one in await SqliteAudit(store).latest(guild_id, 20)]


async def test_managers_set_what_the_ceiling_lets_them(store, rules, jobs):
    assert await rules.set_limit(MANAGER, CREW, Measure.DAY, 40, LIMITS, NOW)
    assert not await rules.set_limit(MANAGER, CREW, Measure.DAY, 40, LIMITS, NOW)
    with pytest.raises(Refusal) as refusal:
        await rules.set_limit(MANAGER, CREW, Measure.DAY, 41, LIMITS, NOW)
    assert refusal.value.problem == AboveCeiling(Measure.DAY, 41, 40)
    assert await rules.rules(FILM_CLUB) == (Rule(FILM_CLUB, Scope.ROLE, FILM_CREW, Measure.DAY, 40),)
    assert await changes(store) == [("limit", BO, 40)]
    by = payer(HERE, member={"seconds-a-day": 20}, managers={"seconds-a-day": 40})
    await jobs.accept(seconds(35), by)


async def test_the_owners_rule_is_the_ceiling_and_stays_when_the_managers_is_removed(store, rules):
    assert await rules.set_limit(OWNER, CLUB, Measure.DAY, 900, LIMITS, NOW)
    assert await rules.set_limit(MANAGER, CLUB, Measure.DAY, 800, LIMITS, NOW)
    with pytest.raises(Refusal):
        await rules.set_limit(MANAGER, CLUB, Measure.DAY, 901, LIMITS, NOW)
    assert await rules.clear_limit(MANAGER, CLUB, Measure.DAY, NOW)
    assert not await rules.clear_limit(MANAGER, CLUB, Measure.DAY, NOW)
    assert [rule.value for rule in await rules.rules(FILM_CLUB)] == [900]
    assert await changes(store) == [("limit", BO, None), ("limit", BO, 800), ("limit", 1900, 900)]


async def test_blocks_here_and_everywhere_are_two(store, rules):
    assert await rules.block(MANAGER, ADA, NOW)
    assert not await rules.block(MANAGER, ADA, NOW + 1)
    assert not await rules.unblock(COMMAND_LINE, ADA, NOW)
    assert await rules.block(COMMAND_LINE, ADA, NOW)
    assert await rules.unblock(MANAGER, ADA, NOW)
    assert await changes(store) == [("block", BO, 0), ("block", BO, 1)]
    assert await changes(store, None) == [("block", BO, 0), ("block", None, 1), ("block", BO, 1)]


async def test_what_the_owner_pauses_managers_do_not_resume(rules, jobs):
    by = payer(HERE)
    assert not await rules.resume(MANAGER, NOW)
    assert await rules.pause(MANAGER, NOW)
    assert await rules.pause(OWNER, NOW)
    assert not await rules.pause(OWNER, NOW)
    with pytest.raises(Refusal) as refusal:
        await rules.resume(MANAGER, NOW)
    assert refusal.value.problem == PausedByOwner()
    assert await refused(jobs, seconds(4), by) == Paused(FILM_CLUB)
    assert await rules.resume(OWNER, NOW + 1)
    await jobs.accept(seconds(4), by)
    assert await rules.pause(COMMAND_LINE, NOW + 2)
    assert await refused(jobs, seconds(4), by) == Paused(None)


async def test_a_change_that_cannot_be_noted_is_not_made(store, rules, jobs):
    # Its line of audit has no time, and is not taken.
    with pytest.raises(NOT_WRITTEN):
        await rules.set_limit(MANAGER, CREW, Measure.DAY, 5, LIMITS, None)
    await jobs.accept(seconds(15), A_DAY)


@pytest.mark.sqlite
async def test_a_second_writer_works_beside_the_bot(path, store, jobs):
    async with Store(path, beside=True) as other:
        assert await SqliteRules(other).pause(COMMAND_LINE, NOW)
        assert await refused(jobs, seconds(4), payer(HERE)) == Paused(None)
        await store.run(lambda db: db.execute("INSERT INTO notes VALUES ('still', 'here')"))
        assert await SqliteRules(other).resume(COMMAND_LINE, NOW)
    await jobs.accept(seconds(4), payer(HERE))


async def test_beside_nothing_is_migrated(path):
    make_version_3(path)
    with pytest.raises(StoreUnusable, match="Start the bot once"):
        async with Store(path, beside=True):
            pass
