"""Characters and their assets, from the first command to a video that shows them."""

import signal

from sandbox.discord import Member, Use
from sandbox.discord.use import Message
from tests.journeys.bodies import FOX, HOWL, RUN, named, roles
from tests.journeys.scene import Scene, labels, says
from tests.journeys.script import IN_BOTH_DIALECTS

PREFIX = "POST /v1/videos/doubao-seedance-2-0/private-avatar"


async def character(scene: Scene, name: str = "Mira", member: Member | None = None) -> None:
    made = await (member or scene.mara).use("/asset create-character", name=name)
    await scene.says(made, name, "created", "</asset add:")


async def active(scene: Scene, use: Use) -> Message:
    scene.provider.assets.finish()
    return await scene.says(use, "ready", "asset://")


@IN_BOTH_DIALECTS
async def test_a_character_and_its_picture_become_an_asset_that_goes_into_a_video(scene: Scene) -> None:
    scene.provider.assets.hold()
    await character(scene)
    use = await scene.mara.use("/asset add", character="mira", file=FOX, name="Mira's face")
    await scene.says(use, "Being reviewed")
    refused = await scene.mara.use("/video", prompt="too early", asset="Mira's face")
    await scene.follows(refused, "Mira's face")
    assert await scene.mara.complete("/video", "asset", asset="face") == []
    await active(scene, use)
    [group], [made] = scene.provider.assets.groups.values(), scene.provider.assets.all.values()
    [registered] = scene.ledger.of("asset")
    [upload] = scene.ledger.of("upload")
    assert [entry.detail["body"] for entry in scene.ledger.of("group")] == [{"name": "Mira"}]
    assert registered.detail["body"] == {
        "group_id": group.id,
        "asset_type": "image",
        "source_url": upload.detail["url"],
        "name": "Mira's face",
    }
    [choice] = await scene.mara.complete("/video", "asset", asset="FACE")
    asked = {entry.route for entry in scene.ledger.of("provider", "private-avatar/assets/")}
    assert asked == {f"GET /v1/videos/doubao-seedance-2-0/private-avatar/assets/{made.id}"}
    video = await scene.mara.use("/video", prompt="Mira from image 1 smiles", asset=choice["value"])
    await scene.video(video)
    [body] = scene.paid()
    assert body["image_with_roles"] == roles(reference_image=f"asset://{made.id}")
    assert scene.prompts() == ["Mira from image 1 smiles"]


@IN_BOTH_DIALECTS
async def test_the_same_file_is_uploaded_once_and_every_kind_can_be_an_asset(scene: Scene) -> None:
    await character(scene, "Wolf")
    for name, file, kind in (("a", FOX, "image"), ("b", FOX, "image"), ("c", RUN, "video"), ("d", HOWL, "audio")):
        use = await scene.mara.use("/asset add", character="Wolf", file=file, name=name)
        await active(scene, use)
        assert list(scene.provider.assets.all.values())[-1].kind == kind
    uploads = [(entry.detail["endpoint"], entry.detail["name"]) for entry in scene.ledger.of("upload")]
    assert [endpoint for endpoint, _ in uploads] == ["images", "videos", "audios"]


async def test_what_the_provider_does_not_take_is_told_with_its_own_reason(scene: Scene) -> None:
    scene.provider.assets.hold()
    await character(scene)
    use = await scene.mara.use("/asset add", character="Mira", file=FOX, name="blurred")
    await scene.until(lambda: scene.ledger.of("asset"), "a registered asset")
    scene.provider.assets.fail(reason="No face was found @everyone", field="message")
    card = await scene.says(use, "rejected this file", "No face was found")
    assert card.mentions == []
    scene.provider.assets.hold(on=False)
    await scene.follows(await scene.mara.use("/video", prompt="no", asset="blurred"), "blurred")
    assert scene.paid() == []


async def test_a_killed_bot_looks_after_its_assets_when_it_is_back(scene: Scene) -> None:
    scene.provider.assets.hold()
    await character(scene)
    use = await scene.mara.use("/asset add", character="Mira", file=FOX)
    await scene.says(use, "Being reviewed")
    await scene.bot.restart(signal.SIGKILL)
    await active(scene, use)
    listed = await scene.says(await scene.mara.use("/asset list"), "fox", "Mira")
    assert len(scene.provider.assets.all) == len(scene.ledger.of("upload")) == 1
    assert "Remove" in labels(listed)


async def test_an_asset_that_is_ready_after_the_reply_has_frozen_is_told_in_a_direct_message(scene: Scene) -> None:
    scene.provider.assets.hold()
    await character(scene)
    await scene.mara.use("/asset add", character="Mira", file=FOX, name="late")
    await scene.until(lambda: scene.ledger.of("asset"), "a registered asset")
    await scene.bot.stop()
    scene.clock.advance(16 * 60)
    scene.provider.assets.finish()
    await scene.bot.start()
    told = await scene.seen(scene.mara, says("late"), "dm")
    assert "asset" in told.texts().lower()


async def test_a_removed_asset_is_on_no_list_and_in_no_video(scene: Scene) -> None:
    await character(scene)
    await active(scene, await scene.mara.use("/asset add", character="Mira", file=FOX, name="old"))
    listed = await scene.mara.use("/asset list")
    card = await scene.says(listed, "old", "ready")
    await scene.mara.press(card, label="Remove")
    sure = await scene.says(listed, "no way to delete")
    await scene.mara.press(sure, label="Yes, remove it")
    await scene.says(listed, "Your assets", "any assets yet")
    await scene.follows(await scene.mara.use("/video", prompt="no", asset="old"), "old")
    assert scene.paid() == []


async def test_others_may_use_a_character_while_it_is_open_to_them(scene: Scene) -> None:
    await character(scene)
    await active(scene, await scene.mara.use("/asset add", character="Mira", file=FOX, name="face"))
    asset_id = next(iter(scene.provider.assets.all))
    for typed in ("face", f"asset://{asset_id}"):
        await scene.follows(await scene.tomas.use("/video", prompt="mine?", asset=typed), typed)
    await scene.says(await scene.mara.use("/asset share", character="Mira", shared=True), "Everyone in this server")
    await scene.video(await scene.tomas.use("/video", prompt="shared", asset=f"asset://{asset_id}"))
    await scene.says(await scene.mara.use("/asset share", character="Mira", shared=False), "Only you")
    await scene.follows(await scene.tomas.use("/video", prompt="closed", asset="face"), "face")
    await scene.says(await scene.tomas.use("/asset share", character="Mira", shared=True), "Mira")
    assert scene.prompts() == ["shared"]


async def test_a_character_is_listed_without_assets_renamed_and_hidden_also_after_a_restart(scene: Scene) -> None:
    await character(scene)
    await scene.says(await scene.mara.use("/asset list"), "Characters without assets", "Mira")
    await active(scene, await scene.mara.use("/asset add", character="Mira", file=FOX, name="face"))
    await character(scene, "Wolf")
    await scene.says(await scene.mara.use("/asset rename", character="Mira", name="wolf"), "Wolf")
    await scene.says(await scene.mara.use("/asset rename", character="Mira", name="Moira"), "called", "Moira")
    await scene.says(await scene.tomas.use("/asset rename", character="Moira", name="Mine"), "Moira")
    await scene.bot.restart(signal.SIGKILL)
    await scene.says(await scene.mara.use("/asset list"), "face", "character `Moira`", "assets: `Wolf`")
    await scene.mara.use("/asset share", character="Moira", shared=True)
    await scene.says(await scene.mara.use("/asset hide", character="Moira"), "Hidden")
    listed = await scene.says(await scene.mara.use("/asset list"), "Wolf")
    assert "face" not in listed.texts()
    assert await scene.mara.complete("/video", "asset", asset="face") == []
    await scene.follows(await scene.tomas.use("/video", prompt="closed", asset="face"), "face")
    [choice] = await scene.mara.complete("/asset hide", "character", character="Moira")
    await scene.says(await scene.mara.use("/asset hide", character=choice["value"], hidden=False), "Shown again")
    await scene.says(await scene.mara.use("/asset list"), "face")


async def test_only_who_manages_the_server_takes_in_what_was_made_elsewhere(scene: Scene) -> None:
    scene.provider.assets.know("pa_else", "video")
    scene.provider.assets.know("pa_broken", "image", "failed")
    await scene.says(await scene.tomas.use("/asset import", id="pa_else", name="Run"), "manage")
    await scene.says(await scene.mara.use("/asset import", id="pa_nowhere", name="Run"), "pa_nowhere")
    await scene.says(await scene.mara.use("/asset import", id="pa_broken", name="Run"), "pa_broken")
    await scene.says(await scene.mara.use("/asset import", id="asset://pa_else", name="Run"), "asset://pa_else")
    await scene.video(await scene.tomas.use("/video", prompt="like video 1", asset="run"))
    [body] = scene.paid()
    assert named(scene, body["video_with_roles"]) == roles(reference_video="asset://pa_else")
    assert scene.ledger.of("provider", PREFIX) == []
