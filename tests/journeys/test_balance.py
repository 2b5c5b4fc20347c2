"""No credits: one submit, one pause for everybody, and every video once they are there."""

import signal

from sandbox.discord import Use
from tests.journeys.command_line import command
from tests.journeys.scene import Scene, labels, says
from tests.journeys.script import TIME_SCALE, with_script

EMPTY = "has run out of credits"
# Each is the provider's word for it, in one of its forms.
WORDS = ("balance", "quota", "user_quota", "key_quota", "overdue")
QUARTER, WEEK = 900.0 / TIME_SCALE, 7 * 86_400.0 / TIME_SCALE


async def ask(scene: Scene, prompt: str) -> Use:
    return await scene.mara.use("/video", prompt=prompt, duration=4)


async def asked_for_balance(scene: Scene, times: int) -> None:
    """Wait until the balance was asked for so many times more, at waits of a minute and more as the bot counts."""
    before = scene.balances()
    await scene.until(lambda: scene.balances() >= before + times, f"{times} looks at the balance")


@with_script(starts=False, bot={"LOW_BALANCE": "0"})
async def test_three_videos_on_an_empty_account_are_one_submit_and_come_once_it_is_topped_up(scene: Scene) -> None:
    scene.provider.account.leave(0)
    await scene.bot.start()
    uses = [await ask(scene, f"video {number}") for number in (1, 2)]
    uses.append(await scene.tomas.use("/video", prompt="video 3", duration=4))
    for use in uses:
        card = await scene.says(use, "waiting", EMPTY, "start automatically")
        assert labels(card) == ["Cancel"]
    await scene.says(await scene.mara.use("/status"), "waiting for credits, starts automatically")
    await asked_for_balance(scene, 1)
    await scene.bot.restart(signal.SIGKILL)
    # What is asked for meanwhile waits too, and can be cancelled.
    late = await ask(scene, "not any more")
    await scene.mara.press(await scene.says(late, EMPTY), label="Cancel")
    await scene.says(late, "cancelled")
    await asked_for_balance(scene, 2)
    assert len(scene.posts()) == 1
    checked = await command("check", environment=scene.bot.environment())
    assert "! No videos are sent since" in checked.out, checked
    assert "ToAPIs refused one for lack of credits" in checked.out
    scene.provider.account.top_up(1000)
    for use in uses:
        await scene.video(use)
    assert len(scene.posts()) == 1 + 3
    assert sorted(scene.prompts()) == ["video 1", "video 2", "video 3"]
    assert sorted(scene.copies().values()) == [1, 1, 1]


@with_script(starts=False, sets_clock=True)
async def test_under_a_key_s_own_cap_one_video_is_tried_every_quarter_of_an_hour_and_for_a_week(scene: Scene) -> None:
    scene.provider.account.leave(20_000)
    scene.provider.account.cap_unseen(0)
    await scene.bot.start()
    uses = [await ask(scene, f"video {number}") for number in (1, 2)]
    for use in uses:
        await scene.says(use, EMPTY)
    olive = scene.discord.member("Olive")
    await scene.until(lambda: olive.sees("dm"), "a word to the owner")
    assert says("although 20,000 credits are left", "key's own cap", "15 minutes")(olive.sees("dm")[-1])
    posts = len(scene.posts())
    scene.later(QUARTER)
    await scene.until(lambda: len(scene.posts()) == posts + 1, "a probe")
    await asked_for_balance(scene, 2)
    await scene.bot.restart(signal.SIGKILL)
    await asked_for_balance(scene, 2)
    assert len(scene.posts()) == posts + 1
    scene.later(QUARTER)
    await scene.until(lambda: len(scene.posts()) == posts + 2, "another probe")
    assert len(olive.sees("dm")) == 1
    scene.later(WEEK)
    for use in uses:
        await scene.says(use, "cancelled", "for 7 days", "cost nothing")
    assert scene.paid() == []
    # The next one is tried when that is due, taken, and ends it.
    scene.provider.account.cap_unseen(None)
    use = await ask(scene, "with a higher cap")
    scene.later(QUARTER)
    await scene.video(use)
    await scene.video(await ask(scene, "after that"))
    assert scene.prompts() == ["with a higher cap", "after that"]


async def test_every_word_of_the_provider_for_it_keeps_the_video_and_its_place(scene: Scene) -> None:
    # Little enough to explain the refusal, and enough for every video.
    scene.provider.account.leave(400)
    for count, word in enumerate(WORDS, start=1):
        scene.provider.refuse_next(word)
        use = await ask(scene, f"refused for {word}")
        await scene.says(use, "waiting", EMPTY)
        await asked_for_balance(scene, 1)
        assert len(scene.posts()) == 2 * count - 1, word
        scene.provider.account.top_up(20)
        await scene.video(use)
        assert len(scene.posts()) == 2 * count, word
    assert scene.prompts() == [f"refused for {word}" for word in WORDS]
