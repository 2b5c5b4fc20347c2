"""A row that another version wrote: its owner sees so, and everybody else's videos go on."""

import signal
import sqlite3
from contextlib import closing

from tests.journeys.scene import Scene, labels, short_id


def _rewrite(scene: Scene, prompt: str, word: str, value: str) -> None:
    with closing(sqlite3.connect(scene.bot.data / "seedreel.db")) as db:
        rewritten = "UPDATE jobs SET request = json_set(request, ?, ?) WHERE request ->> '$.prompt' = ?"
        assert db.execute(rewritten, [f"$.{word}", value, prompt]).rowcount == 1
        db.commit()


async def test_one_row_of_another_version_is_set_aside_and_the_rest_runs(scene: Scene) -> None:
    done = await scene.mara.use("/video", prompt="done before", duration=4)
    delivered = await scene.video(done)
    scene.provider.hold()
    future = await scene.mara.use("/video", prompt="from the future", duration=4)
    rest = await scene.tomas.use("/video", prompt="of this version", duration=4)
    for use in (future, rest):
        await scene.says(use, "Queued")
    assert await scene.bot.stop(signal.SIGKILL) == -signal.SIGKILL
    _rewrite(scene, "from the future", "model", "seedance-9")
    _rewrite(scene, "done before", "ratio", "2:1")
    await scene.bot.start()
    scene.provider.finish_now()
    await scene.video(rest)
    overview = await scene.says(await scene.mara.use("/status"), "From another version", "from the future")
    assert overview.texts().count("From another version") == 2
    card = await scene.says(await scene.mara.use("/status", video=short_id(delivered)), "can't read it")
    assert labels(card) == ["Jump to message"]
    pressed = await scene.mara.press(delivered, label="Again")
    await scene.says(pressed, "another version")
    assert len(scene.paid()) == 3
    await scene.says(await scene.mara.use("/history"), "From another version")
