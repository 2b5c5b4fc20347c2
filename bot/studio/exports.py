"""Hand over to a member what is stored about them: every row, and the media that are here, in archives that fit.

That it was asked for stands in a row. One process puts it together, one part at a time: a part is on our disk from its
making until it is sent. What a restart stops is not gone on with: its member reads that they can ask again.
"""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any, Final

from bot.domain.backoff import jittered
from bot.domain.caller import Caller
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import StoreFull
from bot.domain.media import MediaFormat, StoredFile
from bot.domain.models import OutputFormat
from bot.domain.privacy import Export, ExportStage
from bot.domain.reply import Reply
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Outcome, PlatformLimits, Posted
from bot.studio.ports.files import Media
from bot.studio.ports.privacy import Archives, ExportMessages, ExportStore

log = logging.getLogger(__name__)

# In this order they stand in an export; files are of the rows of the first three.
NAMES: Final = (
    *("videos", "assets", "requests-to-fix", "shares", "favourites", "characters", "consents", "settings"),
    *("opt-outs", "limits", "blocks", "changes"),
)
_ROWS: Final = 200
_TRIES: Final = 6
# Real seconds between two looks for an export that was asked for.
_LOOK_EVERY: Final = 5.0
# Bytes that a message has beside its file.
_ROUND_IT: Final = 64 * 1024


class Exports:
    """Exports, and the work on them, which one process does for all, one after another."""

    def __init__(
        self,
        rows: ExportStore,
        media: Media,
        archives: Archives,
        messages: ExportMessages,
        clock: Clock,
        limits: PlatformLimits,
    ) -> None:
        self._rows = rows
        self._media = media
        self._archives = archives
        self._messages = messages
        self._clock = clock
        self._limits = limits
        self._woken = asyncio.Event()
        self._tasks = BackgroundTasks(clock)

    async def ask(self, caller: Caller, reply: Reply) -> Export | None:
        """Write down that the caller wants an export, at that private answer; return the one before if it is too soon.

        One comes after another, and some time after it.
        """
        before = await self._rows.ask(Export(caller.user_id, self._clock.now(), reply))
        # Where this process does it; another one hears of the row.
        self.wake()
        return before

    def wake(self) -> None:
        """Look at once for an export that was asked for."""
        self._woken.set()

    async def clear(self) -> None:
        """Delete what an earlier run, which was killed in the middle of an export, has left on this disk."""
        await self._archives.clear()

    def start(self) -> None:
        """Begin to make exports, in the background."""
        self._tasks.start("exports", "the exports of members", lambda _: self.follow())

    async def close(self) -> None:
        """Make no more; the next start says so where one was begun."""
        await self._tasks.close()

    async def follow(self) -> None:
        """Make exports until cancelled; first tell of those that were begun before."""
        await self.clear()
        while True:
            self._woken.clear()
            try:
                await self._look()
            except (StoreFull, FileStoreDown, OSError) as error:
                log.warning("Exports can't be made now; trying again: %s", error)
            with suppress(TimeoutError):
                async with asyncio.timeout(jittered(_LOOK_EVERY)):
                    await self._woken.wait()

    async def _look(self) -> None:
        for stopped in await self._rows.stopped():
            await self._stop(stopped)
        while (export := await self._rows.take()) is not None:
            try:
                sent = await self._hand_over(export)
            except (FileStoreDown, OSError) as error:
                log.warning("An export couldn't be put together: %s", error)
                await self._stop(export)
                continue
            log.info("An export was handed over." if sent else "An export couldn't be handed over.")
            await self._rows.end(export, ExportStage.SENT if sent else ExportStage.FAILED)

    async def _stop(self, export: Export) -> None:
        await self._rows.stop(export)
        await self._attempts(export, partial(self._messages.tell_stopped, export))
        await self._rows.end(export, ExportStage.FAILED)

    async def _hand_over(self, export: Export) -> bool:
        """Send part after part; tell whether all were taken."""
        number, ready = 0, None
        async for part in self._parts(export):
            if ready is not None and not await self._send(export, number, ready, last=False):
                await asyncio.to_thread(part.unlink, missing_ok=True)
                return False
            number, ready = number + 1, part
        return ready is not None and await self._send(export, number, ready, last=True)

    async def _send(self, export: Export, number: int, part: Path, *, last: bool) -> bool:
        try:
            return await self._attempts(export, partial(self._messages.send_part, export, number, part, last=last))
        finally:
            await asyncio.to_thread(part.unlink, missing_ok=True)

    async def _attempts(self, export: Export, attempt: Callable[..., Awaitable[Outcome]]) -> bool:
        """Go by the private answer for as long as it can be reached, else directly."""
        if export.reply.private and export.reply.token_lives(self._clock.now(), self._limits.token_seconds):
            outcome = await send(partial(attempt, directly=False), self._clock, max_tries=_TRIES)
            if isinstance(outcome, Posted):
                return True
        return isinstance(await send(partial(attempt, directly=True), self._clock, max_tries=_TRIES), Posted)

    async def _parts(self, export: Export) -> AsyncIterator[Path]:
        """Write everything into archives, each of which fits into either place, and yield them one after another."""
        room = min(export.reply.limit, self._limits.usual_file_bytes) - _ROUND_IT
        archive = await self._archives.begin(room)
        left_out: list[str] = []
        async for name, content in self._contents(export.user_id, room, left_out):
            if await archive.add(name, content):
                continue
            full = archive
            archive = await self._archives.begin(room)
            if (path := await full.close()) is not None:
                yield path
            if not await archive.add(name, content):
                left_out.append(name)
        if left_out and not await archive.add("too-large.json", _json(left_out)):
            log.warning("An export doesn't say what was left out: it would be too much.")
        if (path := await archive.close()) is not None:
            yield path

    async def _contents(self, user_id: int, room: int, left_out: list[str]) -> AsyncIterator[tuple[str, bytes | Path]]:
        """Yield each file of an export, by its name."""
        seen = set[str]()
        for name in NAMES:
            page, rows = 0, await self._rows.rows(name, user_id, 0, _ROWS)
            while rows:
                yield f"{name}-{page + 1}.json", _json(rows)
                for row in rows:
                    async for found in self._media_of(name, row, room, left_out, seen):
                        yield found
                page += 1
                rows = await self._rows.rows(name, user_id, page, _ROWS)

    async def _media_of(
        self, name: str, row: Mapping[str, Any], room: int, left_out: list[str], seen: set[str]
    ) -> AsyncIterator[tuple[str, bytes | Path]]:
        """Yield the files of one row that are here: its clip and preview, and what went into it."""
        if name == "videos" and row.get("clip_bytes") is not None:
            clip_name = f"videos/{row['id']}.{row['request'].get('format') or OutputFormat.MP4}"
            if (clip := await self._clip(row["id"], room)) is not None:
                yield clip_name, clip
            elif (smaller := await self._smaller_clip(row["id"], room)) is not None:
                # That is an MP4 whatever was asked for.
                yield f"videos/{row['id']}.{OutputFormat.MP4}", smaller
            else:
                left_out.append(clip_name)
        if name == "videos" and (poster := await self._media.poster(row["id"])) is not None:
            yield f"previews/{row['id']}.jpg", poster
        for stored in _files(row):
            if stored.sha256 not in seen and (path := await self._media.bring_input(stored)) is not None:
                seen.add(stored.sha256)
                yield f"files/{stored.file_name}", path

    async def _clip(self, job_id: str, room: int) -> Path | None:
        """Have a clip on our disk; None where it can't be had, or is too large to be sent."""
        path = await self._media.bring(job_id)
        return path if path and (await asyncio.to_thread(path.stat)).st_size < room - _ROUND_IT else None

    async def _smaller_clip(self, job_id: str, room: int) -> Path | None:
        limit = room - _ROUND_IT
        if self._media.clip(job_id) is None:
            return None
        return self._media.shrunk_clip(job_id, limit) if await self._media.shrink_clip(job_id, limit) else None


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1, ensure_ascii=False, default=str).encode()


def _files(document: Any) -> Iterator[StoredFile]:
    """Yield the stored files that a document names, as far as this version knows them."""
    match document:
        case {"sha256": str(sha256), "format": str(form), "size": int(size)}:
            with suppress(ValueError):
                yield StoredFile(sha256, MediaFormat(form), size)
        case dict():
            for value in document.values():
                yield from _files(value)
        case list():
            for value in document:
                yield from _files(value)
        case _:
            pass
