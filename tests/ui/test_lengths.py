"""The lengths that a select or a list of suggestions can hold."""

from dataclasses import replace

import pytest

from bot.discord_limits import MAX_CHOICES
from bot.domain.models import AUTOMATIC, Dialect, Model
from bot.ui.choices import length_text, selectable_lengths
from tests.languages import ENGLISH
from tests.models import WIDEST, capability_of

NEWEST = capability_of(Model.SEEDANCE_2_5, Dialect.VIDEOS)


def test_what_fits_is_there_whole():
    assert selectable_lengths(capability_of(Model.SEEDANCE_2), 5) == list(range(4, 16))


@pytest.mark.parametrize("now", [AUTOMATIC, 4, 22, 23, 27, 29, 30])
def test_of_more_the_longer_ones_are_thinned_out_and_what_stands_there_now_stays(now):
    lengths = selectable_lengths(NEWEST, now)
    assert lengths == sorted({AUTOMATIC, *range(4, 23), 24, 26, 28, 30, now})
    assert len(lengths) <= MAX_CHOICES


@pytest.mark.parametrize("longest", range(20, 47))
@pytest.mark.parametrize("automatic", [False, True])
def test_a_select_never_has_more_than_discord_takes_nor_misses_the_shortest_and_the_longest(longest, automatic):
    capability = replace(NEWEST, seconds=range(4, longest + 1), automatic=automatic)
    for now in capability.seconds:
        lengths = selectable_lengths(capability, now)
        assert len(lengths) <= MAX_CHOICES
        assert {4, now, longest} <= set(lengths)
        assert (AUTOMATIC in lengths) is automatic


def test_what_the_model_does_not_make_is_not_offered():
    assert 31 not in selectable_lengths(NEWEST, 31)
    assert 17 in selectable_lengths(WIDEST, 5)


def test_lengths_are_named():
    assert [length_text(ENGLISH, each) for each in (AUTOMATIC, 1, 30)] == ["automatic length", "1 second", "30 seconds"]
