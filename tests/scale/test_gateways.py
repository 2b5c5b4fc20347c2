"""Two gateways with two shards each, and workers beside them: what members do reaches whoever drives their videos."""

import signal

import pytest

from sandbox.discord import Upload
from tests.journeys.gates import edit_through
from tests.journeys.pictures import TEXT
from tests.journeys.scene import labels, says, short_id
from tests.journeys.script import Script, quick
from tests.journeys.test_bring_it_here import BEFORE_IT_FREEZES, BRING, SCALE, private_place
from tests.scale.deployment import Deployment, deployment, sharded

ONE_SLOT = {"PROVIDER_SLOTS": "1"}


IN_TIME = Script(
    provider=quick(time_scale=SCALE), discord=sharded(SCALE), bot={"TIME_SCALE": f"{SCALE:g}"}, sets_clock=True
)


@pytest.fixture
async def scene(tmp_path, database_url, request):
    given = getattr(request, "param", {})
    script = given if isinstance(given, Script) else Script(discord=sharded(), bot=given)
    async with deployment(tmp_path, database_url, script) as made:
        await made.gateway("a", "0-1/4")
        await made.gateway("b", "2-3/4")
        await made.worker("one")
        await made.worker("two")
        yield made


@pytest.fixture
def there(scene: Deployment) -> int:
    """A channel of a server whose shard the second gateway has."""
    return scene.server_on(2, "Mara", "Tomas")


async def test_a_command_at_either_gateway_becomes_a_video(scene: Deployment, there: int) -> None:
    here = await scene.mara.use("/video", prompt="at the first", duration=4)
    other = await scene.tomas.use("/video", channel=there, prompt="at the second", duration=4)
    for use in (here, other):
        await scene.video(use)
    assert sorted(scene.prompts()) == ["at the first", "at the second"]
    assert set(scene.copies().values()) == {1}
    await scene.pinged(scene.mara)
    await scene.pinged(scene.tomas)


@pytest.mark.parametrize("scene", [ONE_SLOT], indirect=True)
async def test_what_waits_is_cancelled_by_a_press_and_never_sent(scene: Deployment, there: int) -> None:
    scene.provider.hold()
    await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.tomas.use("/video", channel=there, prompt="never sent", duration=4)
    card = await scene.says(use, "you're next")
    await scene.tomas.press(card, label="Cancel")
    await scene.says(use, "cancelled", "cost nothing")
    last = await scene.mara.use("/video", prompt="last", duration=4)
    scene.provider.release()
    await scene.video(last)
    assert scene.prompts() == ["first", "last"]


@pytest.mark.parametrize("scene", [ONE_SLOT], indirect=True)
async def test_too_late_is_said_as_it_is_and_the_video_comes(scene: Deployment, there: int) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.tomas.use("/video", channel=there, prompt="on its way", duration=4)
    card = await scene.says(use, "you're next")
    gate = scene.gates.close(edit_through(use.token))
    scene.provider.finish_now()
    await scene.paid_for(2)
    late = await scene.tomas.press(card, label="Cancel")
    await scene.follows(late, "already been sent", "you'll get the video")
    gate.open()
    scene.provider.release()
    await scene.video(first)
    await scene.video(use)
    assert scene.prompts() == ["first", "on its way"]


async def test_again_and_the_video_in_private_are_given_by_a_gateway(scene: Deployment, there: int) -> None:
    use = await scene.mara.use("/video", channel=there, prompt="a fox", duration=4)
    card = await scene.video(use)
    again = await scene.mara.press(card, label="Again")
    await scene.video(again)
    assert scene.prompts() == ["a fox", "a fox"]
    # From the other gateway, into a private answer of its own.
    status = await scene.mara.use("/status", channel="videos", video=short_id(card))
    asked = await scene.mara.press(await scene.says(status, "done"), label="Get the video")
    given = await scene.video(asked)
    assert given.stored.ephemeral_for == scene.mara.user.id


@pytest.mark.parametrize("scene", [ONE_SLOT], indirect=True)
async def test_status_tells_the_place_in_line_and_the_percent_of_the_row(scene: Deployment, there: int) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 40)
    await scene.says(first, "40%")
    waiting = []
    for number, place in ((1, "you're next"), (2, "number 2 in line")):
        waiting.append(await scene.tomas.use("/video", channel=there, prompt=f"waits {number}", duration=4))
        await scene.says(waiting[-1], place)
    assert await (await scene.tomas.use("/status", channel=there)).replied(says("waits 1", "number 2 in line"))
    assert await (await scene.mara.use("/status")).replied(says("40%"))
    scene.provider.release()
    scene.provider.finish_now()
    for use in (first, *waiting):
        await scene.video(use)


async def test_a_rolling_restart_of_the_gateways_loses_nothing(scene: Deployment, there: int) -> None:
    scene.provider.hold()
    uses = [await scene.mara.use("/video", prompt="before", duration=4)]
    await scene.paid_for(1)
    for name, shards, channel in (("a", "0-1/4", "videos"), ("b", "2-3/4", there)):
        assert await scene.stop(name) == 0
        await scene.gateway(f"{name} again", shards)
        uses.append(await scene.mara.use("/video", channel=channel, prompt=f"after {name}", duration=4))
        assert uses[-1].state == "answered"
    scene.provider.release()
    for use in uses:
        await scene.video(use)
    assert sorted(scene.prompts()) == ["after a", "after b", "before"]
    assert set(scene.copies().values()) == {1}


async def test_a_gateway_killed_between_its_answer_and_the_row_leaves_no_member_in_the_dark(scene: Deployment) -> None:
    # It has acknowledged, and is copying the member's file.
    gate = scene.gates.close(lambda request: "/cdn/" in request.path or request.path.startswith("/attachments"))
    use = await scene.mara.use("/video", prompt="a fox", image=Upload("text.png", TEXT), duration=4)
    await gate.reached(1)
    await scene.stop("a", signal.SIGKILL)
    gate.open()
    reply = await scene.says(use, "restarted")
    assert "Cancel" not in labels(reply)
    assert scene.prompts() == []
    await scene.gateway("a", "0-1/4")
    await scene.video(await scene.mara.use("/video", prompt="once more", duration=4))


@pytest.mark.parametrize("scene", [IN_TIME], indirect=True)
async def test_a_card_that_another_process_writes_is_moved_by_a_press(scene: Deployment) -> None:
    scene.mara.user.dms_open = False
    scene.provider.hold()
    use = await scene.mara.use("/video", channel=private_place(scene), prompt="a fox that takes its time", duration=4)
    await scene.paid_for(1)
    scene.provider.stage(scene.task(), "in_progress", 40)
    await scene.says(use, "40%")
    scene.later(BEFORE_IT_FREEZES)
    await scene.mara.press(await scene.says(use, "I can update this message for", BRING), label=BRING)
    scene.later(5 * 60.0)  # the first token is 18 minutes old
    scene.provider.stage(scene.task(), "in_progress", 70)
    await scene.says(use, "70%")
    scene.provider.finish_now()
    await scene.video(use)
    assert (list(scene.copies().values()), len(scene.paid())) == ([1], 1)
