"""Bringing our copies of input files to the provider: the same content goes there once."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

from bot.domain.errors import StoreFull, UploadFailed
from bot.domain.media import InputUrl, StoredFile
from bot.studio.lifecycle.retry import retry
from bot.studio.ports import Clock
from bot.studio.ports.asset_provider import Uploader
from bot.studio.ports.stores import UploadStore

log = logging.getLogger(__name__)

# Files of up to 50 MB: more of them on their way at once would only make each other late.
_AT_ONCE = 4


class FileUploader:
    """Uploads by content, and remembers where each one is."""

    def __init__(self, uploader: Uploader, uploads: UploadStore, clock: Clock) -> None:
        self._uploader = uploader
        self._uploads = uploads
        self._clock = clock
        self._slots = asyncio.Semaphore(_AT_ONCE)
        # A lock lives for as long as a task has it or waits for it.
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def ensure_uploaded(
        self, stored: StoredFile, path: Path, failed: Callable[[UploadFailed], None] = lambda _: None
    ) -> InputUrl:
        """Return where the provider keeps that content, uploading it if it never was; tried until it is clear.

        `failed` hears of each try that came to nothing, and ends them by raising. Raises UploadRefused.
        """

        def not_uploaded(error: UploadFailed) -> None:
            log.warning("A file couldn't be uploaded to the provider; trying again: %s", error.detail)
            failed(error)

        return await retry(lambda: self._once(stored, path), UploadFailed, not_uploaded, self._clock)

    async def _once(self, stored: StoredFile, path: Path) -> InputUrl:
        # Two jobs with the same picture at the same time upload it once too.
        lock = self._locks.setdefault(stored.sha256, asyncio.Lock())
        async with lock:
            return await self._uploads.remembered(stored.sha256) or await self._upload(stored, path)

    async def _upload(self, stored: StoredFile, path: Path) -> InputUrl:
        async with self._slots:
            url = await self._uploader.upload(stored, path)
        input_url = InputUrl(stored.sha256, url, self._clock.now(), uploaded=True)
        try:
            await self._uploads.remember(input_url)
        except StoreFull:
            log.warning("Where a file was uploaded to couldn't be saved.")
        return input_url

    async def forget(self, stored: StoredFile) -> None:
        """Forget where that content is: what is there no longer works."""
        try:
            await self._uploads.forget(stored.sha256)
        except StoreFull:
            log.warning("An upload that no longer works couldn't be deleted from the database.")
