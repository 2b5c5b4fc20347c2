"""Check the room for new work: whether its files and its clip could be stored, within every quota.

A refused request leaves nothing behind but its draft: what was stored for it goes at once, unless it is in use.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.disk_problems import CannotSave, ClipsQuota, FilesQuota, NoSpace
from bot.domain.errors import Refusal, StoreFull
from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.media_problems import MediaExpired
from bot.domain.models import Capability
from bot.domain.storage_limits import MIN_FREE_BYTES
from bot.studio.ports import Clock
from bot.studio.ports.files import Media
from bot.studio.ports.stores import AssetFiles, FilesInUse, JobFiles

log = logging.getLogger(__name__)

GB: Final = 1000**3
"""Bytes."""
# One member's part of each quota.
_SHARE: Final = 10
# The same shortage is logged again after this long, in scaled seconds.
_WARN_AGAIN: Final = 3600.0
_DAY: Final = 86400.0


@dataclass(frozen=True, slots=True)
class Quota:
    """Bytes that input files and clips may take in all; one member may take a tenth of each."""

    files: int = 20 * GB
    clips: int = 100 * GB


class RequestFiles:
    """The files of one request while it is no job yet."""

    def __init__(self, media: Media, input_days: float) -> None:
        self._media = media
        self._input_days = input_days
        self._closed = False
        self.files: list[StoredFile] = []
        self.by_option: dict[str, StoredFile] = {}

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Keep a file for the request; see `Media.keep`. Of one that was kept before there is our copy.

        Raises Refusal (MediaExpired where that is gone and there is no other, or what `Media.keep` raises).
        """
        stored = attachment.stored
        if stored is None or not await self.take(stored):
            if stored is not None and not attachment.url and not attachment.clip_of:
                raise Refusal(MediaExpired(round(self._input_days), attachment.option))
            stored = await self._stored(attachment, capability)
            stored = replace(stored, author_ids=attachment.author_ids)
            self._hold(stored)
        self.by_option[attachment.option] = stored
        return stored

    async def _stored(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        if not attachment.clip_of:
            return await self._media.keep(attachment, capability)
        if attachment.url:
            # What the provider hands out of it is as good, where it still does.
            with suppress(Refusal):
                return await self._media.keep(attachment, capability)
        return await self._media.keep_clip(attachment, capability)

    async def take(self, stored: StoredFile) -> bool:
        """Hold a file that we have a copy of; False where it is gone."""
        if is_there := await self._media.reuse(stored):
            self._hold(stored)
        return is_there

    def _hold(self, stored: StoredFile) -> None:
        if self._closed:
            self._media.release([stored])
        else:
            self.files.append(stored)

    def close(self) -> list[StoredFile]:
        """Return the files, once; what comes later is let go at once."""
        self._closed = True
        files, self.files = self.files, []
        return files


class DiskQuota:
    """Answers for the disk."""

    def __init__(
        self,
        media: Media,
        jobs: JobFiles,
        assets: AssetFiles,
        drafts: FilesInUse,
        clock: Clock,
        quota: Quota,
        *,
        input_days: float,
    ) -> None:
        self._media = media
        self._jobs = jobs
        self._assets = assets
        self._drafts = drafts
        self._input_days = input_days
        self._clock = clock
        self._quota = quota
        self._input_seconds = input_days * _DAY
        self._coming = Counter[int]()
        # One request after another: what one of them was let in with, the next one must know of.
        self._checking = asyncio.Lock()
        self._trouble: str | None = None
        self._warned: dict[str, float] = {}

    @asynccontextmanager
    async def reserve(self, user_id: int, size: int = 0) -> AsyncIterator[RequestFiles]:
        """Make sure of the room for a request with so many bytes of files, and hold its files while the block lasts.

        A block that raises leaves none of them, but for what a job, an asset or a draft uses. Raises Refusal
        (CannotSave, NoSpace, FilesQuota, ClipsQuota).
        """
        if await self.closed() is not None:
            raise Refusal(CannotSave())
        async with self._checking:
            await self._check(user_id, size)
            self._coming[user_id] += size
        held = self.hold()
        try:
            yield held
        except BaseException:
            await self.discard(held)
            raise
        else:
            self._media.release(held.close())
        finally:
            self._coming[user_id] -= size
            if not self._coming[user_id]:
                del self._coming[user_id]

    def hold(self) -> RequestFiles:
        """Begin to hold files, until they are discarded."""
        return RequestFiles(self._media, self._input_days)

    async def discard(self, held: RequestFiles) -> None:
        """Delete the files that were held, but for what jobs, assets and drafts use."""
        try:
            await self._media.discard(held.close(), self.files_in_use)
        except (StoreFull, OSError) as error:
            log.warning("Files of a refused request are left to the next sweep: %s", error)

    async def closed(self) -> str | None:
        """Return why no clip could be stored now, however much room there is; the log tells it once."""
        trouble = await self._media.trouble()
        if trouble != self._trouble:
            if trouble is not None:
                log.warning("Nothing new is sent to the provider, and finished videos are posted as links: %s", trouble)
            else:
                log.warning("Files can be saved again.")
            self._trouble = trouble
        return trouble

    async def _check(self, user_id: int, size: int) -> None:
        usage = await self._media.disk_usage()
        coming = self._coming.total()
        short = max(
            MIN_FREE_BYTES + coming + size - usage.free,
            (usage.files + coming + size - self._quota.files) if size else 0,
            usage.clips - self._quota.clips,
        )
        if short > 0:
            missing = f"{short / 1e6:.1f} MB short; free some disk space, or raise MAX_FILES_GB or MAX_CLIPS_GB"
            self._warn("in all", missing)
            raise Refusal(NoSpace(short))
        await self._check_member(user_id, size)

    async def _check_member(self, user_id: int, size: int) -> None:
        since = self._clock.ago(self._input_seconds)
        files, clips = await self._jobs.stored_by(user_id, since)
        if size:
            files |= await self._assets.files_of(user_id)
            has, maximum = sum(files.values()) + self._coming[user_id] + size, self._quota.files // _SHARE
            if has > maximum:
                self._warn(f"member {user_id}", f"their files would take {has / 1e6:.1f} of {maximum / 1e6:.1f} MB")
                raise Refusal(FilesQuota(has, maximum))
        maximum = self._quota.clips // _SHARE
        if clips > maximum:
            self._warn(f"member {user_id}", f"their videos take {clips / 1e6:.1f} of {maximum / 1e6:.1f} MB")
            raise Refusal(ClipsQuota(clips, maximum))

    def _warn(self, scope: str, what: str) -> None:
        """Tell the operator, in the log, at most once an hour of each."""
        self._warned = {name: at for name, at in self._warned.items() if self._clock.elapsed(at) < _WARN_AGAIN}
        if scope not in self._warned:
            self._warned[scope] = self._clock.now()
            log.warning("A request was refused because the disk quota is used up (%s): %s.", scope, what)

    async def files_in_use(self) -> set[str]:
        """List the sha256 of the input files that jobs, assets and drafts use."""
        since = self._clock.ago(self._input_seconds)
        of_jobs = await self._jobs.files_in_use(since)
        return of_jobs | await self._assets.files_in_use() | await self._drafts.files_in_use()
