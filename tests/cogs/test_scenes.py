"""`/scenes`: a form with a line for each scene, and how many there can be."""

from dataclasses import replace

import pytest

from bot.domain.media import Kind
from bot.domain.member_settings import Setting
from bot.domain.request import AssetInput
from bot.domain.scenes import Scene
from bot.domain.stages import Stage
from tests.cogs.fakes import JOB_ID, MARA, WAITING, an_asset


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


@pytest.mark.parametrize("count", [1, 9])
async def test_however_many_lines_there_are_all_are_checked_so_that_none_is_lost(app, count):
    lines = [f"scene {number}" for number in range(1, count + 1)]
    mara = app.member("Mara")
    await mara.submit(await mara.use("/scenes"), prompt="\n\n".join(lines))
    await app.asked(app.intake, "submit")
    assert app.intake.draft.text == "\n".join(lines)


async def test_the_missing_scenes_are_private_where_their_member_wants_that_by_now(app):
    await app.member_settings.change(MARA, Setting.PRIVATE, "on")
    app.intake.source = replace(WAITING, stage=Stage.FAILED, scene=Scene(2, ("it sleeps",)))
    button = {"type": 2, "style": 1, "label": "The rest", "custom_id": f"seedreel:scenes:rest:{JOB_ID}"}
    card = await app.post_raw([{"type": 1, "components": [button]}])
    await app.member("Mara").press(card, label="The rest")
    *_, reply = await app.asked(app.intake, "submit")
    assert reply.private
