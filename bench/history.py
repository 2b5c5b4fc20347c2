"""What members read in a million videos: a page, a search, suggestions, one video, `/usage`, an estimate.

The store is asked as the use cases ask it, by ordinary members and by the one who owns a tenth of all videos. The
yardstick is the same SQL with the same values, in a loop on a bare connection: no thread, no values of ours.
"""

import asyncio
import random
import sqlite3
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlite_utils import Database

from bench.big_database import ABSENT, CHINESE, COMMON, LENGTHS, MODELS, RARE, RESOLUTIONS, BigDatabase, build
from bench.measure import Aim, Effort, Figure, Of, percentile
from bot.domain.models import Resolution
from bot.storage import Tables
from bot.storage.thread import Store
from bot.studio.history import PAGE_SIZE

P = ParamSpec("P")
T = TypeVar("T")
Question = Callable[[Tables], Awaitable[object]]
Statement = tuple[str, Any]

_AIM: Final = Aim(10.0, Of.VALUE)
_WORDS: Final = (COMMON, RARE, CHINESE, ABSENT)
_SUGGESTIONS, _SAMPLES = 25, 20
_PLACES: Final = 3
_BESIDE: Final = f"page, ordinary, while the heavy member searches in {_PLACES} places"
_NOBODY_MADE: Final = ((MODELS[0], LENGTHS[1], Resolution.UHD), (MODELS[0], 15, None))
_ONE_OF: Final = "SELECT id FROM jobs WHERE user_id = ? ORDER BY id LIMIT 1"


class _Direct(Store):
    """A store that reads at once, on one connection."""

    def __init__(self, path: Path, db: Database) -> None:
        super().__init__(path)
        self._db = db

    async def read(self, function: Callable[Concatenate[Database, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Call the function."""
        return function(self._db, *args, **kwargs)


async def run(effort: Effort) -> Sequence[Figure]:
    """Ask every question often, and in turn its SQL."""
    videos, members, heavy = effort.of((1_000_000, 20_000, 100_000), (3_000, 60, 300))
    big = await build(effort.scratch / "seedreel.db", videos, members, heavy)
    figures = []
    with closing(sqlite3.connect(big.path, isolation_level=None)) as bare:
        async with Store(big.path) as store:
            tables, asked = Tables(store), _all_questions(big, heavy // PAGE_SIZE, bare, effort.of(300, 4))
            for what, questions in asked.items():
                statements = [await _statements_of(question, big.path) for question in questions]
                searches = _PLACES if what == _BESIDE else 0
                with effort.profiled(what.replace(" ", "-").replace("/", "")):
                    ours, beside = await effort.interleaved(
                        partial(_p99_of_ours, tables, questions, [_search(big.heavy_id, ABSENT)] * searches),
                        partial(_p99_of_sql, bare, statements),
                    )
                figures.append(Figure(f"{what}, p99", "ms", tuple(ours), tuple(beside), _AIM))
    return figures


def _all_questions(big: BigDatabase, pages: int, db: sqlite3.Connection, times: int) -> dict[str, list[Question]]:
    """Make so many of each question, with values from a fixed seed."""
    chosen = random.Random(13)
    ordinary = [chosen.choice(big.member_ids) for _ in range(times)]
    found = {}
    for who, user_ids, deepest in (("ordinary", ordinary, 5), ("the heavy member", [big.heavy_id] * times, pages)):
        numbered = list(enumerate(user_ids))
        found[f"page, {who}"] = [_page(user_id, chosen.randint(1, deepest)) for user_id in user_ids]
        found[f"search, {who}"] = [_search(user_id, _WORDS[n % 4]) for n, user_id in numbered]
        found[f"suggestions, {who}"] = [_suggestions(user_id, ("", *_WORDS)[n % 5]) for n, user_id in numbered]
        found[f"one by its id, {who}"] = [_one(user_id, *db.execute(_ONE_OF, [user_id])) for user_id in user_ids]
        found[f"/usage, {who}"] = [_usage(user_id, big.now) for user_id in user_ids]
    found[_BESIDE] = found["page, ordinary"]
    requests = [(chosen.choice(MODELS), chosen.choice(LENGTHS), chosen.choice(RESOLUTIONS)) for _ in range(times)]
    found["estimate"] = [_estimate(*request) for request in requests]
    found["estimate of what nobody made"] = [_estimate(*_NOBODY_MADE[n % 2]) for n in range(times)]
    return found


def _page(user_id: int, number: int) -> Question:
    return lambda tables: tables.own_jobs.mine(user_id, "", number, PAGE_SIZE)


def _search(user_id: int, word: str) -> Question:
    return lambda tables: tables.own_jobs.mine(user_id, word, 1, PAGE_SIZE)


def _suggestions(user_id: int, typed: str) -> Question:
    return lambda tables: tables.own_jobs.latest(user_id, typed, _SUGGESTIONS)


def _one(user_id: int, row: tuple[str]) -> Question:
    return lambda tables: tables.own_jobs.find_mine(user_id, row[0][:6])


def _usage(user_id: int, now: float) -> Question:
    return lambda tables: tables.usage.of_member(user_id, now, 86_400.0)


def _estimate(*request: Any) -> Question:
    return lambda tables: tables.jobs.runs(*request, _SAMPLES)


async def _statements_of(question: Question, path: Path) -> list[Statement]:
    asked: list[Statement] = []
    with closing(sqlite3.connect(path)) as connection:
        db = Database(connection, execute_plugins=False, strict=True)
        with db.tracer(lambda sql, values: asked.append((sql, values or ()))):
            await question(Tables(_Direct(path, db)))
    return asked


async def _p99_of_ours(tables: Tables, questions: Sequence[Question], others: Sequence[Question]) -> float:
    """Ask one question after the other, while each of the others is asked again and again."""
    taken = []
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(_again_and_again(tables, other)) for other in others]
        for question in questions:
            began = time.perf_counter()
            await question(tables)
            taken.append(time.perf_counter() - began)
        for task in tasks:
            task.cancel()
    return percentile(taken, 0.99) * 1000


async def _again_and_again(tables: Tables, question: Question) -> None:
    while True:
        await question(tables)


async def _p99_of_sql(db: sqlite3.Connection, questions: Sequence[Sequence[Statement]]) -> float:
    taken = []
    for statements in questions:
        began = time.perf_counter()
        for sql, values in statements:
            db.execute(sql, values).fetchall()
        taken.append(time.perf_counter() - began)
    return percentile(taken, 0.99) * 1000
