"""Fetch media as the provider does: over HTTP, capped and bounded; its own uploads straight from the disk."""

from collections.abc import AsyncIterator, Callable

import aiohttp

from sandbox.ledger import Ledger
from sandbox.toapis.file_store import FileStore, TooMuch
from sandbox.toapis.media import StoredFile

_PART = 262_144
_TIMEOUT = aiohttp.ClientTimeout(total=20, sock_connect=5, sock_read=10)


class NotFetched(Exception):
    """A URL gave no file; the text is what the provider says about it."""


class Fetcher:
    """Download files from URLs into the store.

    Args:
        files: where they go.
        ledger: gets a "fetched" for every URL (`place`, `sha256`, `bytes`, `reason`).
        own: the file behind a URL of the provider's own uploads, None for any other URL.
    """

    def __init__(self, files: FileStore, ledger: Ledger, own: Callable[[str], StoredFile | None]) -> None:
        self._files = files
        self._ledger = ledger
        self._own = own
        self._client: aiohttp.ClientSession | None = None
        self.cut_off = False
        """Whether nothing outside can be reached."""

    async def fetch(self, url: str, place: str, max_bytes: int) -> StoredFile:
        """Return the file behind a URL, at most `max_bytes`. Raises NotFetched with the URL's `place`."""
        try:
            file = await self._fetched(url, place, max_bytes)
        except NotFetched as failed:
            self._ledger.write("fetched", url, place=place, sha256="", bytes=0, reason=str(failed))
            raise
        self._ledger.write("fetched", url, place=place, sha256=file.sha256, bytes=file.size, reason="")
        return file

    async def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            await self._client.close()

    async def _fetched(self, url: str, place: str, max_bytes: int) -> StoredFile:
        failed = f"Failed to download the file from {place}"
        file = self._own(url)
        try:
            if file is None and self.cut_off:
                raise NotFetched(failed)
            if file is None:
                file = await self._downloaded(url, failed, max_bytes)
        except TooMuch:
            raise NotFetched(_too_large(place, max_bytes)) from None
        except (aiohttp.ClientError, TimeoutError, ValueError) as broken:
            raise NotFetched(failed) from broken
        if file.size > max_bytes:
            raise NotFetched(_too_large(place, max_bytes))
        return file

    async def _downloaded(self, url: str, failed: str, max_bytes: int) -> StoredFile:
        if self._client is None:
            self._client = aiohttp.ClientSession(auto_decompress=False)
        async with self._client.get(url, timeout=_TIMEOUT, max_redirects=3) as answer:
            if answer.status != 200:
                raise NotFetched(f"{failed}: HTTP {answer.status}")
            return await self._files.keep(_parts(answer), max_bytes)


async def _parts(answer: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    async for part in answer.content.iter_chunked(_PART):
        yield part


def _too_large(place: str, max_bytes: int) -> str:
    return f"{place} is too large. Maximum size is {-(-max_bytes // (1024 * 1024))}MB"
