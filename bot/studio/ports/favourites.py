"""What starring needs written down, as `stores`."""

from collections.abc import Sequence
from typing import Protocol

from bot.studio.ports.pages import JobPage


class FavouriteStore(Protocol):
    """For a member's starred videos."""

    async def star(self, user_id: int, job_id: str, at: float) -> None: ...
    async def unstar(self, user_id: int, job_id: str) -> None: ...
    async def starred(self, user_id: int, job_ids: Sequence[str]) -> frozenset[str]: ...
    async def favourites(self, user_id: int, search: str, page: int, size: int) -> JobPage: ...
