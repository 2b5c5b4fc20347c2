"""What sharing needs written down, as `stores`."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.audit import Change
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.shares import Share
from bot.domain.stages import Stage


class ShareStore(Protocol):
    """For shares: each is written down before anything is posted for it."""

    async def add(self, share: Share) -> Share: ...
    async def is_repeated(self, job_id: str, user_id: int, channel_id: int, now: float) -> bool: ...
    async def save(self, share: Share, was: Stage) -> bool: ...
    async def save_address(self, share_id: str, reply: Reply) -> None: ...
    async def unfinished(self) -> Sequence[Share]: ...


class DeletionStore(Protocol):
    """For deleting a video."""

    async def find_in(self, guild_id: int, text: str) -> Job | None: ...
    async def copies(self, job_id: str) -> list[tuple[int, int]]: ...
    async def erase(self, job: Job, was: Stage, change: Change | None) -> bool: ...
