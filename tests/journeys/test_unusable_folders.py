"""A data folder that cannot be used: refused at the start with the remedy, and lived with while the bot runs."""

from pathlib import Path

from tests.journeys.command_line import command
from tests.journeys.scene import Scene, labels
from tests.journeys.script import ONE_SLOT, with_script

ALONE = with_script(starts=False)


@ALONE
async def test_at_the_start_it_is_one_line_with_the_remedy_and_check_says_the_same(scene: Scene) -> None:
    environment = {**scene.bot.environment(), "LOG_LEVEL": "INFO"}
    for name in ("clips", "inputs", "seedreel.db.lock", "seedreel.db-wal"):
        wrong = scene.bot.data / name
        scene.bot.data.mkdir(exist_ok=True)
        wrong.touch() if name in {"clips", "inputs"} else wrong.mkdir()
        run = await command("run", environment=environment)
        check = await command("check", environment=environment)
        assert (run.code, check.code) == (78, 1), name
        assert len(run.err.splitlines()) == 1, run.err
        for said in (run.err, check.out):
            assert f"{wrong} is no" in said
            assert "Move it away." in said
        wrong.unlink() if name in {"clips", "inputs"} else wrong.rmdir()
    assert scene.discord.gateway.identifies == 0


def _closed(folder: Path) -> Path:
    """Put a file in a folder's place, which not even root can write into; returns where the folder is now."""
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.touch()
    return aside


@with_script(**ONE_SLOT)
async def test_clips_that_cannot_be_kept_go_out_as_links_and_nothing_more_is_paid_for(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="paid before", duration=4)
    waiting = await scene.tomas.use("/video", prompt="waits", duration=4)
    await scene.paid_for(1)
    await scene.half_a_minute()
    clips = scene.bot.data / "clips"
    aside = _closed(clips)
    scene.provider.finish_now()
    card = await scene.says(first, "couldn't save this video", "link")
    assert "Open the video" in labels(card)
    await scene.pinged(scene.mara)
    await scene.says(waiting, "not sending this yet")
    refused = await scene.mara.use("/video", prompt="not now", duration=4)
    await scene.follows(refused, "can't save anything")
    assert scene.prompts() == ["paid before"]
    assert scene.bot.log.count("Nothing new is sent to the provider") == 1
    clips.unlink()
    aside.rename(clips)
    assert await scene.paid_for(2) == ["paid before", "waits"]
    scene.provider.finish_now()
    await scene.video(waiting)
    assert scene.bot.log.count("Files can be saved again") == 1


async def test_a_folder_that_was_deleted_is_made_again(scene: Scene) -> None:
    (scene.bot.data / "clips").rmdir()
    (scene.bot.data / "inputs").rmdir()
    await scene.video(await scene.mara.use("/video", prompt="kept anew", duration=4))


async def test_a_database_that_was_moved_away_pays_for_nothing(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="paid before", duration=4)
    await scene.paid_for(1)
    database = scene.bot.data / "seedreel.db"
    database.rename(scene.bot.data / "elsewhere")
    scene.provider.finish_now()
    refused = await scene.tomas.use("/video", prompt="not now", duration=4)
    await scene.follows(refused, "can't save anything")
    (scene.bot.data / "elsewhere").rename(database)
    await scene.video(first)
    assert scene.prompts() == ["paid before"]
    assert list(scene.copies().values()) == [1]
