"""Hints: they wake a follower early, never too early, and nothing depends on them."""

import asyncio
from contextlib import aclosing
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Model
from bot.domain.pace import MIN_WAIT
from bot.domain.progress import TaskStatus
from bot.domain.run_lengths import RunLengths
from bot.toapis.hints import Hints
from bot.toapis.polling import Pace
from sandbox.clock import Clock
from tests.toapis.fakes import START, FakeClock, a_job, provider, scripted_server

NAMES = ("tsk_1", "k3f9a2")
WORKING = {"id": "tsk_1", "status": "in_progress", "progress": 40}
DONE = {"id": "tsk_1", "status": "completed", "result": {"data": [{"url": "https://files.example/a.mp4"}]}}


class MovedClock(FakeClock):
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        super().__init__()
        self._clock = Clock(START, speed=1e-6)

    def now(self) -> float:
        return self._clock.now()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        await self._clock.until(self.now() + seconds)

    async def passes(self, seconds: float) -> None:
        self._clock.advance(seconds)
        for _ in range(5):
            await asyncio.sleep(0)


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock()


@pytest.fixture
def hints(clock) -> Hints:
    return Hints(clock)


async def waiting(hints: Hints, clock: MovedClock, min_wait=5.0, max_wait=30.0) -> "asyncio.Task[bool]":
    task = asyncio.create_task(hints.wait(NAMES, min_wait, max_wait))
    await clock.passes(0)
    return task


async def test_without_a_hint_the_whole_wait_goes_by(hints, clock) -> None:
    wait = await waiting(hints, clock)
    await clock.passes(29.9)
    assert not wait.done()
    await clock.passes(0.2)
    assert wait.result() is False


@pytest.mark.parametrize("name", NAMES)
async def test_a_hint_ends_the_wait_by_either_name_but_not_before_the_pace_allows(hints, clock, name) -> None:
    wait = await waiting(hints, clock)
    await clock.passes(2)
    hints.note([name])
    await clock.passes(2.9)
    assert not wait.done()
    await clock.passes(0.2)
    assert wait.result() is True


async def test_a_hint_that_comes_late_in_the_wait_ends_it_at_once(hints, clock) -> None:
    wait = await waiting(hints, clock)
    await clock.passes(20)
    hints.note(NAMES)
    await clock.passes(0)
    assert wait.result() is True


async def test_a_hint_that_comes_before_the_wait_is_kept_for_it_once(hints, clock) -> None:
    hints.note(["k3f9a2"])
    wait = await waiting(hints, clock)
    await clock.passes(5.1)
    assert wait.result() is True
    again = await waiting(hints, clock)
    await clock.passes(5.1)
    assert not again.done()
    await clock.passes(25)
    assert again.result() is False


async def test_hints_for_others_wake_no_one_and_take_little_room(hints, clock) -> None:
    wait = await waiting(hints, clock)
    hints.note(f"tsk_{number}" for number in range(2, 5000))
    await clock.passes(6)
    assert not wait.done()
    assert not hints.forget(["tsk_2"])
    assert hints.forget(["tsk_4999"])
    wait.cancel()
    await asyncio.wait([wait])
    hints.note(["tsk_1"])
    assert hints.forget(["tsk_1"]), "one that is no longer waited for is kept"


async def test_they_are_coming_for_an_hour_or_until_one_is_missed(hints, clock) -> None:
    assert not hints.are_coming
    hints.note(["tsk_9"])
    assert hints.are_coming
    await clock.passes(3601)
    assert not hints.are_coming
    hints.note(["tsk_1"])
    hints.ended(NAMES, hinted=False)
    assert hints.are_coming, "it came while the question was under way"
    hints.ended(NAMES, hinted=True)
    assert hints.are_coming
    hints.ended(NAMES, hinted=False)
    assert not hints.are_coming, "this end was not told"


@given(st.floats(0, 1e6), st.none() | st.integers(0, 100), st.integers())
def test_an_end_that_is_not_told_is_found_by_the_slower_pace(age, percent, seed) -> None:
    with Pace(Random(seed)).follow(Model.SEEDANCE_2, RunLengths()) as task:
        wait = task.next_wait(age, percent, hinted=True)
    assert 30.0 * 0.9 <= wait <= (33.0 if age < 1800 else 330.0)


def simulate(*, hinted: bool) -> tuple[float, float]:
    """Follow 2000 tasks of one to five minutes: how late their ends were known, on average, and questions for each.

    An event comes a second after the end. Without events: every ten seconds, or sooner where half of what is left by
    the percent is less.
    """
    rng, late, questions = Random(4711), 0.0, 0
    pace = Pace(rng)
    for _ in range(2000):
        takes = rng.uniform(60.0, 300.0)
        with pace.follow(Model.SEEDANCE_2, RunLengths()) as task:
            asked = task.first_wait(0.0)
            questions += 1
            while asked < takes:
                if hinted:
                    after = asked + task.next_wait(asked, int(asked / takes * 100), hinted=True)
                    asked = min(after, max(takes + 1.0, asked + MIN_WAIT))
                else:
                    percent = max(int(asked / takes * 100), 1)
                    half = asked * (100 - percent) / percent / 2
                    asked += max(min(max(half, MIN_WAIT), 10.0) * rng.uniform(0.9, 1.1), MIN_WAIT)
                questions += 1
        late += asked - takes
    return late / 2000, questions / 2000


def test_with_events_the_end_is_known_in_less_than_half_of_the_time_with_less_than_half_of_the_questions() -> None:
    (late, questions), (usual, asked) = simulate(hinted=True), simulate(hinted=False)
    told = f"{late:.2f} s and {questions:.1f} questions, in place of {usual:.2f} s and {asked:.1f}"
    assert late < usual / 2, told
    assert questions < asked / 2, told


async def test_a_follower_is_woken_asks_at_its_pace_and_trusts_only_the_answer(clock) -> None:
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(WORKING, WORKING, WORKING, DONE)
        heard: list[TaskStatus] = []

        async def follow() -> None:
            async with aclosing(api.follow(a_job())) as saying:
                async for word in saying:
                    heard.append(word.status)
                    server.ledger.touch()

        async def asked(times: int) -> None:
            await server.ledger.until(lambda: len(heard) == times)
            await clock.passes(0)

        following = asyncio.create_task(follow())
        await clock.passes(0)
        api.hints.note(["tsk_1"])
        await clock.passes(4.9)
        assert not server.asked("GET"), "never sooner than 5 s after the submit"
        await clock.passes(0.2)
        await asked(1)
        # Early, and again and again: each is one question at the most, and none within 5 s.
        for _ in range(20):
            api.hints.note(["k3f9a2" + "0" * 14, "tsk_1"])
        await clock.passes(4.9)
        assert len(server.asked("GET")) == 1
        await clock.passes(0.2)
        await asked(2)
        assert not following.done()
        # At the usual pace once, as it was told too early; then at the slower one, which finds what no event tells.
        await clock.passes(12)
        await asked(3)
        await clock.passes(25)
        assert len(server.asked("GET")) == 3
        assert api.hints.are_coming
        await clock.passes(10)
        await asyncio.wait_for(following, 10)
        assert heard[-1] is TaskStatus.COMPLETED
        assert not api.hints.are_coming
