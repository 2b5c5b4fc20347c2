"""What stands in for a folder as far as room goes: what is held and given up, and how full the disk is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.media import StoredFile
from bot.studio.ports.files import DiskUsage


@dataclass(kw_only=True)
class Holding:
    """Remembers what was released and discarded."""

    free: int = 10**12
    closed: str | None = None
    files: int = 0
    clips: int = 0
    released: list[StoredFile] = field(default_factory=list)
    discarded: list[StoredFile] = field(default_factory=list)

    def release(self, files: Sequence[StoredFile]) -> None:
        self.released += files

    async def discard(self, files: Sequence[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        used = await in_use()
        self.discarded += [stored for stored in files if stored.sha256 not in used]

    async def trouble(self) -> str | None:
        return self.closed

    async def disk_usage(self) -> DiskUsage:
        return DiskUsage(self.free, self.files, self.clips)
