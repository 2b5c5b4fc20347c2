"""A refused request: its card, the form that fixes it, and what comes of the form."""

from dataclasses import replace

import pytest

from bot.domain.disk_problems import NoSpace
from bot.domain.drafts import MEDIA, MORE_IMAGES, Draft, in_order, wrong_fields
from bot.domain.errors import PromptEmpty, Refusal, SeedOutside, TooManyWaiting, Unsupported
from bot.domain.media import AttachmentInput, Role
from bot.domain.media_problems import (
    AssetUnknown,
    AudioAlone,
    FramesWithReferences,
    LastWithoutFirst,
    MediumBroken,
    MediumUnreachable,
    SearchWithMedia,
)
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.request import AssetInput, RequestDraft
from bot.domain.spending import MembershipNotKnown
from bot.toapis.model_table import catalogue
from bot.ui.fix_form import FixForm, fixed, refused_card
from bot.ui.form import SentForm
from sandbox.discord.modal_form import check_modal
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, labels, words
from tests.ui.test_problem_texts import ALL, OTHERS

FOX = AttachmentInput("https://cdn.example/fox.png", "fox.png", 9, Role.FIRST_FRAME, "image")
OWL = AttachmentInput("https://cdn.example/owl.png", "owl.png", 9, None, "reference")
KIRA = AssetInput("Kira", None, "asset")
ASKED = RequestDraft(
    "a fox", Model.SEEDANCE_2_FAST, 5, Ratio.WIDE, (FOX, OWL), (KIRA,), Resolution.UHD, True, 7, web_search=True
)
DRAFT = Draft("d" * 20, 1, 0.0, ASKED)
CATALOGUES = [catalogue(dialect) for dialect in Dialect]


def sent(**parts) -> SentForm:
    """Fill a form in: texts, lists of values, and files by the names of their fields."""
    values = {name: value for name, value in parts.items() if isinstance(value, list)}
    files = {name: value for name, value in parts.items() if isinstance(value, AttachmentInput)}
    values |= {name: [name] for name in files}
    typed = {name: value for name, value in parts.items() if isinstance(value, str)}
    return SentForm(typed, values, files, frozenset(parts))


@pytest.mark.parametrize("offered", CATALOGUES, ids=lambda offered: offered.dialect)
@pytest.mark.parametrize("problem", [*ALL, *OTHERS], ids=lambda problem: type(problem).__name__)
def test_discord_takes_the_form_for_every_problem(problem, offered):
    draft = replace(DRAFT, wrong=wrong_fields([problem]))
    form = FixForm(ENGLISH, draft, offered).to_dict()
    check_modal(form)
    assert form["custom_id"] == f"seedreel:fix:{DRAFT.id}"
    assert form["components"][0]["component"]["value"] == "a fox"


def test_four_fields_are_all_that_a_form_has():
    problems = [Unsupported("resolution", "4k"), SeedOutside(-1, 9), SearchWithMedia(), MediumBroken("reference")]
    wrong = wrong_fields([FramesWithReferences(), *problems, MediumBroken("image")])
    assert wrong == ("image", "resolution", "seed", "web_search", "reference", MEDIA)
    form = FixForm(ENGLISH, replace(DRAFT, wrong=wrong), CATALOGUES[1]).to_dict()
    check_modal(form)
    assert [row["component"]["custom_id"] for row in form["components"]] == ["prompt", *wrong[:4]]


def test_more_media_than_a_select_can_offer_make_a_form_all_the_same():
    files = tuple(replace(OWL, option=f"image {number}") for number in range(1, 16))
    assets = tuple(replace(KIRA, option=f"asset {number}") for number in range(1, 16))
    request = replace(ASKED, files=files, assets=assets)
    form = FixForm(ENGLISH, replace(DRAFT, request=request, wrong=(MEDIA,)), CATALOGUES[0]).to_dict()
    check_modal(form)
    select = form["components"][1]["component"]
    assert (len(select["options"]), select["max_values"]) == (25, 25)


def test_mistakes_come_in_the_order_of_the_options_and_limits_last():
    ordered = [
        PromptEmpty(), LastWithoutFirst(), Unsupported("duration", "9"), SearchWithMedia(), MediumBroken("reference_2"),
        MediumBroken("video 1"), AudioAlone(), AssetUnknown("x", "image_asset"), AssetUnknown("x", "asset_2"),
        TooManyWaiting(5),
    ]  # fmt: skip
    assert in_order(ordered[::-1]) == [*ordered[:5], AudioAlone(), MediumBroken("video 1"), *ordered[7:]]
    assert wrong_fields([TooManyWaiting(5), PromptEmpty()]) == ()


LAST = AttachmentInput("https://cdn.example/end.png", "end.png", 9, Role.LAST_FRAME, "last_frame")
LAST_ASSET = AssetInput("Kira", Role.LAST_FRAME, "last_frame_asset")
SOUND = AttachmentInput("https://cdn.example/rain.mp3", "rain.mp3", 9, None, "reference")


@pytest.mark.parametrize(
    ("problem", "asked", "files", "assets"),
    [
        (LastWithoutFirst(), "image", (LAST,), ()),
        (LastWithoutFirst(), "image", (), (LAST_ASSET,)),
        (AudioAlone(), MORE_IMAGES, (SOUND,), ()),
    ],
)
def test_what_lacks_another_medium_can_be_left_out(problem, asked, files, assets):
    alone = replace(ASKED, files=files, assets=assets)
    draft = replace(DRAFT, request=alone, wrong=wrong_fields([problem]))
    form = FixForm(ENGLISH, draft, CATALOGUES[0]).to_dict()
    check_modal(form)
    assert [row["component"]["custom_id"] for row in form["components"]] == ["prompt", asked, MEDIA]
    [option] = form["components"][2]["component"]["options"]
    assert (option["value"], option["default"]) == ((*files, *assets)[0].option, True)
    assert fixed(draft, sent(prompt="a fox", **{asked: [], MEDIA: [option["value"]]})) == draft
    left = fixed(draft, sent(prompt="a fox", **{asked: [], MEDIA: []}))
    assert left == replace(draft, request=replace(alone, files=(), assets=()))


def test_the_card_has_the_mistakes_the_prompt_and_the_button():
    card = refused_card(
        ENGLISH, replace(DRAFT, request=replace(ASKED, prompt="a `fox` \U0001f98a" * 500)), [*ALL, *OTHERS]
    )
    said = words(card)
    assert "Please fix these" in said
    assert "a ˋfoxˋ" in said
    assert_fits(card)
    assert labels(card) == ["Fix and try again"]
    assert "Everything else you entered is kept for an hour." in said


@pytest.mark.parametrize("problem", [TooManyWaiting(5), NoSpace(0), MembershipNotKnown(("Film Club",))])
def test_where_nothing_is_to_be_fixed_it_can_be_tried_again_as_it_is(problem):
    draft = replace(DRAFT, wrong=wrong_fields([problem]))
    card = refused_card(ENGLISH, draft, [problem])
    assert labels(card) == ["Try again"]
    said = words(card)
    assert "What you entered is kept for an hour." in said
    assert "else" not in said
    assert FixForm(ENGLISH, draft, CATALOGUES[0]).title == "Edit your request"


@pytest.mark.parametrize(
    ("parts", "changes"),
    [
        ({}, {}),
        ({"duration": ["9"]}, {"duration": 9}),
        ({"ratio": ["9:16"], "model": ["seedance-2"]}, {"ratio": Ratio.TALL, "model": Model.SEEDANCE_2}),
        ({"resolution": ["480p"]}, {"resolution": Resolution.P480}),
        ({"resolution": ["open"]}, {"resolution": None}),
        ({"seed": "12"}, {"seed": 12}),
        ({"seed": ""}, {"seed": None}),
        ({"seed": "often"}, {"seed": -1}),
        ({"sound": ["open"], "web_search": ["off"]}, {"sound": None, "web_search": False}),
        ({"sound": ["off"], "last_picture": ["on"]}, {"sound": False, "last_picture": True}),
        ({"image": []}, {"files": (OWL,)}),
        ({MEDIA: ["reference", "asset"]}, {"files": (OWL,)}),
        ({MEDIA: []}, {"files": (), "assets": ()}),
        ({"asset": "Kira"}, {}),
        ({"asset": "Owl"}, {"assets": (AssetInput("Owl", None, "asset"),)}),
        ({"asset": ""}, {"assets": ()}),
    ],
)
def test_what_is_filled_in_takes_the_place_of_what_was_wrong(parts, changes):
    assert fixed(DRAFT, sent(prompt="a fox", **parts)) == replace(DRAFT, request=replace(ASKED, **changes))


def test_media_beyond_what_a_select_holds_stay_and_can_be_left_out_in_the_next_form():
    files = tuple(replace(OWL, option=f"image {number}") for number in range(1, 16))
    assets = tuple(replace(KIRA, option=f"asset {number}") for number in range(1, 16))
    draft = replace(DRAFT, request=replace(ASKED, files=files, assets=assets), wrong=(MEDIA,))
    form = FixForm(ENGLISH, draft, CATALOGUES[0]).to_dict()
    check_modal(form)
    offered = [option["value"] for option in form["components"][1]["component"]["options"]]
    assert offered == [each.option for each in (*files, *assets[:10])]
    less = fixed(draft, sent(prompt="a fox", **{MEDIA: offered[:9]}))
    assert [each.option for each in (*less.request.files, *less.request.assets)] == [
        *(each.option for each in files[:9]), *(each.option for each in assets[10:]),
    ]  # fmt: skip
    check_modal(FixForm(ENGLISH, less, CATALOGUES[0]).to_dict())


def test_an_image_that_is_added_gets_a_name_that_no_asset_has():
    named = replace(DRAFT, request=replace(ASKED, files=(), assets=(replace(KIRA, option="image 1"),)))
    added = fixed(named, sent(prompt="a fox", **{MORE_IMAGES: OWL}))
    assert [each.option for each in (*added.request.files, *added.request.assets)] == ["image 2", "image 1"]


def test_a_file_takes_the_role_of_the_one_before_it_and_a_new_one_that_of_its_field():
    new = AttachmentInput("https://cdn.example/new.png", "new.png", 5)
    files = fixed(DRAFT, sent(prompt="a fox", image=new, last_frame=new, **{MORE_IMAGES: new})).request.files
    assert [(file.name, file.role, file.option) for file in files] == [
        ("owl.png", None, "reference"),
        ("new.png", Role.FIRST_FRAME, "image"),
        ("new.png", Role.LAST_FRAME, "last_frame"),
        ("new.png", Role.REFERENCE_IMAGE, "image 1"),
    ]


def test_a_file_that_is_named_and_not_there_is_refused():
    with pytest.raises(Refusal) as refused:
        fixed(DRAFT, sent(prompt="a fox", image=["5"]))
    assert refused.value.problem == MediumUnreachable("image")


def test_choices_of_another_version_are_no_form_of_ours():
    with pytest.raises(ValueError, match="sora"):
        fixed(DRAFT, sent(prompt="a fox", model=["sora"]))


@pytest.mark.parametrize("length", [4001, 6000, 6001])
def test_a_prompt_that_a_form_cannot_hold_stays_whole_while_it_is_allowed(length):
    whole = replace(DRAFT, request=replace(ASKED, prompt="x" * length))
    assert len(fixed(whole, sent(prompt="x" * 4000)).request.prompt) == (length if length <= 6000 else 4000)
    assert fixed(whole, sent(prompt="y")).request.prompt == "y"
