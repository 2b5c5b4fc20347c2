"""The budget of IDENTIFYs: how many a day, whatever begins them."""

import json

import pytest

from bot.gateway.identifies import Identifies, Start, read_start
from bot.gateway.session_starts import OwnStarts
from tests.gateway.conftest import Heard, MemoryNotes
from tests.studio.fakes import JumpingClock

DAY = 86_400.0


class Discord:
    """Counts the sessions of a day as Discord does, and those that others begin."""

    def __init__(self, clock: JumpingClock, total: int = 1000) -> None:
        self.clock, self.total = clock, total
        self.begun: list[float] = []

    async def ask(self) -> Start:
        today = [at for at in self.begun if at > self.clock.at - DAY]
        reset = today[0] + DAY - self.clock.at if today else 0.0
        return Start("wss://gateway", 1, self.total, max(self.total - len(today), 0), reset)


def identifies(discord: Discord, notes: MemoryNotes, foreign_sessions: Heard) -> Identifies:
    return Identifies(OwnStarts(notes, discord.clock), discord.clock, discord.ask, (OSError,), foreign_sessions)


async def test_a_loop_of_restarts_takes_a_day_no_more_than_three_quarters_of_what_discord_allows() -> None:
    clock, notes, foreign_sessions = JumpingClock(), MemoryNotes(), Heard()
    discord = Discord(clock)
    begun = clock.at
    while clock.at < begun + DAY:
        # A process of its own each time, which ends at once.
        one = identifies(discord, notes, foreign_sessions)
        await one.open()
        async with one.turn():
            await one.spend()
            discord.begun.append(clock.at)
    gaps = [later - earlier for earlier, later in zip(discord.begun, discord.begun[1:], strict=False)]
    assert min(gaps) > 4.99
    # A quarter at once, the others spread over the day: it is never away for longer than three minutes.
    assert max(gaps) < 180
    assert 700 < len(discord.begun) <= 750
    assert foreign_sessions.meanwhile == []


async def test_a_day_later_the_budget_is_whole_again() -> None:
    clock, notes = JumpingClock(), MemoryNotes()
    notes.kept["identifies"] = json.dumps([clock.at - DAY - 1] * 900)
    one = identifies(Discord(clock), notes, Heard())
    await one.open()
    async with one.turn():
        await one.spend()
    assert clock.slept == []
    assert json.loads(notes.kept["identifies"]) == [round(clock.at, 3)]


@pytest.mark.parametrize("noted", ["", "{", "null", '{"a": 1}', '["x", null]', "[9e99]"])
async def test_a_note_of_another_version_is_no_obstacle(noted) -> None:
    clock, notes = JumpingClock(), MemoryNotes()
    notes.kept["identifies"] = noted
    one = identifies(Discord(clock), notes, Heard())
    await one.open()
    async with one.turn():
        await one.spend()
    assert clock.slept == []


async def test_nothing_is_begun_while_discord_allows_nothing() -> None:
    clock = JumpingClock()
    discord = Discord(clock, total=3)
    discord.begun = [clock.at - 3600] * 3
    one = identifies(discord, MemoryNotes(), Heard())
    await one.open()
    begun = clock.at
    async with one.turn():
        assert clock.at >= begun + 23 * 3600
    # It looks again in between: the operator may have a new token, Discord another mind.
    assert max(clock.slept) <= 600


async def test_sessions_that_are_not_ours_are_noticed() -> None:
    clock, foreign_sessions = JumpingClock(), Heard()
    discord = Discord(clock)
    one = identifies(discord, MemoryNotes(), foreign_sessions)
    await one.open()
    async with one.turn():
        await one.spend()
    # Discord may count ours late.
    await one.look()
    clock.at += 30
    discord.begun.append(clock.at)
    await one.look()
    assert foreign_sessions.meanwhile == []
    clock.at += 120
    await one.look()
    discord.begun.append(clock.at)
    await one.look()
    assert foreign_sessions.meanwhile == [1]
    clock.at += 120
    await one.look()
    assert foreign_sessions.meanwhile == [1]
    # A day later the number is larger again, and says nothing.
    clock.at += DAY
    await one.look()
    assert foreign_sessions.meanwhile == [1]


async def test_sessions_of_today_that_no_start_here_counted_are_noticed_at_the_start() -> None:
    clock, foreign_sessions, notes = JumpingClock(), Heard(), MemoryNotes()
    discord = Discord(clock)
    discord.begun = [clock.at - 3600, clock.at - 60, clock.at - 30]
    notes.kept["identifies"] = json.dumps([clock.at - 3600])
    await identifies(discord, notes, foreign_sessions).open()
    assert (foreign_sessions.before, foreign_sessions.meanwhile) == ([2], [])


WRONG = [
    None,
    [],
    "wss://gateway",
    {"url": "wss://g", "shards": 1},
    {"url": "https://g", "shards": 1, "session_start_limit": {"total": 1000, "remaining": 1, "reset_after": 0}},
    {"url": "wss://g", "shards": "1", "session_start_limit": {"total": 1000, "remaining": 1, "reset_after": 0}},
    {"url": "wss://g", "shards": 0, "session_start_limit": {"total": 1000, "remaining": 1, "reset_after": 0}},
    {"url": "wss://g", "shards": 10**9, "session_start_limit": {"total": 1000, "remaining": 1, "reset_after": 0}},
    {"url": "wss://g", "shards": 1, "session_start_limit": {"total": "1000", "remaining": 1, "reset_after": 0}},
]


@pytest.mark.parametrize("answer", WRONG, ids=str)
def test_another_answer_is_refused(answer) -> None:
    with pytest.raises(ValueError, match="gateway"):
        read_start(answer)
