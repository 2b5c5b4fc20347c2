"""How long is waited before the next question, by what earlier runs and percents tell."""

import math
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pace import MIN_WAIT, PRICE, UNLIKELY_WAIT, best_wait
from bot.domain.percents import Estimate, PercentRecord, Percents
from bot.domain.run_lengths import MAX_RUNS, RunLengths

SEED = 4711
RUNS = st.lists(st.floats(0.1, 20_000.0), max_size=60)
ESTIMATE = st.none() | st.builds(Estimate, st.floats(-3.0, 12.0), st.floats(0.005, 3.0))


def runs(low: float, high: float, count: int = 200) -> RunLengths:
    rng = Random(SEED)
    return RunLengths(rng.uniform(low, high) for _ in range(count))


def record(error: float, count: int = 100) -> PercentRecord:
    """A record of percents that were off by up to that part of the run, half and double for 0.5."""
    rng, made = Random(SEED), PercentRecord()
    for _ in range(count):
        for percent in range(5, 100, 10):
            made.learn(percent * math.exp(rng.uniform(-error, error)), percent, 100.0)
    return made


@given(RUNS, ESTIMATE, st.floats(0.0, 30_000.0), st.floats(0.01, 1000.0), st.floats(MIN_WAIT, 300.0))
def test_no_wait_is_shorter_than_five_seconds_or_longer_than_it_may_be(past, estimate, age, price, longest) -> None:
    assert MIN_WAIT <= best_wait(RunLengths(past), estimate, age, price, longest) <= longest


@given(RUNS)
def test_a_density_is_one_in_all_and_never_negative(past) -> None:
    density = RunLengths(past).density
    assert all(low < high for low, high in pairwise(density.edges))
    assert min(density.ends) >= 0.0
    assert density.left[0] == pytest.approx(1.0)
    assert density.left[-1] == 0.0
    assert all(before >= after - 1e-12 for before, after in pairwise(density.left))


def test_before_anything_is_known_an_end_is_likely_in_one_to_five_minutes() -> None:
    waits = {age: best_wait(RunLengths(), None, age) for age in (6.0, 100.0, 200.0, 290.0, 1000.0)}
    assert waits[6.0] > waits[100.0] > waits[200.0] > waits[290.0] - 3
    assert waits[200.0] <= 10.0
    assert waits[1000.0] >= 0.9 * UNLIKELY_WAIT


def test_where_all_runs_are_alike_it_is_asked_when_they_end() -> None:
    alike = runs(98.0, 102.0)
    assert best_wait(alike, None, 6.0) == UNLIKELY_WAIT
    assert 95.0 <= 80.0 + best_wait(alike, None, 80.0) <= 105.0
    assert best_wait(alike, None, 98.0) <= 6.0


@pytest.mark.parametrize("age", [70.0, 120.0, 200.0, 280.0])
def test_where_an_end_is_likely_it_is_asked_every_ten_seconds_or_so(age) -> None:
    assert MIN_WAIT <= best_wait(runs(60.0, 300.0), None, age) <= 11.5


def test_a_percent_that_was_right_says_when_to_ask() -> None:
    seen = Percents(record(0.02))
    seen.observe(150.0, 75)
    assert 190.0 <= 180.0 + best_wait(runs(60.0, 300.0), seen.estimate, 180.0) <= 208.0
    assert best_wait(runs(60.0, 300.0), seen.estimate, 152.0) == UNLIKELY_WAIT, "it has a long way to go"


def test_a_percent_is_believed_as_far_as_it_was_right() -> None:
    waits = []
    for error in (0.02, 0.3, 1.0, 3.0):
        seen = Percents(record(error))
        seen.observe(100.0, 50)
        waits.append(best_wait(runs(60.0, 300.0), seen.estimate, 101.0))
    alone = best_wait(runs(60.0, 300.0), None, 101.0)
    assert waits[0] == UNLIKELY_WAIT
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] == pytest.approx(alone, abs=1.5)


def test_a_percent_that_runs_ahead_is_corrected_by_what_it_was_worth() -> None:
    ahead = PercentRecord()
    for run in (80.0, 150.0, 300.0) * 20:
        ahead.learn(run * 0.25, 50, run)  # half is estimate after a quarter
    estimate = ahead.estimate(50.0, 50)
    assert math.exp(estimate.middle) == pytest.approx(200.0, rel=0.05)
    assert estimate.spread < 0.1


def test_whichever_of_the_two_is_sure_that_the_end_is_near_is_heard() -> None:
    near = Percents(record(0.02))
    near.observe(30.0, 97)
    assert best_wait(RunLengths(), near.estimate, 30.5) <= 7.0, "lengths alone expect it in a minute or more"
    useless = Percents(record(3.0))
    useless.observe(90.0, 5)
    assert best_wait(runs(98.0, 102.0), useless.estimate, 97.0) <= 7.0


def test_a_percent_that_does_not_move_tells_nothing_new() -> None:
    seen = Percents(record(0.02))
    seen.observe(60.0, 60)
    estimate = seen.estimate
    for age in (70.0, 80.0, 90.0):
        seen.observe(age, 60)
        seen.observe(age, None)
    assert seen.estimate == estimate
    seen.observe(95.0, 61)
    assert seen.estimate != estimate


@pytest.mark.parametrize("percent", [None, 0])
def test_no_percent_tells_nothing(percent) -> None:
    seen = Percents(PercentRecord())
    seen.observe(50.0, percent)
    assert seen.estimate is None
    seen.ended(100.0)


def test_the_newest_runs_count_most_and_the_oldest_are_forgotten() -> None:
    lengths = RunLengths([100.0] * 200)
    for _ in range(40):
        lengths = lengths.with_run(200.0)
    assert 195.0 <= 190.0 + best_wait(lengths, None, 190.0) <= 206.0
    assert len(RunLengths([1.0] * 1000).with_run(2.0).runs) == MAX_RUNS
    assert RunLengths([1.0, 3.0]).with_run(2.0).runs == (2.0, 1.0, 3.0)


@given(st.floats(60.0, 290.0), st.floats(1.0, 30.0))
def test_the_dearer_a_question_the_longer_is_waited(age, dearer) -> None:
    lengths = runs(60.0, 300.0)
    cheap = best_wait(lengths, None, age, PRICE, 60.0)
    assert best_wait(lengths, None, age, PRICE * dearer, 60.0) >= cheap - 2.0
