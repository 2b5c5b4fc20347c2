"""/status: my jobs as they are now, and my clips; nobody else's."""

import signal

from sandbox.faults import Reset, status
from tests.journeys.scene import Scene, has_video, labels, opens, says, short_id
from tests.journeys.script import ONE_SLOT, with_script


async def test_who_has_no_jobs_is_told_how_to_begin(scene: Scene) -> None:
    use = await scene.mara.use("/status")
    card = await scene.says(use, "nothing here yet", "/video")
    assert card.ephemeral
    assert await scene.mara.complete("/status", "video") == []


@with_script(**ONE_SLOT)
async def test_the_overview_lists_mine_running_ones_first(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="finished fox", duration=4))
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="running fox", duration=4)
    await scene.says(running, "queued")
    await scene.says(await scene.mara.use("/video", prompt="waiting fox", duration=4), "waiting")
    await scene.says(await scene.tomas.use("/video", prompt="another's fox", duration=4), "waiting")
    card = await scene.says(await scene.mara.use("/status"), "your videos")
    said = card.texts()
    assert said.index("running fox") < said.index("finished fox") > said.index("waiting fox")
    assert all(word in said for word in ("-# Queued", "-# Waiting", "-# Done"))
    assert "another's" not in said
    assert card.stored.ephemeral_for == scene.mara.user.id


@with_script(**ONE_SLOT)
async def test_the_overview_follows_each_and_acts_on_it_and_after_a_restart_too(scene: Scene) -> None:
    finished = await scene.video(await scene.mara.use("/video", prompt="finished fox", duration=4))
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="running fox", duration=4)
    await scene.says(running, "queued")
    waiting = await scene.mara.use("/video", prompt="waiting fox", duration=4)
    await scene.says(waiting, "waiting")
    use = await scene.mara.use("/status")
    card = await scene.says(use, "next in line", "updated <t:")
    assert labels(card) == ["Cancel", "Get the video", "Refresh"]
    scene.provider.stage(scene.task("running fox"), "in_progress", 64)
    await scene.says(running, "64%")
    assert "64%" not in card.texts()
    await scene.mara.press(card, label="Refresh")
    await scene.says(use, "-# Rendering · 64%")
    await scene.bot.restart(signal.SIGKILL)
    await scene.mara.press(card, label="Cancel")
    await scene.says(use, "-# Cancelled", "-# Rendering · 64%")
    await scene.says(waiting, "cancelled")
    assert labels(card) == ["Get the video", "Refresh"]
    given = await scene.video(await scene.mara.press(card, label="Get the video"))
    assert given.stored.ephemeral_for == scene.mara.user.id
    assert given.file() == finished.file()
    opened = await scene.follows(await opens(scene.mara, card, "running fox"), "running fox", "64%")
    assert "finished fox" not in opened.texts()
    await scene.mara.press(opened, label="Refresh")
    scene.provider.release()
    await scene.video(running)
    await scene.mara.press(card, label="Refresh")
    await scene.until(lambda: labels(card) == ["Get the video", "Get the video", "Refresh"], "both videos")
    assert scene.prompts() == ["finished fox", "running fox"]


@with_script(**ONE_SLOT)
async def test_cancel_comes_too_late_for_what_has_been_sent_since(scene: Scene) -> None:
    scene.provider.hold()
    first = await scene.mara.use("/video", prompt="first fox", duration=4)
    await scene.says(first, "queued")
    second = await scene.mara.use("/video", prompt="second fox", duration=4)
    await scene.says(second, "waiting")
    use = await scene.mara.use("/status")
    card = await scene.says(use, "next in line")
    scene.provider.finish_now()
    await scene.paid_for(2)
    pressed = await scene.mara.press(card, label="Cancel")
    await scene.follows(pressed, "cancel")
    await scene.until(lambda: "Cancel" not in labels(card), "an overview that is right again")
    assert not says("-# cancelled")(card)
    scene.provider.release()
    await scene.video(second)
    assert scene.prompts() == ["first fox", "second fox"]


async def test_a_job_is_chosen_by_what_is_typed_and_refreshed_as_it_goes_on(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="a red fox", duration=4))
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="a blue whale", duration=4)
    card = await scene.says(running, "queued")
    offered = await scene.mara.complete("/status", "video")
    assert [("whale" in one["name"], "fox" in one["name"]) for one in offered] == [(True, False), (False, True)]
    [whale] = await scene.mara.complete("/status", "video", video="WHALE")
    assert whale["name"].endswith(f"#{short_id(card)}")
    assert "Queued" in whale["name"]
    status = await scene.mara.use("/status", video=whale["value"])
    private = await scene.says(status, "queued", "a blue whale")
    scene.provider.stage(scene.task("a blue whale"), "in_progress", 64)
    await scene.says(running, "64%")
    assert "64%" not in private.texts()
    await scene.mara.press(private, label="Refresh")
    await scene.says(status, "rendering", "64%")
    assert private.stored.ephemeral_for == scene.mara.user.id


async def test_choices_that_come_too_late_are_a_line_in_the_log(scene: Scene) -> None:
    callback = "POST /api/v10/interactions/*/callback"
    unknown = status(404, {"code": 10062, "message": "Unknown interaction"})
    for fault, said in ((unknown, "NotFound 404/10062"), (Reset.EARLY, "ClientOSError")):
        scene.faults.add(callback, fault)
        asked = scene.mara.completing("/status", "video", "videos", {})
        await scene.bot.says(f"WARNING discord.app_commands.tree: Suggestions couldn't be shown ({said}).")
        assert asked.choices is None
    assert await scene.mara.complete("/status", "video") == []


async def test_another_members_job_is_no_such_job_of_yours(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a private fox", duration=4)
    reply = await scene.video(use)
    await scene.bot.says("Telling the member that it is delivered")
    [choice] = await scene.mara.complete("/status", "video")
    assert await scene.tomas.complete("/status", "video", video="fox") == []
    for typed in (choice["value"], short_id(reply), f"#{short_id(reply)}", "nonsense", "' OR 1=1 --"):
        said = await scene.says(await scene.tomas.use("/status", video=typed), "can't find that video")
        assert said.ephemeral
        assert "fox" not in said.texts()
    await scene.says(await scene.mara.use("/status", video=f"#{short_id(reply)}"), "a private fox")


async def test_the_clip_is_handed_over_in_private_and_the_post_stays(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox to keep", duration=4)
    reply = await scene.video(use)
    status = await scene.mara.use("/status", video=short_id(reply))
    card = await scene.says(status, "done")
    assert ("Jump to message", reply.id) in [(label, (url or "").split("/")[-1]) for label, _, _, url in card.buttons()]
    asked = await scene.mara.press(card, label="Get the video")
    given = await scene.video(asked)
    assert given.stored.ephemeral_for == scene.mara.user.id
    assert given.file() == reply.file()
    assert has_video(reply)
    assert [one.id for one in scene.videos(member=scene.tomas)] == [reply.id]
    assert len(scene.paid()) == 1


@with_script(**ONE_SLOT)
async def test_a_waiting_job_is_cancelled_from_there_too(scene: Scene) -> None:
    scene.provider.hold()
    await scene.tomas.use("/video", prompt="first", duration=4)
    await scene.paid_for(1)
    use = await scene.mara.use("/video", prompt="never sent", duration=4)
    card = await scene.says(use, "waiting")
    status = await scene.mara.use("/status", video=short_id(card))
    private = await scene.says(status, "waiting")
    await scene.mara.press(private, label="Cancel")
    await scene.says(status, "cancelled")
    await scene.says(use, "cancelled")
    assert labels(card) == ["Again", "Edit"]
    last = await scene.tomas.use("/video", prompt="last", duration=4)
    scene.provider.release()
    await scene.video(last)
    assert scene.prompts() == ["first", "last"]
