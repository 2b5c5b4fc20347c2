"""What the card says while the member waits: the provider's own words, and nothing invented."""

import re
import time
from itertools import pairwise

from sandbox.discord import Use
from sandbox.ledger import Entry
from tests.journeys.scene import Scene
from tests.journeys.script import paced, with_script

PERCENT = re.compile(r"(\d+) %")
# The least time between two edits of one card, as the bot counts.
PACE = 5.0
SLOWER = 30


def edits(scene: Scene, use: Use) -> list[Entry]:
    """Return the edits of a reply that carried no file, in their order."""
    found = scene.ledger.of("rest", "PATCH /webhooks/{webhook_id}/{webhook_token}/messages")
    return [one for one in found if use.token in one.detail["path"] and not one.detail["files"]]


def texts(scene: Scene, use: Use) -> list[str]:
    """Return everything that a reply ever said."""
    assert use.reply is not None
    return [entry.detail["text"] for entry in scene.ledger.of("message") if entry.detail["id"] == use.reply.id]


async def test_the_percent_on_the_card_is_only_ever_the_providers(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a slow fox", duration=4)
    await scene.says(use, "queued")
    task = scene.task()
    for percent in (0, 7, 40, 93):
        scene.provider.stage(task, "in_progress", percent)
        await scene.says(use, "rendering", f"{percent}%")
    scene.provider.finish_now()
    scene.provider.release()
    await scene.video(use)
    shown = [int(found) for text in texts(scene, use) for found in PERCENT.findall(text)]
    # Completed is the provider's word for all of it; nothing else is in between.
    assert set(shown) <= {0, 7, 40, 93, 99, 100}
    assert shown == sorted(shown)


async def test_a_percent_that_falls_back_is_not_shown(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a slow fox", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 60)
    await scene.says(use, "60%")
    scene.provider.stage(scene.task(), "in_progress", 20)
    await scene.asked(3)
    scene.provider.stage(scene.task(), "in_progress", 70)
    await scene.says(use, "70%")
    assert "20%" not in "".join(texts(scene, use))


# So slow that a card is drawn long before a run that took a second and more ends again.
@with_script(bot={"TIME_SCALE": "20"}, discord=paced(20.0))
async def test_an_estimate_stands_there_after_two_finished_jobs_of_the_same_kind(scene: Scene) -> None:
    scene.provider.hold()
    first = [await scene.mara.use("/video", prompt=f"fox {at}", duration=4) for at in range(2)]
    await scene.asked(6)
    scene.provider.finish_now()
    for use in first:
        await scene.video(use)
        assert "<t:" not in "".join(texts(scene, use))
    other = await scene.mara.use("/video", prompt="another length", duration=5)
    use = await scene.mara.use("/video", prompt="the same kind", duration=4)
    card = await scene.says(use, "should be ready <t:")
    [expected] = re.findall(r"Should be ready <t:(\d{10}):R>", card.texts())
    assert abs(int(expected) - time.time()) < 20
    scene.provider.stage(scene.task("another length"), "in_progress", 50)
    assert "<t:" not in (await scene.says(other, "50%")).texts()


async def test_an_unknown_status_is_work_that_goes_on(scene: Scene) -> None:
    scene.provider.unknown_status("pondering")
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a pensive fox", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 30)
    card = await scene.says(use, "rendering", "30%")
    assert "pondering" not in card.texts()
    scene.provider.finish_now()
    await scene.video(use)


async def test_a_provider_that_falls_silent_is_said_and_the_video_comes_all_the_same(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a lonely fox", duration=4)
    await scene.says(use, "queued")
    await scene.provider.close_port()
    await scene.says(use, "the video service isn't answering", "your video is safe")
    await scene.provider.open_port()
    scene.provider.finish_now()
    await scene.video(use)
    assert len(scene.paid()) == 1


@with_script(bot={"TIME_SCALE": str(SLOWER)}, discord=paced(SLOWER))
async def test_edits_keep_their_pace(scene: Scene) -> None:
    scene.provider.hold()
    use = await scene.mara.use("/video", prompt="a restless fox", duration=4)
    await scene.paid_for(1)
    for percent in range(88, 99):
        scene.provider.stage(scene.task(), "in_progress", percent)
        await scene.asked(1)
    await scene.says(use, "98%")
    times = [entry.at for entry in edits(scene, use)]
    assert len(times) >= 4
    # The bot rests after the answer, which leaves here a little earlier than it arrives there.
    assert min(later - earlier for earlier, later in pairwise(times)) >= PACE / SLOWER - 0.02
    scene.provider.finish_now()
    await scene.video(use)
