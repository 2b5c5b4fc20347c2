"""When the provider is asked next."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.toapis import polling
from bot.toapis.api_client import QUERIES_PER_SECOND, SUBMITS_PER_SECOND, bucket
from bot.toapis.polling import OPENS_AFTER, Breaker
from tests.toapis.fakes import FakeClock


class Middle(Random):
    """Dice that always fall in the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_the_first_question_comes_five_seconds_after_the_submit() -> None:
    assert 5.0 <= polling.first_wait(0.0, Random(1)) <= 6.0
    assert 2.0 <= polling.first_wait(3.0, Random(1)) <= 3.0
    assert 0.0 <= polling.first_wait(9899.0, Random(1)) <= 1.0


@pytest.mark.parametrize(
    ("age", "percent", "wait"),
    [
        (60.0, 50, 10.0),
        (30.0, 50, 10.0),
        (60.0, 80, 7.5),
        (90.0, 90, 5.0),
        (120.0, 10, 10.0),
        (20.0, None, 10.0),
        (20.0, 0, 10.0),
        (60.0, 100, 5.0),
        (1799.0, 50, 10.0),
        (1800.0, 99, 60.0),
        (3599.0, None, 60.0),
        (3600.0, 50, 300.0),
        (90000.0, None, 300.0),
    ],
)
def test_half_of_what_is_left_is_waited_but_ten_seconds_at_most_until_it_takes_long(age, percent, wait) -> None:
    assert polling.next_wait(age, percent, 1, Middle()) == pytest.approx(wait)


@pytest.mark.parametrize(("age", "wait"), [(3600.0, 10.0), (7200.0, 60.0), (14_400.0, 300.0)])
def test_a_task_that_is_expected_to_take_long_is_asked_often_for_longer(age, wait) -> None:
    assert polling.next_wait(age, None, 1, Middle(), overdue_after=14_000.0) == pytest.approx(wait)


def test_many_running_jobs_share_the_limit() -> None:
    assert polling.next_wait(60.0, 90, 4000, Middle()) == pytest.approx(100.0)


@given(st.floats(0, 1e6), st.none() | st.integers(0, 100), st.integers(0, 10_000), st.integers())
def test_no_task_is_asked_about_faster_than_every_five_seconds_nor_never(age, percent, running, seed) -> None:
    wait = polling.next_wait(age, percent, running, Random(seed))
    assert 5.0 <= wait <= max(300.0 * 1.15, running / 40)


@dataclass(frozen=True)
class Followed:
    """How many seconds after their ends 2000 tasks were known to have ended, and how often they were asked for."""

    late: list[float]
    questions: int

    def p95(self) -> float:
        return sorted(self.late)[len(self.late) * 95 // 100]


def linear(share: float) -> int:
    return int(share * 100)


def jumping(share: float) -> int:
    """Say 0, then 50, and then the end: what the provider really does for some models."""
    return 0 if share < 0.3 else 50


def simulate(next_wait: Callable[[float, int, Random], float], percent: Callable[[float], int]) -> Followed:
    """Follow tasks of one to five minutes, the provider's documented run, in fake time with seeded randomness."""
    rng, late, questions = Random(4711), [], 0
    for _ in range(2000):
        takes = rng.uniform(60.0, 300.0)
        age = polling.first_wait(0.0, rng)
        questions += 1
        while age < takes:
            age += next_wait(age, percent(age / takes), rng)
            questions += 1
        late.append(age - takes)
    return Followed(late, questions)


def ours(age: float, percent: int, rng: Random) -> float:
    return polling.next_wait(age, percent, 1, rng)


def every_ten_seconds(_age: float, _percent: int, rng: Random) -> float:
    return 10.0 * rng.uniform(0.85, 1.15)


@pytest.mark.parametrize(
    ("percent", "late", "p95", "asked"),
    [
        # (share of the fixed pace's mean lateness, of its 95th percentile, and of its questions: at the most)
        (linear, 0.55, 0.55, 1.10),
        (jumping, 1.05, 1.05, 1.05),
    ],
    ids=["linear", "jumping"],
)
def test_the_end_is_known_as_soon_as_with_ten_fixed_seconds_whatever_the_percent_does(
    percent, late, p95, asked
) -> None:
    followed, fixed = simulate(ours, percent), simulate(every_ten_seconds, percent)
    told = {
        "late": round(mean(followed.late), 2),
        "p95": round(followed.p95(), 2),
        "questions": followed.questions / 2000,
        "fixed late": round(mean(fixed.late), 2),
        "fixed p95": round(fixed.p95(), 2),
        "fixed questions": fixed.questions / 2000,
    }
    assert mean(followed.late) <= late * mean(fixed.late), told
    assert followed.p95() <= p95 * fixed.p95(), told
    assert followed.questions <= asked * fixed.questions, told
    assert max(followed.late) <= 11.5, told


@pytest.mark.parametrize("limit", [SUBMITS_PER_SECOND, QUERIES_PER_SECOND])
def test_no_second_sees_more_than_the_limit(limit) -> None:
    capacity, empties_in = bucket(limit)
    leak = capacity / empties_in
    assert leak == pytest.approx(0.8 * limit)
    assert capacity + leak <= limit + 1e-9
    assert capacity >= 1 - 1e-9


def failing(breaker: Breaker, times: int = OPENS_AFTER) -> None:
    for _ in range(times):
        breaker.failed()


async def test_a_closed_breaker_costs_nothing() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker, OPENS_AFTER - 1)
    async with breaker.permit():
        assert clock.slept == []
    assert not breaker.is_down


async def test_one_at_a_time_looks_whether_the_provider_is_back() -> None:
    clock, inside, maximum = FakeClock(), 0, 0
    breaker = Breaker(clock, Random(1))
    failing(breaker)

    async def ask() -> None:
        nonlocal inside, maximum
        async with breaker.permit():
            inside += 1
            maximum = max(maximum, inside)
            for _ in range(5):
                await asyncio.sleep(0)
            inside -= 1
            breaker.failed()

    await asyncio.gather(*(ask() for _ in range(6)))
    assert maximum == 1
    assert len(clock.slept) == 6
    assert clock.slept[0] == 5.0
    assert clock.slept[-1] > 25


async def test_an_answer_lets_everyone_through() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker)
    assert breaker.failing_since == clock.time
    together = asyncio.Barrier(5)

    async def ask(*, first: bool) -> None:
        async with breaker.permit():
            if first:
                breaker.succeeded()
            else:
                await together.wait()  # all inside at once, or none goes on

    await asyncio.gather(ask(first=True), *(ask(first=False) for _ in range(5)))
    assert len(clock.slept) == 1
    assert not breaker.is_open()
    assert breaker.failing_since is None


async def test_a_probe_that_is_cancelled_leaves_the_breaker_to_the_next() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    failing(breaker)
    entered, done = asyncio.Event(), asyncio.Event()

    async def hang() -> None:
        async with breaker.permit():
            entered.set()
            await asyncio.Event().wait()

    async def ask() -> None:
        async with breaker.permit():
            done.set()

    probe = asyncio.create_task(hang())
    await entered.wait()
    follower = asyncio.create_task(ask())
    probe.cancel()
    await asyncio.wait([probe, follower])
    assert done.is_set()


async def test_a_pause_that_the_provider_asks_for_holds_for_all() -> None:
    clock = FakeClock()
    breaker = Breaker(clock, Random(1))
    breaker.pause(40.0)
    assert breaker.is_open()
    assert not breaker.is_down
    async with breaker.permit():
        assert 40.0 <= clock.slept[0] <= 44.0
    async with breaker.permit():
        assert len(clock.slept) == 1
