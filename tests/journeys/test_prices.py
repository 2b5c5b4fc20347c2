"""What a video costs stands on its card, and a dear one is made once, for the price that its member pressed."""

import asyncio
import signal

from sandbox.discord import Message, Use
from sandbox.discord.interaction import Kind
from tests.conventions.source import ROOT
from tests.journeys.scene import Scene, has_video, labels, says
from tests.journeys.script import with_script

LIST = str(ROOT / "sandbox" / "prices.toml")
PRICED = with_script(bot={"TOAPIS_DIALECT": "videos", "PRICES": LIST, "CONFIRM_ABOVE": "1"})
MAKE = "Make it for $1.50"


async def asked(scene: Scene, words: str) -> Message:
    """Wait for the private question that says this."""
    return await scene.seen(scene.mara, lambda one: says(words)(one) and one.stored.ephemeral_for)


@PRICED
async def test_a_price_is_on_the_card_and_above_the_limit_it_is_agreed_to_first(scene: Scene) -> None:
    [length] = await scene.mara.complete("/video", "duration", duration="4", resolution="480p")
    assert length == {"name": "4 seconds · $0.20", "value": 4}
    cheap = await scene.mara.use("/video", prompt="a cheap fox", duration=4, resolution="480p")
    await scene.says(cheap, "seedance-2 · 4 seconds · 16:9 · 480p · $0.20")
    shown = await scene.video(cheap)
    assert says("480p · $0.20")(shown)

    # Asked in private, before anything is sent; also after a restart.
    dear = await scene.mara.use("/video", prompt="a dear fox", duration=15)
    question = await asked(scene, "costs **$1.50**")
    assert (labels(question), question.stored.ephemeral_for) == ([MAKE, "Cancel"], scene.mara.user.id)
    assert dear.reply is not None
    assert dear.reply.id == question.id
    await scene.bot.restart(signal.SIGKILL)
    assert scene.prompts() == ["a cheap fox"]
    stranger = forged(scene, question)
    await stranger.answered()
    assert says("Only the person who asked")(await stranger.replied())

    # Ten presses are one video.
    presses = await asyncio.gather(*(scene.mara.press(question, label=MAKE) for _ in range(10)))
    await scene.paid_for(2)
    made = await scene.until(
        lambda: next((use.reply for use in presses if use.reply and has_video(use.reply)), None), "the dear video"
    )
    assert says("15 seconds", "720p · $1.50")(made)
    await scene.until(lambda: sum(map(refused, presses)) == 9, "nine refusals")

    # Again asks too, in private and nothing else, and a no costs nothing.
    pressed = await scene.mara.press(made, label="Again")
    again = await scene.says(pressed, "costs **$1.50**")
    assert (again.ephemeral, labels(again), pressed.followups) == (True, [MAKE, "Cancel"], [])
    await scene.mara.press(again, label="Cancel")
    await asked(scene, "Cancelled. Nothing was sent")
    assert scene.prompts() == ["a cheap fox", "a dear fox"]
    await ten_presses_of_an_example(scene)


async def ten_presses_of_an_example(scene: Scene) -> None:
    """Press an example ten times at once; that is one video, and its price asks nothing."""
    shown = await scene.says(await scene.mara.use("/help"), "for $0.50 each")
    example = labels(shown)[0]
    presses = await asyncio.gather(*(scene.mara.press(shown, label=example) for _ in range(10)))
    await scene.until(
        lambda: sum(refused(press, "already started this one") for press in presses) == 9, "nine refusals"
    )
    assert await scene.paid_for(3) == ["a cheap fox", "a dear fox", example]


def refused(press: Use, words: str = "already sent") -> bool:
    """Tell whether a press was answered, in private, with these words."""
    told = [*press.followups, *([press.reply] if press.reply and not press.reply.deleted else [])]
    return any(says(words)(one) and one.stored.ephemeral_for for one in told)


def forged(scene: Scene, question: Message) -> Use:
    """Send the press of another member on a question that only its member sees."""
    [custom_id] = [one[1] for one in question.buttons() if one[0] == MAKE]
    core, place = scene.tomas._core, scene.tomas.channel("videos")  # noqa: SLF001 - a forged press
    data = {"custom_id": custom_id, "component_type": 2, "id": 1}
    owners = scene.tomas.owners(place, None)
    sent = core.interactions.send(Kind.COMPONENT, scene.tomas.user, place, data, owners=owners, source=question.stored)
    return Use(core, sent)
