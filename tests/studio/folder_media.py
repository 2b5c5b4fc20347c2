"""A fake of the studio's media: small files in a folder, by script."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.models import Capability
from bot.domain.reply import RepairedClip, ShrunkClip
from tests.studio.holding import Holding

MEGABYTE = 1024 * 1024


@dataclass
class FolderMedia(Holding):
    """Keeps clips as small files in a folder; fetches by script, and makes them to fit unless the script says None."""

    folder: Path
    fetches: list[int | Exception] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)
    fits: list[ShrunkClip | None] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    made_sides: tuple[int, int] | None = None
    mends: list[RepairedClip | None] = field(default_factory=list)
    mended: list[bool] = field(default_factory=list)
    before_fit: Callable[[], Awaitable[None]] | None = None
    posters: dict[str, bytes] = field(default_factory=dict)
    before_poster: Callable[[], Awaitable[None]] | None = None
    copies: dict[str, Path] = field(default_factory=dict)
    keeps: list[StoredFile | Exception] = field(default_factory=list)
    store_down: list[Exception] = field(default_factory=list)

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        stored = self.keeps.pop(0)
        if isinstance(stored, Exception):
            raise stored
        return stored

    async def reuse(self, stored: StoredFile) -> bool:
        return stored.sha256 in self.copies

    async def bring_input(self, stored: StoredFile) -> Path | None:
        return self.copies.get(stored.sha256)

    async def fetch_clip(self, url: str, job_id: str) -> int:
        self.fetched.append(url)
        size = self.fetches.pop(0) if self.fetches else MEGABYTE
        if isinstance(size, Exception):
            raise size
        (self.folder / f"{job_id}.mp4").write_bytes(b"clip")
        return size

    async def repair_clip(self, job_id: str, *, in_part: bool) -> RepairedClip | None:
        self.mended.append(in_part)
        made = self.mends.pop(0) if self.mends else None
        if made is not None:
            (self.folder / f"{job_id}.mp4").write_bytes(b"mended")
        return made

    def clip(self, job_id: str) -> Path | None:
        path = self.folder / f"{job_id}.mp4"
        return path if path.exists() else None

    async def bring(self, job_id: str) -> Path | None:
        if self.store_down:
            raise self.store_down.pop(0)
        return self.clip(job_id)

    def has_clip(self, job_id: str, *, noted: bool) -> bool:
        return self.clip(job_id) is not None

    def clip_seconds(self, job_id: str) -> float | None:
        return None

    def clip_sides(self, job_id: str) -> tuple[int, int] | None:
        return self.made_sides

    async def shrink_clip(self, job_id: str, limit: int) -> ShrunkClip | None:
        self.limits.append(limit)
        if self.before_fit is not None:
            await self.before_fit()
        made = self.fits.pop(0) if self.fits else ShrunkClip(limit * 9 // 10, 960, 540)
        if made is not None:
            (self.folder / f"{job_id}.fit-{limit}.mp4").write_bytes(b"fitted")
        return made

    def shrunk_clip(self, job_id: str, limit: int) -> Path | None:
        path = self.folder / f"{job_id}.fit-{limit}.mp4"
        return path if path.exists() else None

    async def make_poster(self, job_id: str) -> bool:
        if self.before_poster is not None:
            await self.before_poster()
        if self.clip(job_id) is not None:
            self.posters.setdefault(job_id, b"poster of " + job_id.encode())
        return job_id in self.posters

    async def poster(self, job_id: str) -> bytes | None:
        return self.posters.get(job_id)

    async def delete_clip(self, job_id: str, *, poster: bool = False) -> None:
        (self.folder / f"{job_id}.mp4").unlink(missing_ok=True)

    async def delete_unused_files(self, in_use: set[str]) -> int:
        gone = set(self.copies) - in_use
        for name in gone:
            del self.copies[name]
        return len(gone)
