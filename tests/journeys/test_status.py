"""/status: my jobs as they are now, and my clips; nobody else's."""

from sandbox.faults import Reset, status
from tests.journeys.scene import Scene, has_video, labels, short_id
from tests.journeys.script import ONE_SLOT, with_script


async def test_who_has_no_jobs_is_told_how_to_begin(scene: Scene) -> None:
    use = await scene.mara.use("/status")
    card = await scene.says(use, "no jobs yet", "/video")
    assert card.ephemeral
    assert await scene.mara.complete("/status", "job") == []


@with_script(**ONE_SLOT)
async def test_the_overview_lists_mine_running_ones_first(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="finished fox", duration=4))
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="running fox", duration=4)
    await scene.says(running, "queued")
    await scene.says(await scene.mara.use("/video", prompt="waiting fox", duration=4), "waiting")
    await scene.says(await scene.tomas.use("/video", prompt="another's fox", duration=4), "waiting")
    card = await scene.says(await scene.mara.use("/status"), "your jobs")
    said = card.texts()
    assert said.index("running fox") < said.index("finished fox") > said.index("waiting fox")
    assert all(word in said for word in ("**Queued**", "**Waiting**", "**Done**"))
    assert "another's" not in said
    assert card.stored.ephemeral_for == scene.mara.user.id


async def test_a_job_is_chosen_by_what_is_typed_and_refreshed_as_it_goes_on(scene: Scene) -> None:
    await scene.video(await scene.mara.use("/video", prompt="a red fox", duration=4))
    scene.provider.hold()
    running = await scene.mara.use("/video", prompt="a blue whale", duration=4)
    card = await scene.says(running, "queued")
    offered = await scene.mara.complete("/status", "job")
    assert [("whale" in one["name"], "fox" in one["name"]) for one in offered] == [(True, False), (False, True)]
    [whale] = await scene.mara.complete("/status", "job", job="WHALE")
    assert whale["name"].endswith(f"#{short_id(card)}")
    assert "Queued" in whale["name"]
    status = await scene.mara.use("/status", job=whale["value"])
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
        asked = scene.mara.completing("/status", "job", "videos", {})
        await scene.bot.says(f"WARNING discord.app_commands.tree: Suggestions couldn't be shown ({said}).")
        assert asked.choices is None
    assert await scene.mara.complete("/status", "job") == []


async def test_another_members_job_is_no_such_job_of_yours(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a private fox", duration=4)
    reply = await scene.video(use)
    [choice] = await scene.mara.complete("/status", "job")
    assert await scene.tomas.complete("/status", "job", job="fox") == []
    for typed in (choice["value"], short_id(reply), f"#{short_id(reply)}", "nonsense", "' OR 1=1 --"):
        said = await scene.says(await scene.tomas.use("/status", job=typed), "can't find that video")
        assert said.ephemeral
        assert "fox" not in said.texts()
    await scene.says(await scene.mara.use("/status", job=f"#{short_id(reply)}"), "a private fox")


async def test_the_clip_is_handed_over_in_private_and_the_post_stays(scene: Scene) -> None:
    use = await scene.mara.use("/video", prompt="a fox to keep", duration=4)
    reply = await scene.video(use)
    status = await scene.mara.use("/status", job=short_id(reply))
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
    status = await scene.mara.use("/status", job=short_id(card))
    private = await scene.says(status, "waiting")
    await scene.mara.press(private, label="Cancel")
    await scene.says(status, "cancelled")
    await scene.says(use, "cancelled")
    assert labels(card) == ["Again", "Edit"]
    last = await scene.tomas.use("/video", prompt="last", duration=4)
    scene.provider.release()
    await scene.video(last)
    assert scene.prompts() == ["first", "last"]
