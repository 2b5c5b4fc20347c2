"""Which dialect is spoken is found out by free questions, and everything follows it."""

import signal

from sandbox.toapis.settings import Dialect
from tests.journeys.command_line import command
from tests.journeys.scene import SUBMIT, Scene
from tests.journeys.script import quick, with_script

AUTO = {"TOAPIS_DIALECT": "auto"}
SUBMITS_VIDEOS = "POST /v1/videos/generations"


def offered(scene: Scene) -> set[str]:
    """Return the options that `/video` has for a member."""
    [command] = [one for one in scene.mara.commands(scene.mara.channel("videos")) if one["name"] == "video"]
    return {option["name"] for option in command["options"]}


@with_script(bot=AUTO)
async def test_where_both_answer_the_one_is_spoken_that_can_look_submits_up(scene: Scene) -> None:
    assert "TOAPIS_DIALECT=auto: using videos (video: yes, videos: yes)" in scene.bot.log
    assert "resolution" in offered(scene)
    await scene.video(await scene.mara.use("/video", prompt="a fox in both", duration=4, resolution="480p"))
    [paid] = scene.ledger.of("paid")
    assert paid.route == SUBMITS_VIDEOS
    assert "client_business_id" in paid.detail["body"]


@with_script(bot=AUTO, provider=quick(dialects=frozenset({Dialect.VIDEO})))
async def test_where_only_the_older_answers_it_is_spoken(scene: Scene) -> None:
    assert "TOAPIS_DIALECT=auto: using video (video: yes, videos: no)" in scene.bot.log
    assert "resolution" not in offered(scene)
    await scene.video(await scene.mara.use("/video", prompt="a fox of old", duration=4))
    [paid] = scene.ledger.of("paid")
    assert paid.route == SUBMIT


@with_script(bot=AUTO, starts=False)
async def test_where_nobody_is_sure_it_is_asked_again_before_the_next_submit_and_the_commands_follow(
    scene: Scene,
) -> None:
    scene.provider.behavior.unsure = True
    await scene.bot.start()
    assert "resolution" not in offered(scene)
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="a fox at first", duration=4)
    await scene.says(first, "queued")
    scene.provider.behavior.unsure = False
    second = await scene.mara.use("/video", prompt="a fox at second", duration=4)
    await scene.says(second, "queued")
    assert [entry.route for entry in scene.ledger.of("paid")] == [SUBMIT, SUBMITS_VIDEOS]
    await scene.until(lambda: "resolution" in offered(scene), "the commands of dialect videos")
    # What is at the provider is followed where it was sent, over a restart too.
    await scene.bot.restart(signal.SIGKILL)
    await scene.asked(4)
    tasks = {prompt: scene.task(prompt) for prompt in ("a fox at first", "a fox at second")}
    asked = [entry.route for entry in scene.ledger.of("provider", "GET /v1/")][-4:]
    assert {f"GET /v1/video/generations/{tasks['a fox at first']}"} & set(asked)
    assert {f"GET /v1/videos/generations/{tasks['a fox at second']}"} & set(asked)
    scene.provider.finish_now()
    await scene.video(first)
    await scene.video(second)
    third = await scene.mara.use("/video", prompt="a small fox", duration=4, resolution="480p")
    scene.provider.release()
    await scene.video(third)
    assert len(scene.paid()) == 3


@with_script(bot=AUTO)
async def test_a_provider_that_passes_the_ratio_over_is_logged_once_and_told_by_check(scene: Scene) -> None:
    scene.provider.behavior.ignores_ratio = True
    for prompt in ("a tall fox", "another tall fox"):
        use = await scene.mara.use("/video", prompt=prompt, duration=4, ratio="9:16")
        await scene.video(use)
    told = "the provider made 16:9 where 9:16 was asked for"
    assert scene.bot.log.count(told) == 1
    said = await command("check", environment=scene.bot.environment())
    assert f"✗ Videos come out with the wrong aspect ratio: {told}" in said.out
    assert "✓ TOAPIS_DIALECT=auto uses videos (video: yes, videos: yes)" in said.out
    scene.provider.behavior.ignores_ratio = False
    await scene.video(await scene.mara.use("/video", prompt="a really tall fox", duration=4, ratio="9:16"))
    assert "wrong aspect ratio" not in (await command("check", environment=scene.bot.environment())).out
