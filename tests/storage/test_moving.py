"""Everything goes from the file to PostgreSQL and back, each row compared, while no bot runs on either side."""

import asyncio
import math
import sqlite3
from contextlib import closing

import psycopg
import pytest

from bot.domain.administration import Authority, Target
from bot.domain.limits import Measure, OwnerLimits, Scope
from bot.domain.media import InputUrl
from bot.domain.pauses import PauseKind
from bot.domain.privacy import Export
from bot.domain.server_log import PostedLine
from bot.domain.stages import Reason, Stage
from bot.exits import Exit
from bot.migrate import migrate
from bot.storage import Store, Tables
from bot.storage.moving import COUNTED, HELD_BY, LEFT_BEHIND, TABLES
from bot.storage.postgres import PostgresStore
from tests.storage.asset_samples import AssetTables, placed, verification
from tests.storage.samples import ADA, BO, NOW, job, put, reply, request
from tests.storage.test_drafts import DRAFT
from tests.storage.test_pending_replies import pending
from tests.storage.test_store import OURS

SHARE = {
    "id": "s" * 20, "job_id": "j" * 20, "user_id": ADA, "interaction_id": 8, "channel_id": 5, "created": NOW,
    "stage": "sending", "ended": 0, "reply": "{}", "token": "t", "token_at": NOW, "document": "{}",
}  # fmt: skip
MANAGER = Authority(7, ADA, by_owner=False)


@pytest.fixture
def file(path):
    """Make a database with something in every table."""
    asyncio.run(_fill(path))
    return path


async def _fill(path):
    async with Store(path) as store:
        tables = Tables(store)
        for number, stage in enumerate(Stage):
            # A clock before today's: the stamp of the move is later.
            await put(store, job(created=1000.0 + number / 7, user_id=ADA + number % 2), stage)
        await put(
            store, job(request=request("a \u00e9t\u00e9 \U0001f98a 'quoted' \\ and\ttabbed\n"), reply=reply(token="t"))
        )
        await placed(AssetTables(store), shared_in=3)
        await AssetTables(store).begin(verification())
        await tables.pending_replies.begin(pending(10**15))
        await tables.uploads.remember(InputUrl("a" * 64, "https://files.example/a.png", NOW, uploaded=True))
        await tables.notes.put("one", "value")
        await tables.rules.set_limit(MANAGER, Target(Scope.MEMBER, BO), Measure.DAY, 5, OwnerLimits(), NOW)
        await tables.rules.block(MANAGER, BO, NOW)
        await tables.pauses.begin(PauseKind.BALANCE, None, NOW)
        await tables.server_settings.put(7, {"spoilers": "always"})
        await tables.member_settings.put(7, "private", "on")
        await tables.drafts.add(DRAFT, 5)
        await store.run(lambda db: db.table("shares").insert(SHARE))
        star = {"user_id": ADA, "job_id": "j" * 20, "created": NOW}
        await store.run(lambda db: db.table("favourites").insert(star))
        await tables.opt_outs.set_opted_out(BO, NOW, out=True)
        await tables.forgetting.ask(ADA, NOW)
        await tables.log_lines.note([ADA], PostedLine(20, 30, "de"))
        await tables.exports.ask(Export(ADA, NOW, reply()))


def rows_of(run):
    return {
        table: [tuple(row) for row in run(f"SELECT * FROM {table} ORDER BY {', '.join(key)}")]  # noqa: S608
        for table, key in (TABLES | COUNTED).items()
    }


def in_file(path):
    with closing(sqlite3.connect(path)) as db:
        columns = {table: [each[1] for each in db.execute(f"PRAGMA table_info({table})")] for table in TABLES | COUNTED}
        return rows_of(db.execute), columns


def in_postgres(url, columns):
    with psycopg.connect(url) as db:
        return rows_of(lambda sql: db.execute(sql.replace("*", ", ".join(columns[sql.split()[3]]))).fetchall())


def stamped(rows):
    return [key for key, _ in rows["notes"] if key == "restored_at"]


def test_every_table_is_moved_or_left_behind():
    assert TABLES.keys() | COUNTED.keys() | LEFT_BEHIND == OURS
    assert {table for table, _ in HELD_BY} <= TABLES.keys()


def test_all_goes_over_and_comes_back_the_same(file, database_url, tmp_path, capsys):
    before, columns = in_file(file)
    assert all(before.values())
    assert migrate(file, database_url, back=False, dry=False) == Exit.WELL
    assert "jobs: 11 rows, copied in " in capsys.readouterr().out
    over = in_postgres(database_url, columns)
    assert over == before
    after, _ = in_file(file)
    assert stamped(after) == ["restored_at"]
    assert not stamped(over)
    again = tmp_path / "again" / "seedreel.db"
    assert migrate(again, database_url, back=True, dry=False) == Exit.WELL
    assert in_file(again)[0] == before
    assert stamped(in_postgres(database_url, columns)) == ["restored_at"]


async def test_a_bot_goes_on_there_and_numbers_go_on(path, database_url):
    await _fill(path)
    assert await asyncio.to_thread(migrate, path, database_url, back=False, dry=False) == Exit.WELL
    async with PostgresStore(database_url, path, alone=True) as store:
        tables = Tables(store)
        assert await tables.jobs.stamp_restored() == 0
        last = await tables.audit.last_id()
        assert await tables.rules.block(MANAGER, ADA, NOW)
        assert await tables.audit.last_id() == last + 1
        assert await tables.pauses.begin(PauseKind.ADMIN, 7, NOW)
        assert {each.stage for each in await tables.jobs.unfinished()} >= {Stage.WAITING, Stage.SUBMITTING}
    async with Store(path) as store:
        assert await Tables(store).jobs.stamp_restored() == 2
        found = [each for each in await Tables(store).jobs.unfinished() if each.reason is Reason.UNCLEAR]
        assert len(found) == 2


def test_a_dry_run_changes_nothing(file, postgres, capsys):
    before = file.read_bytes()
    with postgres.database("template0") as url:
        assert migrate(file, url, back=False, dry=True) == Exit.WELL
        assert "jobs: 11 rows to copy" in capsys.readouterr().out
        with psycopg.connect(url) as db:
            assert db.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    assert file.read_bytes() == before
    assert migrate(file.parent / "other" / "none.db", url, back=False, dry=True) != Exit.WELL


async def test_no_move_while_a_bot_runs_on_either_side(path, database_url, capsys):
    async with Store(path):
        code = await asyncio.to_thread(migrate, path, database_url, back=False, dry=True)
        assert code == Exit.IN_USE
    async with PostgresStore(database_url, path):
        code = await asyncio.to_thread(migrate, path, database_url, back=False, dry=False)
        assert code == Exit.IN_USE
    assert capsys.readouterr().err.count("Another bot") == 2


def test_a_target_that_holds_something_is_refused(file, database_url, capsys):
    assert migrate(file, database_url, back=False, dry=False) == Exit.WELL
    for back in (False, True):
        for dry in (False, True):
            assert migrate(file, database_url, back=back, dry=dry) == Exit.UNUSABLE
    assert capsys.readouterr().err.count("isn't empty") == 4


@pytest.mark.parametrize("table", ["jobs", "notes", "audit"])
def test_a_row_that_arrives_otherwise_moves_nothing(file, database_url, table, capsys):
    before, columns = in_file(file)
    column = {"jobs": "prompt_folded", "notes": "value", "audit": "action"}[table]
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute(
            "CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN new.{column} := 'spoiled'; RETURN new; END $$"
        )
        db.execute(f"CREATE TRIGGER spoil BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION spoil()")
    assert migrate(file, database_url, back=False, dry=False) == Exit.UNUSABLE
    assert f"of {table} isn't the same" in capsys.readouterr().err
    assert not any(in_postgres(database_url, columns).values())
    assert in_file(file)[0] == before


@pytest.mark.parametrize("url", [None, "", "seedreel.db", "postgresql://host"])
def test_where_to_has_to_be_said(file, url):
    assert migrate(file, url, back=False, dry=True) in {Exit.NO_INPUT, Exit.MISCONFIGURED}


def test_times_without_an_end_arrive(file, database_url):
    _, columns = in_file(file)
    assert migrate(file, database_url, back=False, dry=False) == Exit.WELL
    at = columns["jobs"].index("charged_at")
    assert math.inf in {row[at] for row in in_postgres(database_url, columns)["jobs"]}
