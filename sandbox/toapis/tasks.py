"""A task's life at the provider: queued, in progress, completed or failed, by the clock."""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from sandbox.toapis.request import GenerationRequest

_QUEUED_SHARE = 0.08
"""Share of its run that a task spends queued."""


class Status(StrEnum):
    """The documented words."""

    QUEUED = "queued"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    FAILED = "failed"


@dataclass(slots=True, eq=False, kw_only=True)
class Task:
    """One paid generation. Times are unix seconds of the clock; `run` and `worked` seconds of the provider's pace.

    `review` is how many of them pass in the queue before the run begins.

    `pinned` keeps status and progress where a test put them. `signature` counts how often its URL was signed again;
    `gone` means that no URL will ever work again.
    """

    id: str
    request: GenerationRequest
    created_at: float
    run: float
    footage: "asyncio.Task[Path]"
    settled_at: float
    review: float = 0.0
    worked: float = 0.0
    status: Status = Status.QUEUED
    progress: int = 0
    pinned: bool = False
    completed_at: float = 0.0
    expires_at: float = 0.0
    error: dict[str, str] = field(default_factory=dict)
    signature: int = 0
    gone: bool = False
    lost: bool = False

    @property
    def total(self) -> float:
        """Seconds of work from the submit to the end."""
        return self.review + self.run

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self.status in {Status.COMPLETED, Status.FAILED}

    def settle(self, now: float, pace: float, url_seconds: float) -> None:
        """Bring the task up to date, at `pace` seconds of work per second of the clock."""
        passed, self.settled_at = now - self.settled_at, now
        if self.ended or self.pinned:
            return
        self.worked = min(self.total, self.worked + passed * pace)
        share = (self.worked - self.review) / self.run
        if share < _QUEUED_SHARE:
            return
        self.status = Status.IN_PROGRESS
        self.progress = min(99, round(100 * (share - _QUEUED_SHARE) / (1 - _QUEUED_SHARE)))
        # Footage that is not there yet keeps the task at 99: what is completed can be fetched.
        if share >= 1 and self.footage.done():
            self._end(now, url_seconds)

    def fail(self, code: str, message: str) -> None:
        """End in failure; a task that has ended stays as it is."""
        if not self.ended:
            self.status, self.error = Status.FAILED, {"code": code, "message": message}

    def _end(self, now: float, url_seconds: float) -> None:
        if self.footage.cancelled() or self.footage.exception() is not None:
            self.fail("generation_failed", "The video could not be rendered")
            return
        self.status, self.progress = Status.COMPLETED, 100
        self.completed_at, self.expires_at = now, now + url_seconds
