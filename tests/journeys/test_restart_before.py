"""Killed or stopped before the provider has answered: nothing is paid twice, and nothing is left in the dark."""

import signal

import pytest

from sandbox.discord import Upload
from sandbox.faults import Delay, HalfOpen
from tests.journeys.pictures import TEXT
from tests.journeys.scene import SUBMIT, Scene, has_video, labels, says
from tests.journeys.script import ONE_SLOT, on_both_stores, paced, with_script

ENDS = pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "stopped"])
HELD_FOR = 60.0


@ENDS
@on_both_stores(**ONE_SLOT)
async def test_a_waiting_job_keeps_its_place(scene: Scene, number: signal.Signals) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="first", duration=4)
    await scene.says(first, "queued")
    second = await scene.tomas.use("/video", prompt="second", duration=4)
    await scene.says(second, "you're next")
    await scene.bot.restart(number)
    assert scene.prompts() == ["first"]
    third = await scene.joins("Ines").use("/video", prompt="third", duration=4)
    await scene.says(third, "number 2 in line")
    scene.provider.release()
    for use in (first, second, third):
        await scene.video(use)
    assert scene.prompts() == ["first", "second", "third"]
    assert sorted(scene.copies().values()) == [1, 1, 1]


@pytest.mark.parametrize("applied", [False, True], ids=["before it was taken", "after it was taken"])
@on_both_stores()
async def test_killed_while_it_is_sent_is_unclear_and_never_sent_again_by_itself(scene: Scene, applied: bool) -> None:
    scene.faults.add(SUBMIT, Delay(HELD_FOR, applied=applied))
    use = await scene.mara.use("/video", prompt="a fox at the border", duration=4)
    await scene.until(lambda: scene.paid() if applied else scene.ledger.of("fault"), "the POST")
    await scene.bot.restart(signal.SIGKILL)
    card = await scene.says(use, "I can't tell whether the video service took it", "could cost twice")
    assert labels(card) == ["Try again (may cost twice)"]
    sent = len(scene.paid())
    assert sent == (1 if applied else 0)
    stranger = await scene.tomas.press(card, label="Try again (may cost twice)")
    await scene.says(stranger, "only the person")
    again = await scene.mara.press(card, label="Try again (may cost twice)")
    await scene.video(again)
    second = await scene.mara.press(card, label="Try again (may cost twice)")
    await scene.follows(second, "already started this one")
    assert scene.prompts() == ["a fox at the border"] * (sent + 1)
    assert list(scene.copies().values()) == [1]


# Fast enough that a restart takes longer than the 30 s after which a member is pinged.
@with_script(bot={"TIME_SCALE": "600"}, discord=paced(600.0))
async def test_a_job_killed_while_it_is_sent_is_told_by_a_ping(scene: Scene) -> None:
    scene.faults.add(SUBMIT, Delay(HELD_FOR))
    use = await scene.mara.use("/video", prompt="a fox at the border", duration=4)
    await scene.until(lambda: scene.ledger.of("fault"), "the POST")
    await scene.bot.restart(signal.SIGKILL)
    card = await scene.says(use, "I can't tell whether the video service took it")
    [ping] = await scene.pinged(scene.mara)
    assert ping.stored.reference == card.stored.id
    await scene.bot.restart(signal.SIGTERM)
    other = await scene.mara.use("/video", prompt="another fox", duration=4)
    await scene.video(other)
    await scene.pinged(scene.mara, 2)
    assert [one.stored.reference for one in scene.mara.pings()] == [card.stored.id, other.interaction.original.id]


async def test_stopped_while_it_is_sent_finishes_that_first(scene: Scene) -> None:
    scene.faults.add(SUBMIT, Delay(HELD_FOR, applied=True))
    use = await scene.mara.use("/video", prompt="a fox in a hurry", duration=4)
    await scene.paid_for(1)
    scene.bot.send(signal.SIGTERM)
    await scene.bot.says("Stopping")
    refused = await scene.tomas.use("/video", prompt="too late", duration=4)
    assert refused.reply is not None
    assert refused.reply.ephemeral
    assert says("restarting", "try again in a minute")(refused.reply)
    scene.faults.clear()
    assert await scene.bot.ended() == 0
    assert scene.discord.closes[-1] == 1000
    assert not scene.discord.online
    await scene.bot.start()
    await scene.video(use)
    assert scene.prompts() == ["a fox in a hurry"]
    assert not [one for one in scene.tomas.sees("videos") if one.ephemeral and has_video(one)]


async def test_stopped_while_a_list_is_shown_the_answer_is_given_first(scene: Scene) -> None:
    """The bot's log has no error either: the scene looks."""
    gate = scene.gates.close(lambda request: request.method == "PATCH" and "/webhooks/" in request.path, after=True)
    use = await scene.mara.use("/history")
    await gate.reached()
    scene.bot.send(signal.SIGTERM)
    await scene.bot.says("Stopping")
    refused = await scene.tomas.use("/video", prompt="too late", duration=4)
    assert refused.reply is not None
    assert says("restarting", "try again in a minute")(refused.reply)
    gate.open()
    assert await scene.bot.ended() == 0
    await scene.says(use, "Nothing here yet")


async def test_killed_between_clearing_a_refused_reply_and_saying_why_it_is_told_afterwards(scene: Scene) -> None:
    scene.faults.add("POST /api/v10/webhooks/*", HalfOpen(), times=None)
    bad = Upload("notes.png", TEXT)
    use = await scene.mara.use("/video", prompt="a fox", duration=4, image=bad, wait=False)
    await scene.says(use, "didn't go through")
    await scene.bot.stop(signal.SIGKILL)
    scene.faults.clear()
    await scene.bot.start()
    await scene.says(use, "I was restarted", "this cost nothing")
    assert scene.posts() == []
