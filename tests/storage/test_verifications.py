"""Verifications of real persons: consent first, one character of each, and nothing halfway."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.asset_problems import NameTaken, TooManyAssets
from bot.domain.assets import MAX_CHARACTERS, VerificationStage
from bot.domain.errors import Refusal
from tests.storage.asset_samples import character, verification
from tests.storage.places import NOT_WRITTEN
from tests.storage.samples import ADA, BO, NOW


async def begun(assets, **fields):
    """Write a verification down that the provider has a task of."""
    agreed = verification(**fields)
    await assets.begin(agreed)
    moved = replace(agreed, stage=VerificationStage.STARTED, task_id="task", link="https://h5.example/x", link_dies=NOW)
    assert await assets.save_verification(moved, VerificationStage.AGREED)
    return moved


async def test_consent_is_on_record_before_anything_else(assets):
    agreed = verification(guild_id=3, consent=2)
    await assets.begin(agreed)
    assert await assets.verification(agreed.id) == agreed
    assert await assets.verification("0" * 20) is None


async def test_a_move_takes_place_from_where_the_row_stands(assets):
    moved = await begun(assets)
    assert await assets.verification(moved.id) == moved
    assert not await assets.save_verification(replace(moved, task_id="another press"), VerificationStage.AGREED)
    failed = replace(moved, stage=VerificationStage.FAILED, provider_message="no face \ud83d")
    assert await assets.save_verification(failed, VerificationStage.STARTED)
    assert await assets.verification(moved.id) == replace(failed, provider_message="no face ?")


async def test_a_fresh_link_is_written_without_a_move(assets):
    moved = await begun(assets)
    linked = replace(moved, link="https://h5.example/y", link_dies=NOW + 120)
    assert await assets.save_verification(linked, VerificationStage.STARTED)
    assert await assets.verification(moved.id) == linked


async def test_a_verified_person_is_a_character_with_consent(assets):
    moved, person = await begun(assets), character("Ada", real=True)
    assert not await assets.consented(ADA, person.id)
    assert await assets.verified(moved, person)
    wanted = replace(moved, stage=VerificationStage.VERIFIED, character_id=person.id)
    assert await assets.verification(moved.id) == wanted
    assert await assets.characters(ADA) == [person]
    assert await assets.consented(ADA, person.id)
    assert not await assets.consented(BO, person.id)


async def test_a_virtual_character_rests_on_no_consent(assets):
    await begun(assets)
    virtual = character()
    await assets.add_character(virtual)
    assert not await assets.consented(ADA, virtual.id)
    assert not await assets.consented(ADA, "0" * 20)


async def test_of_ten_presses_at_once_one_makes_the_character(assets):
    moved = await begun(assets)
    persons = [character(f"Ada {number}", real=True) for number in range(10)]
    won = await asyncio.gather(*(assets.verified(moved, person) for person in persons))
    assert won.count(True) == 1
    assert await assets.characters(ADA) == [persons[won.index(True)]]


async def test_what_nobody_began_makes_no_character(assets):
    assert not await assets.verified(verification(), character("Ada"))
    assert await assets.characters(ADA) == []


async def test_a_name_that_was_taken_meanwhile_writes_nothing(assets):
    moved = await begun(assets)
    await assets.add_character(character("ada"))
    with pytest.raises(Refusal) as refused:
        await assets.verified(moved, character("Ada", real=True))
    assert refused.value.problems == (NameTaken("Ada"),)
    assert await assets.verification(moved.id) == moved
    other = character("Ada 2", real=True)
    renamed = replace(moved, name="Ada 2", stage=VerificationStage.VERIFIED, character_id=other.id)
    assert await assets.verified(renamed, other)
    assert await assets.verification(moved.id) == renamed


async def test_who_has_all_characters_begins_no_verification_and_loses_none(assets):
    moved = await begun(assets)
    for _ in range(MAX_CHARACTERS):
        await assets.add_character(character())
    late = verification()
    with pytest.raises(Refusal) as refused:
        await assets.begin(late)
    assert refused.value.problems == (TooManyAssets(MAX_CHARACTERS),)
    assert await assets.verification(late.id) is None
    assert await assets.verified(moved, character("Ada", real=True))


async def test_nobody_is_verified_without_a_character(assets):
    moved = await begun(assets)
    with pytest.raises(NOT_WRITTEN):
        await assets.save_verification(replace(moved, stage=VerificationStage.VERIFIED), VerificationStage.STARTED)
    assert await assets.verification(moved.id) == moved
