"""The card of `/usage`: what was used in words, bars of limits, charts whose alt texts say the same."""

import re

import pytest

from bot.domain.limits import Measure, Scope
from bot.domain.usage import Amount, Picture, Standing, Usage, UsageReport, Used
from bot.ui import custom_ids
from bot.ui.usage_card import alt_text, picture_name, usage_card
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, labels, media, parts, words

GALLERY = 12
PNG = {Picture.MEMBERS: b"members", Picture.MODELS: b"models"}
MANAGER = (Scope.MEMBER, Scope.SERVER)


def used(user_id=101, ago=0, seconds=5, model="seedance-2", **amount):
    return Used(ago, user_id, model, Amount(1, seconds, **amount))


def card(*rows, scope=Scope.MEMBER, open_to=MANAGER, standings=(), pictures=PNG):
    report = UsageReport(scope, open_to, Usage.of(rows), standings, {} if scope is Scope.MEMBER else pictures)
    drawn = usage_card(ENGLISH, report)
    assert_fits(drawn)
    return drawn


def test_mine_says_what_i_used_and_what_is_left():
    standings = (
        Standing(Scope.MEMBER, Measure.AT_ONCE, 5, 2),
        Standing(Scope.MEMBER, Measure.DAY, 60, 15),
        Standing(Scope.MEMBER, Measure.MONTH, 20, 20, 1_800_000_000.7),
        Standing(Scope.SERVER, Measure.DAY, 1000, 10),
    )
    cost = {"priced": 1, "costs": {"USD": 1_250_000}}
    drawn = card(used(seconds=15, **cost), used(ago=3, **cost), standings=standings)
    assert words(drawn).splitlines() == [
        "### Your usage",
        "**Last 24 hours** · 15 seconds · $1.25 · 1 video",
        "▰▰▱▱▱▱▱▱\N{NO-BREAK SPACE}25% · 45 seconds left of 60 seconds",
        "▰▱▱▱▱▱▱▱\N{NO-BREAK SPACE}1% · 990 seconds left of 1,000 seconds",
        "-# for everyone in the server together",
        "**Last 30 days** · 20 seconds · $2.50 · 2 videos",
        "▰▰▰▰▰▰▰▰\N{NO-BREAK SPACE}100% · nothing left of 20 seconds, free again <t:1800000000:R>",
        "**In progress** · 2 of 5 videos",
    ]
    assert labels(drawn) == ["Refresh", "Server's usage"]
    assert media(drawn) == []


def test_who_used_nothing_reads_so():
    assert words(card(open_to=(Scope.MEMBER,))).splitlines()[1:] == [
        "**Last 24 hours** · nothing yet",
        "**Last 30 days** · nothing yet",
    ]


def test_what_was_forgotten_is_in_the_sums_and_said_to_its_member_alone():
    of_both = used(seconds=4), used(user_id=-77, ago=3, seconds=6)
    said = words(card(*of_both, open_to=(Scope.MEMBER,))).splitlines()[1:]
    assert said == [
        "**Last 24 hours** · 4 seconds · 1 video",
        "**Last 30 days** · 10 seconds · 2 videos",
        "-# Includes 6 seconds of forgotten videos, which count against your limits for up to 30 days.",
    ]
    assert "forgotten videos" not in words(card(*of_both, scope=Scope.SERVER))


@pytest.mark.parametrize(("used_of_it", "is_said"), [(99, False), (100, True), (140, True)])
def test_a_member_reads_of_the_whole_bots_limit_only_where_it_is_used_up(used_of_it, is_said):
    total = Standing(Scope.TOTAL, Measure.DAY, 100, used_of_it)
    assert ("for everyone who uses the bot together" in words(card(standings=[total]))) is is_said
    shown = card(used(), scope=Scope.TOTAL, open_to=(Scope.MEMBER, Scope.TOTAL), standings=[total])
    assert f"{min(used_of_it, 100)}%" in words(shown)


def test_a_limit_of_nothing_is_used_up():
    assert "100% · nothing left of 0 seconds" in words(card(standings=[Standing(Scope.MEMBER, Measure.DAY, 0, 0)]))


def test_the_servers_lists_members_as_the_picture_numbers_them():
    rows = [used(user_id=1000 + at, seconds=100 - at) for at in range(9)]
    drawn = card(*rows, scope=Scope.SERVER)
    listed = re.findall(r"^\*\*(\d|\+)\*\* (\S.*?) · (\d+) seconds", words(drawn), re.MULTILINE)
    assert listed == [
        *((str(at + 1), f"<@{1000 + at}>", str(100 - at)) for at in range(6)),
        ("+", "3 more", str(94 + 93 + 92)),
    ]
    assert "**seedance-2** · 864 seconds · 9 videos" in words(drawn)
    assert media(drawn) == [f"attachment://{picture_name(about)}" for about in Picture]
    assert labels(drawn) == ["My usage", "Refresh"]


def test_without_a_picture_the_words_stay():
    drawn = card(used(), scope=Scope.SERVER, pictures={})
    assert media(drawn) == []
    assert "**1** <@101> · 5 seconds · 1 video" in words(drawn)


def test_alt_texts_say_what_the_pictures_show():
    rows = [used(seconds=40, ago=3), used(user_id=202, seconds=7, priced=1, costs={"EUR": 500_000})]
    usage = Usage.of(rows)
    assert alt_text(ENGLISH, usage, Picture.MEMBERS) == (
        "Seconds of video on each of 30 days, by member. 1: 40 seconds and 2: 7 seconds · €0.50. "
        "The most in 24 hours: 40 seconds, 3 days ago."
    )
    assert alt_text(ENGLISH, Usage.of(rows[1:]), Picture.MODELS) == (
        "Seconds of video on each of 30 days, by model. seedance-2: 7 seconds · €0.50. "
        "The most in 24 hours: 7 seconds · €0.50, in the last 24 hours."
    )
    [members, models] = [part for part in parts(card(*rows, scope=Scope.SERVER)) if part["type"] == GALLERY]
    assert members["items"][0]["description"] == alt_text(ENGLISH, usage, Picture.MEMBERS)
    assert models["items"][0]["description"] == alt_text(ENGLISH, usage, Picture.MODELS)


def test_a_price_that_is_not_known_for_all_is_at_least_that():
    rows = [used(), used(priced=1, costs={"USD": 2_000_000, "EUR": 1_000_000})]
    assert "10 seconds · at least €1.00 and $2.00 · 2 videos" in words(card(*rows))


def test_the_largest_card_fits():
    rows = [
        used(2**64 - 1 - at, at % 30, 10**9, f"{'m' * 30}{at}", priced=1, costs={"USD": 10**17, "EUR": 10**17})
        for at in range(60)
    ]
    measures = [Standing(scope, measure, 10**9, 10**9, 1e10) for scope in Scope for measure in Measure]
    drawn = card(*rows, scope=Scope.TOTAL, open_to=(*MANAGER, Scope.TOTAL), standings=measures)
    assert all(len(item["description"]) <= 1024 for part in parts(drawn) for item in part.get("items", []))


def test_a_button_remembers_whose_usage_it_shows():
    for scope in (*MANAGER, Scope.TOTAL):
        assert custom_ids.USAGE.decode(custom_ids.USAGE.encode(scope)) is scope
    assert custom_ids.USAGE.decode("seedreel:usage:role") is None
