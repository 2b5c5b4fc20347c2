"""The end of a good job: the clip itself, once, and one ping where somebody has stopped looking."""

from tests.journeys.scene import Scene, has_video, labels
from tests.journeys.script import paced, quick, with_script


async def test_the_card_holds_the_providers_own_bytes_and_discord_took_them_once(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    reply = await scene.video(use)
    made = scene.provider.tasks[scene.task()].footage.result()
    assert reply.file() == made.read_bytes()
    [gallery] = [one for one in walk(reply.raw()["components"]) if one["type"] == 12]
    assert len(gallery["items"]) == 1
    assert reply.raw()["attachments"] == []
    assert "Done" in reply.texts()
    assert labels(reply) == ["Again", "Edit", "Continue"]
    assert len(scene.uploads()) == 1
    assert [entry.detail["bytes"] for entry in scene.ledger.of("clip")] == [len(made.read_bytes())]


async def test_who_waited_longer_is_pinged_once_beside_the_reply(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox", duration=4)
    reply = await scene.video(use)
    [ping] = await scene.pinged(scene.mara)
    assert ping.content.startswith(f"<@{scene.mara.id}>")
    assert ping.stored.reference == reply.stored.id
    assert ping.pinged == ping.mentions == ["Mara"]
    assert not has_video(ping)


# Slow enough that nothing on a busy machine makes a quick job a long one: 30 s are 10 s here.
@with_script(bot={"TIME_SCALE": "3"}, discord=paced(3.0), provider=quick(run_seconds=(1.0, 1.0)))
async def test_who_is_still_looking_is_not_pinged(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="a quick fox", duration=4))
    scene.provider.hold()
    slow = await scene.tomas.use("/video", prompt="a slow fox", duration=4)
    await scene.paid_for(2)
    scene.provider.fail()
    await scene.says(slow, "couldn't be made")
    quick_one = await scene.mara.use("/status")
    await scene.says(quick_one, "done")
    assert scene.mara.pings() == []
    assert scene.tomas.pings() == []


def walk(components: list[dict]) -> list[dict]:
    return [one for each in components for one in (each, *walk(each.get("components", [])))]
