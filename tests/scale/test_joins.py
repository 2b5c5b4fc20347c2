"""A reel and scenes that outlive those who make them: a gateway, a worker in the middle of a scene, one in a join."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from bot.media.clips import inspect_clip
from sandbox.discord import Message, Use
from tests.journeys.held_join import HeldJoin
from tests.journeys.scene import has_video
from tests.journeys.script import Script
from tests.journeys.test_reel import unfinished
from tests.journeys.test_scenes import LINES, begun
from tests.scale.deployment import Deployment, deployment, sharded


@pytest.fixture
async def scene(tmp_path, database_url):
    async with deployment(tmp_path, database_url, Script(discord=sharded())) as made:
        yield made


async def chained(scene: Deployment, channel: int, *prompts: str) -> list[Message]:
    """Let Tomas make videos, each of which goes on from the one before."""
    videos = [
        await scene.video(await scene.tomas.use("/video", channel=channel, prompt=prompt, duration=4))
        for prompt in prompts
    ]
    await scene.pinged(scene.tomas, len(prompts))
    for (parent, _), (child, state) in pairwise(await scene.execute("SELECT id, state FROM jobs ORDER BY created, id")):
        known = json.dumps(json.loads(state) | {"parent": parent})
        await scene.execute("UPDATE jobs SET state = %s WHERE id = %s", known, child)
    return videos


async def killed_in_the_join(scene: Deployment, join: HeldJoin, count: int) -> str:
    """Kill the process that joins, see that its ffmpeg ends too, and return its name."""
    pid = await join.reached(count)
    [name] = [name for name, one in scene.processes.items() if one.process and one.process.pid == pid]
    await scene.kill(name)
    await join.gone()
    return name


async def came(scene: Deployment, use: Use, seconds: float, tmp_path: Path) -> Message:
    """Wait for a joined video of that many seconds."""
    message = await scene.video(use)
    [name] = message.media()
    (tmp_path / name).write_bytes(message.file(name))
    assert (await inspect_clip(tmp_path / name)).seconds == pytest.approx(seconds, abs=0.5)
    return message


async def test_whoever_joins_or_makes_a_scene_is_killed_and_each_comes_once(scene: Deployment, tmp_path: Path) -> None:
    with HeldJoin(tmp_path, scene.ledger) as join:
        scene.settings |= join.settings
        await scene.gateway("a", "0-1/4")
        await scene.gateway("b", "2-3/4")
        await scene.worker("one")
        there = scene.server_on(2, "Tomas")
        parts = await chained(scene, there, "one fox", "two foxes")
        film_use = await begun(scene, *LINES)
        await scene.paid_for(4)
        scene.provider.hold()
        reel_use = await scene.tomas.use("/reel", channel=there)
        # Where the command came, and then who leads, in the middle of the second scene.
        assert await killed_in_the_join(scene, join, 1) == "b"
        assert await killed_in_the_join(scene, join, 2) == "one"
        join.let_go()
        await scene.worker("two")
        await scene.worker("three")
        reel = await came(scene, reel_use, 8, tmp_path)
        join.hold()
        scene.provider.release()
        assert await killed_in_the_join(scene, join, 3) in {"two", "three"}
        join.let_go()
        film = await came(scene, film_use, 12, tmp_path)
    await scene.pinged(scene.mara)
    assert scene.prompts() == ["one fox", "two foxes", *LINES]
    assert [one.id for one in scene.everything() if has_video(one)] == [each.id for each in (*parts, film, reel)]
    assert unfinished(scene.folder / "media") == []
