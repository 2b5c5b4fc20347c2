"""Download a file: streamed to disk, capped in bytes and in time, complete or not at all."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable
from collections.abc import Set as AbstractSet
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import aiohttp
from aiohttp.hdrs import ACCEPT_ENCODING, LOCATION
from yarl import URL

from bot.domain.addresses import Address, read_address
from bot.media.disk import NoRoom, free_bytes, new_part
from bot.media.guard import ForbiddenAddress, ForbiddenUrl, check_url, guarded_connector, is_allowed_host

log = logging.getLogger(__name__)

MAX_REDIRECTS = 5
# Bytes that are handed to the disk at a time: each time costs a thread's turn.
_CHUNK = 1024 * 1024
_HEAD = 4096
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Real seconds: to connect, without a byte arriving, and for a whole file."""

    connect: float = 10.0
    stall: float = 30.0
    input_total: float = 120.0
    clip_total: float = 900.0
    input_pause: float = 1.0
    """The first step of the pauses between the tries of an input file."""


class FetchError(Exception):
    """A file that was not fetched; the text names no more of the URL than its host."""


class Unreachable(FetchError):
    """The connection failed or broke off, or took too long."""


class TooSlow(Unreachable):
    """It came all the time, and was not complete when its time was over."""


class BadStatus(FetchError):
    """The server answered with another status than 200."""

    def __init__(self, status: int, host: str) -> None:
        super().__init__(f"HTTP {status} from {host}")
        self.status = status


class Forbidden(FetchError):
    """It comes, perhaps by a redirect, from where nothing may be fetched; `remedy` names the setting that allows it."""

    def __init__(self, problem: str, remedy: str = "") -> None:
        super().__init__(problem)
        self.remedy = remedy


class TooManyBytes(FetchError):
    """It is longer than allowed; `size` in bytes is what the server declared, or what had arrived."""

    def __init__(self, size: int) -> None:
        super().__init__(f"more bytes than allowed ({size})")
        self.size = size


class Fetcher:
    """Fetch files over http(s) from public addresses. Use as an async context manager: it owns its sessions.

    `allow_hosts`: hosts, or host:port, for which the guard is lifted. `free`: bytes that a folder's disk can take.
    """

    def __init__(
        self, allow_hosts: AbstractSet[str], timeouts: Timeouts, free: Callable[[Path], int] = free_bytes
    ) -> None:
        self._allow_hosts = allow_hosts
        self._timeouts = timeouts
        self._free = free
        self._open: contextlib.AsyncExitStack
        self._guarded: aiohttp.ClientSession
        self._allowed: aiohttp.ClientSession

    async def __aenter__(self) -> Self:
        async with contextlib.AsyncExitStack() as stack:
            # Two sessions, so that a connection made for an allowed host can never serve another. And a connection
            # for each file: what a server or a proxy says once too often on a kept one would be the next job's clip.
            unguarded = aiohttp.TCPConnector(limit=32, force_close=True)
            self._guarded = await stack.enter_async_context(_session(guarded_connector(), self._timeouts))
            self._allowed = await stack.enter_async_context(_session(unguarded, self._timeouts))
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._open.aclose()

    async def fetch(
        self,
        url: str,
        folder: Path,
        max_bytes: int,
        seconds: float,
        check_head: Callable[[bytes], None] | None = None,
        *,
        keep_free: int = 0,
        of: str = "",
    ) -> Path:
        """Stream a file into a new `.part` file in `folder`, named as by `new_part`, and return that.

        At most `max_bytes` and in at most `seconds`. `check_head` gets the first bytes as soon as they are there (all
        of them when they are few) and may raise. `keep_free`: bytes of the disk that must stay free. Raises FetchError,
        or OSError when the disk will not take it, before a byte is fetched where a length is declared; then nothing is
        left behind.
        """
        file = await asyncio.to_thread(_begin, folder, of)
        part, done = Path(file.name), False
        try:
            try:
                async with asyncio.timeout(seconds):
                    await self._stream(url, file, max_bytes, check_head, keep_free)
            except TimeoutError as error:
                raise TooSlow(f"not complete within {seconds:g} s") from error
            done = True
        finally:
            await asyncio.to_thread(_end, file, part, keep=done)
        return part

    async def forbids(self, url: str) -> Forbidden | None:
        """Ask whether the guard forbids to fetch from that address; what is answered there does not matter."""
        try:
            async with self._answer(url):
                return None
        except Forbidden as error:
            return error
        except FetchError:
            return None

    async def _stream(
        self,
        url: str,
        file: BinaryIO,
        max_bytes: int,
        check_head: Callable[[bytes], None] | None,
        keep_free: int,
    ) -> None:
        async with self._answer(url) as response:
            declared = response.content_length
            if declared is not None and declared > max_bytes:
                raise TooManyBytes(declared)
            if declared is not None or keep_free:
                await self._check_room((declared or 0) + keep_free, Path(file.name).parent)
            size, waiting, checked = 0, bytearray(), False
            while chunk := await _some(response):
                size += len(chunk)
                if size > max_bytes:
                    raise TooManyBytes(size)
                waiting += chunk
                if check_head and not checked and len(waiting) >= _HEAD:
                    check_head(bytes(waiting[:_HEAD]))
                    checked = True
                if len(waiting) >= _CHUNK:
                    await asyncio.to_thread(file.write, waiting)
                    waiting = bytearray()
            if check_head and not checked:
                check_head(bytes(waiting[:_HEAD]))
            await asyncio.to_thread(_write_rest, file, waiting)

    async def _check_room(self, needed: int, folder: Path) -> None:
        if (missing := needed - await asyncio.to_thread(self._free, folder)) > 0:
            raise NoRoom(missing)

    @asynccontextmanager
    async def _answer(self, address: str) -> AsyncIterator[aiohttp.ClientResponse]:
        """Follow redirects by hand, each hop checked and asked for byte for byte, to an answer with status 200."""
        at = read_address(address)
        for _ in range(MAX_REDIRECTS + 1):
            if at is None:
                raise Forbidden("not an http or https address")
            response = await self._get(_exact(at))
            try:
                if response.status in _REDIRECTS and (location := response.headers.get(LOCATION)):
                    at = at.follow(location)
                    continue
                if response.status != 200:
                    raise BadStatus(response.status, at.host)
                yield response
                return
            finally:
                # What is left of the body is not waited for: it may have no end.
                response.close()
        raise Unreachable(f"more than {MAX_REDIRECTS} redirects")

    async def _get(self, url: URL) -> aiohttp.ClientResponse:
        try:
            check_url(url)
            session = self._allowed if is_allowed_host(url, self._allow_hosts) else self._guarded
            return await session.get(url, allow_redirects=False)
        except ForbiddenUrl as error:
            raise Forbidden(str(error)) from error
        except aiohttp.InvalidURL:
            raise Forbidden("not a URL") from None
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, ForbiddenAddress):
                raise Forbidden(f"{url.host} is not on the public internet", _remedy(url)) from None
            raise Unreachable(f"{url.host}: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            # Their texts may hold the whole signed URL.
            raise Unreachable(f"{url.host}: {type(error).__name__}") from None


def _remedy(url: URL) -> str:
    return f"If that's intended, add {url.host_subcomponent}:{url.port} to MEDIA_ALLOW_HOSTS"


def _session(connector: aiohttp.TCPConnector, timeouts: Timeouts) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={ACCEPT_ENCODING: "identity"},
        timeout=aiohttp.ClientTimeout(
            total=None, connect=timeouts.connect, sock_connect=timeouts.connect, sock_read=timeouts.stall
        ),
    )


async def _some(response: aiohttp.ClientResponse) -> bytes:
    """Read what has arrived, at least a byte; empty at the end."""
    try:
        return await response.content.readany()
    except (aiohttp.ClientError, OSError) as error:
        raise Unreachable(f"broke off: {type(error).__name__}") from None


def _exact(address: Address) -> URL:
    """Build the URL whose request line says the target as it is written; yarl rewrites what it parses itself."""
    try:
        return URL(address.origin).with_path(address.target, encoded=True)
    except ValueError:
        raise Forbidden("not an address") from None


def _begin(folder: Path, of: str) -> BinaryIO:
    return new_part(folder, of).open("wb")


def _write_rest(file: BinaryIO, rest: bytearray) -> None:
    file.write(rest)
    file.flush()


def _end(file: BinaryIO, part: Path, *, keep: bool) -> None:
    # After a full disk the buffer still holds what could not be written; closing tries once more.
    with contextlib.suppress(OSError):
        file.close()
    if not keep:
        part.unlink(missing_ok=True)
