"""Privacy: what is kept is said, and who asks for it is forgotten, but for what was said to stay."""

import json
import signal
from io import BytesIO
from zipfile import ZipFile

from sandbox.discord import Member, Message, Use
from tests.journeys.gates import upload
from tests.journeys.pictures import png
from tests.journeys.scene import WITHIN, Scene, says, short_id
from tests.journeys.script import paced, with_script
from tests.journeys.test_mov import NEWEST, is_mov

PROMPT = "a heron that only one member asks for"
VIDEOS = with_script(bot={"TOAPIS_DIALECT": "videos", "MEMBER_SECONDS_A_DAY": "12", "BACKUP_DAYS": "3"})


def traces(scene: Scene, *of: int | str) -> list[str]:
    """List the files of the bot's folder with one of these ids or words in them; of its log, only words count."""
    wanted = [str(each).encode() for each in of]
    found = {each.name: each.read_bytes() for each in scene.bot.data.rglob("*") if each.is_file()}
    numbers = [each.to_bytes(8, "big") for each in of if isinstance(each, int)]
    named = [name for name, data in found.items() if any(word in data for word in (*wanted, *numbers))]
    return named + [each for each in of if isinstance(each, str) and each in scene.bot.log]


def stored(scene: Scene) -> list[str]:
    """List the videos, files and previews in the bot's folder."""
    folders = ("clips", "inputs", "posters")
    return sorted(each.name for one in folders for each in (scene.bot.data / one).glob("*") if each.is_file())


async def privacy(scene: Scene, member: Member, *words: str) -> Message:
    card = await scene.says(await member.use("/privacy"), *words)
    assert card.ephemeral
    return card


async def forgets(scene: Scene, member: Member) -> Message:
    """Ask to be forgotten, and read what stays."""
    card = await privacy(scene, member)
    asked = await scene.follows(await member.press(card, label="Forget me"), "Forget everything about you?")
    return await scene.follows(await member.press(asked, label="Yes, forget everything"), "I'm forgetting you now")


@VIDEOS
async def test_a_member_reads_what_is_kept_and_is_forgotten(scene: Scene) -> None:
    member, tomas = scene.joins("Noor"), scene.tomas
    await privacy(scene, member, "Nothing yet")
    made = await scene.video(await member.use("/video", prompt=PROMPT, duration=4, image=png()))
    await scene.bot.says("Telling the member that it is delivered")
    theirs = await scene.video(await tomas.use("/video", prompt="a fox that stays", duration=4))
    await privacy(scene, member, "1 video", "1 video file", "7 days", "1 file", "30 days", "for 3 days")
    stays = await forgets(scene, member)
    assert "seconds, price, time, model and server" in stays.texts()
    await scene.bot.says("Forgot 1 member.")
    assert traces(scene, int(member.id), PROMPT[:20], "Noor") == []
    assert len(stored(scene)) == 2
    await privacy(scene, member, "4 seconds of forgotten videos")
    await scene.says(await member.press(made, label="Edit"), "can't find")
    await scene.follows(await member.use("/video", prompt="two more", duration=12), "8 seconds left of 12 seconds")
    await scene.says(await tomas.use("/status", video=short_id(theirs)), "done")


@VIDEOS
async def test_a_kill_in_the_middle_goes_on_and_what_is_paid_is_posted_first(scene: Scene) -> None:
    member = scene.joins("Noor")
    await scene.video(await member.use("/video", prompt=PROMPT, duration=4))
    scene.provider.hold()
    running = await member.use("/video", prompt=f"{PROMPT}, later", duration=4)
    await scene.paid_for(2)
    asked = await forgets(scene, member)
    assert "1 video that's being made" in asked.texts()
    await scene.until(lambda: len(stored(scene)) == 0, "the first video's files to go")
    await privacy(scene, member, "You asked to be forgotten", "1 video")
    await scene.bot.restart(signal.SIGKILL)
    after = await member.use("/video", prompt="what comes after", duration=4)
    await scene.paid_for(3)
    scene.provider.release()
    await scene.video(running)
    await scene.bot.says("Forgot 1 member.")
    assert traces(scene, PROMPT[:20]) == []
    await scene.video(after)
    assert len(scene.paid()) == 3
    await privacy(scene, member, "1 video", "8 seconds of forgotten videos")


async def parts_of(scene: Scene, press: Use, last: int) -> dict[str, bytes]:
    """Wait for the last file of an export, and open all."""
    await scene.follows(press, f"file {last}. That's all of it")
    await scene.bot.says("An export was handed over.")
    return contents(press, last)


def contents(press: Use, last: int) -> dict[str, bytes]:
    """Open each file of an export by itself; all are for its member alone."""
    found = {name: one.file(name) for one in press.followups for name in one.media() if one.ephemeral}
    assert sorted(found) == [f"seedreel-{number}.zip" for number in range(1, last + 1)]
    archives = [ZipFile(BytesIO(data)) for data in found.values()]
    assert all(each.testzip() is None for each in archives)
    return {name: each.read(name) for each in archives for name in each.namelist()}


@VIDEOS
async def test_the_log_of_a_server_loses_the_name(scene: Scene) -> None:
    member, channel = scene.joins("Noor"), scene.discord.world.channel("general")
    await scene.says(await scene.mara.use("/admin log-channel", to=channel.id), "posted in")
    await scene.mara.use("/admin limits set", measure="seconds-a-day", limit=8, member=member.id)
    await scene.video(await member.use("/video", prompt=PROMPT, duration=4))
    named = [await scene.seen(scene.mara, says(f"<@{member.id}>", words), "general") for words in (PROMPT, "8 sec")]
    await forgets(scene, member)
    await scene.bot.says("Forgot 1 member.")
    lines = [one for one in scene.mara.sees("general") if one.id in {each.id for each in named}]
    assert [one.texts().strip() for one in lines] == ["-# This line named a member who was forgotten."] * 2
    assert not [one for one in lines if one.media()]
    changes = await scene.says(await scene.mara.use("/admin audit"), "8 sec")
    assert str(member.id) not in changes.texts()
    # The limit that was set for them stays.
    assert traces(scene, int(member.id)) == ["seedreel.db"]


@with_script(discord=paced(default_size_limit=200_000), bot={"TOAPIS_DIALECT": "videos"})
async def test_a_member_gets_a_copy_in_files_that_fit_and_the_next_one_later(scene: Scene) -> None:
    member = scene.joins("Noor")
    first = await scene.video(await member.use("/video", prompt=f"{PROMPT} 0", duration=4))
    use = await member.use("/video", prompt=f"{PROMPT} 1", **NEWEST)
    made = (first, await use.replied(is_mov, within=WITHIN, what="a QuickTime file"))
    picture = await scene.video(await member.use("/video", prompt="with a picture", duration=4, image=png()))
    await scene.video(await scene.tomas.use("/video", prompt="not theirs", duration=4))
    card = await privacy(scene, member, "3 videos")
    press = await member.press(card, label="Send me a copy")
    files = await parts_of(scene, press, 2)
    rows = json.loads(files["videos-1.json"])
    assert [row["request"]["prompt"] for row in rows] == [f"{PROMPT} 0", f"{PROMPT} 1", "with a picture"]
    assert not [row for row in rows if "token" in row]
    clips = {name: data for name, data in files.items() if name.startswith("videos/")}
    assert sorted(clips.values()) == sorted(one.file() for one in (*made, picture))
    assert sorted(name.partition(".")[2] for name in clips) == ["mov", "mp4", "mp4"]
    assert len([name for name in files if name.startswith("files/")]) == 1
    assert list((scene.bot.data / "exports").iterdir()) == []
    await scene.follows(await member.press(card, label="Send me a copy"), "I sent you a copy not long ago")


async def test_an_export_that_a_kill_stops_is_told_of_and_can_be_asked_for_again(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt=PROMPT, duration=4))
    card = await privacy(scene, scene.mara, "1 video")
    gate = scene.gates.close(upload)
    press = await scene.mara.press(card, label="Send me a copy")
    await gate.reached()
    await scene.follows(await scene.mara.press(card, label="Send me a copy"), "already putting your data together")
    await scene.bot.stop(signal.SIGKILL)
    gate.open()
    await scene.bot.start()
    await scene.follows(press, "I had to stop")
    again = await scene.mara.press(card, label="Send me a copy")
    assert "videos-1.json" in await parts_of(scene, again, 1)
    assert list((scene.bot.data / "exports").iterdir()) == []
