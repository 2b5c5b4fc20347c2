"""Several members at once: everybody gets their own, and nobody holds the others up."""

import asyncio

from tests.journeys.scene import Scene
from tests.journeys.script import ONE_SLOT, paced, quick, with_script

# An hour of the bot in four seconds.
HASTE = 900.0


async def test_three_members_at_once_each_get_their_own_video(scene: Scene) -> None:
    people = [scene.mara, scene.tomas, scene.joins("Ines")]
    uses = await asyncio.gather(
        *(one.use("/video", prompt=f"for {one.user.name}", duration=4, ratio="1:1") for one in people)
    )
    for one, use in zip(people, uses, strict=True):
        reply = await scene.video(use)
        assert f"for {one.user.name}" in reply.texts()
        made = scene.provider.tasks[scene.task(f"for {one.user.name}")].footage.result()
        assert reply.file() == made.read_bytes()
        [ping] = await scene.pinged(one)
        assert ping.pinged == [one.user.name]
    assert sorted(scene.copies().values()) == [1, 1, 1]
    assert len(scene.paid()) == 3


@with_script(**ONE_SLOT)
async def test_five_jobs_of_one_member_do_not_hold_up_the_first_of_another(scene: Scene) -> None:
    scene.provider.hold()
    for at in range(5):
        use = await scene.mara.use("/video", prompt=f"mara {at}", duration=4)
        await (scene.says(use, "waiting") if at else scene.paid_for(1))
    # A reply that is opened is no job yet: only with its card is it in line.
    await scene.says(await scene.tomas.use("/video", prompt="tomas 0", duration=4), "waiting")
    assert scene.prompts() == ["mara 0"]
    for count in range(1, 4):
        scene.provider.finish_now()
        await scene.paid_for(count + 1)
    assert scene.prompts() == ["mara 0", "tomas 0", "mara 1", "mara 2"]


@with_script(**ONE_SLOT)
async def test_the_place_in_line_is_shown_and_moves(scene: Scene) -> None:
    scene.provider.hold()
    await scene.mara.use("/video", prompt="mara 0", duration=4)
    await scene.paid_for(1)
    second = await scene.mara.use("/video", prompt="mara 1", duration=4)
    third = await scene.mara.use("/video", prompt="mara 2", duration=4)
    await scene.says(second, "you're next")
    await scene.says(third, "number 2 in line")
    other = await scene.tomas.use("/video", prompt="tomas 0", duration=4)
    await scene.says(other, "you're next")
    await scene.says(second, "number 2 in line")
    await scene.says(third, "number 3 in line")
    scene.provider.finish_now()
    await scene.says(second, "you're next")
    await scene.says(third, "number 2 in line")


@with_script(
    provider=quick(time_scale=HASTE / 5), discord=paced(HASTE), bot={"PROVIDER_SLOTS": "1", "TIME_SCALE": f"{HASTE:g}"}
)
async def test_a_task_that_never_ends_frees_its_slot_after_an_hour_says_so_and_its_video_still_comes(
    scene: Scene,
) -> None:
    scene.provider.behavior.endless = 1
    stuck = await scene.mara.use("/video", prompt="a fox for ever", duration=4)
    await scene.paid_for(1)
    other = await scene.tomas.use("/video", prompt="a quick hare", duration=4)
    await scene.says(other, "waiting")
    await scene.says(stuck, "longer than usual")
    assert scene.prompts() == ["a fox for ever"]
    await scene.video(other)
    await scene.says(stuck, "far longer than usual", "less often")
    scene.provider.finish_now()
    await scene.video(stuck)
    assert len(scene.paid()) == 2
