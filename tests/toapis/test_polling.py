"""When the provider is asked next."""

import heapq
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from statistics import mean

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.models import Model
from bot.domain.run_lengths import RunLengths
from bot.toapis.api_client import QUERIES_PER_SECOND, SUBMITS_PER_SECOND, bucket
from bot.toapis.polling import MAX_STRETCH, RATE, Pace, TaskPace

NOTHING = RunLengths()


def following(pace: Pace, lengths: RunLengths = NOTHING) -> TaskPace:
    return pace.follow(Model.SEEDANCE_2, lengths)


def test_the_first_question_comes_five_seconds_after_the_submit() -> None:
    with following(Pace(Random(1))) as task:
        assert 5.0 <= task.first_wait(0.0) <= 6.0
        assert 2.0 <= task.first_wait(3.0) <= 3.0
        assert 0.0 <= task.first_wait(9899.0) <= 1.0


@pytest.mark.parametrize(
    ("age", "percent", "wait"),
    [(1800.0, 99, 60.0), (3599.0, None, 60.0), (3600.0, 50, 300.0), (90000.0, None, 300.0)],
)
def test_what_takes_longer_than_usual_is_asked_less_often(age, percent, wait) -> None:
    with following(Pace(Random(1))) as task:
        assert task.next_wait(age, percent) == pytest.approx(wait, rel=0.11)
        assert task.next_wait(1799.0, percent) <= 25.5


@pytest.mark.parametrize(("age", "wait"), [(6900.0, 25.0), (7100.0, 60.0), (14_100.0, 300.0)])
def test_a_task_that_is_expected_to_take_long_is_asked_often_for_longer(age, wait) -> None:
    with following(Pace(Random(1)), RunLengths([3500.0] * 20)) as task:
        assert task.next_wait(age, None) == pytest.approx(wait, rel=0.11)


def test_a_percent_is_learned_from_the_tasks_before() -> None:
    pace = Pace(Random(1))
    for _ in range(100):
        with following(pace) as task:
            task.first_wait(0.0)
            for percent in range(5, 100, 10):
                task.next_wait(2.0 * percent, percent)
            assert task.ended(201.0) == pytest.approx(195.5)
    with following(pace) as task:
        assert task.next_wait(150.0, 95) <= 9.0
    with following(pace) as task:
        assert task.next_wait(150.0, 50) >= 20.0
    with pace.follow(Model.SEEDANCE_2_FAST, NOTHING) as task:
        assert task.next_wait(150.0, 50) < 20.0, "of another model it is not known yet"


def test_how_long_it_ran_is_not_known_after_a_long_silence_or_a_restart() -> None:
    pace = Pace(Random(1))
    with following(pace) as task:
        task.first_wait(0.0)
        task.next_wait(60.0, 40)
        assert task.ended(600.0) is None
    with following(pace) as task:
        task.first_wait(90.0)
        assert task.ended(91.0) is None
        task.next_wait(91.0, 40)
        assert task.ended(101.0) == pytest.approx(96.0)


@given(
    st.floats(0, 1e6),
    st.none() | st.integers(0, 100),
    st.integers(1, 2000),
    st.lists(st.floats(1.0, 5000.0), max_size=20),
    st.booleans(),
    st.integers(),
)
def test_no_task_is_asked_about_faster_than_every_five_seconds_nor_never(
    age, percent, running, past, hinted, seed
) -> None:
    pace, lengths = Pace(Random(seed)), RunLengths(past)
    with ExitStack() as stack:
        tasks = [stack.enter_context(following(pace, lengths)) for _ in range(running)]
        tasks[0].next_wait(age / 2.0, percent)
        others = running / 5.0
        pace.wanted += others
        wait = tasks[0].next_wait(age, percent, hinted=hinted)
        assert 5.0 <= wait <= max(330.0, 2 * running / 36 + 0.5)
        assert not hinted or wait >= 27.0
    assert pace.followers == 0
    assert pace.wanted == pytest.approx(others)


def test_what_is_overdue_or_expected_to_be_told_takes_little_of_the_rate() -> None:
    pace = Pace(Random(1))
    with ExitStack() as stack:
        tasks = [stack.enter_context(following(pace)) for _ in range(200)]
        for task in tasks:
            task.next_wait(290.0, None)
        assert pace.wanted > 15.0
        for task in tasks[:100]:
            task.next_wait(4000.0, None)
        for task in tasks[100:]:
            task.next_wait(300.0, None, hinted=True)
        assert pace.wanted < 5.0


def test_each_of_several_processes_plans_and_calls_at_its_part_of_the_rate() -> None:
    whole, half = Pace(Random(1)), Pace(Random(1), share=0.5)
    whole.wanted = half.wanted = RATE
    assert (whole.stretch, half.stretch) == (1.0, 2.0)
    # Another worker has come while its tasks are followed.
    half.share = 0.25
    assert half.stretch == 4.0
    for limit in (QUERIES_PER_SECOND, SUBMITS_PER_SECOND):
        for share in (1.0, 0.5, 1 / 3, 0.01):
            capacity, empties_in = bucket(limit, share)
            assert capacity / empties_in == pytest.approx(limit * 0.8 * share)
            assert capacity >= 1.0, "a call takes one"


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


def absent(_share: float) -> None:
    return None


SEED = 4711


def simulate(percent: Callable[[float], int | None]) -> Followed:
    """Follow tasks of one to five minutes, the provider's documented run, one after the other in fake time."""
    rng, late, questions = Random(SEED), [], 0
    pace, lengths = Pace(rng), NOTHING
    for _ in range(2000):
        takes = rng.uniform(60.0, 300.0)
        with following(pace, lengths) as task:
            age = task.first_wait(0.0)
            questions += 1
            while age < takes:
                age += task.next_wait(age, percent(age / takes))
                questions += 1
            run = task.ended(age)
        assert run is not None
        lengths = lengths.with_run(run)
        late.append(age - takes)
    return Followed(late, questions)


def every_ten_seconds() -> Followed:
    rng, late, questions = Random(SEED), [], 0
    for _ in range(2000):
        takes = rng.uniform(60.0, 300.0)
        age = rng.uniform(5.0, 6.0)
        questions += 1
        while age < takes:
            age += 10.0 * rng.uniform(0.85, 1.15)
            questions += 1
        late.append(age - takes)
    return Followed(late, questions)


@pytest.mark.parametrize(
    ("percent", "late", "p95", "asked"),
    [
        # (share of the fixed pace's mean lateness, of its 95th percentile, and of its questions: at the most)
        (linear, 0.55, 0.55, 0.60),
        (jumping, 0.75, 0.90, 0.80),
        (absent, 0.95, 1.05, 1.0),
    ],
    ids=["linear", "jumping", "absent"],
)
def test_the_end_is_known_sooner_than_with_ten_fixed_seconds_and_with_fewer_questions(
    percent, late, p95, asked
) -> None:
    followed, fixed = simulate(percent), every_ten_seconds()
    told = {
        "seed": SEED,
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
    assert max(followed.late) <= 25.5, told


def test_three_thousand_tasks_share_the_rate_and_none_is_left_out() -> None:
    """Let each ask when it wants to; what leaves in any minute is what the provider takes."""
    rng = Random(SEED)
    pace, lengths = Pace(rng), RunLengths(rng.uniform(60.0, 300.0) for _ in range(200))
    line, asked, waits = [], [], []
    with ExitStack() as stack:
        for number in range(3000):
            task = stack.enter_context(following(pace, lengths))
            heapq.heappush(line, (task.first_wait(0.0) + number / 10.0, number, number / 10.0, task))
        while line[0][0] < 900.0:
            now, number, began, task = heapq.heappop(line)
            asked.append(now)
            wait = task.next_wait(min(now - began, 280.0), None)
            waits.append(wait)
            heapq.heappush(line, (now + wait, number, began, task))
        assert len({number for _, number, _, _ in line}) == 3000
    per_second = len([at for at in asked if 600.0 <= at < 900.0]) / 300.0
    assert per_second <= 40.0, (SEED, per_second)
    assert max(waits) <= 2 * 3000 / 36 + 0.5, SEED


def test_a_restart_with_thousands_of_tasks_wants_no_more_of_the_rate_than_each_may_take() -> None:
    rng = Random(SEED)
    pace, lengths = Pace(rng), RunLengths(rng.uniform(60.0, 300.0) for _ in range(200))
    with ExitStack() as stack:
        for _ in range(3000):
            assert stack.enter_context(following(pace, lengths)).first_wait(rng.uniform(200.0, 280.0)) <= 1.0, SEED
        assert pace.wanted <= 3000 / 5.0, SEED
    assert pace.wanted == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("limit", [SUBMITS_PER_SECOND, QUERIES_PER_SECOND])
def test_no_second_sees_more_than_the_limit(limit) -> None:
    capacity, empties_in = bucket(limit)
    leak = capacity / empties_in
    assert leak == pytest.approx(0.8 * limit)
    assert capacity + leak <= limit + 1e-9
    assert capacity >= 1 - 1e-9


def test_waits_do_not_grow_without_end_with_what_all_tasks_want() -> None:
    pace = Pace(Random(1))
    pace.wanted = 1e200
    assert pace.stretch == MAX_STRETCH
