"""A database whose file is damaged where nothing reads it: found after a crash, beside the work, and refused."""

import sqlite3
from contextlib import closing
from pathlib import Path
from signal import SIGKILL, SIGTERM

from tests.journeys.command_line import command
from tests.journeys.scene import Scene

CHECKING, SOUND = "checking it while the bot works", "The database is in order."
PAGE_OF = "SELECT rootpage, (SELECT page_size FROM pragma_page_size) FROM sqlite_schema WHERE name = ?"


def _break_page_of(table: str, database: Path) -> None:
    with closing(sqlite3.connect(f"file:{database}?immutable=1", uri=True)) as db:
        page, size = db.execute(PAGE_OF, [table]).fetchone()
    with database.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xa5" * size)


async def test_damage_is_found_after_a_crash_and_stops_the_bot_until_a_backup_is_restored(scene: Scene) -> None:
    database, copy = scene.bot.data / "seedreel.db", scene.bot.folder / "copy.db"
    await scene.video(await scene.mara.use("/video", prompt="kept in the backup", duration=4))
    await scene.bot.restart(SIGTERM)
    assert CHECKING not in scene.bot.log
    assert (await command("backup", str(copy), environment=scene.bot.environment())).code == 0
    await scene.bot.restart(SIGKILL)
    await scene.bot.says(SOUND)
    assert await scene.bot.stop(SIGKILL) == -SIGKILL
    _break_page_of("audit", database)
    await scene.bot.start(online=False)
    assert await scene.bot.ended() == 65, scene.bot.tail()
    last = scene.bot.log.strip().splitlines()[-1]
    for words in ("CRITICAL", f"The database {database} is damaged (", "Stop the bot and restore a backup: python -m"):
        assert words in last
    assert (await command("restore", str(copy), environment=scene.bot.environment())).code == 0
    scene.bot.log = ""
    await scene.bot.start()
    await scene.bot.says(SOUND)
    await scene.says(await scene.mara.use("/status"), "kept in the backup")
