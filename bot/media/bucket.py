"""An S3-compatible store of files: objects under names, every call with an end, tried again with our own pauses."""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from bot.domain.backoff import Backoff
from bot.domain.clip_errors import FileStoreDown
from bot.media.disk import new_part

log = logging.getLogger(__name__)

T = TypeVar("T")

# In real seconds: for a call that moves no file, without a byte arriving, and for the rate of the slowest line.
_CALL: Final = 10.0
_STALL: Final = 30.0
_SLOWEST: Final = 100_000
_CONNECT: Final = timedelta(seconds=5)
# One request of a put in parts, or one get of a whole file.
_REQUEST: Final = timedelta(seconds=900)
_TRIES: Final = 3
_CHUNK: Final = 1024 * 1024
# What the next try would be told too: any 4xx but a time-out, too many and the like.
_REFUSED: Final = re.compile(r"HTTP 4(?!08|09|23|25|29)")
_PROBE: Final = ".seedreel"
_CONTENT: Final = b"seedreel check"


@dataclass(frozen=True, slots=True)
class Place:
    """Where objects lie: a bucket, the start of their names, and how it is reached and opened.

    `endpoint`: None for Amazon's own; `key_id` and `secret` are never shown.
    """

    bucket: str
    prefix: str
    endpoint: str | None
    region: str
    key_id: str
    secret: str

    def __repr__(self) -> str:
        """Name the place, as its setting does."""
        return f"s3://{self.bucket}/{self.prefix}".rstrip("/")


@dataclass(frozen=True, slots=True)
class Stored:
    """One object: its name, bytes, and when it was stored, in UTC seconds by the store's clock."""

    name: str
    size: int
    at: float


class _ObjectMissing(Exception):
    """There is no such object."""


class Bucket:
    """Objects in one place. What cannot be done raises FileStoreDown, whose text holds neither keys nor names of files.

    Args:
        place: where they lie.
        tries: of each call, for what may pass.
        pause: the first pause between them, in real seconds.
        call: real seconds that a call may take which moves no file.
    """

    def __init__(self, place: Place, tries: int = _TRIES, pause: float = 0.5, call: float = _CALL) -> None:
        self.place = place
        self._tries = tries
        self._pause = pause
        self._call = call
        given: dict[str, Any] = {"endpoint": place.endpoint} if place.endpoint else {}
        self._store: Any = S3Store(
            place.bucket,
            prefix=place.prefix or None,
            region=place.region,
            access_key_id=place.key_id,
            secret_access_key=place.secret,
            client_options={"allow_http": True, "timeout": _REQUEST, "connect_timeout": _CONNECT},
            retry_config={"max_retries": 0},
            **given,
        )

    async def put(self, name: str, file: Path | bytes, *, tries: int | None = None) -> None:
        """Store a file, whole or not at all, in place of any object of that name."""
        size = len(file) if isinstance(file, bytes) else (await asyncio.to_thread(file.stat)).st_size
        await self._tried(lambda: obstore.put_async(self._store, name, file), self._call + size / _SLOWEST, tries)

    async def get(self, name: str, folder: Path) -> Path | None:
        """Fetch an object into a `.part` file in the folder; None where there is none. OSError: of the disk."""
        part = await asyncio.to_thread(new_part, folder, Path(name).stem)
        whole = False
        try:
            await self._tried(lambda: self._fetch(name, part), float(_REQUEST.seconds))
            whole = True
        except _ObjectMissing:
            return None
        finally:
            if not whole:
                await asyncio.to_thread(part.unlink, missing_ok=True)
        return part

    async def read(self, name: str, *, tries: int | None = None) -> bytes | None:
        """Return a small object's content; None where there is none."""
        try:
            return await self._tried(lambda: self._read(name), self._call, tries)
        except _ObjectMissing:
            return None

    async def find(self, name: str) -> Stored | None:
        """Look for an object; None where there is none."""
        try:
            return await self._tried(lambda: self._find(name), self._call)
        except _ObjectMissing:
            return None

    async def delete(self, names: Sequence[str]) -> None:
        """Delete objects, as far as they are there."""
        if names:
            await self._tried(lambda: obstore.delete_async(self._store, list(names)), self._call * 6)

    async def listed(self, under: str) -> list[Stored]:
        """List the objects whose names begin with `under` and a slash."""
        return await self._tried(lambda: self._list(under), self._call * 6)

    async def now(self) -> float:
        """Return the time by the store's clock, in UTC seconds: of an object that is stored now."""
        await self.put(_PROBE, _CONTENT, tries=1)
        found = await self.find(_PROBE)
        if found is None:
            raise FileStoreDown("what was just stored isn't there")
        return found.at

    async def trouble(self) -> str | None:
        """Say what can't be done of writing, reading and deleting; None when all can."""
        doing = "written to"
        try:
            await self.put(f"{_PROBE}-check", _CONTENT, tries=1)
            doing = "read"
            if await self.read(f"{_PROBE}-check", tries=1) != _CONTENT:
                return f"{self.place} doesn't return what was written to it"
            doing = "deleted from"
            await self.delete([f"{_PROBE}-check"])
        except FileStoreDown as error:
            return f"{self.place} can't be {doing} ({error.detail})"
        return None

    async def _fetch(self, name: str, part: Path) -> None:
        found = await obstore.get_async(self._store, name)
        size, stream = 0, found.stream(min_chunk_size=_CHUNK).__aiter__()
        with await asyncio.to_thread(part.open, "wb") as file:
            while chunk := await _next(stream):
                size += len(chunk)
                await asyncio.to_thread(file.write, chunk)
        if size != found.meta["size"]:
            raise FileStoreDown("an object came in part")

    async def _read(self, name: str) -> bytes:
        found = await obstore.get_async(self._store, name)
        return bytes(await found.bytes_async())

    async def _find(self, name: str) -> Stored:
        # Not by HEAD: its answer does not tell a bucket that is gone from an object that is.
        found = await obstore.get_async(self._store, name)
        return _stored(found.meta)

    async def _list(self, under: str) -> list[Stored]:
        found = []
        async for some in obstore.list(self._store, f"{under}/"):
            found += [_stored(meta) for meta in some]
        return found

    async def _tried(self, call: Callable[[], Awaitable[T]], seconds: float, tries: int | None = None) -> T:
        backoff, tries = Backoff(self._pause, 5.0), tries or self._tries
        while True:
            try:
                async with _in_our_words(seconds):
                    return await call()
            except FileStoreDown as error:
                if backoff.failures + 1 >= tries or error.lasts:
                    raise
            await asyncio.sleep(backoff.next())


@asynccontextmanager
async def _in_our_words(seconds: float) -> AsyncIterator[None]:
    """Say in our own words what kept a call from being done. Raises FileStoreDown or _ObjectMissing."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError:
        raise FileStoreDown(f"no answer within {seconds:g} s") from None
    except (FileNotFoundError, BaseError) as error:
        if "<Code>NoSuchBucket</Code>" in str(error):
            raise FileStoreDown("there is no such bucket", lasts=True) from None
        if isinstance(error, FileNotFoundError):
            raise _ObjectMissing from None
        words = _words(error)
        raise FileStoreDown(words, lasts=_REFUSED.match(words) is not None) from None


def _words(error: Exception) -> str:
    """Say what went wrong without the request and the body of its answer, which may name a key."""
    text = str(error)
    code = re.search(r"<Code>(\w+)</Code>", text)
    status = re.search(r"status code: (\d{3} [\w ]+)", text)
    if status is None:
        kind = re.search(r"kind: (\w+)", text)
        return f"it can't be reached ({kind[1].lower() if kind else type(error).__name__})"
    return f"HTTP {status[1].strip()}" + (f", {code[1]}" if code else "")


async def _next(stream: AsyncIterator[Any]) -> Any:
    """Return the next chunk; None at the end. Raises TimeoutError where none comes."""
    async with asyncio.timeout(_STALL):
        return await anext(stream, None)


def _stored(meta: Any) -> Stored:
    return Stored(str(meta["path"]), int(meta["size"]), float(meta["last_modified"].timestamp()))
