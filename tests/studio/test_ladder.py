"""Which rung comes next."""

import pytest

from bot.domain.reply import TOKEN_SECONDS, Rung
from bot.studio import ladder
from tests.studio.fakes import START, job, reply

YOUNG, OLD = START + 60, START + TOKEN_SECONDS


@pytest.mark.parametrize(
    ("changes", "now", "expected"),
    [
        ({}, YOUNG, [Rung.TOKEN, Rung.BOT, Rung.CHANNEL, Rung.FOLLOW_UP, Rung.DIRECT]),
        ({}, OLD, [Rung.BOT, Rung.CHANNEL, Rung.DIRECT]),
        ({"token": None}, YOUNG, [Rung.BOT, Rung.CHANNEL, Rung.DIRECT]),
        ({"message_id": None}, OLD, [Rung.CHANNEL, Rung.DIRECT]),
        ({"private": True}, YOUNG, [Rung.TOKEN, Rung.FOLLOW_UP, Rung.DIRECT]),
        ({"private": True}, OLD, [Rung.DIRECT]),
        ({"bot_reaches": False}, YOUNG, [Rung.TOKEN, Rung.FOLLOW_UP, Rung.DIRECT]),
        ({"attach_files": False}, YOUNG, [Rung.TOKEN, Rung.BOT, Rung.FOLLOW_UP, Rung.DIRECT]),
        ({"send_messages": False}, OLD, [Rung.BOT, Rung.DIRECT]),
    ],
)
def test_the_rungs_of_a_reply(changes: dict[str, object], now: float, expected: list[Rung]) -> None:
    assert list(reply(**changes).rungs(now)) == expected


def test_every_closed_rung_leads_to_the_next_and_then_to_none() -> None:
    closed: set[Rung] = set()
    seen = []
    while rung := ladder.next_rung(reply(), closed, YOUNG):
        seen.append(rung)
        closed.add(rung)
    assert seen == [Rung.TOKEN, Rung.BOT, Rung.CHANNEL, Rung.FOLLOW_UP, Rung.DIRECT]


def test_what_a_moderator_deleted_never_goes_into_the_channel_again() -> None:
    assert ladder.next_rung(reply(), ladder.closed_by_deletion(), YOUNG) is Rung.DIRECT


def test_a_restart_does_not_climb_back() -> None:
    assert ladder.next_rung(reply(), ladder.closed_before(Rung.CHANNEL), YOUNG) is Rung.CHANNEL


def test_nobody_can_look_at_a_private_reply_whose_token_died() -> None:
    private = job(reply=reply(private=True))
    drop = ladder.plan_drop(private, Rung.TOKEN, form=None, now=YOUNG)
    assert ladder.can_look(private, drop, YOUNG)
    assert not ladder.can_look(private, drop, OLD)


def test_each_new_message_has_a_nonce_of_its_own_that_discord_takes() -> None:
    drops = [ladder.plan_drop(job(), rung, form=None, now=YOUNG) for rung in (Rung.CHANNEL, Rung.DIRECT)]
    assert len({drop.nonce for drop in drops}) == 2
    assert all(len(drop.nonce) <= 25 for drop in drops)
