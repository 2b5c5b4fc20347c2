"""A clip that is larger than some places take: whole where it fits, smaller elsewhere, and kept as it came."""

from tests.journeys.scene import Scene, short_id
from tests.journeys.script import quick, with_script

MIB = 1024 * 1024
LARGE = with_script(provider=quick(clip_bytes=11 * MIB))


def original(scene: Scene) -> bytes:
    """Return the clip as the provider made it."""
    return scene.provider.tasks[scene.task()].footage.result().read_bytes()


@LARGE
async def test_a_boosted_server_gets_it_as_it_came(scene: Scene) -> None:
    scene.discord.world.guild("Film Club").size_limit = 50 * MIB
    use = await scene.mara.use("/video", prompt="a large fox", duration=4)
    reply = await scene.video(use)
    assert reply.file() == original(scene)
    assert "smaller" not in reply.texts()
    # The same job, asked for in a direct message that takes less.
    status = await scene.mara.use("/status", channel="dm", video=short_id(reply))
    card = await scene.says(status, "done")
    given = await scene.video(await scene.mara.press(card, label="Get the video"))
    assert len(given.file()) <= 10 * MIB
    assert "made smaller to fit" in given.texts().lower()

    # What is kept is what was paid for.
    [kept] = [path for path in (scene.bot.data / "clips").glob("*.mp4") if ".fit-" not in path.name]
    assert kept.read_bytes() == original(scene)
