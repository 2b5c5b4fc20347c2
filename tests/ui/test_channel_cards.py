"""What is said of the bot's permissions in a channel, and of what Discord took there."""

from dataclasses import replace

import pytest

from bot.domain.self_test import ReplyForm, TriedForm
from bot.ui.channel_cards import ChannelRights, UploadForm, rights_card, self_test_card
from bot.ui.language import Language
from sandbox.discord.modal_form import check_modal
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, labels, words

ALL = ChannelRights(
    view=True, send=True, attach_files=True, read_history=True, connect=None, in_thread=False, limit=10 * 1024 * 1024
)
FIX = "channel's settings > **Permissions**"


@pytest.mark.parametrize(
    ("changes", "missing", "sentence"),
    [
        ({}, [], "Nothing is missing"),
        ({"connect": True}, [], "Nothing is missing"),
        ({"attach_files": False}, ["Attach Files"], "a video that takes longer may come as a direct message"),
        ({"view": False}, ["View Channel"], "a video that takes longer comes as a direct message"),
        ({"send": False}, ["Send Messages"], "I ping members of late videos in a direct message"),
        ({"send": False, "in_thread": True}, ["Send Messages in Threads"], "a thread is archived"),
        ({"read_history": False}, ["Read Message History"], "my pings don't link to the video"),
        ({"connect": False}, ["Connect"], "voice channel"),
        ({"view": False, "send": False, "attach_files": False}, ["View Channel", "Send Messages", "Attach Files"], FIX),
    ],
)
def test_each_permission_is_listed_with_what_follows_from_it(changes: dict, missing: list[str], sentence: str) -> None:
    card = rights_card(ENGLISH, replace(ALL, **changes))
    told = words(card)
    assert_fits(card)
    assert [name for name in missing if f"❌ **{name}** ·" not in told] == []
    assert told.count("❌") == len(missing)
    assert sentence in told
    assert (FIX in told) is bool(missing)
    assert "10 MB" in told
    assert "Server Settings > Integrations" in told
    assert "Embed Links" not in told


def test_a_test_names_what_discord_answered_and_goes_on_with_a_button() -> None:
    tried = [TriedForm(form) for form in ReplyForm]
    good = self_test_card(ENGLISH, tried, 1001)
    assert_fits(good)
    assert words(good).count("✅") == len(ReplyForm)
    assert "Discord accepted everything" in words(good)
    assert labels(good) == ["Test a form and a public answer"]
    bad = self_test_card(ENGLISH, [replace(each, problem="403/50013 " + "x" * 300) for each in tried])
    assert_fits(bad)
    assert words(bad).count("❌") == words(bad).count("403/50013") == len(ReplyForm)
    assert labels(bad) == []


def test_its_form_is_one_that_discord_takes() -> None:
    language: Language = ENGLISH
    check_modal(UploadForm(language, 1001).to_dict())
