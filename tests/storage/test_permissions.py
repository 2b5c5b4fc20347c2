"""Nobody but the bot's own user reads the database, what lies beside it, and the folders around it."""

import os
import stat

import pytest

from bot.storage.backups import backup, restore
from bot.storage.permissions import make_private
from bot.storage.thread import Store

pytestmark = pytest.mark.sqlite


def modes(folder):
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


@pytest.fixture
def home(tmp_path):
    home = tmp_path / "data"
    yield home
    assert stat.S_IMODE(home.stat().st_mode) == 0o700


@pytest.fixture(autouse=True)
def usual_mask():
    before = os.umask(0o022)
    yield
    os.umask(before)


async def test_what_is_made_and_what_was_there(home):
    home.mkdir(mode=0o755)
    for name in ("clips", "inputs", "posters"):
        (home / name).mkdir()
    for name in ("seedreel.db.lock", "seedreel.db.before-4", "seedreel.db.replaced-1"):
        (home / name).touch()
    async with Store(home / "seedreel.db"):
        found = modes(home)
        assert {found.pop(name) for name in ("clips", "inputs", "posters")} == {0o700}
        assert {"seedreel.db", "seedreel.db-wal", "seedreel.db.before-4"} <= found.keys()
        assert set(found.values()) == {0o600}
    async with Store(home / "seedreel.db"):
        assert set(modes(home).values()) == {0o600, 0o700}


async def test_a_backup_and_a_restored_database(home, tmp_path):
    async with Store(home / "seedreel.db"):
        pass
    copy = tmp_path / "copy"
    backup(home / "seedreel.db", copy)
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    (home / "seedreel.db").chmod(0o644)
    restore(copy, home / "seedreel.db")
    assert set(modes(home).values()) == {0o600}


def test_a_folder_that_everybody_uses_stays_open(home, tmp_path):
    home.mkdir(mode=0o700)
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    (shared / "seedreel.db").touch()
    make_private(shared / "seedreel.db")
    assert stat.S_IMODE(shared.stat().st_mode) == 0o1777
    assert modes(shared) == {"seedreel.db": 0o600}
