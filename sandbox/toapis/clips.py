"""Serve finished clips, well or badly."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from aiohttp import web

from sandbox.json_answer import json_answer

_PART = 262_144
_HUGE = 10 * 1024**3
_NO_SUCH_KEY = {"error": {"code": "NoSuchKey", "message": "The specified key does not exist."}}


class ClipTrouble(StrEnum):
    """What may come in place of a clip, each with 200 and a video's content type unless it says otherwise."""

    HTML = "html"
    """A proxy's page, as text/html."""
    EMPTY = "empty"
    NOT_VIDEO = "not_video"
    """Text that calls itself a video."""
    REDIRECT = "redirect"
    """302 to the given URL."""
    ENDLESS = "endless"
    """A clip's bytes, then zeros for ever, without a length."""
    HUGE = "huge"
    """The same with a declared length: the given one, or 10 GiB."""
    TRUNCATED = "truncated"
    """The whole length declared, half of it sent."""
    WRONG_TYPE = "wrong_type"
    """The clip itself, as text/plain."""
    SLOW = "slow"
    """The clip itself at the given bytes per second, or 20 000."""
    STATUS = "status"
    """The given HTTP status."""
    JSON = "json"
    """An error in JSON, with the given HTTP status or 200."""
    HALF = "half"
    """The first half as if it were all, or as many percent as given."""
    CLAIMS_MORE = "claims_more"
    """The clip itself, whose box of samples claims the given number of bytes too many, or 1000."""
    TEXT_BEHIND = "text_behind"
    """The clip itself, and a line of text behind its last box."""
    BYTE_MISSING = "byte_missing"
    """All but the last byte, as if it were all."""
    FIRST_BOX = "first_box"
    """The clip itself, whose first box has the given name, or "junk"."""


def _claiming_more(body: bytes, more: str) -> bytes:
    at = body.rindex(b"mdat") - 4
    length = int.from_bytes(body[at : at + 4], "big") + int(more or 1000)
    return body[:at] + length.to_bytes(4, "big") + body[at + 4 :]


CHANGES: Mapping[ClipTrouble, Callable[[bytes, str], bytes]] = {
    ClipTrouble.HALF: lambda body, percent: body[: len(body) * int(percent or 50) // 100],
    ClipTrouble.CLAIMS_MORE: _claiming_more,
    ClipTrouble.TEXT_BEHIND: lambda body, _: body + b"\n<!-- served by cache 17 -->\n",
    ClipTrouble.BYTE_MISSING: lambda body, _: body[:-1],
    ClipTrouble.FIRST_BOX: lambda body, name: body[:4] + (name or "junk").encode() + body[8:],
}
"""What is done to a clip's bytes, which are then sent as if they were all of it."""


@dataclass(slots=True, eq=False)
class ClipOrder:
    """A trouble that lies in wait: for one task or any, so many times or always."""

    trouble: ClipTrouble
    task_id: str | None
    times: int | None
    value: str

    def takes(self, task_id: str) -> bool:
        """Return whether this download is its, and count it."""
        if (self.task_id not in {None, task_id}) or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True


@dataclass(frozen=True, slots=True)
class Clip:
    """A file to be sent with its content type; `served` is where the bytes that went out are counted."""

    path: Path
    content_type: str
    served: list[int]

    async def send(self, request: web.Request) -> web.StreamResponse:
        """Send all of it."""
        return await self._stream(request, self._parts(), length=self.path.stat().st_size)

    async def send_badly(self, request: web.Request, order: ClipOrder) -> web.StreamResponse:
        """Send what the trouble says."""
        plain = self._plain(order)
        if plain is not None:
            return plain
        size = self.path.stat().st_size
        parts, length, content_type = self._parts(), size, ""
        match order.trouble:
            case ClipTrouble.ENDLESS:
                return await self._stream(request, self._for_ever(), length=None)
            case ClipTrouble.HUGE:
                parts, length = self._for_ever(), int(order.value or _HUGE)
            case ClipTrouble.TRUNCATED:
                parts = self._parts(size // 2)
            case ClipTrouble.WRONG_TYPE:
                content_type = "text/plain"
            case ClipTrouble.SLOW:
                parts = self._slowly(int(order.value or 20_000))
            case other:
                raise AssertionError(f"{other} is answered plainly")
        return await self._stream(request, parts, length=length, content_type=content_type)

    def _plain(self, order: ClipOrder) -> web.Response | None:
        """Return the answer of a trouble that needs no stream."""
        change = CHANGES.get(order.trouble)
        if change is not None:
            body = change(self.path.read_bytes(), order.value)
            self.served[0] = len(body)
            return web.Response(body=body, content_type=self.content_type)
        answers = {
            ClipTrouble.HTML: lambda: web.Response(
                text="<!doctype html><title>Sign in</title>", content_type="text/html"
            ),
            ClipTrouble.EMPTY: lambda: web.Response(content_type=self.content_type),
            ClipTrouble.NOT_VIDEO: lambda: web.Response(body=b"no video\n" * 400, content_type=self.content_type),
            ClipTrouble.REDIRECT: lambda: web.Response(status=302, headers={"Location": order.value}),
            ClipTrouble.STATUS: lambda: web.Response(status=int(order.value or 500)),
            ClipTrouble.JSON: lambda: json_answer(_NO_SUCH_KEY, int(order.value or 200)),
        }
        make = answers.get(order.trouble)
        return None if make is None else make()

    async def _stream(
        self, request: web.Request, parts: AsyncIterator[bytes], *, length: int | None, content_type: str = ""
    ) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": content_type or self.content_type})
        answer.content_length = length
        await answer.prepare(request)
        sent = 0
        async for part in parts:
            rest = part if length is None else part[: length - sent]
            await answer.write(rest)
            sent += len(rest)
            self.served[0] = sent
            if length is not None and sent >= length:
                break
        if length is not None and sent < length and request.transport is not None:
            request.transport.close()
        return answer

    async def _parts(self, max_bytes: int | None = None, size: int = _PART) -> AsyncIterator[bytes]:
        file: BinaryIO = await asyncio.to_thread(self.path.open, "rb")
        with file:
            rest = self.path.stat().st_size if max_bytes is None else max_bytes
            while rest > 0 and (part := await asyncio.to_thread(file.read, min(size, rest))):
                rest -= len(part)
                yield part

    async def _for_ever(self) -> AsyncIterator[bytes]:
        async for part in self._parts():
            yield part
        while True:
            yield bytes(65_536)
            await asyncio.sleep(0)

    async def _slowly(self, per_second: int) -> AsyncIterator[bytes]:
        async for part in self._parts(size=max(1, per_second // 10)):
            yield part
            await asyncio.sleep(0.1)
