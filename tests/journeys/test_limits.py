"""How much a member may make: what is left, when there is more, and a shorter video instead."""

from tests.journeys.scene import Scene, labels, says
from tests.journeys.script import ONE_SLOT, with_script

HOUR = 3600.0
TEN_SECONDS_A_DAY = {"bot": {"MEMBER_SECONDS_A_DAY": "10"}}
THREE_AT_ONCE = {"bot": ONE_SLOT["bot"] | {"MEMBER_VIDEOS_AT_ONCE": "3"}}


@with_script(**TEN_SECONDS_A_DAY, sets_clock=True)
async def test_a_days_seconds_are_used_given_back_and_free_again_after_a_day(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="a fox", duration=6))
    over = await scene.mara.use("/video", prompt="a hare", duration=6)
    said = await scene.follows(over, "needs 6 seconds", "4 seconds left of 10 seconds in 24 hours", "<t:")
    assert said.ephemeral
    opened = await scene.mara.press(said, label="Fix and try again")
    await scene.video(await scene.mara.submit(opened, prompt="a hare", duration=["4"]))
    # In a direct message it is the same account.
    directly = await scene.mara.use("/video", channel="dm", prompt="an owl", duration=4)
    told = await scene.follows(directly, "0 seconds left of 10 seconds")
    assert labels(told) == ["Try again"]
    await scene.video(await scene.tomas.use("/video", prompt="a hen", duration=10))
    scene.later(25 * HOUR)
    await scene.video(await scene.mara.use("/video", prompt="an owl", duration=10))
    assert scene.prompts() == ["a fox", "a hare", "a hen", "an owl"]


@with_script(bot={"MEMBER_SECONDS_A_DAY": "35", "TOAPIS_DIALECT": "videos", "PRICES": "sandbox/prices.toml"})
async def test_an_automatic_length_counts_as_the_longest_until_the_video_is_there(scene: Scene) -> None:
    """The stand-in takes five seconds of its own accord."""
    scene.provider.hold()
    automatic = {"model": "seedance-2-5", "duration": 0}
    found = await scene.mara.complete("/video", "duration", model="seedance-2-5")
    assert (found[0], len(found)) == ({"name": "automatic length · up to $4.50", "value": 0}, 24)
    use = await scene.mara.use("/video", prompt="a fox", **automatic)
    await scene.says(use, "automatic length", "up to $4.50")
    over = await scene.mara.use("/video", prompt="a hare", **automatic)
    said = await scene.follows(over, "needs 30 seconds", "5 seconds left of 35 seconds")
    scene.provider.release()
    card = await scene.video(use)
    await scene.until(lambda: says("seedance-2-5 · 5 seconds", "$0.75")(card), "what it came to")
    assert not says("up to")(card)
    opened = await scene.mara.press(said, label="Fix and try again")
    await scene.video(await scene.mara.submit(opened, prompt="a hare", duration=["0"]))
    older = await scene.mara.use("/video", prompt="an owl", model="seedance-2", duration=0)
    assert older.reply is not None
    assert says("can't choose the length itself. Choose 4–15 seconds")(older.reply)
    assert [one["duration"] for one in scene.paid()] == [-1, -1]


@with_script(**THREE_AT_ONCE)
async def test_so_many_at_once_and_room_again_when_one_is_made_or_cancelled(scene: Scene) -> None:
    scene.provider.hold()
    uses = [await scene.mara.use("/video", prompt=f"mara {at}", duration=4) for at in range(3)]
    await scene.paid_for(1)
    await scene.follows(await scene.mara.use("/video", prompt="one too many", duration=4), "3 videos in progress")
    waiting = await scene.says(uses[2], "waiting")
    await scene.mara.press(waiting, label="Cancel")
    await scene.says(uses[2], "Cancelled")
    other = await scene.mara.use("/video", prompt="in its place", duration=4)
    await scene.says(other, "waiting")
    assert not [one for one in scene.everything() if says("one too many")(one) and not one.ephemeral]
