"""Names of characters and assets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asset_whys import NameUnfit
from bot.domain.assets import NAME_MOST
from bot.domain.errors import Refusal
from bot.domain.naming import fit_name, name_of_file, numbered


def fitted(typed: str) -> str | None:
    try:
        return fit_name(typed)
    except Refusal:
        return None


@given(st.text(max_size=80))
def test_a_name_is_one_visible_line_or_refused(typed):
    name = fitted(typed)
    if name is None:
        assert len(typed) > NAME_MOST or not any(char.isprintable() and char != " " for char in typed)
    else:
        assert 1 <= len(name) <= NAME_MOST
        assert name == fit_name(name)
        assert all(char.isprintable() or char in "\u200c\u200d" for char in name)
        assert "  " not in name


@pytest.mark.parametrize("typed", ["", " \n\t", "\u200b\u202e", "\u200d"])
def test_what_shows_nothing_is_no_name(typed):
    with pytest.raises(Refusal):
        fit_name(typed)


def test_the_limit_is_sixty():
    assert fit_name(" " + "x" * 60 + "\n") == "x" * 60
    with pytest.raises(Refusal) as caught:
        fit_name("x" * 61)
    assert caught.value.why == NameUnfit(61, 60)


def test_emoji_made_of_several_stay_whole():
    family = "\N{MAN}\u200d\N{WOMAN}\u200d\N{GIRL}"
    assert fit_name(f" {family} ") == family


@pytest.mark.parametrize(
    ("file_name", "name"),
    [
        ("red fox.png", "red fox"),
        ("archive.tar.gz", "archive.tar"),
        ("README", "README"),
        (".png", ".png"),
        ("\u202e.png", "image"),
        ("x" * 300 + ".png", "x" * 60),
    ],
)
def test_a_file_gives_its_name(file_name, name):
    assert name_of_file(file_name, "image") == name


@given(st.text(st.characters(categories=("L",)), min_size=1, max_size=60), st.integers(2, 99))
def test_a_number_at_the_end_keeps_it_short_enough(name, number):
    other = numbered(name, number)
    assert other.endswith(f" {number}")
    assert len(other) <= NAME_MOST
    assert other != name
