"""What opting out of the use of one's media needs written down, as `stores`."""

from collections.abc import Sequence
from typing import Protocol


class OptOutStore(Protocol):
    """For the members whose media others may not use."""

    async def set_opted_out(self, user_id: int, at: float, *, out: bool) -> None: ...
    async def opted_out(self, user_ids: Sequence[int]) -> frozenset[int]: ...
