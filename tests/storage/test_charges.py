"""Limits as they are kept: in the transaction that accepts, by what counts at that moment."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import Refusal
from bot.domain.limits import DAY, MONTH, LimitReached, Limits, Measure, OwnerLimits, Scope
from bot.domain.spending import Blocked, Membership, Paused, Payer
from bot.domain.stages import Reason, Stage
from bot.storage.charges import SqliteCharges
from tests.storage.samples import ADA, BO, NOW, job, put, request

FILM_CLUB, BAND = 3, 4
FILM_CREW = 31
HERE = Membership(FILM_CLUB, frozenset({FILM_CREW}))


def payer(*memberships, **limits):
    """Pay with these memberships, by limits such as `member={"seconds-a-day": 20}`."""
    named = {
        scope: {Measure(measure).name.lower(): value for measure, value in given.items()}
        for scope, given in limits.items()
    }
    return Payer(memberships or (HERE,), OwnerLimits(**{scope: Limits(**given) for scope, given in named.items()}))


async def refused(jobs, new, by):
    with pytest.raises(Refusal) as refusal:
        await jobs.accept(new, by)
    assert await jobs.find(new.id) is None
    return refusal.value.problem


def seconds(count, **fields):
    return job(request=request(duration=count), **fields)


A_DAY = payer(member={"seconds-a-day": 20})


async def set_rule(store, scope, target_id, value, measure=Measure.DAY, guild_id=FILM_CLUB, by_owner=0):
    row = [guild_id, scope, target_id, measure, by_owner, value]
    await store.run(lambda db: db.execute("INSERT INTO limits VALUES (?, ?, ?, ?, ?, ?)", row).connection.commit())


async def test_what_is_sent_counts_for_a_day_from_then(store, jobs):
    await put(store, seconds(10), Stage.DELIVERED)
    await put(store, seconds(8, created=NOW + 100), Stage.QUEUED)
    later = seconds(5, created=NOW + 200)
    assert await refused(jobs, later, A_DAY) == LimitReached(Scope.MEMBER, Measure.DAY, 20, 2, 5, NOW + DAY)
    still = replace(later, created=NOW + DAY - 1)
    assert await refused(jobs, still, A_DAY) == LimitReached(Scope.MEMBER, Measure.DAY, 20, 2, 5, NOW + DAY)
    accepted = await jobs.accept(replace(later, created=NOW + DAY), A_DAY)
    assert accepted.charged_to == FILM_CLUB


async def test_what_waits_counts_however_long_it_has_waited(store, jobs):
    await put(store, seconds(18))
    now = NOW + 3 * DAY
    problem = await refused(jobs, seconds(5, created=now), A_DAY)
    assert problem == LimitReached(Scope.MEMBER, Measure.DAY, 20, 2, 5, now + DAY)


async def test_a_video_longer_than_the_limit_never_fits(jobs):
    problem = await refused(jobs, seconds(21), A_DAY)
    assert problem.never_fits
    assert problem.free_at is None


@pytest.mark.parametrize(
    ("stage", "reason", "counts"),
    [
        (Stage.CANCELLED, Reason.OWNER, False),
        (Stage.FAILED, Reason.REFUSED, False),
        (Stage.FAILED, Reason.UNCLEAR, True),
        (Stage.READY, None, True),
        (Stage.HELD, None, True),
        (Stage.DELIVERED, None, True),
    ],
)
async def test_what_an_end_gives_back(store, jobs, stage, reason, counts):
    if reason is Reason.UNCLEAR:
        sent = await put(store, seconds(18), Stage.SUBMITTING)
        assert await jobs.save(sent.failed(Reason.UNCLEAR, NOW), Stage.SUBMITTING)
    else:
        await put(store, seconds(18), stage)
    if counts:
        await refused(jobs, seconds(5, created=NOW + 9), A_DAY)
    else:
        await jobs.accept(seconds(5, created=NOW + 9), A_DAY)


@pytest.mark.parametrize(("measured", "counts"), [(5.04, 5), (4.2, 4), (0.1, 1), (99.0, 10), (None, 10)])
async def test_the_clips_length_settles_it(store, jobs, measured, counts):
    ready = await put(store, seconds(10), Stage.READY)
    assert await jobs.save(ready.fetched(1000, measured), Stage.READY)
    problem = await refused(jobs, seconds(20, created=NOW + 99), A_DAY)
    assert problem.left == 20 - counts


async def test_a_part_of_a_video_counts_whole(store, jobs):
    ready = await put(store, seconds(10), Stage.READY)
    assert ready.fetched(1000, 3.0, incomplete=True).charged == 10


async def test_the_members_of_a_server_count_together_and_nobody_elses(store, jobs):
    by = payer(HERE, server={"seconds-a-day": 20})
    await jobs.accept(seconds(12), by)
    await jobs.accept(seconds(15, user_id=BO), payer(Membership(BAND, frozenset()), server={"seconds-a-day": 20}))
    problem = await refused(jobs, seconds(9, user_id=BO), by)
    assert (problem.scope, problem.left) == (Scope.SERVER, 8)
    await jobs.accept(seconds(8, user_id=BO), by)


async def test_everything_counts_in_the_total_also_direct_messages_and_the_owners(store, jobs):
    total = {"total": {"seconds-a-month": 20}}
    await jobs.accept(seconds(6), Payer())
    await jobs.accept(seconds(6, user_id=BO), replace(payer(HERE, **total), exempt=True))
    problem = await refused(jobs, seconds(9, created=NOW + 9), payer(HERE, **total))
    assert problem == LimitReached(Scope.TOTAL, Measure.MONTH, 20, 8, 9, NOW + 9 + MONTH)
    # The owner's own are never refused.
    await jobs.accept(seconds(9), replace(payer(HERE, **total), exempt=True))


async def test_roles_and_members_have_what_managers_gave_them(store, jobs):
    by = payer(HERE, member={"seconds-a-day": 20}, managers={"seconds-a-day": 40})
    await set_rule(store, "role", FILM_CREW, 40)
    await jobs.accept(seconds(15), by)
    await jobs.accept(seconds(15), by)
    assert (await refused(jobs, seconds(15), by)).left == 10
    await set_rule(store, "member", BO, 4)
    assert (await refused(jobs, seconds(5, user_id=BO), by)).limit == 4


async def test_of_several_home_servers_the_one_that_lets_it_pass_is_charged(store, jobs):
    both = (HERE, Membership(BAND, frozenset()))
    by = payer(*both, member={"seconds-a-day": 20}, managers={"seconds-a-day": 40})
    await set_rule(store, "role", BAND, 40, guild_id=BAND)
    assert (await jobs.accept(seconds(15), by)).charged_to == FILM_CLUB
    assert (await jobs.accept(seconds(15), by)).charged_to == BAND
    # A member's one account counts in both.
    assert (await refused(jobs, seconds(15), by)).left == 10


@pytest.mark.parametrize("guild_id", [FILM_CLUB, 0])
async def test_blocks_and_pauses(store, jobs, guild_id):
    by = payer(HERE)
    where = guild_id or None
    await write(store, "INSERT INTO blocks VALUES (?, ?, ?)", [guild_id, ADA, NOW])
    assert await refused(jobs, job(), by) == Blocked(where)
    await jobs.accept(job(), replace(by, exempt=True))
    await write(store, "INSERT INTO pauses (kind, guild_id, since) VALUES ('admin', ?, ?)", [guild_id, NOW])
    assert await refused(jobs, job(user_id=BO), by) == Paused(where)
    charges = SqliteCharges(store)
    with pytest.raises(Refusal):
        await charges.check(by, BO, None, NOW)
    assert await refused(jobs, job(), replace(by, exempt=True)) == Paused(where)
    if guild_id != 0:
        there = replace(by, exempt=True, memberships=(HERE, Membership(BAND, frozenset())))
        assert (await jobs.accept(job(), there)).charged_to == BAND


async def write(store, sql, values):
    await store.run(lambda db: db.execute(sql, values).connection.commit())


async def test_an_early_look_refuses_what_accepting_would(store, jobs):
    charges = SqliteCharges(store)
    await charges.check(A_DAY, ADA, 20, NOW)
    await jobs.accept(seconds(10), A_DAY)
    with pytest.raises(Refusal):
        await charges.check(A_DAY, ADA, 11, NOW)
    await charges.check(A_DAY, ADA, 10, NOW)
    await charges.check(A_DAY, ADA, None, NOW)


async def test_a_hundred_at_once_and_only_the_limit_passes(jobs):
    by = payer(HERE, member={"videos-at-once": 3})
    outcomes = await asyncio.gather(*(jobs.accept(job(), by) for _ in range(100)), return_exceptions=True)
    assert sum(not isinstance(outcome, Refusal) for outcome in outcomes) == 3
