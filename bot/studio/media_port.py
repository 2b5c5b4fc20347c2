"""What the studio needs of files, as a protocol."""

from pathlib import Path
from typing import Protocol

from bot.domain.media import Kept, Offered
from bot.domain.models import Capability
from bot.domain.reply import Fitted


class Media(Protocol):
    """Files on our disk, and the way they come there."""

    async def keep(self, offered: Offered, able: Capability) -> Kept:
        """Fetch an offered file, look at its bytes and keep our own copy.

        What its role, or any role of a reference, can never take is refused here; its numbers are judged by `rules`.
        Raises Refusal (MediumTooLarge, MediumNotAccepted, MediumBroken, MediumUnchecked, TooManyPixels,
        MediumUnreachable, NoSpace).
        """
        ...

    def copy(self, kept: Kept) -> Path | None:
        """Return our copy of an input file; None when it is past its days."""
        ...

    async def fetch_clip(self, url: str, job_id: str) -> int:
        """Stream a finished clip to our disk, check that it is a video, and return its size in bytes.

        Complete or not there at all. Raises ClipGone, ClipUnusable or ClipUnreachable; OSError when the disk is full.
        """
        ...

    def clip(self, job_id: str) -> Path | None:
        """Return the clip on our disk; None when it is not there."""
        ...

    async def fit(self, job_id: str, limit: int) -> Fitted | None:
        """Make the clip smaller, to at most `limit` bytes, once; None when that cannot be done. May take minutes."""
        ...

    def fitted(self, job_id: str, limit: int) -> Path | None:
        """Return the clip as it was made to fit that limit; None when it is not there."""
        ...

    async def drop_clip(self, job_id: str) -> None:
        """Delete the clip from our disk, and all that was made of it."""
        ...

    async def sweep_files(self, in_use: set[str]) -> int:
        """Delete the input files that no job and no asset uses; returns how many."""
        ...

    async def free_bytes(self) -> int:
        """Return how much of the disk is free, in bytes."""
        ...
