"""What a member is handed over and has forgotten, where several processes on disks of their own have made it all."""

from functools import partial
from pathlib import Path

import pytest
from aiohttp import web

from sandbox.discord import Member
from tests.journeys.gates import upload
from tests.journeys.pictures import png
from tests.journeys.scene import says, short_id
from tests.journeys.script import Script
from tests.journeys.test_privacy import PROMPT, contents, forgets
from tests.media.s3_server import KEY, KEY_ID, S3Server, s3_server
from tests.real_time import comes_true
from tests.scale.deployment import Deployment, deployment, sharded

# As XML, row by row.
ALL_ROWS = """
SELECT query_to_xml(format('SELECT * FROM %%I.%%I', table_schema, table_name), true, true, '')::text
FROM information_schema.tables
WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')
"""
KEPT = ("clips", "inputs", "posters", "exports")


@pytest.fixture
async def server(tmp_path: Path):
    async with s3_server(tmp_path / "served") as it:
        yield it


@pytest.fixture
async def scene(tmp_path: Path, database_url, server: S3Server):
    """Two gateways and two workers, each with a disk of its own beside the store of files."""
    store = {"MEDIA_URL": "s3://clips-of-the-bot/one/bot", "MEDIA_ENDPOINT": server.url}
    store |= {"MEDIA_KEY_ID": KEY_ID, "MEDIA_KEY": KEY, "TOAPIS_DIALECT": "videos"}
    script = Script(discord=sharded(default_size_limit=200_000), bot=store)
    async with deployment(tmp_path, database_url, script) as made:
        await made.gateway("a", "0-1/4")
        await made.gateway("b", "2-3/4")
        await made.worker("one")
        await made.worker("two")
        yield made


def part(request: web.Request) -> bool:
    """Tell whether this brings a file into an answer of its own, as exports come."""
    return upload(request) and request.method == "POST" and "/webhooks/" in request.path


def kept(scene: Deployment, server: S3Server) -> dict[str, list[str]]:
    """List what each process has on its disk, and the store."""
    folders = {path.name: path / "data" for path in scene.folder.iterdir() if (path / "data").is_dir()}
    folders["the store"] = server.folder / "one/bot"
    found = {
        name: sorted(each.name for one in KEPT for each in (path / one).glob("*")) for name, path in folders.items()
    }
    return {name: files for name, files in found.items() if files}


async def are_kept(scene: Deployment, server: S3Server, count: int) -> bool:
    """Tell whether so many different files are left, wherever."""
    return len(set().union(*kept(scene, server).values())) == count


async def is_stored(server: S3Server, count: int) -> bool:
    """Tell whether so many files are left in the store."""
    return len([path for path in (server.folder / "one/bot").glob("*/*") if path.is_file()]) == count


def leader(scene: Deployment) -> str:
    """Name the worker that does what is done once for all."""
    [name] = [name for name, one in scene.processes.items() if "This process grants the turns now" in one.log]
    return name


async def are_made(scene: Deployment, member: Member, there: int) -> None:
    """Let a member have videos made, one of them of a picture; a gateway gives one of them once more."""
    made = [
        await scene.video(await member.use("/video", channel=there, prompt=f"{PROMPT} {number}", duration=4))
        for number in range(3)
    ]
    await scene.video(await member.use("/video", prompt=f"{PROMPT} of this", duration=4, image=png()))
    status = await member.use("/status", channel="videos", video=short_id(made[0]))
    await scene.video(await member.press(await scene.says(status, "done"), label="Get the video"))


async def is_handed_over(scene: Deployment, member: Member, there: int) -> None:
    """See that a copy can be asked for again after a kill of its maker, and comes after one of the gateway's."""
    card = await scene.says(await member.use("/privacy", channel=there), "4 videos")
    gate = scene.gates.close(part)
    stopped = await member.press(card, label="Send me a copy")
    await scene.until(lambda: gate.waiting, "a file of the export")
    first = leader(scene)
    await scene.kill(first)
    gate.open()
    await scene.follows(stopped, "I had to stop")
    gate = scene.gates.close(part)
    press = await member.press(card, label="Send me a copy")
    await scene.until(lambda: gate.waiting, "a file of the export")
    await scene.kill("b")
    gate.open()
    await scene.follows(press, "file 2. That's all of it")
    assert len([name for name in contents(press, 2) if name.startswith("videos/")]) == 4
    assert [one for one in scene.everything() if one.stored.ephemeral_for is None and ".zip" in str(one.media())] == []
    await scene.gateway("b", "2-3/4")
    exports = scene.folder / first / "data" / "exports"
    assert list(exports.iterdir()) != []
    await scene.worker(first)
    assert not exports.exists()


async def traces(scene: Deployment, *words: str) -> list[str]:
    """Name what has one of these words in it: the database, the processes' files and their logs."""
    found = {"the database": "".join(text for (text,) in await scene.execute(ALL_ROWS)).encode()}
    found |= {f"log of {name}": process.log.encode() for name, process in scene.processes.items()}
    found |= {str(path): path.read_bytes() for path in scene.folder.glob("*/data/**/*") if path.is_file()}
    return [name for name, content in found.items() if any(word.encode() in content for word in words)]


async def test_a_copy_is_handed_over_and_all_is_forgotten_everywhere(scene: Deployment, server: S3Server) -> None:
    member, general = scene.joins("Noor"), scene.discord.world.channel("general")
    there = scene.server_on(2, "Noor")
    await scene.says(await scene.mara.use("/admin log-channel", to=general.id), "posted in")
    await are_made(scene, member, there)
    await scene.seen(scene.mara, says(f"<@{member.id}>", PROMPT), "general")
    stays = await scene.video(await scene.tomas.use("/video", prompt="a fox that stays", duration=4))
    await is_handed_over(scene, member, there)
    assert set(kept(scene, server)) == {"a", "one", "two", "the store"}
    assert len(await traces(scene, PROMPT)) > 1
    # Asked for at one gateway, while a worker drives what was asked for at the other; who forgets dies in the middle.
    scene.provider.hold()
    running = await member.use("/video", channel=there, prompt=f"{PROMPT} at last", duration=4)
    await scene.paid_for(6)
    assert "1 video that's being made" in (await forgets(scene, member)).texts()
    await comes_true(partial(is_stored, server, 2), 30.0)
    dead = leader(scene)
    await scene.kill(dead)
    scene.provider.release()
    await scene.video(running)
    [other] = {"one", "two"} - {dead}
    await scene.processes[other].says("Forgot 1 member.")
    await scene.worker(dead)
    await comes_true(partial(are_kept, scene, server, 2), 30.0)
    assert await traces(scene, PROMPT, "Noor") == []
    assert "the database" not in await traces(scene, str(member.id))
    named = [one for one in scene.mara.sees("general") if member.id in one.texts() or PROMPT in one.texts()]
    assert [one.texts() for one in named] == []
    # A deletion of one video, which is on the disk of the worker that made it and in the store.
    question = await scene.says(await scene.tomas.use("/delete", video=short_id(stays)), "delete video")
    await scene.follows(await scene.tomas.press(question, label="Yes, delete it"), "deleted: the video")
    await comes_true(partial(are_kept, scene, server, 0), 30.0)
