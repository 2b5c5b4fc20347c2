"""What a member sees and may use of assets, and what the studio asks about all of them."""

from dataclasses import replace

import pytest

from bot.domain.assets import AssetStage
from bot.domain.media import MediaFormat, StoredFile
from tests.storage.asset_samples import ELSEWHERE, SERVER, asset, character, placed
from tests.storage.samples import ADA, BO, NOW

NOT_ACTIVE = [stage for stage in AssetStage if stage is not AssetStage.ACTIVE]


async def usable(assets, user_id=ADA, guild_id=SERVER, user_input="", maximum=25):
    return list(await assets.usable(user_id, guild_id, user_input, maximum))


@pytest.mark.parametrize(
    ("asked", "number", "size"), [(1, 1, 3), (2, 2, 3), (3, 3, 1), (4, 3, 1), (0, 1, 3), (-9, 1, 3)]
)
async def test_pages_hold_one_s_own_newest_first(assets, asked, number, size):
    fox, cat = character("Fox"), character("Cat")
    for each in (fox, cat):
        await assets.add_character(each)
    made = [asset((fox, cat)[count % 2], created=NOW + count) for count in range(8)]
    for each in made:
        await assets.add(each)
    await placed(assets, owner_id=BO)
    await assets.hide(ADA, made.pop(3).id)
    page = await assets.mine(ADA, asked, 3)
    assert (page.number, page.pages, page.total) == (number, 3, 7)
    wanted = made[::-1][(number - 1) * 3 : number * 3]
    assert page.assets == tuple(wanted)
    assert len(page.assets) == size
    assert page.characters == {each.id: each for each in (fox, cat) if any(a.character_id == each.id for a in wanted)}


async def test_a_page_of_nothing(assets):
    page = await assets.mine(ADA, 5, 10)
    assert (page.assets, page.characters, page.number, page.pages, page.total) == ((), {}, 1, 1, 0)


async def test_what_may_be_used_is_one_s_own_and_then_what_is_shared_there(assets):
    old, new = [await placed(assets, created=NOW + at) for at in (1, 2)]
    shared = [await placed(assets, owner_id=BO, shared_in=SERVER, created=NOW + at) for at in (9, 10)]
    await placed(assets, owner_id=BO)
    await placed(assets, owner_id=BO, shared_in=ELSEWHERE)
    assert await usable(assets) == [new, old, *shared[::-1]]
    assert await usable(assets, maximum=3) == [new, old, shared[1]]
    assert await usable(assets, maximum=1) == [new]
    assert await usable(assets, guild_id=None) == [new, old]
    assert await usable(assets, guild_id=ELSEWHERE + 1) == [new, old]
    assert await usable(assets, user_id=303) == shared[::-1]


async def test_one_s_own_shared_assets_stand_there_once(assets):
    own = await placed(assets, shared_in=SERVER)
    assert await usable(assets) == [own]


async def test_a_character_is_opened_and_closed(assets):
    theirs = await placed(assets, owner_id=BO, name="fox")
    assert await usable(assets) == []
    await assets.share(theirs.character_id, SERVER)
    assert await usable(assets) == [theirs]
    assert await assets.named(ADA, SERVER, "fox") == theirs
    assert (await assets.character(BO, theirs.character_id)).shared_in == SERVER
    await assets.share(theirs.character_id, None)
    assert await usable(assets) == []
    assert await assets.named(ADA, SERVER, "fox") is None


async def test_what_is_imported_is_the_server_s_until_it_is_closed(assets):
    whole = character("fox", owner_id=BO, group_id="", guild_id=SERVER, shared_in=SERVER)
    await assets.add_character(whole)
    imported = asset(whole, "fox", stored=None, asset_id="elsewhere-9")
    await assets.add(imported)
    assert await usable(assets) == [imported]
    assert await usable(assets, guild_id=ELSEWHERE) == []
    assert await assets.named(ADA, SERVER, "asset://elsewhere-9") == imported
    await assets.share(whole.id, None)
    assert await usable(assets) == []
    assert await usable(assets, user_id=BO) == [imported]


@pytest.mark.parametrize("stage", NOT_ACTIVE)
@pytest.mark.parametrize("owner_id", [ADA, BO])
async def test_only_what_is_active_is_offered_and_the_rest_is_known_by_name(assets, stage, owner_id):
    made = await placed(assets, name="fox", stage=stage, owner_id=owner_id, shared_in=SERVER)
    assert await usable(assets) == []
    assert await assets.named(ADA, SERVER, "fox") == made


@pytest.mark.parametrize("owner_id", [ADA, BO])
async def test_what_is_hidden_is_used_by_nobody(assets, owner_id):
    made = await placed(assets, name="fox", owner_id=owner_id, shared_in=SERVER)
    await assets.hide(owner_id, made.id)
    assert await usable(assets) == []
    for user_input in (made.id, f"asset://{made.asset_id}", made.asset_id, "fox"):
        assert await assets.named(ADA, SERVER, user_input) is None


@pytest.mark.parametrize(
    ("user_input", "found"),
    [
        ("", 3),
        ("  ", 3),
        ("FOX", 2),
        ("red fox", 1),
        ("café", 1),
        ("CAFE", 1),
        ("%", 0),
        ("_", 0),
        ("' OR 1=1 --", 0),
        ("\x00", 3),
        ("\ud83d", 0),
        ("x" * 6000, 0),
    ],
)
async def test_names_are_searched_like_prompts(assets, user_input, found):
    for owner_id in (ADA, BO):
        for name in ("a Red Fox", "fox two", "Café"):
            await placed(assets, name=name, owner_id=owner_id, shared_in=SERVER)
    assert len(await usable(assets, user_input=user_input)) == 2 * found


@pytest.mark.parametrize(
    "user_input", ["{id}", " {id} ", "asset://{asset_id}", "ASSET://{asset_id}", "{asset_id}", "Fox", " FOX ", "fóx"]
)
@pytest.mark.parametrize("owner_id", [ADA, BO])
async def test_an_asset_is_found_as_it_is_written(assets, user_input, owner_id):
    made = await placed(assets, name="Fox", owner_id=owner_id, shared_in=SERVER)
    await placed(assets, name="Foxy", owner_id=owner_id, shared_in=SERVER)
    assert await assets.named(ADA, SERVER, user_input.format(id=made.id, asset_id=made.asset_id)) == made


@pytest.mark.parametrize(
    "user_input", ["", " ", "fo", "asset://", "asset://fox", "asset://{id}", "{asset_id}x", "\ud83d"]
)
async def test_what_names_nothing_finds_nothing(assets, user_input):
    made = await placed(assets, name="fox")
    assert await assets.named(ADA, SERVER, user_input.format(id=made.id, asset_id=made.asset_id)) is None


async def test_nobody_finds_another_s(assets):
    theirs = await placed(assets, name="fox", owner_id=BO)
    elsewhere = await placed(assets, name="cat", owner_id=BO, shared_in=ELSEWHERE)
    for made in (theirs, elsewhere):
        for user_input in (made.id, f"asset://{made.asset_id}", made.asset_id, made.name):
            assert await assets.named(ADA, SERVER, user_input) is None
            assert await assets.named(ADA, None, user_input) is None
            assert await assets.named(BO, None, user_input) == made


async def test_of_several_one_s_own_is_meant_then_what_is_active_then_the_newest(assets):
    shared = {"name": "fox", "asset_id": "pa_same", "shared_in": SERVER}
    first = await placed(assets, **shared, owner_id=301)
    second = await placed(assets, **shared, owner_id=302, created=NOW + 1)
    failed = await placed(assets, **shared, owner_id=303, created=NOW + 2, stage=AssetStage.FAILED)
    for user_input in ("fox", "asset://pa_same"):
        assert await assets.named(ADA, SERVER, user_input) == second
        assert await assets.named(301, SERVER, user_input) == first
        assert await assets.named(303, SERVER, user_input) == failed


async def test_unfinished_is_what_has_not_ended_or_was_not_told(assets):
    made = [await placed(assets, stage=stage, created=NOW - at) for at, stage in enumerate(AssetStage)]
    hidden = [await placed(assets, stage=stage) for stage in AssetStage]
    for each in hidden:
        await assets.hide(ADA, each.id)
    assert await assets.unfinished() == made[::-1]
    for each in made:
        await assets.mark_notified(each.id, NOW)
    still = [replace(each, notified_at=NOW) for each in made if not each.ended]
    assert await assets.unfinished() == still[::-1]


async def test_files_are_in_use_until_their_asset_is_hidden(assets):
    def stored(letter):
        return StoredFile(letter * 64, MediaFormat.MP4, 1000, 640, 480, 3.25)

    one, _, _ = [await placed(assets, stored=stored(letter)) for letter in "aab"]
    other = await placed(assets, stored=stored("c"), stage=AssetStage.FAILED)
    await placed(assets, stored=None)
    assert await assets.files_in_use() == {"a" * 64, "b" * 64, "c" * 64}
    assert await assets.files_of(ADA) == dict.fromkeys(await assets.files_in_use(), 1000)
    assert await assets.files_of(BO) == {}
    await assets.hide(ADA, one.id)
    await assets.hide(ADA, other.id)
    assert await assets.files_in_use() == {"a" * 64, "b" * 64}
    assert await assets.files_of(ADA) == {"a" * 64: 1000, "b" * 64: 1000}


async def test_what_others_added_is_known_also_when_it_was_removed(assets):
    added = await placed(assets, owner_id=BO)
    whole = character("fox", owner_id=BO, group_id="", shared_in=SERVER)
    await assets.add_character(whole)
    imported = asset(whole, "fox", stored=None, asset_id="elsewhere-9")
    await assets.add(imported)
    assert await assets.others_added(ADA, added.asset_id)
    assert not await assets.others_added(BO, added.asset_id)
    assert not await assets.others_added(ADA, imported.asset_id)
    assert not await assets.others_added(ADA, "pa-nobody")
    await assets.hide(BO, added.id)
    assert await assets.others_added(ADA, added.asset_id)
