"""What is counted of a process from outside."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from bench.processes import counting, has_children, spent


def test_every_commit_is_counted_and_nothing_else(tmp_path):
    with closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, text TEXT)")
        with counting(tmp_path / "a.db") as commits:
            db.execute("INSERT INTO rows VALUES (1, ?)", ["long" * 10_000])
            db.execute("SELECT * FROM rows").fetchall()
            db.execute("DELETE FROM rows WHERE id = 7")
            db.execute("BEGIN")
            db.executemany("INSERT INTO rows VALUES (?, 'two')", [(2,), (3,)])
            assert commits.count == 1
            db.execute("COMMIT")
            db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            db.execute("UPDATE rows SET text = 'x'")
            assert commits.count == 3


def test_a_process_is_seen_to_work():
    assert spent(os.getpid()).own > 0
    # Not this process, which may keep servers for other tests.
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert has_children(os.getpid())
        assert not has_children(child.pid)
