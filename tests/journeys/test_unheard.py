"""A bot whose log nobody takes any more works on."""

import asyncio
import signal

from bot.heartbeat import is_alive
from tests.journeys.scene import Scene
from tests.journeys.script import quick, with_script


@with_script(starts=False, provider=quick(run_seconds=(4.0, 6.0)), bot={"PROVIDER_SLOTS": "6"})
async def test_with_its_logs_reader_gone_it_takes_six_commands_and_delivers(scene: Scene) -> None:
    scene.bot.unheard = True
    await scene.bot.start()
    orders = [(scene.mara if at % 2 else scene.tomas, f"unheard {at}") for at in range(6)]
    uses = await asyncio.gather(*(who.use("/video", prompt=prompt, duration=4) for who, prompt in orders))
    await asyncio.gather(*(scene.video(use) for use in uses))
    assert sorted(scene.prompts()) == [prompt for _, prompt in orders]
    assert list(scene.copies().values()) == [1] * 6
    heartbeat = scene.bot.data / "heartbeat"
    assert is_alive(heartbeat, heartbeat.stat().st_mtime)
    await scene.bot.restart(signal.SIGTERM)
    await scene.says(await scene.mara.use("/status"), "unheard 5")
