"""`/settings`, and what a member has set where they use a command: known before the answer, without the database."""

import pytest

from bot.domain.member_settings import Defaults, Setting
from bot.domain.models import Dialect, Model, Ratio
from bot.toapis import model_table
from tests.cogs.fakes import MARA

ALL = {"model": "seedance-2-fast", "ratio": "9:16", "private": "on"}
USED = Defaults((Setting.MODEL, Setting.RATIO))


@pytest.fixture
def catalogue():
    return model_table.catalogue(Dialect.VIDEOS)


async def set_to(app, **values: str) -> None:
    """Have Mara set all that."""
    for name, value in values.items():
        await app.member_settings.change(MARA, Setting(name), value)


async def choose(app, card, setting: str, value: str):
    return await app.member("Mara").press(card, custom_id=f"seedreel:setting:{setting}", values=[value])


async def test_each_choice_is_saved_at_once_and_shown_on_its_page(app):
    use = await app.member("Mara").use("/settings")
    await app.discord.ledger.until(lambda: use.reply is not None and "Your settings" in use.reply.texts())
    assert use.reply.ephemeral
    await choose(app, use.reply, "duration", "8")
    await choose(app, use.reply, "duration", "-")
    await app.member("Mara").press(use.reply, label="Privacy and pings")
    await app.discord.ledger.until(lambda: "Who sees your videos" in use.reply.texts())
    await choose(app, use.reply, "private", "on")
    await app.discord.ledger.until(lambda: len(app.settings.calls("put")) == 3)
    assert app.settings.calls("put") == [[MARA, "duration", "8"], [MARA, "duration", None], [MARA, "private", "on"]]
    assert "Who sees your videos" in use.reply.texts()


async def test_what_is_set_goes_into_both_commands_and_what_is_chosen_wins(app):
    await set_to(app, **ALL)
    use = await app.member("Mara").use("/video", prompt="a fox", ratio="1:1")
    draft, _, _, reply = await app.asked(app.intake, "submit")
    assert (draft.model, draft.ratio, draft.defaults) == (
        Model.SEEDANCE_2_FAST,
        Ratio.SQUARE,
        Defaults((Setting.MODEL,)),
    )
    assert use.reply.ephemeral
    assert reply.private
    app.intake.asked.clear()
    sent = await app.member("Mara").submit(await app.member("Mara").use("/compose"), prompt="a fox")
    draft, _, _, reply = await app.asked(app.intake, "submit")
    assert (draft.model, draft.ratio, draft.defaults) == (Model.SEEDANCE_2_FAST, Ratio.TALL, USED)
    assert sent.reply.ephemeral
    app.intake.asked.clear()
    sent = await app.member("Mara").submit(await app.member("Mara").use("/compose", private=False), prompt="a fox")
    await app.asked(app.intake, "submit")
    assert not sent.reply.ephemeral
    # Others are none of it.
    assert not (await app.member("Tomas").use("/video", prompt="a fox")).reply.ephemeral


async def test_private_is_known_without_the_database_and_what_is_not_known_is_private(app):
    await set_to(app, private="on")
    app.settings.moves.clear()
    held = len(app.settings.asked)
    use = await app.member("Mara").use("/video", prompt="a fox")
    assert use.reply.ephemeral
    await app.asked(app.intake, "submit")
    assert len(app.settings.asked) == held, "the database was not asked"
    app.intake.asked.clear()
    # Tomas has set nothing that is known: the answer comes at once, and is private; the database is asked behind it.
    app.member_settings.changed(1002)
    use = await app.member("Tomas").use("/video", prompt="a second fox")
    assert use.reply.ephemeral
    assert use.reply.loading
    assert app.intake.calls("submit") == []
    app.settings.moves.set()
    _, _, _, reply = await app.asked(app.intake, "submit")
    assert reply.private


async def test_a_choice_wins_also_where_nothing_is_known(app):
    app.settings.moves.clear()
    app.member_settings.changed(MARA)
    assert not (await app.member("Mara").use("/video", prompt="a fox", private=False)).reply.ephemeral
    app.settings.moves.set()
    await app.asked(app.intake, "submit")


@pytest.mark.parametrize("setting", [{}, {"private": "on"}], ids=["public", "private"])
async def test_again_on_a_public_video_goes_by_the_setting_of_who_presses(app, setting):
    await set_to(app, **setting)
    button = {"type": 2, "style": 2, "label": "Again", "custom_id": f"seedreel:again:{'k3f9a2' * 3}ab"}
    card = await app.post_raw([{"type": 1, "components": [button]}])
    use = await app.member("Mara").press(card, label="Again")
    *_, reply = await app.asked(app.intake, "submit_again")
    assert reply.private is bool(setting)
    assert use.reply.ephemeral is bool(setting)
