"""A page of a search: how far it came, and where its buttons lead."""

from dataclasses import replace

import pytest

from bot.studio.ports.pages import Place
from bot.ui import custom_ids
from bot.ui.custom_ids import HistoryPage, OlderPage
from tests.ui.drawn import buttons, labels, parts
from tests.ui.jobs import NOW, PLAIN
from tests.ui.test_job_lists import history, page_of, select

NEWER_END, OLDER_END = Place("n" * 20, NOW - 86_400), Place("o" * 20, NOW - 2 * 86_400)
TO_NEWER, TO_OLDER = f"before <t:{int(NOW) - 86_400}:f>", f"searched back to <t:{int(NOW) - 2 * 86_400}:f>"


def searched(*jobs, before=None, to=None, **counts):
    return replace(page_of(*jobs, **counts), before=before, searched_to=to)


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (searched(PLAIN, to=OLDER_END), f"1 video matches `fox` so far · {TO_OLDER} · page 1"),
        (searched(PLAIN, total=9, pages=2, to=OLDER_END), f"9 videos match `fox` so far · {TO_OLDER} · page 1"),
        (searched(PLAIN, before=NEWER_END), f"1 video matches `fox` · {TO_NEWER} · page 1 of 1"),
        (
            searched(PLAIN, before=NEWER_END, to=OLDER_END),
            f"1 video matches `fox` so far · {TO_NEWER} · {TO_OLDER} · page 1",
        ),
        (searched(to=OLDER_END), f"No videos match `fox` so far.\n-# {TO_OLDER}"),
        (searched(before=NEWER_END, to=OLDER_END), f"No videos match `fox` so far.\n-# {TO_NEWER} · {TO_OLDER}"),
        (searched(before=NEWER_END), f"No older videos match `fox`.\n-# {TO_NEWER}"),
    ],
)
def test_a_search_that_has_not_come_to_the_oldest_says_how_far_it_came(page, said):
    title, *_ = [part["content"] for part in parts(history(page, "fox")) if "content" in part]
    assert title.removeprefix("### Your history\n").removeprefix("-# ") == said


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (searched(PLAIN, to=OLDER_END), ["Search older"]),
        (searched(to=OLDER_END), ["Search older"]),
        (searched(PLAIN, total=9, pages=2, to=OLDER_END), ["Newer", "Older"]),
        (searched(PLAIN, total=9, pages=2, number=2, to=OLDER_END), ["Newer", "Search older"]),
        (searched(before=NEWER_END, to=OLDER_END), ["Back to newest", "Search older"]),
        (searched(before=NEWER_END), ["Back to newest"]),
        (searched(PLAIN, total=9, pages=2, before=NEWER_END), ["Back to newest", "Older"]),
        (searched(PLAIN, total=9, pages=2, number=2, before=NEWER_END), ["Newer", "Older"]),
    ],
)
def test_its_buttons_lead_on_and_back(page, expected):
    card = history(page, "fox")
    assert labels(card) == expected
    older, back = OlderPage(NEWER_END.job_id, 1, "fox"), HistoryPage(7, 1, "fox")
    for label, button in zip(expected, buttons(card), strict=True):
        found = custom_ids.OLDER.decode(button["custom_id"]) or custom_ids.HISTORY.decode(button["custom_id"])
        number = page.number + (label == "Older") - (label == "Newer")
        assert found == {
            "Search older": OlderPage(OLDER_END.job_id, 1, "fox"),
            "Back to newest": back,
        }.get(label, replace(older if page.before else back, number=number))
    if page.before and page.jobs:
        assert custom_ids.OPEN_OLDER.decode(select(card)["custom_id"]) == replace(older, number=page.number)
