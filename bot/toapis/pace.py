"""When to ask next. Pure: seconds in, seconds out, the dice given.

The provider's page "Rate limits" (default group): submits 5 a second, 300 a minute; questions 50 a second, 3000 a
minute. Its page on polling: first after 5 s, then about every 10 s with jitter, never faster than every 5 s.
"""

from random import Random

from bot.domain.progress import OVERDUE_AFTER_MIN

SUBMITS_PER_SECOND = 5.0
QUESTIONS_PER_SECOND = 50.0
SHARE = 0.8
"""Part of a documented limit that is used: other programs may share the account."""
BURST = 0.2
"""Part of a documented limit that may come at once on top, the rest of it."""

FIRST_AFTER = 5.0
LEAST = 5.0
MOST = 10.0
"""Seconds between two questions while a task may end at any moment: a percent may jump from 50 to the end."""
LONG_SHARE = 0.5
"""Part of the time until a task is overdue after which it takes longer than usual."""
LONG_EVERY = 60.0
OVERDUE_EVERY = 300.0
_JITTER = 0.15
_BACKOFF_MOST = 60.0


def bucket(per_second: float) -> tuple[float, float]:
    """Size a leaky bucket as (capacity, seconds in which it empties) for a documented limit.

    It leaks SHARE of the limit, and its capacity can come on top at once: no second sees more than the limit.
    """
    return per_second * BURST, BURST / SHARE


def first_wait(age: float, dice: Random) -> float:
    """Return the seconds until a task's first question; `age` in seconds since the submit.

    A task that is older, found at a restart, is asked for soon, but not at the same moment as all others.
    """
    return max(FIRST_AFTER - max(age, 0.0), 0.0) + dice.uniform(0.0, 1.0)


def next_wait(
    age: float, percent: int | None, running: int, dice: Random, overdue_after: float = OVERDUE_AFTER_MIN
) -> float:
    """Return the seconds until the next question: half of what is left by the task's own percent, MOST at the most.

    `age` in seconds since the submit; from `overdue_after` on nobody expects an end any more. With many `running` jobs
    the waits grow so that all questions together stay within the limit.
    """
    if age >= overdue_after:
        wait = OVERDUE_EVERY
    elif age >= overdue_after * LONG_SHARE:
        wait = LONG_EVERY
    elif percent:
        wait = min(max(age * (100 - percent) / percent / 2, LEAST), MOST)
    else:
        wait = MOST
    jittered = wait * dice.uniform(1 - _JITTER, 1 + _JITTER)
    return max(jittered, LEAST, running / (QUESTIONS_PER_SECOND * SHARE))


def backoff(failures: int, dice: Random) -> float:
    """Return the seconds to wait after so many failures in a row, from 1: doubled each time, with jitter."""
    ceiling = min(_BACKOFF_MOST, LEAST * 2.0 ** min(failures - 1, 10))
    return max(LEAST, ceiling * dice.uniform(0.5, 1.0))
