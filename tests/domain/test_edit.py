"""A prompt that is edited in a form which cannot hold all of it."""

import pytest

from bot.domain.edits import Edit
from bot.domain.models import Model, Ratio
from bot.domain.prompts import edited_prompt
from bot.domain.request import VideoRequest


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ("a fox", " a wolf\x00 ", "a wolf"),
        ("x" * 5000, "x" * 4000, "x" * 5000),
        ("x" * 5000, "x" * 3999, "x" * 3999),
        ("x" * 6001, "x" * 4000, "x" * 4000),
        (f"{'x' * 3999} y", "x" * 3999, f"{'x' * 3999} y"),
    ],
)
def test_a_prompt_longer_than_its_form_stays_whole_unless_it_was_changed(before: str, sent: str, after: str) -> None:
    assert edited_prompt(before, sent, 4000) == after
    edit = Edit(sent, Model.SEEDANCE_2, 5, Ratio.WIDE, shown=4000)
    assert edit.of(VideoRequest(before, Model.SEEDANCE_2, 5, Ratio.WIDE)).prompt == after
