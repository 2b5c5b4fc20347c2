"""Cards of several takes: how each stands, the buttons that are of one of them, and that it all fits."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.money import Price
from bot.domain.progress import Forecast
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.domain.takes import numbered, to_post, to_show, to_tell_of
from bot.ui.clip_links import Attachment
from bot.ui.job_cards import job_card
from tests.languages import ENGLISH
from tests.storage.samples import NOW, job, steps_to
from tests.ui.drawn import assert_fits, buttons, labels, words
from tests.ui.jobs import any_forecast, any_job


def takes(*stages, **fields):
    made = numbered([steps_to(job(price=Price(100_000, "USD")), stage)[-1] for stage in stages])
    return [replace(each, **fields) if each.stage is Stage.READY else each for each in made]


def drawn(shown, clip=None, forecast=None):
    return job_card(ENGLISH, shown, forecast or Forecast(), NOW, clip=clip, route=Route.TOKEN if clip else None)


def test_while_they_are_made_each_has_a_line_and_what_waits_can_be_cancelled():
    card = drawn(to_show(takes(Stage.READY, Stage.FAILED, Stage.WAITING, Stage.RENDERING, clip_bytes=5)))
    said = words(card)
    assert "1 of 4 ready" in said
    assert "**1** · Ready" in said
    assert "**2** · Failed · " in said
    assert "4 takes · " in said
    assert "$0.30" in said  # what failed costs nothing
    assert labels(card) == ["Cancel"]


@pytest.mark.parametrize("last", [Stage.WAITING, Stage.RENDERING])
def test_those_that_are_ready_can_be_kept_only_once_they_are_posted(last):
    made = takes(Stage.READY, Stage.READY, last, clip_bytes=5)
    assert labels(drawn(to_show(made))) == (["Cancel"] if last is Stage.WAITING else [])
    ready = takes(Stage.READY, Stage.READY, clip_bytes=5)
    assert labels(drawn(to_show(ready))) == []


def test_the_id_on_their_card_stays_that_of_the_first_whichever_is_drawn():
    for stages in ((Stage.READY, Stage.RENDERING, Stage.WAITING), (Stage.WAITING, Stage.WAITING)):
        made = takes(*stages, clip_bytes=5)
        assert f"#{made[0].short}" in words(drawn(to_show(made)))


def test_a_message_with_several_says_only_what_is_not_in_it():
    first, second, third = takes(Stage.READY, Stage.READY, Stage.FAILED, clip_bytes=9_000_000)
    shown = to_post([first, second, third]).delivered(4, NOW)
    card = drawn(shown, Attachment(shown.clip_name))
    said = words(card)
    assert "2 of 3 ready" in said
    assert "**1**" not in said
    assert "**3** · Failed" in said
    assert labels(card) == ["Keep 1", "Keep 2", "Again", "Edit"]


def remembered(card):
    return [each["custom_id"].split(":", 1)[1].rpartition(":")[0] for each in buttons(card)]


def test_a_message_with_several_and_where_all_failed_makes_as_many_again():
    shown = to_post(takes(Stage.READY, Stage.READY, Stage.FAILED, clip_bytes=5)).delivered(4, NOW)
    assert remembered(drawn(shown, Attachment(shown.clip_name))) == ["keep", "keep", "again:takes", "edit:takes"]
    failed = to_tell_of([replace(each, reason=Reason.GENERATION) for each in takes(Stage.FAILED, Stage.FAILED)])
    assert remembered(drawn(failed)) == ["again:takes", "edit:takes"]
    # What was made alone, or is left alone, is made alone again.
    one = to_post(takes(Stage.READY, Stage.FAILED, clip_bytes=5)).delivered(4, NOW)
    assert remembered(drawn(one, Attachment(one.clip_name)))[:2] == ["again", "edit"]
    assert remembered(drawn(replace(shown, group=(), chosen=1), Attachment(shown.clip_name)))[:2] == ["again", "edit"]


@pytest.mark.parametrize("others", [(Stage.READY, Stage.READY), (Stage.READY,), (Stage.FAILED,), (Stage.HELD,)])
def test_a_take_whose_end_was_unclear_can_be_tried_again_beside_the_others(others):
    *made, last = takes(*others, Stage.FAILED, clip_bytes=5)
    made = [replace(each, reason=Reason.GENERATION) if each.stage is Stage.FAILED else each for each in made]
    all_takes = [*made, replace(last, reason=Reason.UNCLEAR)]
    posted = to_post(all_takes)
    shown = to_tell_of(all_takes) if posted is None else posted.delivered(4, NOW)
    card = drawn(shown, None if posted is None else Attachment(shown.clip_name))
    assert f"seedreel:retry:{last.id}" in [each["custom_id"] for each in buttons(card)]
    assert f"Try take {last.take} again (may cost twice)" in labels(card)
    assert labels(card).count("Try again (may cost twice)") == 0
    # Not before all have ended.
    running = to_show([*all_takes[:-1], replace(last, stage=Stage.RENDERING), all_takes[-1]])
    assert "Try take" not in "".join(labels(drawn(running)))


def test_of_one_alone_there_is_nothing_to_keep():
    shown = to_post(takes(Stage.READY, Stage.FAILED, clip_bytes=5)).delivered(4, NOW)
    assert "Keep" not in "".join(labels(drawn(shown, Attachment(shown.clip_name))))


def test_held_takes_are_got_one_by_one():
    assert labels(drawn(to_tell_of(takes(Stage.HELD, Stage.HELD))))[:2] == ["Get take 1", "Get take 2"]


@settings(max_examples=40, deadline=None)
@given(
    made=st.lists(any_job, min_size=2, max_size=4),
    stage=st.sampled_from((Stage.FAILED, Stage.HELD, Stage.READY, Stage.RENDERING)),
    reason=st.sampled_from(Reason),
    forecast=any_forecast,
)
def test_whatever_becomes_of_four_their_card_fits(made, stage, reason, forecast):
    of_one = numbered([replace(each, id=str(at) * 20, stage=stage, reason=reason) for at, each in enumerate(made)])
    assert_fits(drawn(to_show(of_one), forecast=forecast))
    if stage is Stage.READY and (shown := to_post(of_one)) is not None:
        assert_fits(drawn(shown.delivered(4, NOW), Attachment(shown.clip_name)))
