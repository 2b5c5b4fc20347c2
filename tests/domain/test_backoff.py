"""How long is waited before the next try."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.backoff import Backoff, jittered, read_retry_after, spread

NOW = 1_700_000_000.0
CAP = 600.0


class Middle(Random):
    """A generator that always returns the middle."""

    def uniform(self, a: float, b: float) -> float:
        return (a + b) / 2


def test_failures_are_waited_out_longer_and_longer() -> None:
    backoff = Backoff(5.0, 60.0, min_pause=5.0, rng=Middle())
    assert [backoff.next() for _ in range(5)] == [5.0, 7.5, 15.0, 30.0, 45.0]
    assert Backoff(5.0, 60.0, failures=5000, rng=Middle()).next() == 45.0


def test_a_step_may_grow_by_another_factor() -> None:
    backoff = Backoff(2.0, factor=3.0, rng=Middle())
    assert [backoff.next() for _ in range(3)] == [1.5, 4.5, 13.5]
    assert backoff.failures == 3


@given(st.integers(0, 50), st.floats(0, 1e5), st.integers())
def test_a_pause_that_was_asked_for_is_never_cut_short(failures, asked, seed) -> None:
    pause = Backoff(failures=failures, rng=Random(seed)).next(asked)
    assert asked <= pause <= max(asked, 300.0)


def test_callers_that_failed_together_come_back_apart() -> None:
    """Also where half the step is less than the shortest pause, and where a server has asked all for the same one."""
    pauses = [Backoff(7.5, min_pause=5.0, rng=Random(seed)).next() for seed in range(50)]
    assert len(set(pauses)) == 50
    assert 5.0 <= min(pauses) <= max(pauses) <= 7.5
    asked = [spread(60.0, Random(seed)) for seed in range(50)]
    assert len(set(asked)) == 50
    assert 60.0 <= min(asked) <= max(asked) <= 66.0


@given(st.floats(0, 1e6))
def test_an_interval_stays_within_a_tenth(seconds) -> None:
    assert seconds * 0.9 <= jittered(seconds) <= seconds * 1.1 + 1e-6


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 2.5 ", 2.5),
        ("0", 0.0),
        ("-3", 0.0),
        ("86400", CAP),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", 30.0),
        ("Mon, 13 Nov 2023 22:13:20 GMT", 0.0),
        ("Wed, 15 Nov 2023 22:13:20 GMT", CAP),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds) -> None:
    assert read_retry_after(header, NOW, CAP) == seconds


@given(st.text(max_size=40), st.floats(0, 4e9))
def test_a_retry_after_is_never_longer_than_its_cap(header, now) -> None:
    seconds = read_retry_after(header, now, CAP)
    assert seconds is None or 0 <= seconds <= CAP
