"""Names of characters and assets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.asset_problems import NameInvalid
from bot.domain.assets import MAX_NAME
from bot.domain.errors import Refusal
from bot.domain.naming import fit_name, name_of_file, numbered


def shrunk(user_input: str) -> str | None:
    try:
        return fit_name(user_input)
    except Refusal:
        return None


@given(st.text(max_size=80))
def test_a_name_is_one_visible_line_or_refused(user_input):
    name = shrunk(user_input)
    if name is None:
        assert len(user_input) > MAX_NAME or not any(char.isprintable() and char != " " for char in user_input)
    else:
        assert 1 <= len(name) <= MAX_NAME
        assert name == fit_name(name)
        assert all(char.isprintable() or char in "\u200c\u200d" for char in name)
        assert "  " not in name


@pytest.mark.parametrize("user_input", ["", " \n\t", "\u200b\u202e", "\u200d"])
def test_what_shows_nothing_is_no_name(user_input):
    with pytest.raises(Refusal):
        fit_name(user_input)


def test_the_limit_is_sixty():
    assert fit_name(" " + "x" * 60 + "\n") == "x" * 60
    with pytest.raises(Refusal) as caught:
        fit_name("x" * 61)
    assert caught.value.problem == NameInvalid(61, 60)


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
    assert len(other) <= MAX_NAME
    assert other != name
