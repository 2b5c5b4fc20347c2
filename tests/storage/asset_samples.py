"""Characters and assets for the store's tests, all of them plain but for what a test names."""

from itertools import count

from hypothesis import strategies as st

from bot.domain.assets import Asset, AssetStage, Character, Verification, VerificationStage
from bot.domain.ids import new_job_id
from bot.domain.media import Kind, MediaFormat, StoredFile
from bot.storage import SqliteAssets, SqliteCharacters
from tests.storage.samples import ADA, NOW
from tests.strategies import job_ids, kept_files, replies_, snowflakes, times, urls, words

SERVER, ELSEWHERE = 3, 4

_numbers = count(1)


class AssetTables(SqliteAssets, SqliteCharacters):
    """Assets, characters and verifications in one open store."""


def character(name=None, **fields):
    plain = {"id": new_job_id(), "owner_id": ADA, "group_id": "pg_1", "created": NOW, "guild_id": SERVER}
    return Character(name=name or f"character {next(_numbers)}", **plain | fields)


def asset(of, name=None, **fields):
    """An active asset of a character."""
    plain = {
        "id": new_job_id(),
        "character_id": of.id,
        "owner_id": of.owner_id,
        "kind": Kind.IMAGE,
        "created": NOW,
        "stage": AssetStage.ACTIVE,
        "asset_id": f"pa_{next(_numbers)}",
        "stored": StoredFile("a" * 64, MediaFormat.PNG, 1000, 640, 480),
    }
    return Asset(name=name or f"asset {next(_numbers)}", **plain | fields)


def verification(name="Ada", **fields):
    return Verification(**{"id": new_job_id(), "owner_id": ADA, "name": name, "agreed": NOW} | fields)


async def placed(assets, *, name=None, character_name=None, shared_in=None, owner_id=ADA, **fields):
    """Write a character and one asset of it down; returns the asset."""
    whose = character(character_name, owner_id=owner_id, shared_in=shared_in)
    await assets.add_character(whose)
    made = asset(whose, name, **fields)
    await assets.add(made)
    return made


def any_character():
    return st.builds(
        Character,
        id=job_ids,
        owner_id=snowflakes,
        name=words,
        group_id=words,
        created=times,
        real=st.booleans(),
        guild_id=st.none() | snowflakes,
        shared_in=st.none() | snowflakes,
    )


def any_asset():
    return st.builds(
        Asset,
        id=job_ids,
        character_id=job_ids,
        owner_id=snowflakes,
        name=words,
        kind=st.sampled_from(Kind),
        created=times,
        stage=st.sampled_from(AssetStage),
        asset_id=st.none() | words,
        stored=st.none() | kept_files(),
        real=st.booleans(),
        reply=st.none() | replies_(),
        provider_message=words,
        notified_at=st.none() | times,
        hidden=st.booleans(),
    )


def any_verification():
    return st.builds(
        Verification,
        id=job_ids,
        owner_id=snowflakes,
        name=words,
        agreed=times,
        consent=st.integers(1, 99),
        language=st.sampled_from(["", "de"]),
        stage=st.sampled_from(VerificationStage),
        guild_id=st.none() | snowflakes,
        task_id=st.none() | words,
        link=st.none() | urls,
        link_dies=st.none() | times,
        character_id=st.none() | job_ids,
        provider_message=words,
    )
