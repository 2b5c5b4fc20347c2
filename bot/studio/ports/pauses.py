"""The pauses that are written down."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.pauses import Pause, PauseKind


class PauseStore(Protocol):
    """For what keeps jobs from being sent; raises StoreFull when nothing can be written."""

    async def begin(self, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        """Begin a pause; False where one of its kind and place is in force already."""
        ...

    async def end(self, kind: PauseKind, guild_id: int | None, at: float) -> bool:
        """End the pause of that kind and place; False where none is in force."""
        ...

    async def since(self, time: float) -> Sequence[Pause]:
        """List the pauses that are in force, or have ended after a time."""
        ...
