"""The recorder: one file a start, a line for each request, answer and frame, with everything private replaced."""

import json
import logging
import os
import re
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Final, Self, TextIO

import aiohttp

from bot.recording.hide import Hider

log = logging.getLogger(__name__)

_HEADERS: Final = (
    *("Content-Type", "Retry-After", "Via"),
    *(f"X-RateLimit-{name}" for name in ("Limit", "Remaining", "Reset", "Reset-After", "Bucket", "Scope", "Global")),
)
# Bytes of one body that are looked at, and of one file.
_MAX_BODY, _MAX_FILE = 256 * 1024, 100 * 1024 * 1024
# Lines that wait for the disk.
_MAX_WAITING: Final = 10_000
_PAYLOAD: Final = re.compile(rb'name="payload_json".*?\r\n\r\n(.*?)\r\n--', re.DOTALL)
_FILES: Final = re.compile(rb'name="files?\[?\d*\]?"', re.DOTALL)

# The number of the request that a task made last.
_NUMBER: Final[ContextVar[int]] = ContextVar("request", default=0)


class Recorder:
    """Writes into one folder. Use as a context manager; what the disk refuses ends the recording and nothing else."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._hider = Hider()
        self._started = time.monotonic()
        self._thread = ThreadPoolExecutor(1, "recorder")
        self._file: TextIO | None = None
        self._waiting = self._written = self._requests = 0

    def __enter__(self) -> Self:
        self._thread.submit(self._open)
        log.warning("All traffic with Discord and the provider is being recorded in %s.", self._folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.submit(self._close)
        self._thread.shutdown()

    def keep(self, words: Iterable[str]) -> None:
        """Keep these words in the recording: the names of our own commands and options."""
        self._hider.keep(words)

    def frame(self, way: str, text: str) -> None:
        """Record a frame of the gateway; `way` is "in" or "out"."""
        self._line({"kind": "gateway", "way": way, "payload": self._json(text, "discord")})

    def trace(self, to: str) -> aiohttp.TraceConfig:
        """Make a trace that records."""
        return self.listen(aiohttp.TraceConfig(), to)

    def answered_by_provider(self, body: bytes) -> None:
        """Record the body of the answer to this task's latest request: it is streamed, which no trace sees."""
        self._line({"kind": "answer", "number": _NUMBER.get(), "body": self._body(body, "provider")})

    def listen(self, trace: aiohttp.TraceConfig, to: str) -> aiohttp.TraceConfig:
        """Record the requests that a trace sees, and return it; `to` is "discord" or "provider"."""

        async def sent(_: object, context: SimpleNamespace, params: aiohttp.TraceRequestChunkSentParams) -> None:
            body = getattr(context, "recorded", b"")
            if len(body) < _MAX_BODY:
                context.recorded = body + bytes(params.chunk)

        async def ended(_: object, context: SimpleNamespace, params: aiohttp.TraceRequestEndParams) -> None:
            self._requests += 1
            context.number = self._requests
            _NUMBER.set(self._requests)
            self._exchange(to, getattr(context, "recorded", b""), params, self._requests)

        async def received(
            _: object, context: SimpleNamespace, params: aiohttp.TraceResponseChunkReceivedParams
        ) -> None:
            number = getattr(context, "number", self._requests)
            self._line({"kind": "answer", "number": number, "body": self._body(bytes(params.chunk), to)})

        async def failed(_: object, __: SimpleNamespace, params: aiohttp.TraceRequestExceptionParams) -> None:
            error = type(params.exception).__name__
            path = self._hider.path(params.url.raw_path_qs)
            self._line({"kind": "failed", "to": to, "method": params.method, "path": path, "error": error})

        trace.on_request_chunk_sent.append(sent)
        trace.on_request_end.append(ended)
        trace.on_response_chunk_received.append(received)
        trace.on_request_exception.append(failed)
        return trace

    def _exchange(self, to: str, body: bytes, params: aiohttp.TraceRequestEndParams, number: int) -> None:
        headers = {name: params.response.headers[name] for name in _HEADERS if name in params.response.headers}
        if "Via" in headers:
            headers["Via"] = "1.1 hidden"
        self._line(
            {
                "kind": "request",
                "number": number,
                "to": to,
                "method": params.method,
                "path": self._hider.path(params.url.raw_path_qs),
                "body": self._body(body, to),
                "status": params.response.status,
                "headers": headers,
            }
        )

    def _body(self, body: bytes, to: str) -> Any:
        if not body:
            return None
        if payload := _PAYLOAD.search(body):
            return {"json": self._json(payload[1], to), "files": len(_FILES.findall(body))}
        return self._json(body, to)

    def _json(self, body: bytes | str, to: str) -> Any:
        try:
            return self._hider.value(json.loads(body), discord=to == "discord")
        except (ValueError, RecursionError):
            return {"bytes": len(body)}

    def _line(self, entry: dict[str, Any]) -> None:
        if self._waiting >= _MAX_WAITING:
            return
        self._waiting += 1
        entry["at"] = round(time.monotonic() - self._started, 3)
        self._thread.submit(self._write, json.dumps(entry, separators=(",", ":")))

    def _open(self) -> None:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / time.strftime("%Y%m%d-%H%M%S.jsonl", time.gmtime())
            self._file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="utf-8")
        except OSError as error:
            log.warning("Can't record: %s", error.strerror)

    def _write(self, line: str) -> None:
        self._waiting -= 1
        if self._file is None:
            return
        try:
            self._file.write(f"{line}\n")
            self._file.flush()
        except OSError as error:
            log.warning("The recording has stopped: %s", error.strerror)
            self._close()
            return
        self._written += len(line) + 1
        if self._written >= _MAX_FILE:
            log.warning("The recording is full and has stopped.")
            self._close()

    def _close(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError:
                return
