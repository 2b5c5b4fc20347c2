"""The studio's port of media on an S3-compatible store, which is the truth; the files on our disk are copies of it.

What is stored here first lies on our own disk, looked at and made whole by `DiskMedia`, and is then put into the
store; only after that a row may say that it is there. Other processes bring it from there to their own disks.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from bot.domain.backoff import Backoff
from bot.domain.clip_errors import FileStoreDown
from bot.domain.disk_problems import CannotSave
from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.models import Capability
from bot.domain.reply import RepairedClip, ShrunkClip
from bot.domain.storage_limits import CLIPS, INPUTS, POSTERS
from bot.log_lines import about_job
from bot.media.bucket import Bucket
from bot.media.bucket_state import BucketState
from bot.media.disk_media import DiskMedia
from bot.media.local_copies import LocalCopies
from bot.media.posters import MAX_POSTERS
from bot.studio.ports.files import DiskUsage

log = logging.getLogger(__name__)

# An input file this young may belong to a job or an asset that is just being written down.
_FRESH_SECONDS: Final = 3600.0
# A poster is decoration: no list waits for more than one try.
_POSTER_TRIES: Final = 1
_POSTER_SECONDS: Final = 3.0


class BucketMedia:
    """Media in a bucket, with copies on our disk. Use as an async context manager: it owns what it is given.

    Args:
        disk: where files are looked at, and where copies of them lie.
        copies: the same copies, as far as they may be thrown away.
        bucket: the store.
    """

    def __init__(self, disk: DiskMedia, copies: LocalCopies, bucket: Bucket) -> None:
        self._disk = disk
        self._copies = copies
        self._bucket = bucket
        self._state = BucketState(bucket)
        self._unsent: dict[str, asyncio.Task[None]] = {}
        self.self_test = disk.self_test
        self.release = disk.release
        self.clip, self.clip_seconds, self.clip_sides = disk.clip, disk.clip_seconds, disk.clip_sides
        self.shrunk_clip, self.drop_old_clips = disk.shrunk_clip, copies.drop_old_clips

    async def __aenter__(self) -> Self:
        await self._disk.__aenter__()
        for job_id in await asyncio.to_thread(self._copies.unsent):
            await self._store_later(job_id)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._unsent.values():
            task.cancel()
        await asyncio.gather(*self._unsent.values(), return_exceptions=True)
        await self._disk.__aexit__(kind, error, trace)

    async def keep(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Keep an attachment as `DiskMedia.keep` does, and in the store. Raises Refusal, CannotSave if that is down."""
        return await self._put_input(await self._disk.keep(attachment, capability))

    async def _put_input(self, stored: StoredFile) -> StoredFile:
        """Put a file that was just kept into the store. Raises Refusal, and lets it go, where that is down."""
        try:
            await self._store_input(stored)
        except FileStoreDown as error:
            self._disk.release([stored])
            log.warning("A file of a request can't be stored in the file storage: %s", error.detail)
            raise Refusal(CannotSave()) from error
        except asyncio.CancelledError:
            self._disk.release([stored])
            raise
        return stored

    async def keep_clip(self, attachment: AttachmentInput, capability: Capability) -> StoredFile:
        """Keep a clip as `DiskMedia.keep_clip` does, brought from the store, and in it. Raises Refusal."""
        try:
            await self.bring(attachment.clip_of)
        except FileStoreDown as error:
            log.warning("A video can't be had from the file storage: %s", error.detail)
            raise Refusal(CannotSave()) from error
        return await self._put_input(await self._disk.keep_clip(attachment, capability))

    async def bring_input(self, stored: StoredFile) -> Path | None:
        """Have an input file on our disk; None when it is past its days. Raises FileStoreDown."""
        return await self._copies.bring(f"{INPUTS}/{stored.file_name}", stored.sha256)

    async def reuse(self, stored: StoredFile) -> bool:
        """Have a file in use, on our disk and young in the store; False when it is past its days."""
        try:
            if await self.bring_input(stored) is None or not await self._disk.reuse(stored):
                return False
            await self._store_input(stored)
        except FileStoreDown as error:
            log.warning("A file can't be looked for in the file storage: %s", error.detail)
            return await self._disk.reuse(stored)
        return True

    async def discard(self, files: Sequence[StoredFile], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Release files; what nothing uses goes from our disk now, and from the store with the next sweep."""
        await self._disk.discard(files, in_use)

    async def delete_inputs(self, contents: AbstractSet[str], in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Delete input files, by their sha256, from our disk and from the store, but for those that are in use.

        Raises FileStoreDown.
        """
        await self._disk.delete_inputs(contents, in_use)
        unused = contents - await in_use()
        stored = await self._bucket.listed(INPUTS) if unused else ()
        await self._bucket.delete([each.name for each in stored if Path(each.name).stem in unused])

    async def delete_unused_files(self, in_use: set[str]) -> int:
        """Delete the input files that nothing uses (their sha256) and that are not new, and the oldest posters.

        Returns how many files. Raises FileStoreDown.
        """
        await self._disk.delete_unused_files(in_use)
        old = await self._bucket.now() - _FRESH_SECONDS
        inputs = await self._bucket.listed(INPUTS)
        unused = [each.name for each in inputs if each.at < old and Path(each.name).stem not in in_use]
        await self._bucket.delete(unused)
        posters = sorted(await self._bucket.listed(POSTERS), key=lambda each: each.at, reverse=True)
        await self._bucket.delete([each.name for each in posters[MAX_POSTERS:]])
        return len(unused)

    async def fetch_clip(self, url: str, job_id: str) -> int:
        """Fetch a clip as `DiskMedia.fetch_clip` does, and store it; returns its bytes.

        Raises what that raises; FileStoreDown with the bytes of the clip on our disk, which is then stored by and by.
        """
        size = await self._disk.fetch_clip(url, job_id)
        try:
            await self._put_clip(job_id)
        except FileStoreDown as error:
            self._state.failed(error)
            await self._store_later(job_id)
            raise FileStoreDown(error.detail, size) from error
        return size

    async def repair_clip(self, job_id: str, *, in_part: bool) -> RepairedClip | None:
        """Repair a clip as `DiskMedia.repair_clip` does, and store it, now or by and by."""
        repaired = await self._disk.repair_clip(job_id, in_part=in_part)
        if repaired is not None:
            try:
                await self._put_clip(job_id)
            except FileStoreDown as error:
                log.warning("The repaired video is stored later: %s", error.detail)
                await self._store_later(job_id)
        return repaired

    async def bring(self, job_id: str) -> Path | None:
        """Have the clip on our disk, from the store where it is not there; None when it is nowhere.

        Raises FileStoreDown.
        """
        return await self._copies.bring(_clip_name(job_id))

    def has_clip(self, job_id: str, *, noted: bool) -> bool:  # noqa: ARG002 - a look at the store takes a wait
        """Tell without a wait whether the clip is stored: what its row says."""
        return noted

    async def shrink_clip(self, job_id: str, limit: int) -> ShrunkClip | None:
        """Make the clip smaller on our disk: see `DiskMedia.shrink_clip`."""
        return await self._disk.shrink_clip(job_id, limit)

    async def join_clips(self, job_ids: Sequence[str], into: str) -> int:
        """Join clips on our disk, where the result stays: see `Joiner.join`. Raises FileStoreDown too."""
        for job_id in job_ids:
            await self.bring(job_id)
        return await self._disk.join_clips(job_ids, into)

    async def make_poster(self, job_id: str) -> bool:
        """Make a poster of the clip on our disk and store it; tells whether there is one. Never raises."""
        made = await self._disk.make_poster(job_id)
        poster = await self._disk.poster(job_id) if made else None
        if poster is not None:
            try:
                await self._bucket.put(_poster_name(job_id), poster)
            except FileStoreDown as error:
                log.info("A poster can't be stored in the file storage: %s", error.detail)
        return made

    async def poster(self, job_id: str) -> bytes | None:
        """Return the clip's poster; None where there is none, or the store doesn't answer at once."""
        poster = await self._disk.poster(job_id)
        if poster is not None or self._state.down:
            return poster
        try:
            async with asyncio.timeout(_POSTER_SECONDS):
                return await self._bucket.read(_poster_name(job_id), tries=_POSTER_TRIES)
        except (FileStoreDown, TimeoutError):
            return None

    async def delete_clip(self, job_id: str, *, poster: bool = False) -> None:
        """Delete the clip from the store and from our disk, and all that was made of it; its poster if `poster`."""
        await self._is_sent(job_id)
        await self._bucket.delete([_clip_name(job_id), *([_poster_name(job_id)] if poster else [])])
        await self._disk.delete_clip(job_id, poster=poster)

    async def copied_clips(self) -> AbstractSet[str]:
        """List the ids of clips of which our own disk has anything."""
        return await asyncio.to_thread(self._copies.clips)

    async def drop_clips(self, job_ids: AbstractSet[str]) -> None:
        """Delete from our own disk what there is of clips that were deleted; none is put into the store any more."""
        # They may have been put there after they were deleted.
        await self._bucket.delete([_poster_name(job_id) for job_id in job_ids])
        for job_id in job_ids:
            delete = self.delete_clip if job_id in self._unsent else self._disk.delete_clip
            await delete(job_id, poster=True)

    async def drop_inputs(self, in_use: Callable[[], Awaitable[set[str]]]) -> None:
        """Delete from our own disk the input files that are not in use (`in_use`: their sha256), if old or not stored.

        What has just been kept for a request is in the store before its row is there. Raises FileStoreDown.
        """
        used = await in_use()
        await self._disk.delete_unused_files(used)
        unused = await asyncio.to_thread(self._copies.inputs) - used
        await self._disk.delete_inputs(await self._copies.not_stored(unused), in_use)

    async def trouble(self) -> str | None:
        """Say why no file could be stored now; None when files can be stored."""
        await self._copies.trim({_clip_name(job_id) for job_id in self._unsent})
        return await self._disk.trouble() or await self._state.trouble()

    async def disk_usage(self) -> DiskUsage:
        """Return how much of our disk is free, and what files and clips take in the store."""
        free = (await self._disk.disk_usage()).free
        return DiskUsage(free, await self._state.bytes_in(INPUTS), await self._state.bytes_in(CLIPS))

    async def _store_input(self, stored: StoredFile) -> None:
        """Put a file into the store, or make it young there, so that no sweep takes it from what uses it now."""
        name = f"{INPUTS}/{stored.file_name}"
        found = await self._bucket.find(name)
        if found is None or found.at < await self._state.now() - _FRESH_SECONDS / 2:
            path = await self.bring_input(stored)
            if path is None:
                raise FileStoreDown("a file has just been deleted")
            await self._bucket.put(name, path)

    async def _put_clip(self, job_id: str) -> None:
        path = self.clip(job_id)
        if path is not None:
            await self._bucket.put(_clip_name(job_id), path)
        await self._is_sent(job_id)

    async def _store_later(self, job_id: str) -> None:
        """Put a clip into the store by and by, also after a restart."""
        if job_id not in self._unsent:
            self._unsent[job_id] = asyncio.create_task(self._store_in_the_end(job_id))
            await asyncio.to_thread(self._copies.note_unsent, job_id, unsent=True)

    async def _is_sent(self, job_id: str) -> None:
        if (task := self._unsent.pop(job_id, None)) is not None:
            task.cancel()
            await asyncio.to_thread(self._copies.note_unsent, job_id, unsent=False)

    async def _store_in_the_end(self, job_id: str) -> None:
        backoff = Backoff(first=10.0, max_pause=120.0)
        while True:
            await asyncio.sleep(backoff.next())
            path = self.clip(job_id)
            try:
                if path is not None:
                    await self._bucket.put(_clip_name(job_id), path)
                    with about_job(job_id):
                        log.info("The video is in the file storage now.")
            except (FileStoreDown, OSError):
                continue
            del self._unsent[job_id]
            await asyncio.to_thread(self._copies.note_unsent, job_id, unsent=False)
            return


def _clip_name(job_id: str) -> str:
    return f"{CLIPS}/{job_id}.mp4"


def _poster_name(job_id: str) -> str:
    return f"{POSTERS}/{job_id}.jpg"
