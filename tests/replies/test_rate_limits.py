"""The pace of calls, on a clock that is set by hand."""

from dataclasses import dataclass
from itertools import pairwise

import pytest

from bot.replies.discord_api import BOT_BURST, BOT_EVERY, RateLimit


@dataclass
class SetClock:
    """As much of a clock as a rate limit looks at."""

    at: float = 1000.0

    def now(self) -> float:
        return self.at

    def elapsed(self, since: float) -> float:
        return self.at - since


@pytest.fixture
def clock():
    return SetClock()


def test_a_few_come_at_once_and_the_others_one_after_another(clock):
    limit = RateLimit(clock, 3, 2.0)
    assert [limit.reserve() for _ in range(6)] == [0, 0, 0, 2, 4, 6]
    clock.at += 3
    assert limit.reserve() == 5
    assert not limit.idle
    clock.at += 100
    assert limit.idle
    assert [limit.reserve() for _ in range(4)] == [0, 0, 0, 2]


def test_edits_as_the_bot_are_at_most_twenty_a_second_after_the_first(clock):
    limit = RateLimit(clock, BOT_BURST, BOT_EVERY)
    waits = [limit.reserve() for _ in range(1000)]
    assert waits[:BOT_BURST] == [0.0] * BOT_BURST
    assert waits[-1] == pytest.approx((1000 - BOT_BURST) / 20)
    assert all(later - sooner == pytest.approx(1 / 20) for sooner, later in pairwise(waits[5:]))


def test_a_clock_that_was_set_back_keeps_nobody_waiting(clock):
    limit = RateLimit(clock, 1, 2.0)
    limit.reserve()
    clock.at -= 3600
    assert limit.reserve() == 0
    assert limit.reserve() == 2
