"""A note read from outside."""

from pathlib import Path

import pytest

from bot.storage import Store
from bot.storage.note_store import SqliteNotes, noted

pytestmark = pytest.mark.sqlite


async def test_a_note_is_read_while_a_bot_runs_and_after_it_and_no_file_is_made(tmp_path: Path) -> None:
    database = tmp_path / "seedreel #1?.db"
    assert noted(database, "a") is None
    async with Store(database) as store:
        await SqliteNotes(store).put("a", "said")
        assert noted(database, "a") == "said"
        assert noted(database, "b") is None
    there = sorted(tmp_path.iterdir())
    assert noted(database, "a") == "said"
    assert sorted(tmp_path.iterdir()) == there
    database.write_bytes(b"no database at all")
    assert noted(database, "a") is None
