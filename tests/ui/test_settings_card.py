"""The card of `/settings`: what can be chosen, and what stands there now."""

from typing import Any

import pytest

from bot.discord_limits import MAX_CHOICES
from bot.domain.member_settings import NOTHING_SET, Defaults, MemberSettings, Setting
from bot.domain.models import Dialect, Model
from bot.toapis.model_table import catalogue
from bot.ui.components import Card
from bot.ui.settings_card import ANSWERS, UNSET, VIDEOS, defaults_line, settings_card
from tests.languages import ENGLISH, LANGUAGES
from tests.ui.drawn import parts, words

WIDE, NARROW = catalogue(Dialect.VIDEOS), catalogue(Dialect.VIDEO)


def selects(card: Card) -> dict[str, dict[str, Any]]:
    """List the selects of a card by the setting that each is for."""

    found = [part for part in parts(card) if part["type"] == 3]
    return {part["custom_id"].split(":")[2]: part for part in found}


def now(select: dict[str, Any]) -> list[str]:
    return [option["value"] for option in select["options"] if option.get("default")]


def test_each_setting_that_the_dialect_has_is_there_with_nothing_chosen() -> None:
    found = selects(settings_card(ENGLISH, NOTHING_SET, WIDE, LANGUAGES, VIDEOS))
    assert list(found) == ["model", "ratio", "duration", "resolution", "sound"]
    found |= selects(settings_card(ENGLISH, NOTHING_SET, WIDE, LANGUAGES, ANSWERS))
    # Where there is English alone, no language can be chosen.
    assert list(found)[5:] == ["private", "ping"]
    assert all(now(select) == [UNSET] for select in found.values())
    narrow = selects(settings_card(ENGLISH, NOTHING_SET, NARROW, LANGUAGES, VIDEOS))
    assert list(narrow) == ["model", "ratio", "duration"]


@pytest.mark.parametrize("model", [None, *WIDE.models])
@pytest.mark.parametrize("duration", [None, 0, 4, 17, 29, 99])
def test_no_select_has_more_choices_than_discord_takes_and_each_shows_what_is_set(
    model: Model | None, duration: int | None
) -> None:
    settings = MemberSettings(model=model, duration=duration)
    found = selects(settings_card(ENGLISH, settings, WIDE, LANGUAGES, VIDEOS))
    assert all(len(select["options"]) <= MAX_CHOICES for select in found.values())
    assert now(found["duration"]) == [UNSET if duration is None else str(duration)]
    assert now(found["model"]) == [model or UNSET]


def test_what_does_not_fit_is_said_on_the_card_and_on_a_video() -> None:
    settings = MemberSettings.read({"model": "seedance-2-fast", "resolution": "4k", "ping": "quiet", "private": "on"})
    card = settings_card(ENGLISH, settings, WIDE, LANGUAGES, VIDEOS)
    assert "**Resolution**\n-# This doesn't go with the rest, so it's skipped." in words(card)
    assert words(card).count("skipped") == 1
    assert now(selects(card)["resolution"]) == ["4k"]
    answers = selects(settings_card(ENGLISH, settings, WIDE, LANGUAGES, ANSWERS))
    assert (now(answers["ping"]), now(answers["private"])) == (["quiet"], ["on"])
    line = defaults_line(ENGLISH, Defaults((Setting.MODEL, Setting.SOUND), (Setting.RATIO,)))
    assert line == [
        "from `/settings`: Model and Sound",
        "skipped from `/settings`, as it doesn't fit here: Aspect ratio",
    ]
    assert defaults_line(ENGLISH, Defaults()) == []
