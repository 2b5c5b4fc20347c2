import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.ui.sanitize import NOTHING_VISIBLE, code_block, code_line, heading, is_all_of, visible_line
from tests.ui.jobs import nasty_texts

UNSEEN = {"Cc", "Cf", "Cs"}


@given(nasty_texts, st.integers(1, 2000))
def test_no_text_ends_its_block(text, maximum):
    shown = code_block(text, maximum)
    assert shown.startswith("```\n")
    assert shown.endswith("\n```")
    body = shown.removeprefix("```\n").removesuffix("\n```")
    assert "`" not in body
    assert len(body) <= max(maximum, len(NOTHING_VISIBLE)) + 1
    assert body.count("\n") < 12


@given(nasty_texts, st.integers(1, 500))
def test_no_text_ends_its_line(text, maximum):
    shown = code_line(text, maximum)
    assert shown[0] == shown[-1] == "`"
    assert "`" not in shown[1:-1]
    assert "\n" not in shown
    assert shown[1:-1].strip()


@given(nasty_texts, st.integers(10, 100))
def test_a_heading_is_one_line_of_plain_words(text, maximum):
    shown = heading(text, maximum)
    assert len(shown) <= maximum
    assert not set("*_~|<>[]\\@#`\n") & set(shown)
    assert "://" not in shown
    assert shown == shown.strip()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a fox in the snow", "a fox in the snow"),
        ("a fox, **running** <@7> @everyone", "a fox, running 7…"),
        ("a fox in the snow, at dawn", "a fox in the snow…"),
        ("a" * 30, "a" * 19 + "…"),
        ("雪の中の狐" * 6, ("雪の中の狐" * 4)[:19] + "…"),
        ("see https://evil.example or [it](https://evil.example)", "see or"),
        ("<>", ""),
        ("\u200d\u200d", ""),
    ],
)
def test_a_heading_ends_with_a_word(text, shown):
    assert heading(text, 20) == shown


def test_a_heading_that_leaves_something_out_is_not_all_of_a_text():
    assert is_all_of(heading("a fox\n in  the snow ", 20), "a fox\n in  the snow ")
    assert not is_all_of(heading("a *fox*", 20), "a *fox*")
    assert not is_all_of(heading("a fox in the snow, at dawn", 20), "a fox in the snow, at dawn")


@given(nasty_texts)
def test_nothing_unseen_is_left_but_joiners(text):
    left = {char for char in code_block(text, 2000) + visible_line(text, 100) if unicodedata.category(char) in UNSEEN}
    assert left <= {"\n", "\u200c", "\u200d"}


@pytest.mark.parametrize(
    "power", ["https://evil.example", "<t:0:R>", "</video:1>", "@everyone", "<@7>", "**bold**", "||spoiler||"]
)
def test_words_stay_and_stand_in_code(power):
    assert code_line(power, 100) == f"`{power}`"
    assert code_block(power, 100) == f"```\n{power}\n```"


def test_reordered_text_comes_out_in_its_real_order():
    assert code_line("abc\u202egpj.exe\u2066x", 100) == "`abcgpj.exex`"


def test_a_text_of_nothing_says_so():
    assert code_line("\u202e\u200b \n", 100) == f"`{NOTHING_VISIBLE}`"
    assert code_block("\u200d", 100) == f"```\n{NOTHING_VISIBLE}\n```"


def test_emoji_families_and_persian_stay_whole():
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    assert code_line(family, 100) == f"`{family}`"
    assert code_line("می\u200cخواهم", 100) == "`می\u200cخواهم`"


def test_a_long_text_ends_in_an_ellipsis():
    assert code_line("x" * 50, 10) == "`" + "x" * 9 + "…`"
    assert code_block("a\n" * 100, 1000).endswith("a…\n```")
