"""Time that runs on evenly while the machine's calendar jumps."""

import pytest

from bot.clock import BELIEVED_AFTER, ScaledClock
from bot.studio.lifecycle.deadline import LOOKS_APART, Deadline

HOUR, DAY = 3600.0, 86_400.0
START = 1_800_000_000.0


class Machine:
    """What an operating system says: ticks that only grow, and a calendar that anybody can set."""

    def __init__(self, scale: float = 1.0) -> None:
        self.ticks = 500.0
        self.off = START - self.ticks
        self.clock = ScaledClock(scale, ticks=lambda: self.ticks, calendar=lambda: self.ticks + self.off)

    def passes(self, seconds: float, look_every: float = 60.0) -> None:
        """Let time go by, with the clock looked at all the while."""
        while seconds > 0:
            self.ticks += min(seconds, look_every)
            seconds -= look_every
            self.clock.now()

    def jumps(self, seconds: float) -> None:
        self.off += seconds
        self.clock.now()


def test_it_is_the_calendar_while_that_runs_evenly() -> None:
    machine = Machine()
    machine.passes(100.0)
    assert machine.clock.now() == START + 100.0
    assert machine.clock.age(START) == 100.0
    assert machine.clock.ago(100.0) == START


@pytest.mark.parametrize("seconds", [0.5, -0.5, 1.9])
def test_a_clock_that_is_disciplined_is_followed(seconds: float) -> None:
    machine = Machine()
    for _ in range(10):
        machine.passes(60.0)
        machine.jumps(seconds)
    assert machine.clock.now() == pytest.approx(START + 600.0 + 10 * seconds, abs=1e-3)


@pytest.mark.parametrize("jump", [8 * DAY, 25 * HOUR, -HOUR])
def test_a_jump_that_is_taken_back_was_never_there(jump: float, caplog: pytest.LogCaptureFixture) -> None:
    machine = Machine()
    machine.jumps(jump)
    machine.passes(6.0)
    assert machine.clock.now() == START + 6.0
    machine.jumps(-jump)
    machine.passes(10 * BELIEVED_AFTER)
    assert machine.clock.now() == START + 6.0 + 10 * BELIEVED_AFTER
    assert machine.clock.age(START) == 6.0 + 10 * BELIEVED_AFTER
    assert [record.getMessage() for record in caplog.records] == [
        f"The machine's clock jumped by {jump:.0f} s. The new time is used once it has proved stable.",
        "The machine's clock is correct again.",
    ]


@pytest.mark.parametrize("jump", [8 * DAY, 25 * HOUR, -HOUR, -8 * DAY])
def test_a_jump_that_stays_is_believed_and_ages_count_what_has_gone_by(jump: float) -> None:
    machine = Machine()
    machine.passes(2 * DAY)
    stamped = machine.clock.now()
    machine.passes(60.0)
    machine.jumps(jump)
    machine.passes(BELIEVED_AFTER - 60.0)
    assert machine.clock.now() == stamped + BELIEVED_AFTER
    machine.passes(120.0)
    assert machine.clock.now() == pytest.approx(stamped + BELIEVED_AFTER + 120.0 + jump)
    assert machine.clock.age(stamped) == pytest.approx(BELIEVED_AFTER + 120.0)
    assert machine.clock.age(START) == pytest.approx(2 * DAY + BELIEVED_AFTER + 120.0)
    later = machine.clock.now()
    machine.passes(90.0)
    assert machine.clock.age(later) == pytest.approx(90.0)
    assert machine.clock.age(machine.clock.ago(DAY)) >= DAY


def test_nothing_has_gone_by_since_a_time_that_is_still_to_come() -> None:
    machine = Machine()
    assert machine.clock.age(machine.clock.now() + HOUR) == 0.0


def test_several_jumps_are_counted_each_for_what_came_before_it() -> None:
    machine = Machine()
    first = machine.clock.now()
    for jump in (25 * HOUR, -3 * HOUR, 8 * DAY):
        machine.jumps(jump)
        machine.passes(BELIEVED_AFTER + HOUR)
    assert machine.clock.age(first) == pytest.approx(3 * (BELIEVED_AFTER + HOUR))
    assert machine.clock.age(machine.clock.ago(2 * HOUR)) >= 2 * HOUR


def test_the_scale_hurries_belief_and_ages_and_not_the_calendar() -> None:
    machine = Machine(scale=60.0)
    machine.jumps(DAY)
    machine.passes(14.0, look_every=1.0)
    assert machine.clock.now() == START + 14.0
    assert machine.clock.elapsed(START) == 14.0 * 60
    machine.passes(2.0, look_every=1.0)
    assert machine.clock.now() == START + 16.0 + DAY


def test_a_clock_that_was_wrong_at_the_start_is_mended_before_the_second_look() -> None:
    machine = Machine()
    submitted = START - HOUR  # an hour ago, as an earlier run of the bot has written down
    machine = Machine()
    machine.off += 25 * HOUR
    machine.clock = ScaledClock(ticks=lambda: machine.ticks, calendar=lambda: machine.ticks + machine.off)
    deadline = Deadline(machine.clock, submitted, 24 * HOUR)
    assert machine.clock.elapsed(submitted) == 26 * HOUR
    assert not deadline.over
    machine.passes(60.0)
    machine.jumps(-25 * HOUR)
    machine.passes(LOOKS_APART)
    assert not deadline.over
    machine.passes(23 * HOUR)
    assert deadline.over


def test_what_an_earlier_run_began_is_given_up_at_the_second_look() -> None:
    machine = Machine()
    deadline = Deadline(machine.clock, START - 25 * HOUR, 24 * HOUR)
    assert not deadline.over
    machine.passes(LOOKS_APART)
    assert deadline.over


def test_what_this_run_began_is_given_up_in_its_time_whatever_the_calendar_says() -> None:
    machine = Machine()
    deadline = Deadline(machine.clock, machine.clock.now(), 24 * HOUR)
    machine.jumps(25 * HOUR)
    machine.passes(23.9 * HOUR)
    assert not deadline.over
    machine.passes(0.2 * HOUR)
    assert deadline.over


async def test_a_calendar_put_back_makes_no_wait_longer() -> None:
    machine = Machine(scale=1000.0)
    until = machine.clock.later(50.0)
    machine.jumps(-HOUR)
    await machine.clock.until(until)
    await machine.clock.sleep(1.0)
