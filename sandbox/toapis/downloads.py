"""Serve files without a key: clips and last frames behind signed links that die, and uploads."""

import hashlib
import hmac
from collections.abc import Mapping

from aiohttp import web

from sandbox.toapis.clips import Clip
from sandbox.toapis.footage import Footage
from sandbox.toapis.provider import Provider
from sandbox.toapis.tasks import Status, Task

_SECRET = b"urls of the sandbox"
CLIP, FRAME = "/files/videos/{name}.mp4", "/files/frames/{name}.jpg"
MOV_CLIP = "/files/videos/{name}.mov"


SIGNATURES: Mapping[str, tuple[str, str]] = {
    "query": ("", "&X-Tos-Credential=A%2Fb%3A&Signature=qZ%2B0%2b%3a"),
    "path": ("%40%27%28%29%7E", ""),
    "all": ("%40(1)%27%C3%BC", "&k=%2F/%3f?&&+%20&e=%25&Signature=qZ%2B0%2b%3D="),
}
"""By the word that `sign_as` takes: what stands behind the name in a path, and behind the query."""


def signed(path: str, task: Task, shape: str = "") -> str:
    """Return a path of `CLIP` or `FRAME` for a task, signed for as long as its URLs live."""
    expires = int(task.expires_at)
    name, query = SIGNATURES.get(shape, ("", ""))
    return f"{path.format(name=task.id + name)}?expires={expires}&sign={_sign(task, expires)}{query}"


class Downloads:
    """The ledger gets "clip" and "last_frame" for every download (`task`, `bytes`)."""

    def __init__(self, provider: Provider, footage: Footage) -> None:
        self._provider, self._footage = provider, footage
        self._clock, self._ledger = provider.clock, provider.ledger

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Put all paths on a server."""
        router.add_get(CLIP, self._clip, allow_head=False)
        router.add_get(MOV_CLIP, self._clip, allow_head=False)
        router.add_get(FRAME, self._frame, allow_head=False)
        router.add_get("/uploads/{name}", self._upload, allow_head=False)

    async def _clip(self, request: web.Request) -> web.StreamResponse:
        if not self._provider.signed_so(request.raw_path):
            return web.Response(status=403, text="SignatureDoesNotMatch", content_type="application/xml")
        task = self._living(request)
        if task is None:
            return _gone()
        served = [0]
        usual, is_mov = self._provider.settings.clip_content_type, task.request.output_format == "mov"
        clip = Clip(task.footage.result(), "video/quicktime" if is_mov else usual, served)
        trouble = self._provider.trouble_for(task.id)
        try:
            return await (clip.send(request) if trouble is None else clip.send_badly(request, trouble))
        finally:
            broken = None if trouble is None else str(trouble.trouble)
            self._ledger.write("clip", f"GET {request.path}", task=task.id, bytes=served[0], trouble=broken)

    async def _frame(self, request: web.Request) -> web.StreamResponse:
        task = self._living(request)
        if task is None or not task.request.return_last_frame:
            return _gone()
        picture = await self._footage.last_frame(task.footage.result())
        served = [0]
        try:
            return await Clip(picture, "image/jpeg", served).send(request)
        finally:
            self._ledger.write("last_frame", f"GET {request.path}", task=task.id, bytes=served[0])

    async def _upload(self, request: web.Request) -> web.StreamResponse:
        upload = self._provider.uploads.at(request.path)
        if upload is None:
            return _gone()
        return await Clip(upload.file.path, upload.mime_type, [0]).send(request)

    def _living(self, request: web.Request) -> Task | None:
        """Return the finished task whose file this link still opens."""
        task = self._provider.tasks.get(request.match_info["name"].partition("@")[0])
        expires = request.query.get("expires", "")
        if task is None or task.gone or task.status is not Status.COMPLETED or not expires.isdecimal():
            return None
        valid = request.query.get("sign") == _sign(task, int(expires)) and self._clock.now() < int(expires)
        return task if valid else None


def _gone() -> web.Response:
    return web.Response(status=404, text="NoSuchKey", content_type="application/xml")


def _sign(task: Task, expires: int) -> str:
    """Sign again after `expire_urls` only: a URL that was handed out keeps living until then."""
    return hmac.new(_SECRET, f"{task.id} {expires} {task.signature}".encode(), hashlib.sha256).hexdigest()[:32]
