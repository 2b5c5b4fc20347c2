from dataclasses import dataclass, field

import aiohttp
import discord
import pytest

from bot.replies.api_errors import classify
from bot.studio.ports import CardRefused, Closed, NotNow, TooLarge, Unclear

NOW = 1_800_000_000.0
VIA = {"Via": "1.1 google"}


@dataclass
class Answer:
    """As much of an HTTP answer as the library's errors look at."""

    status: int
    reason: str = "reason"
    content_type: str = "application/json"
    headers: dict = field(default_factory=dict)


def refused(status, code=0, *, headers=None, content_type="application/json"):
    answer = Answer(status, headers=VIA | (headers or {}), content_type=content_type)
    return discord.HTTPException(answer, {"code": code, "message": "said"})


@pytest.mark.parametrize("code", [10003, 10004, 10013, 40094, 50001, 50007, 50013, 50083, 50278])
@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_closed_place_is_closed_whatever_the_status(status, code):
    outcome = classify(refused(status, code), NOW)
    assert isinstance(outcome, Closed)
    assert not outcome.message_gone


def test_a_deleted_message_is_gone():
    assert classify(refused(404, 10008), NOW) == Closed("404/10008 said", message_gone=True)


@pytest.mark.parametrize("error", [refused(400, 40005), refused(400, 50045), refused(413, content_type="text/html")])
def test_too_large_is_too_large(error):
    assert classify(error, NOW) == TooLarge()


@pytest.mark.parametrize("status", [401, 404])
def test_a_dead_token_is_closed(status):
    code = {401: 50027, 404: 10015}[status]
    assert isinstance(classify(refused(status, code), NOW, NOW - 900), Closed)


@pytest.mark.parametrize(("age", "kind"), [(1.0, NotNow), (11.0, Closed)])
def test_a_young_token_may_be_unknown_for_a_moment(age, kind):
    assert isinstance(classify(refused(404, 10015), NOW, NOW - age), kind)


def test_a_dead_token_is_dead_however_young():
    assert isinstance(classify(refused(401, 50027), NOW, NOW - 1), Closed)


@pytest.mark.parametrize("code", [20016, 20022, 20028, 30046])
def test_slow_down_waits(code):
    assert classify(refused(400, code, headers={"Retry-After": "7"}), NOW).after == 7.0


@pytest.mark.parametrize(
    ("headers", "after"),
    [
        ({"Retry-After": "12.5"}, 12.5),
        ({"Retry-After": "soon"}, 5.0),
        ({"Retry-After": "inf"}, 600.0),
        ({"Retry-After": "nan"}, 600.0),
        ({"Retry-After": "-3"}, 1.0),
        ({"X-RateLimit-Reset-After": "3"}, 3.0),
        ({}, 5.0),
    ],
)
def test_a_429_says_how_long(headers, after):
    assert classify(refused(429, headers=headers), NOW).after == after


def test_a_429_of_cloudflare_takes_minutes():
    error = discord.HTTPException(Answer(429, headers={"Retry-After": "1"}), {"code": 0, "message": ""})
    assert classify(error, NOW).after >= 120
    assert classify(error, NOW).everywhere
    assert not classify(refused(429), NOW).everywhere


def test_the_librarys_own_limit_is_not_now():
    assert classify(discord.RateLimited(40.0), NOW) == NotNow(40.0, "rate limited")


@pytest.mark.parametrize(("status", "code"), [(400, 0), (400, 50035), (403, 50035), (403, 160002), (403, 160009)])
def test_a_bad_form_and_any_other_400_is_about_the_form(status, code):
    outcome = classify(refused(status, code), NOW)
    assert isinstance(outcome, CardRefused)
    assert not outcome.blocked


@pytest.mark.parametrize("code", [20009, 200000, 240000])
@pytest.mark.parametrize("status", [400, 403])
def test_a_filter_of_the_place_blocks_what_is_said_and_closes_nothing(status, code):
    outcome = classify(refused(status, code), NOW)
    assert isinstance(outcome, CardRefused)
    assert outcome.blocked


@pytest.mark.parametrize("status", [400, 403, 429, 503])
def test_cloudflares_wall_says_nothing_of_a_channel_and_stands_before_everybody(status):
    assert classify(refused(status, 40333), NOW, NOW - 1) == NotNow(180.0, f"{status}/40333 said", everywhere=True)


@pytest.mark.parametrize("status", [401, 404])
def test_a_dead_token_closes_all_that_goes_through_it(status):
    assert classify(refused(status, {401: 50027, 404: 10015}[status]), NOW, NOW - 900).token_over
    assert not classify(refused(403, 50013), NOW, NOW - 900).token_over


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_page_from_in_between_is_not_discords_word(status):
    assert isinstance(classify(refused(status, content_type="text/html"), NOW), NotNow)


def test_an_unaccepted_key_of_the_bot_closes_nothing():
    assert isinstance(classify(refused(401), NOW), NotNow)
    assert classify(refused(401), NOW, NOW - 5).token_over
    assert not classify(refused(403), NOW, NOW - 5).token_over


@pytest.mark.parametrize(
    "error",
    [
        refused(500),
        refused(502, content_type="text/html"),
        refused(503),
        refused(408),
        TimeoutError(),
        ConnectionResetError(104, "reset"),
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        TypeError("string indices must be integers"),
        discord.InvalidData(),
    ],
    ids=repr,
)
def test_everything_else_is_unclear(error):
    assert isinstance(classify(error, NOW), Unclear)


def test_no_reason_names_a_url():
    error = aiohttp.InvalidURL("https://discord.com/api/webhooks/1/a-token/messages/@original")
    assert "a-token" not in classify(error, NOW).problem
