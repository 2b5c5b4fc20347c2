"""Scenes: ordinary videos, each from the last frame of the one before, that come as one; and what a death leaves."""

import signal
from pathlib import Path

import pytest

from bot.media.clips import inspect_clip
from sandbox.discord import Message, Use
from tests.journeys.gates import upload
from tests.journeys.held_join import HeldJoin
from tests.journeys.scene import Scene, has_video, labels
from tests.journeys.script import quick, with_script
from tests.journeys.test_reel import killed_in_the_join, unfinished
from tests.journeys.test_share import killed_at

LINES = ("a fox wakes", "the fox runs", "the fox sleeps")


async def begun(scene: Scene, *lines: str) -> Use:
    """Let Mara write scenes and agree to them."""
    before = len(scene.posts())
    opened = await scene.mara.use("/scenes", duration=4)
    sent = await scene.mara.submit(opened, prompt="\n".join(lines))
    asked = await scene.says(sent, f"{len(lines)} scenes, {4 * len(lines)} seconds in all", *lines)
    assert asked.ephemeral
    assert len(scene.posts()) == before
    return await scene.mara.press(asked, label=f"Make {len(lines)} scenes")


async def seconds_of(message: Message, tmp_path: Path) -> float:
    [name] = message.media()
    (tmp_path / name).write_bytes(message.file(name))
    return (await inspect_clip(tmp_path / name)).seconds or 0.0


def posted(scene: Scene) -> list[Message]:
    """List all videos there are, wherever they were posted."""
    return [one for one in scene.everything() if has_video(one)]


async def test_scenes_follow_each_other_and_come_as_one(scene: Scene, tmp_path: Path) -> None:
    use = await begun(scene, *LINES)
    await scene.says(use, "scene 2 of 3")
    film = await scene.video(use)
    assert await seconds_of(film, tmp_path) == pytest.approx(12, abs=0.5)
    # It is called by the first of them.
    assert film.texts().startswith(f"### {LINES[0]}\n3 scenes for")
    assert LINES[2] not in film.texts()
    assert labels(film)[:2] == ["Again", "Edit"]
    assert posted(scene) == [film]
    assert scene.prompts() == list(LINES)
    await scene.pinged(scene.mara)
    # Each but the first begins with a frame.
    assert [len(body.get("image_urls", ())) for body in scene.paid()] == [0, 1, 1]
    # Made again are all of them, as for the first time only once that was agreed to; and changed, each of them.
    await scene.says(await scene.tomas.press(film, label="Again"), "3 scenes, 12 seconds in all", *LINES)
    form = await scene.tomas.press(film, label="Edit")
    lines, length = [row["component"] for row in form.modal["components"]][:2]
    assert lines["value"] == "\n".join(LINES)
    fewer = {"prompt": "a wolf wakes\nthe wolf runs", length["custom_id"]: ["5"]}
    asked = await scene.says(await scene.tomas.submit(form, **fewer), "2 scenes, 10 seconds in all")
    await scene.video(await scene.tomas.press(asked, label="Make 2 scenes"))
    assert scene.prompts() == [*LINES, "a wolf wakes", "the wolf runs"]


@pytest.mark.parametrize("after", [False, True], ids=["before Discord took it", "after Discord took it"])
async def test_killed_at_every_scene_and_at_the_end_all_is_made_and_posted_once(
    scene: Scene, after: bool, tmp_path: Path
) -> None:
    use = await begun(scene, *LINES)
    with HeldJoin(tmp_path, scene.ledger) as join:
        scene.bot.settings |= join.settings
        for number in range(1, len(LINES) + 1):
            await scene.paid_for(number)
            await scene.asked(1)  # its row says so by then
            await scene.bot.restart(signal.SIGKILL)
        gate = scene.gates.close(upload, after=after)  # the frames went there before the scenes were paid for
        await killed_in_the_join(scene, join)
    await scene.until(lambda: gate.waiting, "the film on its way")
    await killed_at(scene, gate)
    film = await scene.seen(scene.tomas, has_video)
    assert await seconds_of(film, tmp_path) == pytest.approx(12, abs=0.5)
    await scene.pinged(scene.mara)
    assert use.reply is not None
    assert posted(scene) == [film]
    assert film.texts().startswith(f"### {LINES[0]}\n")
    assert scene.prompts() == list(LINES)
    await scene.until(lambda: not list((scene.bot.data / "clips").glob("*-reel*")), "the end of the joined file")
    assert unfinished(scene.bot.data) == []


# What goes into a request again is looked at again, and has to be as large as the provider wants it.
@with_script(provider=quick(size_scale=0.45))
async def test_a_scene_that_fails_stops_there_and_the_rest_is_made_at_a_press(scene: Scene, tmp_path: Path) -> None:
    use = await begun(scene, *LINES)
    await scene.paid_for(1)
    scene.provider.refuse_next("policy")
    failed = await scene.says(use, "failed", "scene 2 of 3")
    # What is done is posted, and the seconds of the others count no longer.
    [first] = await scene.until(lambda: posted(scene) or None, "the first scene")
    assert await seconds_of(first, tmp_path) == pytest.approx(4, abs=0.3)
    assert labels(failed)[0] == "Make the missing scenes"
    others = await scene.tomas.press(failed, label="Make the missing scenes")
    await scene.says(others, "only the person who asked")
    await scene.bot.restart(signal.SIGKILL)
    asked = await scene.mara.press(failed, label="Make the missing scenes")
    await scene.says(asked, "2 scenes, 8 seconds in all", LINES[1], LINES[2])
    # Words that were refused are changed before all goes on.
    form = await scene.mara.press(failed, label="Edit")
    await scene.until(lambda: form.modal, "the form with the missing scenes")
    changed = await scene.mara.submit(form, prompt=f"a milder scene\n{LINES[2]}")
    question = await scene.says(changed, "2 scenes, 8 seconds in all", "a milder scene", LINES[2])
    film = await scene.video(await scene.mara.press(question, label="Make 2 scenes"))
    assert await seconds_of(film, tmp_path) == pytest.approx(12, abs=0.5)
    assert scene.prompts() == [LINES[0], "a milder scene", LINES[2]]
    assert {one.id for one in posted(scene)} == {first.id, film.id}
