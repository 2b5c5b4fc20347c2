"""A note read from outside, whether a bot runs or not: no lock, no new file, no change."""

import contextlib
import sqlite3
from pathlib import Path
from urllib.parse import quote

from sqlite_utils import Database

from bot.storage.notes import get


def noted(database: Path, key: str) -> str | None:
    """Return what a bot has noted under that key; None where there is nothing that can be read.

    SQLite's "Write-Ahead Logging", "Read-Only Databases": without a log the file itself is all there is, and opened as
    immutable it needs no other; beside a log there is what the bot that writes it shares.
    """
    if not database.is_file():
        return None
    mode = "mode=ro" if Path(f"{database}-wal").exists() else "mode=ro&immutable=1"
    with contextlib.suppress(sqlite3.Error):
        connection = sqlite3.connect(f"file:{quote(str(database.absolute()))}?{mode}", uri=True, timeout=1.0)
        with contextlib.closing(connection):
            return get(Database(connection), key)
    return None
