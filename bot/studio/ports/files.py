"""What the studio needs of files, as a protocol."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.models import Capability
from bot.domain.reply import RepairedClip, ShrunkClip


@dataclass(frozen=True, slots=True)
class DiskUsage:
    """Bytes: free on the disk, taken by input files, taken by clips and their posters."""

    free: int
    files: int
    clips: int


class Media(Protocol):
    """Files on our disk, and the way they come there."""

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Fetch an attachment, look at its bytes and keep our own copy.

        It is in use until `release` or `discard`. What the provider would not take as it is is kept as a
        copy that it takes: see `StoredFile.original`. What its role, or any role of a reference, can never take is
        refused here; its numbers are judged by `rules`. Raises Refusal (MediumTooLarge, MediumNotAccepted,
        MediumBroken, MediumNotChecked, TooManyPixels, MediumUnreachable, NoSpace).
        """
        ...

    def input_path(self, stored: StoredFile) -> Path | None:
        """Return our copy of an input file; None when it is past its days."""
        ...

    async def fetch_clip(self, url: str, job_id: str) -> int:
        """Stream a finished clip to our disk, check that it is a video, and return its size in bytes.

        Complete or not there at all. Raises ClipError (any of its kinds); OSError when the disk is full.
        """
        ...

    async def repair_clip(self, job_id: str, *, in_part: bool) -> RepairedClip | None:
        """Make the clip of the file that ClipDamaged held back, so that it plays.

        None when there is none or it does not play, and where pictures are missing unless `in_part`. Raises OSError.
        """
        ...

    def clip(self, job_id: str) -> Path | None:
        """Return the clip on our disk; None when it is not there."""
        ...

    def clip_sides(self, job_id: str) -> tuple[int, int] | None:
        """Return width and height in pixels of the clip that was fetched last for the job; once, None if not known."""
        ...

    async def shrink_clip(self, job_id: str, limit: int) -> ShrunkClip | None:
        """Make the clip smaller, to at most `limit` bytes, once; None when that cannot be done. May take minutes."""
        ...

    def shrunk_clip(self, job_id: str, limit: int) -> Path | None:
        """Return the clip as it was made to fit that limit; None when it is not there."""
        ...

    async def make_poster(self, job_id: str) -> bool:
        """Make a small picture of the clip on our disk, unless it is there; returns whether it is there now.

        May take seconds; never raises for the clip's sake.
        """
        ...

    async def poster(self, job_id: str) -> bytes | None:
        """Return the clip's poster, a JPEG of a few KB; None where there is none. It outlives the clip."""
        ...

    async def delete_clip(self, job_id: str) -> None:
        """Delete the clip from our disk, and all that was made of it but its poster."""
        ...

    async def delete_unused_files(self, in_use: set[str]) -> int:
        """Delete the input files that no job and no asset uses; returns how many."""
        ...

    def release(self, files: Sequence[StoredFile]) -> None:
        """Say that files which `keep` returned are written down in what uses them."""
        ...

    async def discard(self, files: Sequence[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Release files that `keep` returned, and delete what no other request uses and `in_use` does not name.

        `in_use` returns the sha256 of what jobs and assets use; where it raises, nothing is deleted.
        """
        ...

    async def trouble(self) -> str | None:
        """Say why no file could be kept now, however much room there is; None when files can be kept."""
        ...

    async def disk_usage(self) -> DiskUsage:
        """Return how much of the disk is free, and what the files and clips take."""
        ...
