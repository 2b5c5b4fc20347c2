"""Which route comes next."""

import pytest

from bot.discord_limits import TOKEN_SECONDS, TOKEN_USE_SECONDS
from bot.domain.reply import Route
from bot.studio.delivery import routes
from tests.studio.fakes import LIMITS, START, job, reply

YOUNG, OLD = START + 60, START + TOKEN_USE_SECONDS


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, YOUNG, [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT]),
        ({}, OLD, [Route.BOT, Route.CHANNEL, Route.DIRECT]),
        ({"token": None}, YOUNG, [Route.BOT, Route.CHANNEL, Route.DIRECT]),
        ({"message_id": None}, OLD, [Route.CHANNEL, Route.DIRECT]),
        ({"private": True}, YOUNG, [Route.TOKEN, Route.FOLLOW_UP, Route.DIRECT]),
        ({"private": True}, OLD, [Route.DIRECT]),
        ({"bot_reaches": False}, YOUNG, [Route.TOKEN, Route.FOLLOW_UP, Route.DIRECT]),
        ({"attach_files": False}, YOUNG, [Route.TOKEN, Route.BOT, Route.FOLLOW_UP, Route.DIRECT]),
        ({"send_messages": False}, OLD, [Route.BOT, Route.DIRECT]),
    ],
)
def test_the_routes_of_a_reply(changes: dict[str, object], now: float, expected: list[Route]) -> None:
    assert list(reply(**changes).routes(now, TOKEN_USE_SECONDS)) == expected


def test_every_closed_route_leads_to_the_next_and_then_to_none() -> None:
    closed: set[Route] = set()
    seen = []
    while route := routes.next_route(reply(), closed, YOUNG, LIMITS):
        seen.append(route)
        closed.add(route)
    assert seen == [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT]


def test_what_a_moderator_deleted_never_goes_into_the_channel_again() -> None:
    assert routes.next_route(reply(), routes.closed_by_deletion(), YOUNG, LIMITS) is Route.DIRECT


def test_a_restart_does_not_go_back() -> None:
    assert routes.next_route(reply(), routes.closed_before(Route.CHANNEL), YOUNG, LIMITS) is Route.CHANNEL


def test_nobody_can_look_at_a_private_reply_whose_token_died() -> None:
    private = job(reply=reply(private=True))
    attempt = routes.plan_attempt(private, Route.TOKEN, variant=None, now=YOUNG)
    assert routes.can_search(private, attempt, YOUNG, LIMITS)
    assert not routes.can_search(private, attempt, OLD, LIMITS)


def test_each_new_message_has_a_nonce_of_its_own_that_discord_takes() -> None:
    attempts = [routes.plan_attempt(job(), route, variant=None, now=YOUNG) for route in (Route.CHANNEL, Route.DIRECT)]
    assert len({attempt.nonce for attempt in attempts}) == 2
    assert all(len(attempt.nonce) <= 25 for attempt in attempts)


def test_a_token_is_used_for_a_minute_less_than_discord_lets_it_live():
    assert TOKEN_USE_SECONDS + 60 == TOKEN_SECONDS
