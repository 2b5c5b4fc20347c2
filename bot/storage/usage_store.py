"""What was used, summed up in the database: the seconds that count, whose they are and what they cost."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from bot.domain.errors import StoreUnusable
from bot.domain.spending import Membership, Payer
from bot.domain.usage import DAYS, Amount, Record, Standing, Usage, Used
from bot.storage.charges import limits_in_force, used_of
from bot.storage.database import Database, Statement
from bot.storage.migrations import VERSION
from bot.storage.opening import check_sound, check_version, read_only
from bot.storage.pseudonyms import pseudonym
from bot.storage.queries import Queries, reading
from bot.storage.sqlite_errors import explained

# What waits counts as of now: its time is infinite.
_USED = """
SELECT CASE WHEN charged_at >= :now THEN 0 ELSE {days} END AS ago,
    user_id, model, currency, count(*) AS videos, sum(charged) AS seconds, sum(price) AS cost
FROM jobs WHERE {whose}charged > 0 AND charged_at > :since
GROUP BY ago, user_id, model, currency
"""
_DAYS_OF_SQLITE = "min(CAST((:now - charged_at) / :day AS INTEGER), :last)"
_DAYS_OF_POSTGRES = "least(CAST(trunc((:now - charged_at) / :day) AS BIGINT), :last)"


def _used(whose: str) -> Statement:
    sqlite, postgres = (_USED.format(days=days, whose=whose) for days in (_DAYS_OF_SQLITE, _DAYS_OF_POSTGRES))
    return Statement(sqlite=sqlite, postgres=postgres)


# As limits count: what a member had forgotten stands under a number.
USED_BY_MEMBER = _used("user_id IN (:user_id, :pseudonym) AND ")
USED_IN_SERVER = _used("charged_to = :guild_id AND ")
USED_BY_ALL = _used("")
_RECORDS = """
SELECT {date} AS day, user_id, charged_to AS guild_id, model, currency,
    count(*) AS videos, sum(charged) AS seconds, sum(price) AS cost
FROM jobs WHERE charged > 0 AND charged_at >= :since
GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3 NULLS FIRST, 4, 5 NULLS FIRST
"""
RECORDS = Statement(
    sqlite=_RECORDS.format(date="date(min(charged_at, :now), 'unixepoch')"),
    postgres=_RECORDS.format(date="to_char(to_timestamp(least(charged_at, :now)) AT TIME ZONE 'UTC', 'YYYY-MM-DD')"),
)

_LOCK_SECONDS: Final = 10.0


class SqliteUsage(Queries):
    """What was used in the 30 days before `now`, in UTC seconds, each of `day` seconds; summed up on the thread."""

    @reading
    def of_member(self, db: Database, user_id: int, now: float, day: float) -> Usage:
        """Sum up what one member used, wherever that counts, with what of it was forgotten."""
        return _usage(db, USED_BY_MEMBER, now, day, {"user_id": user_id, "pseudonym": pseudonym(db, user_id)})

    @reading
    def of_server(self, db: Database, guild_id: int, now: float, day: float) -> Usage:
        """Sum up what counts in one server's account."""
        return _usage(db, USED_IN_SERVER, now, day, {"guild_id": guild_id})

    @reading
    def of_all(self, db: Database, now: float, day: float) -> Usage:
        """Sum up everything."""
        return _usage(db, USED_BY_ALL, now, day, {})

    @reading
    def standings(
        self, db: Database, payer: Payer, membership: Membership | None, user_id: int, now: float
    ) -> Sequence[Standing]:
        """List the limits in force for a member of a server: their own, the server's, and the bot's."""
        found = []
        for scope, target_id, measure, limit in limits_in_force(db, payer, membership, user_id):
            window = measure.window and measure.window / payer.time_scale
            used, free_at = used_of(db, scope, target_id, window, now, 1 - limit)
            found.append(Standing(scope, measure, limit, used, free_at))
        return found


def read_records(database: Path, days: int, now: float) -> Sequence[Record]:
    """Read what was used on so many days of UTC, today's among them, also while a bot runs; changes nothing.

    Raises StoreUnusable when the file is damaged, or is no database of this version; StoreInUse while another program
    keeps it locked; StoreFull where its disk fails.
    """
    with explained(database), read_only(database, _LOCK_SECONDS) as db:
        check_sound(db, database)
        check_version(db, database)
        if db.execute("PRAGMA user_version").fetchone()[0] < VERSION:
            raise StoreUnusable(
                f"The database {database} is of an older version.", "Start the bot once, it updates it."
            )
        return records_of(db, days, now)


def records_of(db: Database, days: int, now: float) -> list[Record]:
    """List what was used on so many days of UTC, today's among them."""
    since = _midnight(now) - timedelta(days=days - 1)
    return list(_records(db, {"since": since.timestamp(), "now": now}))


def _records(db: Database, asked: dict[str, Any]) -> Iterator[Record]:
    for row in db.query(RECORDS, asked):
        day = date.fromisoformat(row["day"])
        yield Record(day, row["user_id"], row["guild_id"], row["model"], _amount(row))


def _midnight(now: float) -> datetime:
    return datetime.fromtimestamp(now, UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _usage(db: Database, sql: str, now: float, day: float, asked: Mapping[str, Any]) -> Usage:
    window = {"now": now, "since": now - DAYS * day, "day": day, "last": DAYS - 1}
    rows = db.query(sql, {**asked, **window})
    return Usage.of(Used(row["ago"], row["user_id"], row["model"], _amount(row)) for row in rows)


def _amount(row: Mapping[str, Any]) -> Amount:
    videos, seconds, currency = row["videos"], row["seconds"], row["currency"]
    if currency is None:
        return Amount(videos, seconds)
    return Amount(videos, seconds, videos, {currency: row["cost"] or 0})
