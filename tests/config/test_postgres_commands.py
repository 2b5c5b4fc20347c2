"""The command line on a database of PostgreSQL's: what it prints and sets, and how a backup comes back."""

import asyncio
import subprocess
import time

import psycopg
import pytest

from bot.__main__ import main
from bot.config import read_settings
from bot.doctor import _look_at_database
from bot.domain.stages import Reason, Stage
from bot.exits import Exit
from bot.storage import Tables
from bot.storage.postgres import PostgresStore
from tests.config.test_doctor import NEEDED
from tests.postgres import binaries
from tests.storage.samples import ADA, job, put
from tests.storage.test_usage import a_row, fill

SECRET = "pass-word-of-nobody"


@pytest.fixture
def run(monkeypatch, tmp_path, database_url, capsys):
    """Run a command with the database set, its address with a password that must not be seen."""
    url = database_url.replace("postgres@", f"postgres:{SECRET}@")
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))

    def command(*words):
        code = main(["--no-dotenv", *words])
        said = capsys.readouterr()
        assert SECRET not in said.out + said.err
        return code, said.out + said.err

    return command


def in_store(url, path, work, **options):
    async def opened():
        async with PostgresStore(url, path / "seedreel.db", **options) as store:
            return await work(store)

    return asyncio.run(opened())


def test_usage_is_summed_up_beside_a_bot(run, database_url, tmp_path):
    async def used(store):
        await fill(store, [a_row(ADA, time.time(), 5, price=1_250_000, currency="USD")])
        return await asyncio.to_thread(run, "usage")

    code, said = in_store(database_url, tmp_path, used, alone=True)
    assert code == Exit.WELL
    assert "The last 30 days: 1 video, 5 seconds, 1.25 USD" in said


def test_the_owner_pauses_beside_a_bot(run, database_url, tmp_path):
    async def paused(store):
        assert (await asyncio.to_thread(run, "admin", "pause", "--all"))[0] == Exit.WELL
        return await Tables(store).pauses.since(time.time())

    (pause,) = in_store(database_url, tmp_path, paused, alone=True)
    assert pause.guild_id is None
    assert "command line" in run("admin", "audit")[1]


def test_without_tables_the_first_start_is_named(run, postgres, monkeypatch):
    with postgres.database("template0") as url:
        monkeypatch.setenv("DATABASE_URL", url)
        for words in (("usage",), ("admin", "pause", "--all")):
            code, said = run(*words)
            assert code == Exit.UNUSABLE
            assert "Start the bot once" in said


def test_backups_are_made_by_postgresqls_own_programs(run):
    for command, program in (("backup", "pg_dump"), ("restore", "pg_restore")):
        code, said = run(command, "file")
        assert code == Exit.NO_INPUT
        assert program in said


def look(url, folder):
    settings = read_settings(NEEDED | {"DATA_DIR": str(folder), "DATABASE_URL": url}, None)
    return _look_at_database(settings)


def test_check_says_whether_the_database_can_be_used(postgres, database_url, tmp_path):
    # The tests' server forgets what it has written when its machine goes down: that is a finding of its own.
    assert "fsync" in look(database_url, tmp_path).problem
    missing = look(f"postgresql://postgres:{SECRET}@127.0.0.1:{postgres.port}/missing", tmp_path)
    assert "missing on 127.0.0.1" in missing.problem
    assert "DATABASE_URL" in missing.remedy
    assert SECRET not in repr(missing)
    with psycopg.connect(database_url, autocommit=True) as db:
        db.execute("INSERT INTO seedreel_schema (step) VALUES (9999)")
    assert "newer version" in look(database_url, tmp_path).problem


def dumped(url, file):
    subprocess.run([binaries() / "pg_dump", "--format=custom", f"--file={file}", url], check=True)


def put_back(url, file):
    words = ["--clean", "--if-exists", "--no-owner", f"--dbname={url}", file]
    subprocess.run([binaries() / "pg_restore", *words], check=True)


async def settled(store):
    jobs = Tables(store).jobs
    return await jobs.stamp_restored(), {each.id: each.reason for each in await jobs.unfinished()}


@pytest.mark.parametrize("where", ["the same database", "another one"])
def test_what_pg_restore_puts_back_pays_for_nothing_twice(postgres, database_url, tmp_path, where):
    async def waits(store):
        return (await put(store, job(created=1000.0))).id, (await put(store, job(created=1000.0), Stage.QUEUED)).id

    waiting, running = in_store(database_url, tmp_path, waits)
    # A start that is no restore settles nothing.
    assert in_store(database_url, tmp_path, settled) == (0, {waiting: None, running: None})
    file = tmp_path / "backup"
    dumped(database_url, file)
    with postgres.database("template0") as other:
        url = database_url if where == "the same database" else other
        put_back(url, file)
        assert in_store(url, tmp_path, settled) == (1, {waiting: Reason.UNCLEAR, running: None})
        assert in_store(url, tmp_path, settled) == (0, {waiting: Reason.UNCLEAR, running: None})


def test_the_owner_stamps_what_nothing_else_tells(run, database_url, tmp_path):
    async def waits(store):
        assert (await asyncio.to_thread(run, "restore", "--stamp"))[0] == Exit.IN_USE
        return (await put(store, job(created=1000.0))).id

    waiting = in_store(database_url, tmp_path, waits)
    assert run("restore", "--stamp")[0] == Exit.WELL
    assert in_store(database_url, tmp_path, settled) == (1, {waiting: Reason.UNCLEAR})
