"""What was used, summed up by the database: thousands of jobs against a sum made without it."""

import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from bot.domain.errors import StoreUnusable
from bot.domain.limits import DAY, Limits, Measure, OwnerLimits, Scope
from bot.domain.models import Model
from bot.domain.money import Price
from bot.domain.spending import Membership, Payer
from bot.domain.usage import DAYS, Standing
from bot.storage import SqliteUsage, Store, usage_store
from bot.storage.job_rows import to_row
from bot.storage.queries import immediate
from bot.storage.usage_store import read_records
from tests.storage.samples import ADA, BO, NOW, job, request

MODELS = [Model.SEEDANCE_2, Model.SEEDANCE_2_FAST]


@pytest.fixture
def usage(store):
    return SqliteUsage(store)


def a_row(user_id=ADA, at=NOW - 60, seconds=5, guild_id=3, model=MODELS[0], price=None, currency=None):
    """Make a row that counts; `at` None: it still waits."""
    made = job(user_id=user_id, request=request(model=model), charged=seconds, charged_to=guild_id, submitted=at)
    return to_row(replace(made, price=Price(price, currency) if currency else None))


def random_rows(count, seed=7):
    rng = Random(seed)
    rows = []
    for _ in range(count):
        code = rng.choice([None, "USD", "EUR"])
        rows.append(
            a_row(
                user_id=rng.randrange(1, 60),
                at=None if rng.random() < 0.02 else NOW - rng.uniform(0, 40 * DAY),
                seconds=rng.choice([0, 4, 5, 10, 15]),
                guild_id=rng.choice([None, 3, 4]),
                model=rng.choice(MODELS),
                price=code and rng.randrange(10**7),
                currency=code,
            )
        )
    return rows


async def fill(store, rows):
    def insert(db):
        with immediate(db):
            for row in rows:
                db.table("jobs").insert(row)

    await store.run(insert)


def counts(row):
    return row["charged"] > 0 and row["charged_at"] > NOW - DAYS * DAY


def ago(row):
    return max(0, int((NOW - min(row["charged_at"], NOW)) // DAY))


async def test_thousands_of_jobs_are_summed_as_one_would_by_hand(store, usage):
    rows = random_rows(4000)
    await fill(store, rows)
    found = {
        "all": (await usage.of_all(NOW, DAY), rows),
        "server": (await usage.of_server(3, NOW, DAY), [row for row in rows if row["charged_to"] == 3]),
        "member": (await usage.of_member(17, NOW, DAY), [row for row in rows if row["user_id"] == 17]),
    }
    for name, (summed, of_these) in found.items():
        counted = [row for row in of_these if counts(row)]
        days = Counter()
        for row in counted:
            days[ago(row)] += row["charged"]
        assert [day.seconds for day in summed.days][::-1] == [days[each] for each in range(DAYS)], name
        assert (summed.month.videos, summed.today.seconds) == (len(counted), days[0]), name
        priced = [row for row in counted if row["currency"]]
        assert summed.month.priced == len(priced)
        costs = Counter()
        for row in priced:
            costs[row["currency"]] += row["price"]
        assert summed.month.costs == costs, name
        by_model = Counter()
        for row in counted:
            by_model[row["model"]] += row["charged"]
        assert {share.name: share.total.seconds for share in summed.models} == by_model, name
    by_member = Counter()
    for row in filter(counts, rows):
        by_member[str(row["user_id"])] += row["charged"]
    best = sorted(by_member, key=lambda name: (-by_member[name], name))[:6]
    shown = found["all"][0].members
    assert [share.name for share in shown] == [*best, None]
    assert shown[-1].total.seconds == sum(by_member.values()) - sum(by_member[name] for name in best)


async def test_what_is_older_than_30_days_or_was_released_is_not_counted(store, usage):
    await fill(store, [a_row(at=NOW - 30 * DAY), a_row(seconds=0), a_row(at=NOW - 30 * DAY + 1, seconds=4)])
    found = await usage.of_member(ADA, NOW, DAY)
    assert (found.month.seconds, found.days[0].seconds, found.today.seconds) == (4, 4, 0)
    assert (await usage.of_member(BO, NOW, DAY)).members == ()


async def test_days_are_as_long_as_the_clock_makes_them(store, usage):
    await fill(store, [a_row(at=NOW - 719), a_row(at=NOW - 721, seconds=9), a_row(at=NOW - 30 * 720 - 1)])
    assert [day.seconds for day in (await usage.of_all(NOW, 720.0)).days] == [*[0] * 28, 9, 5]


async def test_what_waits_counts_as_of_now(store, usage):
    await fill(store, [a_row(at=None, seconds=9)])
    assert (await usage.of_all(NOW, DAY)).today.seconds == 9


async def test_how_much_of_each_limit_is_used_and_when_it_is_free_again(store, usage):
    # 30 s within a day, of which 10 s are free again in an hour; 10 s of another member in the same server.
    await fill(store, [a_row(at=NOW - DAY + 3600, seconds=10), a_row(seconds=20), a_row(user_id=BO, seconds=10)])
    limits = OwnerLimits(member=Limits(5, 25, 100), server=Limits(day=40), total=Limits(month=1000))
    payer = Payer((Membership(3, frozenset()),), limits)
    assert sorted(await usage.standings(payer, payer.memberships[0], ADA, NOW), key=str) == sorted(
        [
            Standing(Scope.MEMBER, Measure.AT_ONCE, 5, 2),
            Standing(Scope.MEMBER, Measure.DAY, 25, 30, NOW + 3600),
            Standing(Scope.MEMBER, Measure.MONTH, 100, 30),
            Standing(Scope.SERVER, Measure.DAY, 40, 40, NOW + 3600),
            Standing(Scope.TOTAL, Measure.MONTH, 1000, 40),
        ],
        key=str,
    )


async def test_a_limit_is_free_again_with_the_first_second_that_is(store, usage):
    await fill(store, [a_row(at=NOW - DAY + 60, seconds=1), a_row(at=NOW - DAY + 120, seconds=24)])
    for limit, free_at in ((26, None), (25, NOW + 60), (24, NOW + 120)):
        payer = Payer((), OwnerLimits(member=Limits(day=limit)))
        [found] = await usage.standings(payer, None, ADA, NOW)
        assert found.free_at == free_at, limit


def by_hand(rows, days):
    today = datetime.fromtimestamp(NOW, UTC).date()
    found = Counter()
    for row in rows:
        day = datetime.fromtimestamp(min(row["charged_at"], NOW), UTC).date()
        if row["charged"] and (today - day).days < days:
            found[str(day), row["user_id"], row["charged_to"], row["model"], row["currency"]] += row["charged"]
    return found


@pytest.mark.parametrize("days", [1, 7, 30, 365])
@pytest.mark.sqlite
async def test_records_are_by_day_of_utc_and_read_while_a_bot_runs_and_after_it(place, path, days):
    rows = random_rows(1500, seed=days)
    async with place.open() as store:
        await fill(store, rows)
        running = read_records(path, days, NOW)
    files = sorted(path.parent.iterdir())
    stopped = read_records(path, days, NOW)
    assert sorted(path.parent.iterdir()) == files
    assert running == stopped
    read = Counter()
    for one in stopped:
        code = next(iter(one.amount.costs), None)
        read[str(one.day), one.user_id, one.guild_id, one.model, code] += one.amount.seconds
    assert read == by_hand(rows, days)


async def test_a_database_of_another_version_is_not_read(path):
    async with Store(path):
        pass
    for version, words in ((11, "older version"), (99, "newer version")):
        db = sqlite3.connect(path)
        db.execute(f"PRAGMA user_version = {version}")
        db.close()
        with pytest.raises(StoreUnusable, match=words):
            read_records(path, 30, NOW)
    path.write_bytes(b"no database at all, of no version" * 200)
    with pytest.raises(StoreUnusable, match="damaged"):
        read_records(path, 30, NOW)


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (usage_store.USED_BY_MEMBER, "jobs_charged_member"),
        (usage_store.USED_IN_SERVER, "jobs_charged_server"),
        (usage_store.USED_BY_ALL, "jobs_charged"),
        (usage_store.RECORDS, "jobs_charged"),
    ],
)
@pytest.mark.sqlite
async def test_it_is_summed_over_its_window_alone(store, sql, index):
    asked = dict.fromkeys(("user_id", "pseudonym", "guild_id", "now", "since", "day", "last"), 1)
    step, *rest = await store.run(lambda db: [row["detail"] for row in db.query(f"EXPLAIN QUERY PLAN {sql}", asked)])
    assert step.replace("COVERING ", "").startswith(f"SEARCH jobs USING INDEX {index} (")
    assert "charged_at>" in step
    assert [other for other in rest if "B-TREE" not in other] == []
