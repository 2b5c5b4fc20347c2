"""Exports: one at a time for each member, with a pause after it, of every row about them and no token."""

from dataclasses import replace

import pytest

from bot.domain.privacy import EXPORT_PAUSE, Export, ExportStage
from bot.storage import Tables
from bot.storage.export_store import ROWS
from bot.studio.exports import NAMES
from tests.storage.samples import ADA, BO, NOW, reply
from tests.storage.test_forgetting import EVE, NAME, PROMPT, fill

ASKED = Export(EVE, NOW, reply(token="secret"))


@pytest.fixture
def exports(store):
    return Tables(store).exports


async def test_one_at_a_time_and_the_next_one_after_a_pause(exports):
    assert await exports.ask(ASKED) is None
    assert (await exports.ask(replace(ASKED, at=NOW + EXPORT_PAUSE))).stage is ExportStage.ASKED
    assert await exports.ask(replace(ASKED, user_id=BO, at=NOW + 1)) is None
    assert await exports.take() == ASKED
    assert [each.user_id for each in await exports.stopped()] == [EVE]
    await exports.end(ASKED, ExportStage.SENT)
    assert (await exports.ask(replace(ASKED, at=NOW + EXPORT_PAUSE - 1))).stage is ExportStage.SENT
    later = replace(ASKED, at=NOW + EXPORT_PAUSE)
    assert await exports.ask(later) is None
    # What an earlier one ends with is not this one's.
    await exports.end(ASKED, ExportStage.FAILED)
    assert (await exports.take()).user_id == BO
    assert await exports.take() == later
    await exports.end(later, ExportStage.FAILED)
    assert await exports.ask(replace(ASKED, at=NOW + EXPORT_PAUSE + 1)) is None


async def test_who_is_being_told_that_theirs_stopped_may_ask_again_and_is_told_after_a_restart(exports):
    await exports.ask(ASKED)
    await exports.stop(ASKED)  # it was not begun
    assert (await exports.ask(replace(ASKED, at=NOW + 1))).stage is ExportStage.ASKED
    assert await exports.take() == ASKED
    await exports.stop(ASKED)
    assert await exports.stopped() == [replace(ASKED, stage=ExportStage.STOPPED)]
    again = replace(ASKED, at=NOW + 1)
    assert await exports.ask(again) is None
    await exports.end(ASKED, ExportStage.FAILED)
    assert await exports.take() == again


async def test_every_row_about_a_member_is_in_it_and_none_of_anothers(store, exports):
    made, _ = await fill(store, Tables(store))
    assert set(ROWS) == set(NAMES)
    rows = {name: await exports.rows(name, EVE, 0, 100) for name in NAMES}
    assert [name for name in NAMES if not rows[name]] == ["shares", "consents", "opt-outs", "limits", "blocks"]
    assert [row["request"]["prompt"] for row in rows["videos"]] == [PROMPT, PROMPT]
    assert rows["videos"][1]["id"] == made.id
    assert rows["assets"][0]["details"]["name"] == NAME
    assert "token" not in {name for listed in rows.values() for row in listed for name in row}
    assert await exports.rows("videos", EVE, 1, 1) == rows["videos"][1:]
    assert await exports.rows("videos", ADA, 0, 100) == []
