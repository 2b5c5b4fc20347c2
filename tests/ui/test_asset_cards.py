"""The cards of `/asset`."""

from dataclasses import replace

import pytest

from bot.domain.assets import Asset, AssetStage, Character
from bot.domain.media import Kind
from bot.studio.ports.pages import AssetPage
from bot.ui.asset_cards import (
    MAX_SHOWN,
    asset_card,
    asset_text,
    character_card,
    character_choice,
    imported_card,
    list_card,
    shared_card,
)
from bot.ui.custom_ids import ASSETS, REMOVE, REMOVE_NOW, AssetOnPage
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, buttons, labels, parts, words
from tests.ui.jobs import NOW

FOX = Character("f" * 20, 7, "Fox", "pg_1", NOW)
ASSET = Asset("a" * 20, FOX.id, 7, "red fox", Kind.IMAGE, NOW, AssetStage.ACTIVE, "pa_1")
EVIL = "`@everyone` **x** https://evil.test <t:1:R> \u202egnp\n# big"
THUMBNAIL = 11


def page(*assets: Asset, number: int = 1, pages: int = 1, total: int | None = None, **characters) -> AssetPage:
    return AssetPage(assets, {FOX.id: FOX, **characters}, number, pages, total or len(assets))


def numbered(count: int, **changes) -> list[Asset]:
    return [replace(ASSET, **{"id": f"{number:020d}", "name": f"fox {number}", **changes}) for number in range(count)]


def test_a_character_says_what_comes_next():
    told = words(character_card(ENGLISH, FOX))
    assert "`Fox`" in told
    assert "`/asset add`" in told


def test_opening_and_closing_say_what_that_means():
    assert "Everyone in this server can use" in words(shared_card(ENGLISH, replace(FOX, shared_in=9)))
    assert "Only you can use" in words(shared_card(ENGLISH, FOX))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"stage": AssetStage.UPLOADING}, "Sending your file to the video service"),
        ({"stage": AssetStage.PROCESSING}, "Being reviewed"),
        ({}, "`asset://pa_1`"),
        ({"stage": AssetStage.FAILED, "provider_message": "no face"}, "rejected this file: `no face`"),
        ({"stage": AssetStage.FAILED}, "Try `/asset add` again"),
    ],
)
def test_an_asset_says_how_it_stands(changes, says):
    card = asset_card(ENGLISH, replace(ASSET, **changes))
    assert says in words(card)
    assert words(card) == asset_text(ENGLISH, replace(ASSET, **changes))


def test_what_was_imported_is_named_with_its_address():
    assert "image · `asset://pa_1`" in words(imported_card(ENGLISH, ASSET))


def test_an_empty_list_says_how_to_begin():
    card = list_card(ENGLISH, page(), {})
    assert "`/asset create-character`" in words(card)
    assert buttons(card) == []


def test_a_line_says_name_stage_kind_character_and_address():
    told = words(list_card(ENGLISH, page(ASSET), {}))
    assert "1 asset · page 1 of 1" in told
    assert "`red fox`\n-# **Ready** · image · character `Fox` · `asset://pa_1`" in told
    shared = {FOX.id: replace(FOX, shared_in=9, real=True)}
    assert "real person `Fox` · shared with a server" in words(list_card(ENGLISH, page(ASSET, **shared), {}))


def test_a_failure_stands_in_the_list_with_its_reason():
    told = words(
        list_card(ENGLISH, page(replace(ASSET, stage=AssetStage.FAILED, asset_id=None, provider_message="no face")), {})
    )
    assert "**Failed**" in told
    assert "\n-# The video service rejected this file: `no face`\n-# Change the file" in told


def test_pictures_stand_beside_their_lines():
    made = numbered(3)
    card = list_card(
        ENGLISH, page(*made), {made[0].id: "https://files.test/1.png", made[1].id: "data:image/png;base64,xx"}
    )
    thumbnails = [part["media"]["url"] for part in parts(card) if part["type"] == THUMBNAIL]
    assert thumbnails == ["https://files.test/1.png"]


def test_removing_takes_a_second_press_on_the_same_asset():
    made = numbered(2)
    first = list_card(ENGLISH, page(*made), {})
    assert [button["custom_id"] for button in buttons(first)[:2]] == [
        REMOVE.encode(AssetOnPage(one.id, 1)) for one in made
    ]
    second = list_card(ENGLISH, page(*made), {}, made[1].id)
    assert labels(second)[:2] == ["Remove", "Yes, remove it"]
    assert buttons(second)[1]["custom_id"] == REMOVE_NOW.encode(AssetOnPage(made[1].id, 1))
    assert "no way to delete it" in words(second)
    assert "no way to delete it" not in words(first)


def test_pages_turn_both_ways_and_end():
    card = list_card(ENGLISH, page(ASSET, number=2, pages=3, total=1234), {})
    assert "1,234 assets · page 2 of 3" in words(card)
    assert [button["custom_id"] for button in buttons(card)[-2:]] == [ASSETS.encode(1), ASSETS.encode(3)]
    only = list_card(ENGLISH, page(ASSET), {})
    assert [button["label"] for button in buttons(only)] == ["Remove"]


def test_what_others_wrote_has_no_powers():
    evil = replace(ASSET, name=EVIL, provider_message=EVIL, stage=AssetStage.FAILED, asset_id=EVIL)
    character = replace(FOX, name=EVIL)
    cards = [
        list_card(ENGLISH, page(evil, **{FOX.id: character}), {}),
        asset_card(ENGLISH, evil),
        imported_card(ENGLISH, evil),
        character_card(ENGLISH, character),
    ]
    for card in cards:
        told = words(card)
        assert "`@everyone`" not in told
        assert "\u202e" not in told
        assert "\n# big" not in told
        assert told.count("`") % 2 == 0


def test_the_longest_list_fits():
    long = {"name": "\N{FOX FACE}" * 60, "provider_message": "x" * 5000, "asset_id": "y" * 500}
    made = numbered(MAX_SHOWN, **long, stage=AssetStage.FAILED)
    characters = {FOX.id: replace(FOX, name="\N{FOX FACE}" * 60, shared_in=9, real=True)}
    pictures = {one.id: "https://files.test/" + "p" * 2000 for one in made}
    card = list_card(ENGLISH, page(*made, number=9999, pages=10_000, total=50_000, **characters), pictures, made[0].id)
    assert_fits(card)


def test_a_choice_fits_and_tells_real_persons_apart():
    assert character_choice(ENGLISH, FOX) == "Fox"
    assert character_choice(ENGLISH, replace(FOX, real=True)) == "Fox · real person"
    assert len(character_choice(ENGLISH, replace(FOX, name="x" * 500, real=True))) == 100
