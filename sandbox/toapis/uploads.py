"""Uploads: judged by their content, kept, and served from a URL of the provider's own."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass

from aiohttp import BodyPartReader, web

from sandbox.ledger import Ledger
from sandbox.toapis.errors import Refused, invalid
from sandbox.toapis.file_store import FileStore, TooMuch
from sandbox.toapis.formats import format_of, head, mime_of
from sandbox.toapis.judging import MB, Judge, Unusable
from sandbox.toapis.media import Kind, StoredFile

_PART = 262_144
_DRAINED = 4
"""How many times the limit is still read of a file that is too large, so that its sender hears the answer."""


@dataclass(frozen=True, slots=True)
class UploadRule:
    """Where one kind is handed in. `formats` maps what a file may be to what it is called in errors."""

    kind: Kind
    max_bytes: int
    formats: Mapping[str, str]

    @property
    def name(self) -> str:
        """The kind as a sentence begins with it."""
        return self.kind.capitalize()


UPLOAD_RULES: Mapping[str, UploadRule] = {
    "images": UploadRule(Kind.IMAGE, 10 * MB, {"JPEG": "JPEG", "PNG": "PNG", "WEBP": "WebP", "GIF": "GIF"}),
    "videos": UploadRule(Kind.VIDEO, 50 * MB, {"MP4": "MP4", "WEBM": "WebM", "MOV": "MOV"}),
    "audios": UploadRule(Kind.AUDIO, 50 * MB, {"MP3": "MP3", "WAV": "WAV", "M4A": "M4A"}),
}
"""By the word in their path."""


@dataclass(frozen=True, slots=True)
class Upload:
    """One file that was handed in."""

    id: str
    file: StoredFile
    mime_type: str
    path: str


class Uploads:
    """Every uploaded file. The ledger gets "upload" for each."""

    def __init__(self, *, files: FileStore, judge: Judge, ledger: Ledger, seed: int) -> None:
        self._files, self._judge, self._ledger = files, judge, ledger
        self._rng = random.Random(f"{seed} uploads")
        self._by_path: dict[str, Upload] = {}
        self._by_url: dict[str, Upload] = {}

    async def take(self, request: web.Request, base: str, admit: Callable[[], None]) -> tuple[Upload, str]:
        """Return the file in a request and its URL under `base`. Raises Refused, as `admit` may before it is kept."""
        endpoint = request.path.rsplit("/", 1)[1]
        rule = UPLOAD_RULES[endpoint]
        field = await _file_field(request)
        name = field.filename or ""
        file = await self._store(field, rule)
        found = await self._format(file, rule)
        admit()
        upload_id = f"upl_{self._rng.getrandbits(64):016x}"
        path = f"/uploads/{upload_id}.{found.lower()}"
        upload = Upload(upload_id, file, mime_of(found), path)
        return upload, self._remember(upload, endpoint, name, base)

    def _remember(self, upload: Upload, endpoint: str, name: str, base: str) -> str:
        self._by_path[upload.path] = upload
        url = f"{base}{upload.path}"
        self._by_url[url] = upload
        self._ledger.write(
            "upload",
            f"POST /v1/uploads/{endpoint}",
            id=upload.id,
            url=url,
            endpoint=endpoint,
            sha256=upload.file.sha256,
            size=upload.file.size,
            name=name,
            mime_type=upload.mime_type,
        )
        return url

    def at(self, path: str) -> Upload | None:
        """Return the file that is served at this path."""
        return self._by_path.get(path)

    def behind(self, url: str) -> StoredFile | None:
        """Return the file that this URL was given out for."""
        upload = self._by_url.get(url)
        return None if upload is None else upload.file

    async def _store(self, field: BodyPartReader, rule: UploadRule) -> StoredFile:
        try:
            file = await self._files.keep(_parts(field), rule.max_bytes)
        except TooMuch:
            await _drain(field, rule.max_bytes * _DRAINED)
            raise invalid(f"{rule.name} too large. Maximum size is {rule.max_bytes // MB}MB") from None
        if not file.size:
            raise invalid("File is empty")
        return file

    async def _format(self, file: StoredFile, rule: UploadRule) -> str:
        found = format_of(await asyncio.to_thread(head, file.path))
        if found not in rule.formats:
            supported = ", ".join(rule.formats.values())
            raise invalid(f"Unsupported {rule.kind} format. Supported formats: {supported}")
        if rule.kind is Kind.IMAGE:
            try:
                await self._judge.look(file)
            except Unusable:
                raise invalid("Invalid image file") from None
        return found


async def _file_field(request: web.Request) -> BodyPartReader:
    if not request.content_type.startswith("multipart/"):
        raise _no_file()
    try:
        reader = await request.multipart()
        while (part := await reader.next()) is not None:
            if isinstance(part, BodyPartReader) and part.name == "file":
                return part
    except ValueError:
        raise _no_file() from None
    raise _no_file()


def _no_file() -> Refused:
    return invalid("No file uploaded")


async def _parts(field: BodyPartReader) -> AsyncIterator[bytes]:
    while part := await field.read_chunk(_PART):
        yield part


async def _drain(field: BodyPartReader, max_bytes: int) -> None:
    async for part in _parts(field):
        max_bytes -= len(part)
        if max_bytes < 0:
            return
