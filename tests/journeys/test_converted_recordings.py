"""Videos and sounds that the provider would not take: it gets copies that it takes, and the card says so."""

import pytest

from sandbox.discord import Upload
from tests.journeys.scene import Scene
from tests.journeys.script import Script, quick, with_script
from tests.sandbox_toapis.samples import QUICK, made, sound

STRICT = quick(judges_footage=True)


def film(sides: str, rate: int, ending: str, *codec: str) -> bytes:
    source = ("-f", "lavfi", "-i", f"testsrc=s={sides}:r={rate}:d=2")
    return made((*source, *(codec or ("-c:v", "libx264", *QUICK))), ending)


def voice() -> Upload:
    return Upload("voice-message.ogg", sound(2.5, "ogg"))


@pytest.mark.parametrize(
    "scene",
    [pytest.param(Script(provider=STRICT, bot={"TOAPIS_DIALECT": name}), id=name) for name in ("video", "videos")],
    indirect=True,
)
async def test_the_provider_gets_what_it_takes_of_what_members_have(scene: Scene) -> None:
    phone = Upload("IMG_0001.MOV", film("1920x1080", 30, "mov"))
    slides = Upload("slides.webm", film("1280x720", 10, "webm", "-c:v", "libvpx", "-deadline", "realtime"))
    references = {"reference": phone, "reference_2": slides, "reference_3": voice()}
    use = await scene.mara.use("/video", prompt="go by these", **references)
    said = (await scene.video(use)).texts()
    assert "sent as MP4 at 1280 × 720" in said
    assert "sent as MP3" in said
    [paid] = scene.ledger.of("paid")
    got = {(one["format"], tuple(one["sides"])) for one in paid.detail["media"]}
    assert got == {("MP4", (1280, 720)), ("MP3", (0, 0))}
    assert sorted(one["rate"] for one in paid.detail["media"]) == [0.0, 30.0, 30.0]
    # Once more, from what we kept: the same copies.
    await scene.video(await scene.mara.press(await scene.video(use), label="Again"))
    first, again = ([one["sha256"] for one in entry.detail["media"]] for entry in scene.ledger.of("paid"))
    assert first == again


async def test_a_video_with_too_few_pixels_is_refused_before_anything_is_spent(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="never", reference=Upload("small.mp4", film("320x240", 30, "mp4")))
    await scene.follows(use, "320 × 240", "854 × 480")
    assert scene.posts() == []


@with_script(bot={"IMAGEIO_FFMPEG_EXE": "/nowhere/ffmpeg"}, expects_error="couldn't be checked")
async def test_a_machine_without_ffmpeg_says_that_it_is_its_own_failure(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="never", reference=voice())
    await scene.follows(use, "`reference`", "on my side")
    assert scene.posts() == []
    assert "couldn't be checked" in scene.bot.tail()
