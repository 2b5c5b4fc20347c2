"""Characters and assets, written down once, within their numbers, and moved only from where they stand."""

import asyncio
import json
from dataclasses import fields, replace

import pytest
from hypothesis import given

from bot.domain.asset_problems import NameTaken, TooManyAssets
from bot.domain.assets import MAX_ASSETS, MAX_CHARACTERS, AssetStage, VerificationStage
from bot.domain.errors import Refusal
from bot.storage import asset_rows
from tests.storage.asset_samples import (
    AssetTables,
    any_asset,
    any_character,
    any_verification,
    asset,
    character,
    placed,
    verification,
)
from tests.storage.places import NOT_WRITTEN
from tests.storage.samples import ADA, BO, NOW, STORED, reply


@given(wanted=any_character())
def test_a_character_s_row_holds_every_field(wanted):
    assert asset_rows.to_character(asset_rows.character_row(wanted)) == wanted


@given(wanted=any_asset())
def test_an_asset_s_row_holds_every_field(wanted):
    assert asset_rows.to_asset(asset_rows.asset_row(wanted)) == wanted


@given(wanted=any_verification())
def test_a_verification_s_row_holds_every_field(wanted):
    assert asset_rows.to_verification(asset_rows.verification_row(wanted)) == wanted


FULL = [
    (character(real=True, shared_in=7, hidden=True), asset_rows.character_row, set()),
    (
        asset(
            character(), stage=AssetStage.FAILED, real=True, reply=reply(), provider_message="no", notified_at=NOW,
            hidden=True,
        ),
        asset_rows.asset_row,
        {"other_version"},
    ),
    (
        verification(
            consent=2, stage=VerificationStage.FAILED, guild_id=7, task_id="t", link="l", link_dies=NOW,
            character_id="c", provider_message="no", language="pt-BR",
        ),
        asset_rows.verification_row,
        set(),
    ),
]  # fmt: skip


@pytest.mark.parametrize(("full", "write", "unsaid"), FULL)
def test_no_field_is_forgotten(full, write, unsaid):
    assert {field.name for field in fields(full) if getattr(full, field.name) == field.default} == unsaid
    row = write(full)
    words = {STORED.get(field.name, field.name) for field in fields(full)} - unsaid
    assert words <= row.keys() | json.loads(row["details"]).keys()


async def test_they_outlive_the_bot(place):
    whose = character("Mara", real=True, shared_in=7)
    one = asset(whose, stage=AssetStage.UPLOADING, asset_id=None, reply=reply())
    two = asset(whose, stored=None, provider_message="too dark", notified_at=NOW, stage=AssetStage.FAILED)
    async with place.open() as store:
        stored = AssetTables(store)
        await stored.add_character(whose)
        await stored.add(one)
        await stored.add(two)
    async with place.open() as store:
        stored = AssetTables(store)
        assert await stored.characters(ADA) == [whose]
        assert await stored.find(one.id) == one
        assert await stored.find(two.id) == two
        assert await stored.find("0" * 20) is None


async def test_characters_are_listed_newest_first_and_found_by_id_or_name(assets):
    mara, tomas = character("Mara"), character("Tomás", created=NOW + 1)
    theirs = character("Mara", owner_id=BO)
    for each in (mara, tomas, theirs):
        await assets.add_character(each)
    assert await assets.characters(ADA) == [tomas, mara]
    assert await assets.character(ADA, mara.id) == mara
    assert await assets.character(ADA, " MARA ") == mara
    assert await assets.character(ADA, "tomas") == tomas
    assert await assets.character(ADA, "Mar") is None
    assert await assets.character(ADA, theirs.id) is None
    assert await assets.character(BO, "mara") == theirs


@pytest.mark.parametrize(("first", "second"), [("Mara", "Mara"), ("Mara", "mARA"), ("ΟΔΟΣ", "οδος"), ("Zoë", "zoe")])
async def test_a_name_is_taken_once_by_each_member(assets, first, second):
    whose = character(first)
    await assets.add_character(whose)
    await assets.add(asset(whose, first))
    with pytest.raises(Refusal) as refused:
        await assets.add_character(character(second))
    assert refused.value.problems == (NameTaken(second),)
    with pytest.raises(Refusal) as refused:
        await assets.add(asset(whose, second))
    assert refused.value.problems == (NameTaken(second),)
    theirs = character(second, owner_id=BO)
    await assets.add_character(theirs)
    await assets.add(asset(theirs, second))
    assert await assets.characters(ADA) == [whose]
    assert (await assets.mine(ADA, 1, 10)).total == 1


async def test_of_ten_of_one_name_at_once_one_is_written(assets):
    whose = character()
    await assets.add_character(whose)
    news = [asset(whose, "fox") for _ in range(10)]
    outcomes = await asyncio.gather(*(assets.add(new) for new in news), return_exceptions=True)
    assert outcomes.count(None) == 1
    page = await assets.mine(ADA, 1, 10)
    assert page.assets == (news[outcomes.index(None)],)


async def test_what_failed_gives_way_to_the_next_try_under_its_name(assets):
    failed = await placed(assets, name="fox", stage=AssetStage.FAILED)
    again = asset(character(id=failed.character_id), "FOX", stage=AssetStage.UPLOADING, asset_id=None)
    await assets.add(again)
    assert (await assets.mine(ADA, 1, 10)).assets == (again,)


async def test_a_hidden_name_is_free_again(assets):
    first = await placed(assets, name="fox")
    assert await assets.hide(ADA, first.id)
    second = asset(character(id=first.character_id), "FOX")
    await assets.add(second)
    assert (await assets.mine(ADA, 1, 10)).assets == (second,)


async def test_characters_have_a_number(assets):
    for _ in range(MAX_CHARACTERS):
        await assets.add_character(character())
    with pytest.raises(Refusal) as refused:
        await assets.add_character(character())
    assert refused.value.problems == (TooManyAssets(MAX_CHARACTERS),)
    assert len(await assets.characters(ADA)) == MAX_CHARACTERS
    # What was made elsewhere takes nobody's place, however often it is taken in.
    await assets.add_character(character("elsewhere", group_id="", shared_in=7))
    assert len(await assets.characters(ADA)) == MAX_CHARACTERS + 1
    await assets.add_character(character(owner_id=BO))


async def test_assets_have_a_number_and_hidden_ones_do_not_count(assets):
    whose = character()
    await assets.add_character(whose)
    made = [asset(whose) for _ in range(MAX_ASSETS)]
    for each in made:
        await assets.add(each)
    late = asset(whose)
    with pytest.raises(Refusal) as refused:
        await assets.add(late)
    assert refused.value.problems == (TooManyAssets(MAX_ASSETS),)
    assert await assets.find(late.id) is None
    assert await assets.hide(ADA, made[0].id)
    await assets.add(late)


async def test_a_move_takes_place_from_where_the_row_stands(assets):
    made = await placed(assets, stage=AssetStage.UPLOADING, asset_id=None)
    known = made.registered("pa_77")
    assert await assets.save(known, AssetStage.UPLOADING)
    assert not await assets.save(known.failed("late"), AssetStage.UPLOADING)
    assert await assets.find(made.id) == known
    assert await assets.save(known.failed("too dark \ud83d"), AssetStage.PROCESSING)
    assert await assets.find(made.id) == known.failed("too dark ?")
    assert not await assets.save(asset(character()), AssetStage.ACTIVE)


async def test_of_many_movers_one_wins(assets):
    made = await placed(assets, stage=AssetStage.PROCESSING)
    movers = [made.failed(f"reason {number}") for number in range(20)]
    won = await asyncio.gather(*(assets.save(mover, AssetStage.PROCESSING) for mover in movers))
    assert won.count(True) == 1
    assert await assets.find(made.id) == movers[won.index(True)]


async def test_a_move_leaves_the_address_and_told_alone(assets):
    made = await placed(assets, stage=AssetStage.PROCESSING, reply=reply())
    moved = replace(made, reply=reply(token="newer", private=True))
    await assets.save_address(moved)
    await assets.mark_notified(made.id, NOW + 1)
    await assets.mark_notified(made.id, NOW + 2)
    assert await assets.save(made.active(), AssetStage.PROCESSING)
    assert await assets.find(made.id) == replace(moved.active(), notified_at=NOW + 1)
    await assets.save_address(replace(made, reply=None))
    assert await assets.find(made.id) == replace(made.active(), notified_at=NOW + 1, reply=None)


async def test_only_its_owner_hides_an_asset_once(assets):
    made = await placed(assets)
    assert not await assets.hide(BO, made.id)
    assert await assets.hide(ADA, made.id)
    assert not await assets.hide(ADA, made.id)
    assert not await assets.hide(ADA, "0" * 20)
    assert await assets.find(made.id) == replace(made, hidden=True)


async def test_dead_tokens_are_erased_wherever_the_asset_stands(assets, jobs):
    old = await placed(assets, reply=reply(token_at=NOW - 1, token="dead"), stage=AssetStage.PROCESSING)
    hidden = await placed(assets, reply=reply(token_at=NOW - 1, token="dead"))
    young = await placed(assets, reply=reply(token_at=NOW))
    await assets.hide(ADA, hidden.id)
    assert await jobs.forget_tokens(NOW) == 2
    assert await jobs.forget_tokens(NOW) == 0
    assert (await assets.find(old.id)).reply == reply(token_at=NOW - 1, token=None)
    assert (await assets.find(hidden.id)).reply.token is None
    assert await assets.find(young.id) == young


async def test_an_asset_is_of_a_character_that_is_there(store):
    row = asset_rows.asset_row(asset(character()))
    with pytest.raises(NOT_WRITTEN, match=r"(?i)foreign key"):
        await store.run(lambda db: db.table("assets").insert(row))
