"""What is written down beside the pause for want of credits: for the next start, or for all processes."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Final, Protocol

from bot.studio.ports.stores import NoteStore, SharedNotes

KEY: Final = "balance pause"


@dataclass(frozen=True, slots=True)
class BalanceKnown:
    """What has to be known of the refusals: when a job was last refused or sent as a probe, in UTC seconds.

    `lowest`: the fewest credits that were named since the refusal. `explained`: so few that they explain it.
    `unproven`: no job was accepted since. `probe`: the job that was last sent to see whether the provider takes it.
    `refusals`: how many there were, so that each of them is noticed.
    """

    sent: float = 0.0
    lowest: float | None = None
    explained: bool = False
    unproven: bool = False
    probe: str | None = None
    refusals: int = 0


Change = Callable[[BalanceKnown], BalanceKnown]


class BalanceNote(Protocol):
    """Keeps what has to be known where the next start finds it."""

    async def read(self) -> BalanceKnown | None:
        """Read it; None where there is none, or another version wrote it."""
        ...

    async def write(self, after: BalanceKnown, change: Change) -> BalanceKnown:
        """Write a change down, and return what stands there; `after`: what it makes of what this process knows.

        Raises StoreFull.
        """
        ...


class OwnBalanceNote:
    """The note of one process alone: what it knows is so."""

    def __init__(self, notes: NoteStore) -> None:
        self._notes = notes

    async def read(self) -> BalanceKnown | None:
        """Read what an earlier run knew: what was on its way then is not any more."""
        known = read_known(await self._notes.get(KEY))
        return known and replace(known, unproven=False, probe=None)

    async def write(self, after: BalanceKnown, change: Change) -> BalanceKnown:  # noqa: ARG002 - nobody else writes
        """Write down what this process knows by then."""
        await self._notes.put(KEY, write_known(after))
        return after


class SharedBalanceNote:
    """The note of many processes: a change is made to what stands there, with no other change between."""

    def __init__(self, notes: SharedNotes) -> None:
        self._notes = notes

    async def read(self) -> BalanceKnown | None:
        """Read what all know."""
        return read_known(await self._notes.get(KEY))

    async def write(self, after: BalanceKnown, change: Change) -> BalanceKnown:
        """Write down what a change makes of what stands there, and return that."""

        def changed(before: str | None, _now: float) -> tuple[str, BalanceKnown]:
            known = read_known(before)
            known = after if known is None else change(known)
            return write_known(known), known

        return await self._notes.change(KEY, changed)


def read_known(note: str | None) -> BalanceKnown | None:
    """Read the note; None where there is none, or another version wrote it."""
    try:
        return None if note is None else BalanceKnown(**json.loads(note))
    except (ValueError, TypeError):
        return None


def write_known(known: BalanceKnown) -> str:
    """Write the note."""
    return json.dumps(asdict(known))
