"""A bot that hangs keeps its database from every other: it ends itself, and a standby goes on."""

import signal

import pytest

from tests.journeys import hanging
from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.journeys.test_standby import identified, standby
from tests.real_time import passes

SECONDS = 4


async def start(scene: Scene) -> None:
    scene.bot.module = ("tests.journeys.hanging", f"{SECONDS}")
    await scene.bot.start()
    await scene.bot.says("Ready as")


@pytest.mark.parametrize(
    ("way", "code", "said"),
    [
        (hanging.LOOP, 70, f"CRITICAL bot.watchdog: The event loop has hung for {SECONDS} s"),
        (hanging.STORE, 70, f"CRITICAL bot.watchdog: The database's thread has hung for {SECONDS} s"),
        # C code that keeps the interpreter's lock: no line of Python's own, but the stacks all the same.
        (hanging.INTERPRETER, 1, f"Timeout (0:00:{2 * SECONDS:02})!"),
        # And nobody reads the log.
        (hanging.ALL, -signal.SIGALRM, ""),
    ],
    ids=["the event loop", "the database's thread", "the interpreter", "the interpreter and the log"],
)
@with_script(starts=False)
async def test_a_bot_that_hangs_ends_itself_and_says_where(
    scene: Scene, way: signal.Signals, code: int, said: str
) -> None:
    await start(scene)
    scene.bot.send(way)
    assert await scene.bot.ended() == code, scene.bot.tail()
    assert said in scene.bot.log
    if said:
        stacks = scene.bot.log.split(said)[1]
        assert 'hanging.py", line' in stacks
        assert stacks.count("hread 0x") > 2


@with_script(starts=False)
async def test_its_standby_goes_on(scene: Scene) -> None:
    await start(scene)
    scene.bot.beside = True
    other = await standby(scene)
    use = await scene.mara.use("/video", prompt="a fox that waits", duration=4)
    await scene.says(use, "queued")
    scene.bot.send(hanging.LOOP)
    assert await scene.bot.ended() == 70
    await scene.until(lambda: len(identified(scene)) == 2, "the standby at the gateway")
    await scene.video(use)
    assert scene.prompts() == ["a fox that waits"]
    assert await other.stop() == 0, other.tail()
    scene.bot.beside = False


@with_script(starts=False)
async def test_a_machine_that_stood_still_is_no_hang(scene: Scene) -> None:
    await start(scene)
    scene.bot.send(signal.SIGSTOP)
    await passes(SECONDS * 1.5)
    scene.bot.send(signal.SIGCONT)
    await scene.video(await scene.mara.use("/video", prompt="after a stop", duration=4))
