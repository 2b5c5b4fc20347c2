"""Files and assets that the provider keeps: uploads, characters, real persons and their verification.

From the provider's pages on uploads and on its avatar APIs. Nothing here costs money; a call is made once and its
caller decides whether it is made again.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

from bot.domain.assets import AssetSnapshot, Link, Verdict
from bot.domain.errors import UploadRefused
from bot.domain.media import Kind, StoredFile
from bot.toapis.api_client import ApiClient
from bot.toapis.asset_responses import (
    checked_body,
    missing_field,
    read_asset,
    read_asset_id,
    read_group_id,
    read_session,
    read_upload_url,
    read_verdict,
    read_verify_task_id,
)
from bot.toapis.responses import NoResponse, Response

UPLOADS = {Kind.IMAGE: "/v1/uploads/images", Kind.VIDEO: "/v1/uploads/videos", Kind.AUDIO: "/v1/uploads/audios"}
_PREFIX = "/v1/videos/doubao-seedance-2-0"  # for every Seedance 2 model
_VERIFY_TASKS = f"{_PREFIX}/real-avatar/verify-tasks"
_VERIFY_RESULTS = f"{_PREFIX}/real-avatar/verify-results"
_LOCALE = "zh"  # the only one that is documented
_SUCCESS = 10000
"""The result code with which a person's browser comes back when all went well."""

_Found = TypeVar("_Found")


class ToapisAssets:
    """The files and assets at the provider, over an open API client.

    Every call raises UploadRefused where the provider says no, and UploadFailed where asking again may help.
    """

    def __init__(self, api: ApiClient) -> None:
        self._api = api

    async def upload(self, stored: StoredFile, path: Path) -> str:
        """Upload one of our copies and return its URL there.

        UploadRefused as well where the copy cannot be opened: it will not be back.
        """
        try:
            file = await asyncio.to_thread(path.open, "rb")
        except OSError as error:
            raise UploadRefused(f"our copy cannot be opened: {type(error).__name__}") from error
        try:
            outcome = await self._api.upload(UPLOADS[stored.kind], file, stored.file_name, stored.format.value)
        finally:
            file.close()
        return _read(self._checked(outcome), read_upload_url, "an address")

    async def create_group(self, name: str) -> str:
        """Make a group for a virtual character and return its id."""
        body = await self._post(f"{_PREFIX}/private-avatar/groups", {"name": name})
        return _read(body, read_group_id, "a group's id")

    async def create_asset(self, group_id: str, kind: Kind, url: str, name: str, *, real: bool) -> str:
        """Register a file that is at that public URL, and return the asset's id."""
        body: dict[str, object] = {"group_id": group_id, "asset_type": kind.value, "source_url": url, "name": name}
        return _read(await self._post(_assets(real=real), body), read_asset_id, "an asset's id")

    async def ask_asset(self, asset_id: str, *, real: bool) -> AssetSnapshot:
        """Ask once how an asset stands; UploadRefused where the provider does not know it."""
        body = await self._get(f"{_assets(real=real)}/{quote(asset_id, safe='')}")
        return _read(body, read_asset, "a status")

    async def begin_verification(self, callback_url: str, verification_id: str) -> str:
        """Ask for the verification of a real person and return the provider's task id.

        Their browser is sent to `callback_url` in the end.
        """
        body: dict[str, object] = {"callback_url": callback_url, "locale": _LOCALE, "biz_id": verification_id}
        return _read(await self._post(_VERIFY_TASKS, body), read_verify_task_id, "a task's id")

    async def ask_verification(self, task_id: str) -> Link | None:
        """Ask once for the link that the person follows; None while there is none yet."""
        body = await self._get(f"{_VERIFY_TASKS}/{quote(task_id, safe='')}")
        session = _read(body, read_session, "a session")
        if session.over:
            raise UploadRefused("the verification ended without a link", session.provider_message)
        return session.link

    async def verdict(self, task_id: str) -> Verdict:
        """Ask what the verification came to, once the person says that they have finished."""
        body = await self._get(f"{_VERIFY_RESULTS}?task_id={quote(task_id, safe='')}&result_code={_SUCCESS}")
        return _read(body, read_verdict, "a result")

    async def _post(self, path: str, body: dict[str, object]) -> object:
        return self._checked(await self._api.post(path, body))

    async def _get(self, path: str) -> object:
        return self._checked(await self._api.get(path), query=True)

    def _checked(self, outcome: Response | NoResponse, *, query: bool = False) -> object:
        # A 403 may be about a member's asset as well as about the key.
        if isinstance(outcome, Response) and outcome.status != 403:
            self._api.note_key(outcome.status)
        return checked_body(outcome, query=query)


def _assets(*, real: bool) -> str:
    return f"{_PREFIX}/{'real' if real else 'private'}-avatar/assets"


def _read(body: object, reader: Callable[[object], _Found | None], what: str) -> _Found:
    found = reader(body)
    if found is None:
        raise missing_field(body, what)
    return found
