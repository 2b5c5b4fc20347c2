"""What the studio needs written down of takes."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Stage


class TakeStore(Protocol):
    """The takes of one request, as one; what a call does stands at its query, in `storage`."""

    async def of(self, lead_id: str) -> Sequence[Job]: ...
    async def move(self, lead: Job, jobs: Sequence[Job], was: Stage) -> Reply | None: ...
    async def choose(self, lead_id: str, number: int, was: int | None = None) -> int: ...


class NoTakes:
    """A store of jobs that are alone."""

    async def of(self, _lead_id: str) -> Sequence[Job]:
        """List nothing."""
        return ()

    async def move(self, _lead: Job, _jobs: Sequence[Job], _was: Stage) -> Reply | None:
        """Write nothing."""
        return None

    async def choose(self, _lead_id: str, _number: int, was: int | None = None) -> int:  # noqa: ARG002 - as TakeStore has it
        """Write nothing."""
        return 0
