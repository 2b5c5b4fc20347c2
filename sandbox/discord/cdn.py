"""The CDN: files on disk, links that are signed and die."""

import hashlib
import hmac
import mimetypes
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import unquote

from aiohttp import web
from yarl import URL

from sandbox.clock import Clock
from sandbox.discord.model import Json, StoredFile
from sandbox.ledger import Ledger

# Discord's "Message Resource", "Attachment Flags".
_IS_SPOILER = 1 << 3
_GONE = "This content is no longer available."
_MORE_TYPES = {".webp": "image/webp", ".mp4": "video/mp4", ".mov": "video/quicktime", ".webm": "video/webm"}


def clean_name(name: str) -> str:
    """Return a file name as Discord keeps it: spaces become underscores, other special characters go."""
    return re.sub(r"[^A-Za-z0-9._\-]", "", name.replace(" ", "_")).lstrip(".") or "unknown"


def type_by_name(name: str) -> str:
    """Return the content type that a file name promises."""
    suffix = Path(name).suffix.lower()
    return _MORE_TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"


class Cdn:
    """Keep files, sign their links, serve them with ranges."""

    def __init__(self, clock: Clock, ledger: Ledger, link_life: float) -> None:
        self._clock = clock
        self._ledger = ledger
        self._life = link_life
        self._secret = secrets.token_bytes(32)
        self._folder = tempfile.TemporaryDirectory(prefix="stand-in-cdn-")
        self.files: dict[int, StoredFile] = {}
        self.base = ""

    def close(self) -> None:
        """Remove all files."""
        self._folder.cleanup()

    def new_path(self) -> Path:
        """Return a path for one more file."""
        return Path(self._folder.name) / secrets.token_hex(12)

    def keep(self, file: StoredFile) -> None:
        """Serve a file from now on."""
        self.files[file.id] = file

    def link(self, file: StoredFile) -> str:
        """Return a fresh signed URL, dead after the link's life."""
        issued = int(self._clock.now())
        expires, since = f"{issued + int(self._life):x}", f"{issued:x}"
        path = self._path(file)
        return f"{self.base}{path}?ex={expires}&is={since}&hm={self._sign(path, expires, since)}&"

    def known(self, url: str) -> StoredFile | None:
        """Return the file behind one of our own URLs, None for foreign ones."""
        if not url.startswith(self.base + "/"):
            return None
        parts = URL(url).path.split("/")
        return self.files.get(int(parts[-2])) if parts[-2].isdigit() else None

    def media(self, file: StoredFile) -> Json:
        """Return a resolved media object of a component."""
        url = self.link(file)
        return {
            "id": str(file.id),
            "url": url,
            "proxy_url": url,
            "width": file.width,
            "height": file.height,
            "content_type": file.content_type,
            "attachment_id": str(file.id),
        }

    def attachment(self, file: StoredFile) -> Json:
        """Return an attachment object."""
        url = self.link(file)
        shape: Json = {
            "id": str(file.id),
            "filename": file.name,
            "size": file.size,
            "url": url,
            "proxy_url": url,
            "content_type": file.content_type,
        }
        if file.width is not None and file.height is not None:
            shape |= {"width": file.width, "height": file.height}
        if file.description is not None:
            shape["description"] = file.description
        if file.seconds is not None:
            # "Message Resource", "Attachment": of a voice message; the waveform is base64.
            shape |= {"duration_secs": file.seconds, "waveform": "AAAA"}
        if file.ephemeral:
            shape["ephemeral"] = True
        if file.spoiler:
            shape["flags"] = _IS_SPOILER
        return shape

    def routes(self) -> list[web.RouteDef]:
        """Return the routes of the CDN's own application."""
        return [web.get("/{kind:attachments|ephemeral-attachments}/{channel}/{file}/{name}", self._serve)]

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        matched = request.match_info
        file = self.files.get(int(matched["file"])) if matched["file"].isdigit() else None
        status = 404
        if file is not None and self._alive(request, file):
            status = 206 if "Range" in request.headers else 200
        self._ledger.write("cdn", f"GET /{matched['kind']}", name=unquote(matched["name"]), status=status)
        if file is None or status == 404:
            return web.Response(status=404, text=_GONE)
        return web.FileResponse(
            file.path, headers={"Content-Type": file.content_type, "Cache-Control": "private, max-age=3600"}
        )

    def _alive(self, request: web.Request, file: StoredFile) -> bool:
        asked = {key: request.query.get(key, "") for key in ("ex", "is", "hm")}
        path = self._path(file)
        right = hmac.compare_digest(asked["hm"], self._sign(path, asked["ex"], asked["is"]))
        return right and request.path.endswith(path) and int(asked["ex"], 16) > self._clock.now()

    def _path(self, file: StoredFile) -> str:
        kind = "ephemeral-attachments" if file.ephemeral else "attachments"
        return f"/{kind}/{file.channel_id}/{file.id}/{file.name}"

    def _sign(self, *parts: str) -> str:
        return hmac.new(self._secret, "|".join(parts).encode(), hashlib.sha256).hexdigest()
