"""`/scenes`: a form with a line for each scene, and how many there can be."""

from bot.domain.media import Kind
from bot.domain.request import AssetInput
from bot.domain.scenes import Scene
from tests.cogs.fakes import MARA, an_asset


def parts(use) -> list[str]:
    return [row["component"]["custom_id"] for row in use.modal["components"]]


async def test_each_line_is_a_scene_with_the_options_of_the_command_and_a_character(app):
    mara = app.member("Mara")
    assert parts(await mara.use("/scenes")) == ["prompt"]
    app.asset_lookup.assets = [an_asset("Kira"), an_asset("Rain", Kind.AUDIO)]
    opened = await mara.use("/scenes", duration=7, model="seedance-2-fast", private=True)
    assert parts(opened) == ["prompt", "assets"]
    [shown] = opened.modal["components"][1]["component"]["options"]
    assert shown["label"] == "Kira · image"
    kira = app.asset_lookup.assets[0]
    await mara.submit(opened, prompt="a fox\n\nit runs\nit sleeps", assets=[kira.id])
    request, user_id, *_, reply = await app.asked(app.intake, "submit")
    assert (user_id, request.prompt, request.duration, request.model) == (MARA, "a fox", 7, "seedance-2-fast")
    assert request.assets == (AssetInput(kira.id, option="asset"),)
    assert app.intake.draft.scene == Scene(1, ("it runs", "it sleeps"))
    assert reply.private


async def test_one_line_and_nine_are_refused_with_what_was_written(app):
    mara = app.member("Mara")
    for lines in (["one"], [f"scene {number}" for number in range(1, 10)]):
        told = await (await mara.submit(await mara.use("/scenes"), prompt="\n".join(lines))).replied()
        assert told.ephemeral
        assert "Write 2 to 8" in told.content
        assert lines[-1] in told.content
    assert app.intake.calls("submit") == []
