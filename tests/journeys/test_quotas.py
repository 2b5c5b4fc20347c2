"""A member's own share of the disk: what is refused for it, in which words, and that nobody else is."""

import random

from PIL import Image

from sandbox.discord import Upload
from tests.journeys.pictures import png, written
from tests.journeys.scene import Scene
from tests.journeys.script import quick, with_script

DAY = 86_400.0
MB = 1_000_000


def noisy(number: int) -> Upload:
    """Return a PNG of 2.4 MB, another one for each number."""
    noise = random.Random(number).randbytes(900 * 900 * 3)
    return Upload(f"noise {number}.png", written(Image.frombytes("RGB", (900, 900), noise), "PNG"))


# A tenth is one member's: 5 MB of files.
@with_script(bot={"MAX_FILES_GB": "0.05"})
async def test_a_member_whose_files_take_their_share_sends_no_more_and_others_do(scene: Scene) -> None:
    for number in range(2):
        await scene.video(await scene.mara.use("/video", prompt=f"number {number}", image=noisy(number), duration=4))
    kept = sorted((scene.bot.data / "inputs").iterdir())
    use = await scene.mara.use("/video", prompt="one too many", image=noisy(2), duration=4)
    said = await scene.follows(use, "with these files, you'd be using 7", "the limit is 4.8 MB")
    assert said.ephemeral
    assert sorted((scene.bot.data / "inputs").iterdir()) == kept
    assert scene.bot.log.count(f"the disk quota is used up (member {scene.mara.id})") == 1
    # What brings no file is no matter of this share, nor is another member.
    await scene.video(await scene.mara.use("/video", prompt="without a file", duration=4))
    await scene.video(await scene.tomas.use("/video", prompt="of another", image=noisy(2), duration=4))
    await scene.video(await scene.tomas.use("/video", prompt="a small one", image=png(), duration=4))
    assert "one too many" not in scene.prompts()
    assert len(scene.prompts()) == 5


async def a_sweep(scene: Scene) -> None:
    """Wait for longer than what is due to be swept waits: for two looks at the sessions left, each after 2 minutes."""
    looks = len(scene.ledger.of("rest", "GET /gateway/bot"))
    await scene.until(lambda: len(scene.ledger.of("rest", "GET /gateway/bot")) >= looks + 2, "two looks")


# A tenth is one member's: 2 MB of clips.
@with_script(provider=quick(clip_bytes=3 * MB), bot={"MAX_CLIPS_GB": "0.02"}, sets_clock=True)
async def test_a_member_whose_clips_take_their_share_waits_until_they_are_deleted(scene: Scene) -> None:
    first = await scene.mara.use("/video", prompt="a large one", duration=4)
    card = await scene.video(first)
    for refused in (
        await scene.mara.use("/video", prompt="not yet", duration=4),
        await scene.mara.press(card, label="Again"),
    ):
        await scene.follows(refused, "your finished videos take up 2.9 MB", "the limit is 1.9 MB", "after a few days")
    assert scene.bot.log.count(f"the disk quota is used up (member {scene.mara.id})") == 1
    await scene.video(await scene.tomas.use("/video", prompt="of another", duration=4))
    assert scene.prompts() == ["a large one", "of another"]
    # A clip is deleted at the second sweep that finds it too old.
    scene.later(8 * DAY)
    await a_sweep(scene)
    scene.later(DAY)
    clips = scene.bot.data / "clips"
    await scene.until(lambda: not any(clips.iterdir()), "the second sweep")
    await scene.video(await scene.mara.use("/video", prompt="days later", duration=4))
