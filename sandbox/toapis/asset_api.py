"""The provider's "avatar" APIs over HTTP: groups, assets, and the verification of real persons."""

from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web

from sandbox.json_answer import json_answer
from sandbox.ledger import Ledger
from sandbox.toapis.addresses import scheme
from sandbox.toapis.assets import Asset, Assets, State
from sandbox.toapis.bodies import one_of, read_json, some_text, text
from sandbox.toapis.errors import REFUSALS, Refused, invalid
from sandbox.toapis.media import Kind
from sandbox.toapis.verification import PASSED, Outcome, Verification, Verifications

PREFIX = "/v1/videos/doubao-seedance-2-0"
Json = dict[str, Any]


class AssetApi:
    """Answer the paths under `PREFIX`.

    The ledger gets "group", "asset" and "verification" for what is begun.

    Args:
        admit: asked before anything is begun; raises Refused where a test wants that.
        link: the page behind a session's link.
        judge_first: waits for the end of an asset's source; None to answer at once.
    """

    def __init__(
        self,
        *,
        assets: Assets,
        verifications: Verifications,
        ledger: Ledger,
        admit: Callable[[], None],
        link: Callable[[Verification], str],
        judge_first: Callable[[Asset], Awaitable[None]] | None,
    ) -> None:
        self._assets, self._verifications, self._ledger = assets, verifications, ledger
        self._admit, self._link, self._judge_first = admit, link, judge_first

    def add_to(self, router: web.UrlDispatcher) -> None:
        """Put all paths on a server."""
        router.add_post(f"{PREFIX}/private-avatar/groups", self._group)
        for word, make in (("private", self._private_asset), ("real", self._real_asset)):
            router.add_post(f"{PREFIX}/{word}-avatar/assets", make)
            router.add_get(f"{PREFIX}/{word}-avatar/assets/{{name}}", self._asset, allow_head=False)
        router.add_post(f"{PREFIX}/real-avatar/verify-tasks", self._verify)
        router.add_get(f"{PREFIX}/real-avatar/verify-tasks/{{name}}", self._session, allow_head=False)
        router.add_get(f"{PREFIX}/real-avatar/verify-results", self._result, allow_head=False)

    async def _group(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        name, description = some_text(body, "name"), text(body, "description")
        self._admit()
        group = self._assets.new_group(name, description)
        self._ledger.write("group", f"POST {request.path}", group=group.id, body=body)
        return _data(group_id=group.id, name=group.name, description=group.description)

    async def _private_asset(self, request: web.Request) -> web.Response:
        return await self._new_asset(request, tuple(Kind), real=False)

    async def _real_asset(self, request: web.Request) -> web.Response:
        return await self._new_asset(request, (Kind.IMAGE,), real=True)

    async def _new_asset(self, request: web.Request, kinds: tuple[Kind, ...], *, real: bool) -> web.Response:
        body = await read_json(request)
        kind = Kind(one_of(body, "asset_type", kinds, ""))
        source_url, name = some_text(body, "source_url"), text(body, "name")
        text(body, "description")
        if scheme(source_url) not in {"http", "https"}:
            raise invalid("source_url must be a public http(s) URL")
        group = self._assets.groups.get(some_text(body, "group_id"))
        if group is None or group.real is not real:
            raise _unknown("Group")
        self._admit()
        asset = self._assets.begin(group=group, kind=kind, source_url=source_url, name=name)
        if self._judge_first is not None:
            await self._judge_first(asset)
        self._ledger.write("asset", f"POST {request.path}", asset=asset.id, real=real, body=body)
        return self._described(asset)

    async def _asset(self, request: web.Request) -> web.Response:
        asset = self._assets.found(request.match_info["name"])
        if asset is None or asset.real is not ("/real-avatar/" in request.path):
            raise _unknown("Asset")
        return self._described(asset)

    async def _verify(self, request: web.Request) -> web.Response:
        body = await read_json(request)
        callback_url = some_text(body, "callback_url")
        if scheme(callback_url) not in {"http", "https"}:
            raise invalid("callback_url must be a public http(s) URL")
        locale, biz_id = text(body, "locale", "zh"), text(body, "biz_id")
        self._admit()
        session = self._verifications.begin(callback_url=callback_url, locale=locale, biz_id=biz_id)
        self._ledger.write("verification", f"POST {request.path}", verification=session.id, body=body)
        return _data(task_id=session.id, status="processing")

    async def _session(self, request: web.Request) -> web.Response:
        session = self._verifications.all.get(request.match_info["name"])
        if session is None:
            raise _unknown("Verification task")
        if not self._verifications.is_ready(session):
            return _data(task_id=session.id, status="processing")
        return _data(
            task_id=session.id,
            status="completed",
            byted_token=session.token,
            h5_link=self._link(session),
            expires_at=int(session.expires_at),
            biz_id=session.biz_id,
        )

    async def _result(self, request: web.Request) -> web.Response:
        asked = request.query
        if token := asked.get("byted_token", ""):
            session = self._verifications.by_token(token)
        elif task_id := asked.get("task_id", ""):
            session = self._verifications.all.get(task_id)
            if "result_code" not in asked:
                raise invalid("result_code is required with task_id")
        else:
            raise invalid("task_id or byted_token is required")
        if session is None:
            raise _unknown("Verification task")
        return self._judged(session, asked.get("result_code", str(PASSED)))

    def _judged(self, session: Verification, claimed: str) -> web.Response:
        """Answer by what the person really did: a client that claims success too early learns so."""
        if session.outcome is Outcome.FAILED or claimed != str(PASSED):
            return _data(task_id=session.id, verify_status="failed", message="The person was not verified")
        if session.outcome is None:
            over = self._verifications.seconds_left(session) <= 0
            return _data(task_id=session.id, verify_status="expired" if over else "pending")
        return _data(task_id=session.id, verify_status="verified", group_id=session.group_id)

    def _described(self, asset: Asset) -> web.Response:
        answer: Json = {"asset_id": asset.id}
        if not self._assets.omits_url:
            answer["asset_url"] = asset.url
        answer |= {
            "group_id": asset.group_id,
            "asset_type": str(asset.kind),
            "source_url": asset.source_url,
            "status": str(asset.status),
            "name": asset.name,
        }
        if asset.status is State.FAILED:
            answer[asset.reason_field] = asset.reason
        return _data(**answer)


def _data(**fields: Any) -> web.Response:
    return json_answer({"success": True, "data": fields})


def _unknown(what: str) -> Refused:
    return Refused(REFUSALS["not_found"].saying(f"{what} not found"))
