"""A data folder that cannot be used: refused at the start with the remedy, and lived with while the bot runs."""

from tests.journeys.command_line import command
from tests.journeys.scene import Scene, labels
from tests.journeys.script import ONE_SLOT, with_script
from tests.unwritable import AS_EVERYBODY, ways

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
        version, problem = run.err.splitlines()
        assert ("Seedreel" in version, "CRITICAL" in problem) == (True, True), run.err
        for said in (run.err, check.out):
            assert f"{wrong} isn't a" in said
            assert "Move it away." in said
        wrong.unlink() if name in {"clips", "inputs"} else wrong.rmdir()
    assert scene.discord.gateway.identifies == 0


@ALONE
async def test_a_folder_that_forbids_writing_is_refused_at_the_start_with_the_remedy(scene: Scene) -> None:
    environment = {**scene.bot.environment(), "LOG_LEVEL": "INFO"}
    said = {"mode": " is read-only.", "mount": " is on a read-only disk."}
    for way, close in ways(scene.bot.folder).items():
        if way not in said:
            continue
        for folder in (scene.bot.data, scene.bot.data / "inputs"):
            folder.mkdir(parents=True, exist_ok=True)
            with close(folder):
                run = await command("run", environment=environment, before=AS_EVERYBODY)
                check = await command("check", environment=environment, before=AS_EVERYBODY)
            assert (run.code, check.code) == (78, 1), (way, run.err, check.out)
            version, problem = run.err.splitlines()
            assert ("Seedreel" in version, "CRITICAL" in problem) == (True, True), run.err
            for text in (run.err, check.out):
                assert f"{folder}{said[way]}" in text
            folder.rmdir() if folder.name == "inputs" else None
    assert scene.discord.gateway.identifies == 0


@with_script(**ONE_SLOT, starts=False)
async def test_clips_that_cannot_be_kept_go_out_as_links_and_nothing_more_is_paid_for(scene: Scene) -> None:
    scene.bot.before = AS_EVERYBODY
    await scene.bot.start()
    clips = scene.bot.data / "clips"
    for times, (way, close) in enumerate(ways(scene.bot.folder).items(), 1):
        before, after = f"paid before {way}", f"waits for {way}"
        paid = scene.prompts()
        scene.provider.hold()
        first = await scene.mara.use("/video", prompt=before, duration=4)
        waiting = await scene.tomas.use("/video", prompt=after, duration=4)
        await scene.paid_for(len(paid) + 1)
        await scene.half_a_minute()
        with close(clips):
            scene.provider.finish_now()
            card = await scene.says(first, "couldn't save this video", "link")
            assert "Open the video" in labels(card)
            await scene.pinged(scene.mara, times)
            await scene.says(waiting, "not sending this yet")
            refused = await scene.mara.use("/video", prompt=f"not now: {way}", duration=4)
            await scene.follows(refused, "can't save anything")
            assert scene.prompts() == [*paid, before]
            assert scene.bot.log.count("Nothing new is sent to the provider") == times
        assert await scene.paid_for(len(paid) + 2) == [*paid, before, after]
        scene.provider.finish_now()
        await scene.video(waiting)
        assert scene.bot.log.count("Files can be saved again") == times


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
