"""What a member does with characters and assets of their own."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.asset_problems import (
    ConsentMissing,
    ImportNotActive,
    ImportUnknown,
    NameInvalid,
    NameTaken,
    NeedsManageServer,
    NoSuchAsset,
    NoSuchCharacter,
    OnlyImages,
    ProviderNotAnswering,
    ProviderRefused,
    ServerOnly,
    TooManyAssets,
)
from bot.domain.assets import (
    MAX_CHARACTERS,
    AssetSnapshot,
    AssetStage,
    Character,
    Verification,
    VerificationStage,
)
from bot.domain.caller import Caller
from bot.domain.disk_problems import NoSpace
from bot.domain.errors import Refusal, Restarting, UploadFailed, UploadRefused
from bot.domain.media import InputUrl, Kind, MediaFormat, StoredFile
from bot.domain.media_problems import LengthOutside, MediumTooLarge, SidesOutside
from bot.domain.storage_limits import MIN_FREE_BYTES
from tests.studio.asset_fakes import (
    ACTIVE,
    HERE,
    MARA,
    OFFERED,
    PICTURE,
    SERVER,
    SOUND,
    TOMAS,
    asset,
    character,
)
from tests.studio.asset_scene import Scene, asset_scene
from tests.studio.fakes import START, until
from tests.studio.full_store import fill

ALONE = Caller(MARA)
MANAGING = replace(HERE, permissions=frozenset({"manage_guild"}))


@pytest.fixture
async def scene(tmp_path: Path) -> AsyncIterator[Scene]:
    async with asset_scene(tmp_path) as scene:
        yield scene


async def refused(awaitable) -> object:
    with pytest.raises(Refusal) as caught:
        await awaitable
    return caught.value.problem


async def test_a_character_is_a_group_of_the_providers(scene: Scene) -> None:
    made = await scene.collection.create_character(HERE, "  Red\nFox ")
    assert (made.name, made.group_id, made.owner_id, made.guild_id) == ("Red Fox", "pg_1", MARA, SERVER)
    assert scene.provider.asked == [("group", "Red Fox")]
    assert await scene.collection.characters(Caller(MARA), "red") == [made]
    assert await scene.collection.characters(Caller(TOMAS), "") == []


async def test_a_name_that_does_not_do_reaches_nobody(scene: Scene) -> None:
    await scene.assets.add_character(character())
    for user_input, problem in (
        ("fox", NameTaken("fox")),
        (" \u200b ", NameInvalid(0, 60)),
        ("x" * 61, NameInvalid(61, 60)),
    ):
        assert await refused(scene.collection.create_character(HERE, user_input)) == problem
    assert scene.provider.asked == []


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (UploadRefused("400", "bad name"), ProviderRefused("bad name")),
        (UploadFailed("503"), ProviderNotAnswering()),
        (TimeoutError(), ProviderNotAnswering()),
    ],
)
async def test_what_the_provider_answers_instead_of_a_group_is_said(scene: Scene, error, problem) -> None:
    scene.provider.answers["group"] = [error]
    assert await refused(scene.collection.create_character(HERE, "Fox")) == problem
    assert await scene.owned() == []


async def test_a_full_disk_and_a_shutdown_are_said(scene: Scene) -> None:
    await fill(scene.store, lambda n: scene.assets.add_character(Character(f"{n:020d}", n, "x", "p", START)))
    assert await refused(scene.collection.create_character(HERE, "Fox")) == NoSpace()
    scene.shutdown.begin_draining()
    assert await refused(scene.collection.create_character(HERE, "Fox")) == Restarting()


async def test_a_file_is_kept_written_down_and_registered(scene: Scene) -> None:
    await scene.assets.add_character(character())
    made = await scene.add()
    assert (made.stage, made.name, made.kind, made.stored) == (AssetStage.UPLOADING, "fox", Kind.IMAGE, PICTURE)
    await until(lambda: scene.notices.told)
    assert (await scene.row(made.id)).stage is AssetStage.ACTIVE


async def test_a_sound_needs_nothing_beside_it_to_become_an_asset(scene: Scene) -> None:
    await scene.assets.add_character(character())
    made = await scene.add(SOUND, "Growl")
    assert (made.name, made.kind) == ("Growl", Kind.AUDIO)


async def test_a_file_name_that_is_taken_gets_a_number_and_a_typed_name_does_not(scene: Scene) -> None:
    await scene.assets.add_character(character())
    assert [(await scene.add()).name for _ in range(3)] == ["fox", "fox 2", "fox 3"]
    scene.media.keeps.clear()
    assert await refused(scene.add(name="fox 2")) == NameTaken("fox 2")


@pytest.mark.parametrize(
    ("stored", "problem"),
    [
        (replace(PICTURE, width=299), SidesOutside("file", 299, 480, 300, 6000)),
        (replace(PICTURE, size=11 * 1024 * 1024), MediumTooLarge("file", 11 * 1024 * 1024, 10 * 1024 * 1024)),
        (StoredFile("c" * 64, MediaFormat.MP4, 1000, 1280, 720, 15.5), LengthOutside("file", 15.5, 2.0, 15.0)),
    ],
)
async def test_a_file_that_could_go_into_no_video_is_refused(scene: Scene, stored: StoredFile, problem) -> None:
    await scene.assets.add_character(character())
    assert await refused(scene.add(stored)) == problem
    assert await scene.has_no_assets()


async def test_what_is_too_large_for_anything_is_not_even_fetched(scene: Scene) -> None:
    await scene.assets.add_character(character())
    problem = await refused(scene.add(size=201 * 1024 * 1024))
    assert isinstance(problem, MediumTooLarge)
    assert len(scene.media.keeps) == 1


async def test_only_into_a_character_of_ones_own(scene: Scene) -> None:
    await scene.assets.add_character(character(owner_id=TOMAS, shared_in=SERVER))
    assert await refused(scene.add()) == NoSuchCharacter("Fox")


async def test_a_real_person_needs_consent_on_record_and_takes_pictures_only(scene: Scene) -> None:
    await scene.assets.add_character(character(real=True))
    assert await refused(scene.add()) == ConsentMissing()
    assert len(scene.media.keeps) == 1, "nothing was fetched"
    scene.media.keeps.clear()
    await scene.assets.begin(
        Verification("v", MARA, "Fox", START, stage=VerificationStage.VERIFIED, character_id=character().id)
    )
    assert await refused(scene.add(SOUND)) == OnlyImages()
    made = await scene.add()
    assert made.real
    await until(lambda: scene.provider.calls("ask"))
    assert scene.provider.calls("create")[0][-1] is True
    assert scene.provider.calls("ask") == [["pa_1", True]]


async def test_little_space_is_said_before_anything_is_fetched(scene: Scene) -> None:
    await scene.assets.add_character(character())
    scene.media.free = 1000
    assert await refused(scene.add()) == NoSpace(MIN_FREE_BYTES + OFFERED.size - 1000)


async def test_a_page_shows_pictures_whose_upload_is_remembered(scene: Scene) -> None:
    await scene.uploads.remember(InputUrl(PICTURE.sha256, "https://files.test/1.png", START, uploaded=True))
    await scene.uploads.remember(InputUrl(SOUND.sha256, "https://files.test/1.wav", START, uploaded=True))
    made = [asset(1), asset(2, stored=None), asset(3, stored=SOUND, kind=Kind.AUDIO)]
    await scene.assets.add_character(character())
    for one in made:
        await scene.assets.add(one)
    listed = await scene.collection.page(Caller(MARA), 1)
    assert listed.page.assets == tuple(made[::-1])
    assert listed.pictures == {made[0].id: "https://files.test/1.png"}


async def test_only_the_owner_removes_and_only_once(scene: Scene) -> None:
    await scene.assets.add_character(character())
    await scene.assets.add(asset())
    assert await refused(scene.collection.remove(Caller(TOMAS), asset().id)) == NoSuchAsset()
    await scene.collection.remove(Caller(MARA), asset().id)
    assert (await scene.row(asset().id)).hidden
    assert await refused(scene.collection.remove(Caller(MARA), asset().id)) == NoSuchAsset()


async def test_nobody_is_told_of_what_was_removed_meanwhile(scene: Scene) -> None:
    await scene.assets.add_character(character())
    scene.clock.still = True
    made = await scene.add()
    await until(lambda: scene.clock.slept)
    await scene.collection.remove(Caller(MARA), made.id)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == f"asset {made.id}"]
    assert scene.provider.calls("ask") == []
    assert scene.notices.told == []


async def test_the_owner_opens_a_character_to_a_server_and_closes_it(scene: Scene) -> None:
    await scene.assets.add_character(character())
    assert (await scene.collection.share(HERE, "fox", is_open=True)).shared_in == SERVER
    assert [made.shared_in for made in await scene.owned()] == [SERVER]
    assert (await scene.collection.share(HERE, character().id, is_open=False)).shared_in is None
    assert [made.shared_in for made in await scene.owned()] == [None]
    assert await refused(scene.collection.share(ALONE, "fox", is_open=True)) == ServerOnly()
    assert await refused(scene.collection.share(Caller(TOMAS, SERVER), "fox", is_open=True)) == NoSuchCharacter("fox")


async def test_an_asset_made_elsewhere_is_asked_for_and_shared_here(scene: Scene) -> None:
    scene.provider.answers["ask"] = [UploadRefused("404", "no such asset"), replace(ACTIVE, kind=None)]
    taken = await scene.collection.import_asset(MANAGING, " ASSET://ra-9 ", "Old fox", Kind.VIDEO)
    assert scene.provider.calls("ask") == [["ra-9", False], ["ra-9", True]]
    assert (taken.stage, taken.asset_id, taken.kind, taken.real) == (AssetStage.ACTIVE, "ra-9", Kind.VIDEO, True)
    assert taken.notified_at is not None
    assert [(made.id, made.shared_in) for made in await scene.owned()] == [(taken.character_id, SERVER)]


async def test_the_providers_word_for_the_kind_counts(scene: Scene) -> None:
    scene.provider.answers["ask"] = [replace(ACTIVE, kind=Kind.AUDIO)]
    assert (await scene.collection.import_asset(MANAGING, "pa_9", "Growl", Kind.IMAGE)).kind is Kind.AUDIO


@pytest.mark.parametrize(
    ("place", "user_input", "answers", "problem"),
    [
        (ALONE, "pa_9", [], ServerOnly()),
        (HERE, "pa_9", [], NeedsManageServer()),
        (MANAGING, "asset://../x y", [], ImportUnknown("asset://../x y")),
        (MANAGING, "pa_9", [UploadRefused("404", "who?")] * 2, ImportUnknown("pa_9", "who?")),
        (MANAGING, "pa_9", [UploadFailed("503")], ProviderNotAnswering()),
        (MANAGING, "pa_9", [AssetSnapshot(AssetStage.PROCESSING)], ImportNotActive("pa_9", "processing")),
    ],
)
async def test_what_cannot_be_taken_in_is_said(scene: Scene, place, user_input, answers, problem) -> None:
    scene.provider.answers["ask"] = list(answers)
    assert await refused(scene.collection.import_asset(place, user_input, "Fox", Kind.IMAGE)) == problem
    assert (await scene.owned(), await scene.has_no_assets()) == ([], True)
    assert len(scene.provider.asked) == len(answers)


async def test_what_was_removed_can_be_taken_in_again_under_its_name(scene: Scene) -> None:
    taken = await scene.collection.import_asset(MANAGING, "pa_9", "Fox", Kind.IMAGE)
    assert await refused(scene.collection.import_asset(MANAGING, "pa_9", "Fox", Kind.IMAGE)) == NameTaken("Fox")
    await scene.collection.remove(Caller(MARA), taken.id)
    again = await scene.collection.import_asset(MANAGING, "pa_9", "Fox", Kind.IMAGE)
    assert again.name == "Fox"
    assert sorted(made.name for made in await scene.owned()) == ["Fox", "Fox 2"]


async def test_what_was_taken_in_takes_no_more_assets(scene: Scene) -> None:
    await scene.assets.add_character(character(group_id=""))
    assert await refused(scene.add()) == NoSuchCharacter("Fox")
    assert await scene.collection.characters(Caller(MARA), "", growing=True) == []
    assert len(await scene.collection.characters(Caller(MARA), "")) == 1


async def test_one_character_too_many_makes_no_group(scene: Scene) -> None:
    for number in range(MAX_CHARACTERS):
        made = character(f"fox {number}", id=f"{number:020d}")
        await scene.assets.add_character(made)
    assert await refused(scene.collection.create_character(HERE, "Owl")) == TooManyAssets(MAX_CHARACTERS)
    assert scene.provider.asked == []
