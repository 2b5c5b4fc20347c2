"""Again: the same request anew, for whoever pressed."""

import asyncio

from sandbox.discord import Member, Message
from tests.journeys.pictures import png
from tests.journeys.scene import Scene, has_video

WEEK_AND_A_DAY = 8 * 86_400.0


async def delivered(scene: Scene, member: Member, **options: object) -> Message:
    return await scene.video(await member.use("/video", duration=4, ratio="1:1", **options))


async def test_again_makes_the_same_request_once_more(scene: Scene) -> None:
    first = await delivered(scene, scene.mara, prompt="a fox", model="seedance-2-fast")
    pressed = await scene.mara.press(first, label="Again")
    second = await scene.video(pressed)
    assert second.id != first.id
    assert has_video(first)
    order = {"model": "seedance-2-fast", "prompt": "a fox", "duration": 4, "ratio": "1:1"}
    assert scene.paid() == [order, order]
    assert sorted(scene.copies().values()) == [1, 1]


async def test_again_pressed_by_somebody_else_makes_their_job(scene: Scene) -> None:
    first = await delivered(scene, scene.mara, prompt="a fox for all")
    await scene.pinged(scene.mara)
    second = await scene.video(await scene.tomas.press(first, label="Again"))
    await scene.pinged(scene.tomas)
    assert [one.pinged for one in scene.mara.pings()] == [["Mara"]]
    for member, mine in ((scene.mara, first), (scene.tomas, second)):
        listed = await scene.says(await member.use("/history"), "1 video")
        assert mine.id in listed.texts()


async def test_two_presses_within_ten_seconds_are_one_job(scene: Scene) -> None:
    first = await delivered(scene, scene.mara, prompt="a nervous fox")
    one, other = await asyncio.gather(scene.mara.press(first, label="Again"), scene.mara.press(first, label="Again"))
    kept = await scene.until(lambda: next((use for use in (one, other) if holds_video(use.reply)), None), "a video")
    dropped = other if kept is one else one
    await scene.follows(dropped, "already started this one")
    assert len(scene.paid()) == 2
    assert sorted(scene.copies().values()) == [1, 1]


async def test_again_works_with_a_picture_whose_address_died_a_week_ago(scene: Scene) -> None:
    first = await delivered(scene, scene.mara, prompt="from a picture", image=png())
    [old] = scene.paid()[0]["image_urls"]
    scene.clock.advance(WEEK_AND_A_DAY)
    fetched = len(scene.ledger.of("cdn"))
    await scene.video(await scene.mara.press(first, label="Again"))
    [new] = scene.paid()[1]["image_urls"]
    assert new != old
    kept = scene.discord.cdn.known(new)
    assert kept is not None
    assert kept.path.read_bytes() == png().data
    # The old address was not even tried; the new one answered the provider.
    assert [entry.detail["status"] for entry in scene.ledger.of("cdn")[fetched:]] == [200]


def holds_video(message: Message | None) -> bool:
    return message is not None and has_video(message)
