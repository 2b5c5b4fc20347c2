"""What stands in for a folder as far as room goes: what is held and given up, and how full the disk is."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.domain.media import Kept
from bot.studio.media_port import Stored


@dataclass(kw_only=True)
class Holding:
    """Remembers what was released and discarded."""

    free: int = 10**12
    closed: str | None = None
    files: int = 0
    clips: int = 0
    released: list[Kept] = field(default_factory=list)
    discarded: list[Kept] = field(default_factory=list)

    def release(self, files: Sequence[Kept]) -> None:
        self.released += files

    async def discard(self, files: Sequence[Kept], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        used = await in_use()
        self.discarded += [kept for kept in files if kept.sha256 not in used]

    async def trouble(self) -> str | None:
        return self.closed

    async def stored(self) -> Stored:
        return Stored(self.free, self.files, self.clips)
