"""The bot is upgraded in the middle of its work: commit 8852eb4 wrote the database, its cards and its open forms.

What is at stake: a paid video of each stage comes once, an old button is still answered, and so is an old form.
"""

import gzip
import json
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import aiohttp

from sandbox.discord import Message
from sandbox.discord.forms import Posted
from tests.journeys.scene import Scene, has_video, says
from tests.journeys.script import with_script
from tests.storage.data.values import NOW

DATA = Path(__file__).parents[1] / "storage" / "data"
COMPONENTS_V2 = 1 << 15
PAID_BEFORE = ("queued", "rendering", "ready", "delivering", "held", "delivered")


@with_script(starts=False)
async def test_every_stage_goes_on_and_old_buttons_and_forms_work(scene: Scene) -> None:
    drawn = json.loads((DATA / "8852eb4.json").read_text(encoding="utf-8"))
    cards = await _cards_in_discord(scene, drawn["cards"])
    tasks = {stage: await _paid_before(scene, stage) for stage in PAID_BEFORE}
    scene.provider.finish_now()
    await scene.until(lambda: all(task.ended for task in scene.provider.tasks.values()), "the end of the tasks")
    _written_before(scene, cards, tasks)
    await scene.bot.start()

    for stage in ("waiting", "queued", "rendering", "ready", "delivering"):
        await _shows(scene, cards[stage], has_video)
    await _shows(scene, cards["submitting"], says("can't tell whether"))
    for stage in ("failed", "cancelled"):
        await scene.until(lambda stage=stage: cards[stage].stored.edited_at, f"the {stage} job's end")

    # Buttons of cards that were written before.
    await scene.video(await scene.mara.press(cards["held"], custom_id=f"seedreel:clip:{_job_id(drawn, 'held')}"))
    delivered = _job_id(drawn, "delivered")
    again = await scene.video(await scene.mara.press(cards["delivered"], custom_id=f"seedreel:again:{delivered}"))
    assert "Füchsin" in again.texts()

    # Forms that were opened before, and sent only now.
    composing = await scene.mara.use("/compose")
    composing.interaction.modal = drawn["forms"]["compose"]
    await scene.video(await scene.mara.submit(composing, prompt="a form from before"))
    editing = await scene.mara.press(cards["delivered"], custom_id=f"seedreel:edit:{delivered}")
    editing.interaction.modal = drawn["forms"]["edit"]
    changed = {"duration": ["4"], "ratio": ["1:1"], "model": ["seedance-2-fast"]}
    await scene.video(await scene.mara.submit(editing, prompt="an edit from before", **changed))

    # Nothing was paid for twice: after the upgrade only what waited, and what was asked for since.
    new = scene.prompts()[len(PAID_BEFORE) :]
    assert sorted(new)[-2:] == ["a form from before", "an edit from before"]
    assert len(new) == 4
    assert scene.paid()[-2]["duration"] == 7
    assert set(scene.copies().values()) == {1}
    assert len(scene.copies()) == 9


def _job_id(drawn: dict[str, Any], stage: str) -> str:
    [found] = [one for one in drawn["cards"] if one.startswith(stage)]
    return str(found)


async def _cards_in_discord(scene: Scene, cards: dict[str, Any]) -> dict[str, Message]:
    """Put the cards into the channel, as the old bot left them; by stage."""
    world = scene.discord.world
    made = {}
    for job_id, components in cards.items():
        form = Posted({"flags": COMPONENTS_V2, "components": components})
        stored = await scene.discord.messages.create(world.channel("videos"), world.bot.id, form)
        made[job_id.rstrip("0123456789")] = Message(world, scene.discord.cdn, stored)
    return made


async def _paid_before(scene: Scene, stage: str) -> str:
    """Pay for a task, as the old bot did."""
    body = {"model": "seedance-2", "prompt": f"{stage} before", "duration": 5, "ratio": "16:9"}
    keyed = {"Authorization": f"Bearer {scene.provider.key}"}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{scene.provider.url}/v1/video/generations", json=body, headers=keyed) as answer,
    ):
        assert answer.status == 200, await answer.text()
    return scene.task(body["prompt"])


def _written_before(scene: Scene, cards: dict[str, Message], tasks: dict[str, str]) -> None:
    """Put the old bot's database in place: with the first job of each stage, at this moment and in this Discord."""
    scene.bot.data.mkdir()
    path = scene.bot.data / "seedreel.db"
    path.write_bytes(gzip.decompress((DATA / "8852eb4.db.gz").read_bytes()))
    since = time.time() - NOW
    videos = scene.discord.world.channel("videos")
    with closing(sqlite3.connect(path)) as db:
        db.execute("DELETE FROM assets")
        for stage, card in cards.items():
            [job_id] = db.execute("SELECT id FROM jobs WHERE stage = ? ORDER BY created LIMIT 1", [stage]).fetchone()
            db.execute(
                """UPDATE jobs SET user_id = ?, application_id = ?, channel_id = ?, guild_id = ?, message_id = ?,
                token_at = ?, created = ?, changed = changed + ?, submitted = submitted + ?,
                completed = completed + ?, clip_dies = 1, not_before = 0, task_id = ?,
                "drop" = json_set("drop", '$.channel_id', ?, '$.message_id', ?, '$.at', ?)
                WHERE id = ?""",
                (
                    *(int(scene.mara.id), scene.discord.world.bot.id, videos.id, videos.guild_id, card.id),
                    # As the bot counts, twelve hours go by in six minutes.
                    *(time.time() - 1000, time.time() - 5, since, since, since, tasks.get(stage)),
                    *(videos.id, card.id, time.time() - 60, job_id),
                ),
            )
            if stage in {"delivering", "held"}:
                _kept_clip(scene, db, job_id, tasks[stage])
        db.execute("DELETE FROM jobs WHERE application_id <> ?", [scene.discord.world.bot.id])
        db.commit()


def _kept_clip(scene: Scene, db: sqlite3.Connection, job_id: str, task: str) -> None:
    """Put a clip on the disk, as the old bot had fetched it."""
    clip = scene.bot.data / "clips" / f"{job_id}.mp4"
    clip.parent.mkdir(exist_ok=True)
    clip.write_bytes(scene.provider.tasks[task].footage.result().read_bytes())
    db.execute("UPDATE jobs SET clip_bytes = ? WHERE id = ?", [clip.stat().st_size, job_id])


async def _shows(scene: Scene, card: Message, fits: Callable[[Message], object]) -> None:
    await scene.until(lambda: bool(fits(card)), f"what became of {card.texts()!r}")
