"""What only its token can reach freezes after 15 minutes; at 13 it says so, and a press goes on where it stands."""

from sandbox.discord import Message, Use
from tests.journeys.scene import Scene, labels
from tests.journeys.script import paced, quick, with_script

BRING = "Move it here"
BEFORE_IT_FREEZES = 13 * 60.0 + 5
FROZEN = 15 * 60.0 + 5
# 13 minutes of the calendar are minutes of waiting times this: a job may be at the provider for less than 24 h of it.
SCALE = 40.0
IN_TIME = with_script(
    provider=quick(time_scale=SCALE),
    discord=paced(SCALE),
    bot={"TIME_SCALE": f"{SCALE:g}"},
    sets_clock=True,
)


async def rendering(scene: Scene, channel: str | int) -> Use:
    """Let Mara's job come to 40 percent and stay there."""
    scene.provider.hold()
    use = await scene.mara.use("/video", channel=channel, prompt="a fox that takes its time", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 40)
    await scene.says(use, "40%")
    return use


def private_place(scene: Scene) -> str:
    """Return a channel in which Discord makes every reply private."""
    scene.discord.world.channel("lounge").permissions.deny("Use External Apps")
    return "lounge"


async def about_to_freeze(scene: Scene, use: Use) -> Message:
    """Let 13 minutes pass, and return the reply that says what will be."""
    assert use.reply is not None
    assert BRING not in labels(use.reply)
    scene.later(BEFORE_IT_FREEZES)
    reply = await scene.says(use, "I can update this message for", BRING)
    assert BRING in labels(reply)
    return reply


async def brought_once(scene: Scene, message: Message) -> None:
    """See that this message holds the clip, no other does, and nothing else was paid or said."""
    assert message.file() == scene.provider.tasks[scene.task()].footage.result().read_bytes()
    assert list(scene.copies().values()) == [1]
    assert len(scene.paid()) == 1
    assert [one for one in scene.ledger.of("rest") if one.detail["status"] == 401] == []


@IN_TIME
async def test_a_press_in_time_goes_on_in_the_same_private_message(scene: Scene) -> None:
    use = await rendering(scene, private_place(scene))
    frozen = await about_to_freeze(scene, use)
    pressed = await scene.mara.press(frozen, label=BRING)
    assert pressed.reply == frozen
    scene.later(5 * 60.0)  # the first token is 18 minutes old
    scene.provider.stage(scene.task(), "in_progress", 70)
    reply = await scene.says(use, "70%")
    assert BRING not in labels(reply)
    scene.provider.finish_now()
    await brought_once(scene, await scene.video(use))
    assert len(scene.uploads()) == 1


@IN_TIME
async def test_it_is_brought_a_second_time_where_the_app_is_only_installed_by_the_member(scene: Scene) -> None:
    scene.discord.world.guild("Film Club").remove_bot()
    use = await rendering(scene, "videos")
    await scene.says(use, "your video comes as a direct message, because I'm not in this server")
    await scene.mara.press(await about_to_freeze(scene, use), label=BRING)
    await scene.until(lambda: use.reply is not None and BRING not in labels(use.reply), "the card without the button")
    await scene.mara.press(await about_to_freeze(scene, use), label=BRING)
    scene.provider.finish_now()
    await brought_once(scene, await scene.video(use))


@IN_TIME
async def test_a_press_on_a_frozen_message_hands_over_what_no_place_took(scene: Scene) -> None:
    scene.mara.user.dms_open = False
    use = await rendering(scene, private_place(scene))
    frozen = await about_to_freeze(scene, use)
    scene.later(FROZEN - BEFORE_IT_FREEZES)
    scene.provider.finish_now()
    await scene.bot.says("The member can't be reached")
    assert scene.copies() == {}
    assert "40%" in frozen.texts()
    await scene.mara.press(frozen, label=BRING)
    given = await scene.until(lambda: frozen if frozen.media() else None, "the clip in the frozen message")
    await brought_once(scene, given)
