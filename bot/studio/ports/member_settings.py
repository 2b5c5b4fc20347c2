"""What members' settings need written down, as `stores`."""

from collections.abc import Mapping
from typing import Protocol


class MemberSettingsStore(Protocol):
    """For what members set for themselves, by name."""

    async def all(self) -> Mapping[int, Mapping[str, str]]: ...
    async def of(self, user_id: int) -> Mapping[str, str]: ...
    async def put(self, user_id: int, name: str, value: str | None) -> None: ...
