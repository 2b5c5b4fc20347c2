"""A database as years of use leave it: a million videos of many members, one of whom owns a tenth of them.

A few rows are written by the store itself, one of each kind; every other is a copy of one of them, with its own ids,
member, times and prompt. What is copied reads and writes like what the store wrote, which is checked on samples.
"""

import json
import sqlite3
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise, product
from pathlib import Path
from typing import Final

from bot.domain.job import Job
from bot.domain.limits import Limits, OwnerLimits
from bot.domain.models import Model, Resolution
from bot.domain.money import Price
from bot.domain.spending import Membership, Payer
from bot.domain.stages import Stage
from bot.storage.folding import folded
from bot.storage.job_rows import to_job, to_row
from bot.storage.job_store import SqliteJobs
from bot.storage.thread import Store
from tests.storage.samples import job, reply, request, steps_to

MODELS: Final = (Model.SEEDANCE_2, Model.SEEDANCE_2_FAST, Model.SEEDANCE_2_MINI)
LENGTHS: Final = (4, 5, 8, 10)
RESOLUTIONS: Final = (None, Resolution.P480, Resolution.P720)
"""What the videos were made with: nobody ever chose another length or resolution."""

COMMON, RARE, CHINESE, ABSENT = "fox", "aurora", "狐狸", "zeppelin"
"""A word of half the prompts, of one in 1,000, two characters of one in 100, and a word of none."""

GUILD_ID: Final = 2001
_HEAVY_ID: Final = 100_000_000_000_000_000
_FIRST_INTERACTION: Final = 200_000_000_000_000_000
_DAYS: Final = 730
_INDEXES: Final = "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql NOT NULL"
_PROMPT: Final = "the prompt of the copy"
_PHRASES: Final = 1000
_SCENES: Final = ("runs through fresh snow", "sits by a lamp at dusk", "crosses a busy street", "looks out to sea")
_REST: Final = "muted colours, 24 fps, the camera never stops; a door opens, light falls on wet stones, somebody laughs"
_STYLES: Final = ("slow dolly in, soft light", "handheld, grain, 35 mm", "aerial view, golden hour", "macro, neon rim")

# What a copy has of its own, by column; all times of its pattern `t` are moved. `n.i`: its number, `w`: its words.
_OWN: Final[Mapping[str, str]] = {
    "id": "lower(hex(randomblob(10)))",
    "user_id": "iif(n.i % :every = 0, :heavy, :heavy + 1 + n.i * 7919 % :members)",
    "interaction_id": ":interaction + n.i",
    "created": ":first + n.i * :step",
    "request": "replace(t.request, :prompt, w.written || n.i)",
    "prompt_folded": "replace(t.prompt_folded, :prompt, w.folded || n.i)",
    "token": "NULL",
    "task_id": "iif(t.task_id IS NULL, NULL, 'task-' || n.i)",
} | {
    column: f":first + n.i * :step + t.{column} - t.created"
    for column in ("token_at", "changed", "submitted", "completed", "told", "charged_at")
}


@dataclass(frozen=True, slots=True)
class BigDatabase:
    """A database, the member who owns a tenth of it, and others, who own some fifty videos each."""

    path: Path
    videos: int
    heavy_id: int
    member_ids: Sequence[int]
    now: float


async def build(
    path: Path, videos: int = 1_000_000, members: int = 20_000, heavy: int = 100_000, heavy_id: int = _HEAVY_ID
) -> BigDatabase:
    """Make the database, of ended videos of the last two years whose clips are gone; some 20 s for a million.

    `heavy`: how many are those of the member `heavy_id`, a divisor of all; the others' ids follow.
    """
    now = time.time()
    async with Store(path) as store:
        patterns = await _write_patterns(SqliteJobs(store), now - _DAYS * 86_400)
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.row_factory = sqlite3.Row
        indexes = db.execute(_INDEXES).fetchall()
        _make_fast(db)
        for index in indexes:
            db.execute(f"DROP INDEX {index['name']}")
        shares = {"every": videos // heavy, "members": members - 1, "heavy": heavy_id}
        _copy(db, patterns, shares, videos, now)
        for index in indexes:
            db.execute(index["sql"])
        _check(db)
        db.execute("PRAGMA journal_mode = WAL")
    return BigDatabase(path, videos, heavy_id, range(heavy_id + 1, heavy_id + members), now)


async def _write_patterns(jobs: SqliteJobs, at: float) -> int:
    """Write one video of each kind, most of them delivered; return how many."""
    payer = Payer((Membership(GUILD_ID, ()),), OwnerLimits(member=Limits(at_once=1_000_000)))
    kinds = list(product(MODELS, LENGTHS, RESOLUTIONS))
    for number, (model, length, resolution) in enumerate(kinds):
        asked = request(_PROMPT, model=model, duration=length, resolution=resolution)
        price = Price(length * 90_000, "USD")
        where = reply(guild_id=GUILD_ID, token_at=at)
        waiting = job(request=asked, reply=where, created=at, changed=at, price=price, user_id=_HEAVY_ID)
        waiting = replace(waiting, interaction_id=_FIRST_INTERACTION - 1 - number)
        await _write(jobs, waiting, Stage.FAILED if number % 9 == 8 else Stage.DELIVERED, payer)
    return len(kinds)


async def _write(jobs: SqliteJobs, waiting: Job, stage: Stage, payer: Payer) -> None:
    accepted = await jobs.accept(waiting, payer)
    steps = steps_to(accepted, stage, accepted.created)
    for before, after in pairwise(steps):
        assert await jobs.save(after, before.stage)
    assert await jobs.mark_notified(accepted.id, accepted.created + 70)


def _make_fast(db: sqlite3.Connection) -> None:
    """Give up what keeps a file whole: this one is made anew where it breaks."""
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -400000", "ignore_check_constraints = ON"):
        db.execute(f"PRAGMA {pragma}")


def _copy(db: sqlite3.Connection, patterns: int, shares: Mapping[str, int], videos: int, now: float) -> None:
    columns = [row["name"] for row in db.execute("PRAGMA table_info(jobs)")]
    own = ", ".join(_OWN.get(column, f"t.{column}") for column in columns)
    db.execute("CREATE TEMP TABLE patterns AS SELECT row_number() OVER () - 1 AS number, jobs.* FROM jobs")
    db.execute("CREATE TEMP TABLE words (number INTEGER PRIMARY KEY, written TEXT, folded TEXT)")
    db.executemany("INSERT INTO words VALUES (?, ?, ?)", map(_words, range(_PHRASES)))
    db.execute("CREATE UNIQUE INDEX temp.patterns_by_number ON patterns (number)")
    db.execute("DELETE FROM jobs")
    days = {"first": now - _DAYS * 86_400, "step": _DAYS * 86_400 / videos}
    names = {"interaction": _FIRST_INTERACTION, "prompt": _PROMPT}
    # The numbers run on beside both tables: every kind comes with every phrase, and to every member.
    db.execute(
        f"""INSERT INTO jobs ({", ".join(columns)})
        WITH RECURSIVE n (i) AS (VALUES (0) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :videos)
        SELECT {own} FROM n
        CROSS JOIN patterns AS t ON t.number = n.i / 7 % :patterns
        CROSS JOIN words AS w ON w.number = n.i / 13 % :phrases""",  # noqa: S608 - no input in it
        {**names, **shares, **days, "videos": videos, "patterns": patterns, "phrases": _PHRASES},
    )


def _words(number: int) -> tuple[int, str, str]:
    """Write the beginning of a prompt as it stands in a document, and folded."""
    animal = f"a red {COMMON}" if number % 2 else "an old heron"
    extra = f", an {RARE} above" if number == 1 else f", {CHINESE}在雪中奔跑" if number % 100 == 2 else ""
    scene, style = _SCENES[number % 4], _STYLES[number // 4 % 4]
    prompt = f"{animal} {scene}{extra}, {style}, {_REST}, take "
    return number, json.dumps(prompt)[1:-1], folded(prompt)


def _check(db: sqlite3.Connection) -> None:
    """See that copies are what the store would write."""
    for row in db.execute("SELECT * FROM jobs WHERE rowid % (SELECT 1 + count(*) / 50 FROM jobs) = 0"):
        written = to_row(to_job(row)) | {column: row[column] for column in ("shares_task", "holder")}
        assert dict(row) == written, (dict(row), written)
