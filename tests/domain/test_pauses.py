"""How long a job has waited without the pauses, and what holds it now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pauses import Pause, PausedBy, PauseKind, paused_by, paused_seconds

HERE, THERE = 2001, 2002
EMPTY = Pause(PauseKind.BALANCE, None, 10)
BY_OWNER = Pause(PauseKind.OWNER, None, 10)
BY_SERVER = Pause(PauseKind.ADMIN, HERE, 10)

_TIMES = st.integers(0, 40)


@st.composite
def pauses(draw: st.DrawFn) -> Pause:
    since, length = draw(_TIMES), draw(st.none() | _TIMES)
    return Pause(PauseKind.ADMIN, None, since, None if length is None else since + length)


@given(_TIMES, _TIMES, st.lists(pauses(), max_size=5))
def test_the_seconds_that_lie_in_no_pause_are_counted_once_each(created: int, later: int, known: list[Pause]) -> None:
    now = created + later
    outside = sum(
        not any(pause.since <= second < (now if pause.until is None else pause.until) for pause in known)
        for second in range(created, now)
    )
    assert paused_seconds(created, now, known) == later - outside


@pytest.mark.parametrize(
    ("known", "guild_id", "by"),
    [
        ([], HERE, None),
        ([EMPTY], HERE, PausedBy.BALANCE),
        ([EMPTY], None, PausedBy.BALANCE),
        ([BY_SERVER], HERE, PausedBy.SERVER),
        ([BY_SERVER], THERE, None),
        ([BY_SERVER], None, None),
        ([EMPTY, BY_SERVER, BY_OWNER], HERE, PausedBy.OWNER),
        ([EMPTY, BY_SERVER], HERE, PausedBy.SERVER),
        ([BY_SERVER, Pause(PauseKind.OWNER, HERE, 10)], HERE, PausedBy.OWNER),
        ([Pause(PauseKind.BALANCE, None, 10, 20)], HERE, None),
    ],
)
def test_what_people_began_is_said_before_what_may_be_tried(
    known: list[Pause], guild_id: int | None, by: PausedBy | None
) -> None:
    assert paused_by(known, guild_id) is by
