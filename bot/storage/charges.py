"""What counts against limits, and whether one more video fits: always inside the transaction that accepts it."""

import math
from collections.abc import Iterator
from typing import Any, Final

from bot.domain.errors import Refusal
from bot.domain.limits import LimitReached, Measure, Rule, Rules, Scope
from bot.domain.spending import Blocked, Membership, Paused, Payer, SpendingProblem
from bot.storage.database import Database, Statement
from bot.storage.pseudonyms import pseudonym
from bot.storage.queries import Queries, reading

EVERYWHERE: Final = 0
"""Stands for the id of a server where all of them are meant."""

# What a forgotten member has used counts under a number that stands for them.
_OF_MEMBER, _OF_SERVER, _OF_ALL = "user_id IN (:id, :pseudonym) AND ", "charged_to = :id AND ", ""
_USED = "SELECT coalesce(sum(charged), 0) FROM jobs WHERE {whose}charged > 0 AND charged_at > :since"
# The oldest that count are free first: until those are, of which together enough is freed.
_FREED = """
SELECT min(charged_at) FROM (
    SELECT charged_at, sum(charged) OVER (ORDER BY charged_at, {row}) AS freed FROM jobs
    WHERE {whose}charged > 0 AND charged_at > :since
) AS sums WHERE freed >= :needed
"""


def _freed(whose: str) -> Statement:
    # SQLite's index has the row's number at its end.
    return Statement(sqlite=_FREED.format(whose=whose, row="rowid"), postgres=_FREED.format(whose=whose, row="id"))


USED_BY_MEMBER, USED_BY_SERVER, USED_BY_ALL = (_USED.format(whose=w) for w in (_OF_MEMBER, _OF_SERVER, _OF_ALL))
FREED_BY_MEMBER, FREED_BY_SERVER, FREED_BY_ALL = map(_freed, (_OF_MEMBER, _OF_SERVER, _OF_ALL))
# A partial index is used only where its condition stands in the question, word for word.
MADE_FOR_MEMBER = """
SELECT count(*) FROM jobs INDEXED BY jobs_unfinished
WHERE user_id = :id AND ended = 0 AND stage IN ('waiting', 'submitting', 'queued', 'rendering')
"""
MADE_FOR_SERVER = """
SELECT count(*) FROM jobs WHERE charged_to = :id AND stage IN ('waiting', 'submitting', 'queued', 'rendering')
"""
RULES = "SELECT * FROM limits WHERE guild_id = ?"
BLOCKS = "SELECT guild_id FROM blocks WHERE user_id = ?"
PAUSES = "SELECT guild_id FROM pauses WHERE kind IN ('admin', 'owner') AND until IS NULL"

_USED_BY: Final = {
    Scope.MEMBER: (USED_BY_MEMBER, FREED_BY_MEMBER, MADE_FOR_MEMBER),
    Scope.SERVER: (USED_BY_SERVER, FREED_BY_SERVER, MADE_FOR_SERVER),
    Scope.TOTAL: (USED_BY_ALL, FREED_BY_ALL, None),
}


class SqliteCharges(Queries):
    """What counts against limits in an open store. Times are UTC seconds."""

    @reading
    def check(self, db: Database, payer: Payer, user_id: int, seconds: int | None, now: float, videos: int = 1) -> None:
        """Refuse early the videos and seconds that accepting would refuse; without seconds only for blocks and pauses.

        Raises Refusal (Paused, Blocked, LimitReached).
        """
        charged_to(db, payer, user_id, seconds, now, videos)


def charged_to(
    db: Database, payer: Payer, user_id: int, seconds: int | None, now: float, videos: int = 1
) -> int | None:
    """Find the server to charge for so many seconds of video: the first in which all limits let them pass.

    None where no server is charged. Raises Refusal (Paused, Blocked, LimitReached) of the best server where none lets
    it pass.
    """
    paused = {guild_id for (guild_id,) in db.execute(PAUSES)}
    if EVERYWHERE in paused:
        raise Refusal(Paused(None))
    if payer.exempt:
        return _first_open(payer, paused)
    blocked = {guild_id for (guild_id,) in db.execute(BLOCKS, [user_id])}
    if EVERYWHERE in blocked:
        raise Refusal(Blocked(None))
    problems: list[SpendingProblem] = []
    for membership in payer.memberships or (None,):
        guild_id = membership.guild_id if membership else None
        if guild_id in paused:
            problems.append(Paused(guild_id))
        elif guild_id in blocked:
            problems.append(Blocked(guild_id))
        elif seconds is None or not (reached := _reached(db, payer, membership, user_id, (videos, seconds), now)):
            return guild_id
        else:
            problems.append(max(reached, key=_weight))
    raise Refusal(min(problems, key=lambda problem: _weight(problem) if isinstance(problem, LimitReached) else _LAST))


def _first_open(payer: Payer, paused: set[int]) -> int | None:
    """Find the server to charge where no limit and no block applies: the first one that is not paused."""
    guild_ids = [membership.guild_id for membership in payer.memberships]
    if guild_ids and paused.issuperset(guild_ids):
        raise Refusal(Paused(guild_ids[0]))
    return next((guild_id for guild_id in guild_ids if guild_id not in paused), None)


_LAST: Final = (3, 0.0, 0)


def _weight(problem: LimitReached) -> tuple[int, float, int]:
    """Rank a limit by how long it blocks the video (until others end, a time, for ever), then by how little is left."""
    if problem.never_fits:
        return 2, 0.0, -problem.limit
    at_once = problem.measure is Measure.AT_ONCE
    return (0, 0.0, -problem.left) if at_once else (1, problem.free_at or math.inf, -problem.left)


def _reached(
    db: Database, payer: Payer, membership: Membership | None, user_id: int, needed: tuple[int, int], now: float
) -> list[LimitReached]:
    """List the limits that the videos and seconds in `needed`, all takes or scenes together, exceed."""
    found: list[LimitReached] = []
    for scope, target_id, measure, limit in limits_in_force(db, payer, membership, user_id):
        asked = needed[0] if measure is Measure.AT_ONCE else needed[1]
        window = measure.window and measure.window / payer.time_scale
        used, free_at = used_of(db, scope, target_id, window, now, asked - limit)
        if used + asked > limit:
            found.append(LimitReached(scope, measure, limit, max(limit - used, 0), asked, free_at))
    return found


def limits_in_force(
    db: Database, payer: Payer, membership: Membership | None, user_id: int
) -> Iterator[tuple[Scope, int, Measure, int]]:
    """List the limits in force for a member in a server, each with its scope, target, measure and amount."""
    guild_id = membership.guild_id if membership else None
    rules = Rules(guild_id, payer.limits, () if guild_id is None else rules_of(db, guild_id))
    for measure in Measure:
        held = membership.role_ids if membership else ()
        of_each = (
            (Scope.MEMBER, user_id, rules.of_member(user_id, held, measure).value),
            (Scope.SERVER, guild_id, rules.of_server(measure).value),
            (Scope.TOTAL, EVERYWHERE, payer.limits.total.of(measure)),
        )
        for scope, target_id, limit in of_each:
            if limit is not None:
                yield scope, target_id or EVERYWHERE, measure, limit


def rules_of(db: Database, guild_id: int) -> tuple[Rule, ...]:
    """Read the limits that were set in a server."""
    return tuple(_rule(row) for row in db.query(RULES, [guild_id]))


def _rule(row: dict[str, Any]) -> Rule:
    scope, measure, by_owner = Scope(row["scope"]), Measure(row["measure"]), bool(row["by_owner"])
    return Rule(row["guild_id"], scope, row["target_id"], measure, row["value"], by_owner)


def used_of(
    db: Database, scope: Scope, target_id: int, window: float | None, now: float, over: int
) -> tuple[int, float | None]:
    """Count how much of a limit is used in a window (seconds; None: videos in progress), and when there is room again.

    `over`: what a video needs, less the limit.
    """
    used_sql, freed_sql, made_sql = _USED_BY[scope]
    if window is None:
        return (_number(db, made_sql, {"id": target_id}) if made_sql else 0), None
    asked = {"id": target_id, "since": now - window}
    if scope is Scope.MEMBER:
        asked["pseudonym"] = pseudonym(db, target_id)
    used = _number(db, used_sql, asked)
    needed = used + over
    if needed <= 0 or needed > used:
        return used, None
    (at,) = db.execute(freed_sql, asked | {"needed": needed}).fetchone()
    # What still waits counts from when it is sent: from now on at the earliest.
    return used, min(at, now) + window


def _number(db: Database, sql: str, params: dict[str, Any]) -> int:
    return int(db.execute(sql, params).fetchone()[0])
