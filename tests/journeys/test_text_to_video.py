"""From /video to the posted video."""

from tests.journeys.scene import Scene


async def test_a_prompt_becomes_a_video_in_the_reply(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox in snow", duration=4, ratio="9:16")
    reply = await scene.video(use)
    [paid] = scene.paid()
    assert paid["body"] == {"model": "seedance-2", "prompt": "a fox in snow", "duration": 4, "ratio": "9:16"}
    assert reply.file().startswith(b"\0\0\0") and b"ftyp" in reply.file()[:16]
    assert list(scene.copies().values()) == [1]
