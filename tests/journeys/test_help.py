"""The first minute: what the bot says of itself before anything is typed, `/help`, and a video with one press."""

from tests.journeys.scene import Scene
from tests.journeys.script import with_script
from tests.languages import ENGLISH

PROFILE = "PATCH /applications/@me"


async def test_an_example_of_help_becomes_a_video(scene: Scene) -> None:
    shown = await scene.says(await scene.mara.use("/help"), "</video:", "</status:", "</history:")
    [[prompt, *_], *_] = shown.buttons()
    use = await scene.mara.press(shown, label=prompt)
    await scene.video(use)
    assert scene.prompts() == [prompt]
    assert len(scene.videos(member=scene.tomas)) == 1


async def test_the_presence_and_the_profile_say_what_to_type(scene: Scene) -> None:
    assert scene.discord.gateway.activity == "Type /video"
    await scene.until(lambda: scene.ledger.of("rest", PROFILE), "a profile")
    about = scene.discord.world.bot.about
    assert "Type /video" in about
    assert about == ENGLISH.text("profile.description")
    await scene.bot.stop()
    await scene.bot.start()
    assert scene.discord.gateway.activity == "Type /video"
    assert len(scene.ledger.of("rest", PROFILE)) == 1


@with_script(starts=False)
async def test_a_profile_that_somebody_wrote_is_left_alone(scene: Scene) -> None:
    scene.discord.world.bot.about = "Ask Mara."
    await scene.bot.start()
    await scene.video(await scene.mara.use("/video", prompt="a fox"))
    assert scene.discord.world.bot.about == "Ask Mara."
    assert scene.ledger.of("rest", PROFILE) == []
