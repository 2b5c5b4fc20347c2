"""The parts of the line for a process that shares it with others, put together over the same rows."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.domain.alerts import Alert
from bot.domain.job import Job
from bot.studio.lifecycle.balance_note import SharedBalanceNote
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.line_supervisor import LineSupervisor
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.shared_line import SharedLine
from bot.studio.lifecycle.shared_rest import SharedRest
from bot.studio.ports import Clock
from bot.studio.ports.stores import LineRows, SharedNotes, UsedSeconds


@dataclass(frozen=True, slots=True)
class SharedRows:
    """What many processes know of the line together."""

    line: LineRows
    notes: SharedNotes


class SharedParts:
    """The line, the pause for want of credits and the rests of one process of many; the owner is told by one of them.

    The pause is watched only between `start` and `close` of the account's watch, which one process does for all.
    """

    def __init__(
        self,
        shared: SharedRows,
        slots: int,
        used: UsedSeconds,
        clock: Clock,
        pauses: Pauses,
        tell_owner: Callable[[Alert], None],
    ) -> None:
        self._shared = shared
        self._slots = slots
        self._used = used
        self._clock = clock
        self._pauses = pauses
        self.rest = SharedRest(shared.notes, clock)
        note = SharedBalanceNote(shared.notes)
        self.balance = BalancePause(pauses, note, clock, tell_owner, self._look, watches=False)
        self.line = SharedLine(slots, shared.line, used, clock, pauses, self.balance, self.rest)

    def supervisor(
        self, job_moves: JobMoves, show: Callable[[Job], None], let_go: Callable[[str], Awaitable[None]]
    ) -> LineSupervisor:
        """Make what grants turns, where this process is the one that does."""
        supervisor = LineSupervisor(
            self._slots,
            rows=self._shared.line,
            used=self._used,
            job_moves=job_moves,
            pauses=self._pauses,
            balance=self.balance,
            rest=self.rest,
            clock=self._clock,
            show=show,
            let_go=let_go,
        )
        self.line.follow(supervisor)
        return supervisor

    async def _look(self) -> None:
        await self.line.look()
