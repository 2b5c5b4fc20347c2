"""What can be made of a finished video, on its card and in the forms, and what is said of where it comes from."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.chain import NextStep, Operation
from bot.domain.drafts import Draft
from bot.domain.models import AUTOMATIC, Dialect, Model
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.prices import PriceList, Rate
from bot.domain.progress import Forecast
from bot.domain.reply import PublicMessage
from bot.domain.request import asked_again
from bot.domain.stages import Stage
from bot.toapis.model_table import catalogue
from bot.ui.chain_texts import STEPS
from bot.ui.choices import added_lengths
from bot.ui.clip_links import Attachment
from bot.ui.form import SentForm
from bot.ui.job_cards import job_card, status_card
from bot.ui.next_forms import NextForm, step_input_of
from bot.ui.price_cards import confirm_card
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, labels, parts, words
from tests.ui.jobs import JOB_ID, NOW, REPLY, REQUEST, a_job, any_forecast, any_job

SELECT = 3
CLIP = Attachment(f"seedreel-{JOB_ID}.mp4")
ALL = tuple(NextStep)
OFFERED = catalogue(Dialect.VIDEOS)
NEWEST = replace(REQUEST, model=Model.SEEDANCE_2_5)


@given(any_job, any_forecast, st.sets(st.sampled_from(NextStep)))
def test_any_card_with_what_comes_next_fits(job, forecast, steps):
    assert_fits(job_card(ENGLISH, job, forecast, NOW, clip=CLIP, steps=tuple(steps)))
    assert_fits(status_card(ENGLISH, job, forecast, NOW, True, starred=False, steps=tuple(steps)))


def test_share_comes_after_three_and_the_rest_is_in_the_select():
    private = a_job(Stage.DELIVERED, reply=replace(REPLY, private=True))
    card = job_card(ENGLISH, private, Forecast(), NOW, clip=CLIP, steps=ALL)
    assert labels(card) == ["Again", "Edit", "Extend", "Share"]
    [select] = [part for part in parts(card) if part["type"] == SELECT]
    assert [option["label"] for option in select["options"]] == ["Change", "Continue", "Finish"]


@pytest.mark.parametrize(
    ("step", "own", "others"),
    [
        (NextStep.EXTEND, "Continues an earlier video", "Continues <@9>'s video"),
        (NextStep.CHANGE, "Changed from an earlier video", "Changed from <@9>'s video"),
        (NextStep.CONTINUE, "from the last frame of an earlier one", "from the last frame of <@9>'s video"),
        (NextStep.FINISH, "A new rendering of an earlier video", "A new rendering of <@9>'s video"),
    ],
)
def test_a_card_says_of_what_it_is_which_part_and_links_to_what_all_see(step, own, others):
    linked = PublicMessage(33, 22, 44)
    for user_id, said in ((7, own), (9, others)):
        job = a_job(Stage.RENDERING, origin=Origin(user_id, linked, step=step), part=3)
        for card in (job_card(ENGLISH, job, Forecast(), NOW), status_card(ENGLISH, job, Forecast(), NOW, False)):
            line = words(card).splitlines()[1]
            assert "Part 3 · " in line
            assert said in line
            assert line.endswith("[Jump to message](https://discord.com/channels/33/22/44)")
        # Where that is asked for, it is known how many there are by now.
        counted = words(status_card(ENGLISH, job, Forecast(), NOW, has_clip=False, parts=5)).splitlines()[1]
        assert counted.startswith("Part 3 of 5 · ")
    alone = a_job(Stage.RENDERING, origin=Origin(7, step=step))
    assert "Part" not in words(job_card(ENGLISH, alone, Forecast(), NOW))
    first = words(status_card(ENGLISH, a_job(Stage.DELIVERED), Forecast(), NOW, has_clip=True, parts=2))
    assert first.splitlines()[1] == "Part 1 of 2"


def test_a_form_asks_for_the_seconds_to_add_with_the_price_of_the_whole():
    prices = PriceList("USD", {(Model.SEEDANCE_2_5, None): Rate(150_000)})
    job = a_job(Stage.DELIVERED, request=NEWEST, charged=4)
    form = NextForm(ENGLISH, job, NextStep.EXTEND, OFFERED, prices).to_dict()
    assert form["custom_id"] == STEPS[NextStep.EXTEND].encode(JOB_ID)
    _, added = [label["component"] for label in form["components"]]
    assert form["components"][1]["description"] == "The whole new video is charged, not only what you add"
    options = added["options"]
    assert [int(option["value"]) for option in options] == [*range(1, 25), 26]
    assert [option["value"] for option in options if option.get("default")] == ["5"]
    assert "$1.35" in options[4]["description"]
    [_] = NextForm(ENGLISH, job, NextStep.CHANGE, OFFERED, prices).to_dict()["components"]
    _, lengths = NextForm(ENGLISH, job, NextStep.CONTINUE, OFFERED, prices).to_dict()["components"]
    assert len(lengths["component"]["options"]) <= 25


@pytest.mark.parametrize("left", [1, 5, 25, 26])
def test_lengths_that_can_be_added_fit_a_select_and_end_with_the_longest(left):
    lengths = added_lengths(left)
    assert len(lengths) <= 25
    assert (lengths[0], lengths[-1]) == (1, left)
    assert lengths == sorted(set(lengths))


@pytest.mark.parametrize("added", ["0", "-1", "many", ""])
def test_a_form_of_another_version_is_not_guessed_at(added):
    form = SentForm({"prompt": "on"}, {"added": [added]})
    with pytest.raises(ValueError, match=r"nothing is added|invalid literal"):
        step_input_of(form, NextStep.EXTEND)


@pytest.mark.parametrize(("seconds", "said"), [(5, "about $0.50"), (0, "up to $0.50")])
def test_what_a_changed_video_costs_is_expected_until_it_is_there(seconds, said):
    changed, price = replace(NEWEST, operation=Operation.EDIT, duration=AUTOMATIC), Price(500_000, "USD")
    draft = Draft("d" * 20, 7, NOW, asked_again(changed, OFFERED), parent_seconds=seconds)
    assert labels(confirm_card(ENGLISH, draft, price))[0] == f"Make it for {said}"
    running = a_job(Stage.RENDERING, request=changed, parent_seconds=seconds, price=price, charged=5)
    assert said in words(job_card(ENGLISH, running, Forecast(), NOW))
    there = job_card(ENGLISH, replace(running, stage=Stage.DELIVERED, clip_bytes=9), Forecast(), NOW, clip=CLIP)
    assert f"5 seconds · {changed.ratio}" in words(there)
    assert said not in words(there)
