"""The provider's keeping of assets, over real HTTP: what leaves, and what each answer comes to."""

import pytest

from bot.domain.assets import AssetSnapshot, AssetStage, Link, Verdict
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import Kind
from bot.domain.models import Dialect
from sandbox.faults import Cut, HalfOpen, Reset, empty, html, status
from tests.toapis.fakes import provider, scripted_server

PREFIX = "/v1/videos/doubao-seedance-2-0"
SOURCE = "https://files.example/uploads/a.png"
H5 = "https://h5.example/verify?token=1"
GROUP = {"group_id": "pg_1", "name": "Ada", "description": ""}
ASSET = {"asset_id": "pa_1", "asset_url": "asset://pa_1", "group_id": "pg_1", "asset_type": "image"}
SESSION = {"task_id": "vt_1", "status": "completed", "byted_token": "bt", "h5_link": H5, "expires_at": 1778569720}


def wrapped(answer):
    return {"success": True, "message": "", "data": answer}


CALLS = {
    "group": (lambda api: api.create_group("Ada"), GROUP, "pg_1"),
    "asset": (lambda api: api.create_asset("pg_1", Kind.IMAGE, SOURCE, "face", real=False), ASSET, "pa_1"),
    "status": (lambda api: api.ask_asset("pa_1", real=False), {**ASSET, "status": "active"}, None),
    "verify": (lambda api: api.begin_verification("https://c.example/x", "v1"), {"task_id": "vt_1"}, "vt_1"),
    "link": (lambda api: api.ask_verification("vt_1"), SESSION, Link(H5, 1778569720.0)),
    "verdict": (lambda api: api.verdict("vt_1"), {"verify_status": "verified", "group_id": "rg_1"}, Verdict("rg_1")),
}
QUESTIONS = ["status", "link", "verdict"]
ALL = list(CALLS)


@pytest.mark.parametrize("name", ALL)
async def test_an_answer_is_read_with_a_wrapper_or_without(name) -> None:
    call, answer, found = CALLS[name]
    found = found or AssetSnapshot(AssetStage.ACTIVE, kind=Kind.IMAGE)
    async with scripted_server() as server, provider(server.url) as api:
        for provider_message in (
            wrapped(answer),
            answer,
            wrapped(wrapped(answer)),
            {"status": "success", "data": answer},
        ):
            server.says(provider_message)
            assert await call(api.assets) == found


async def test_exactly_what_is_documented_leaves() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says(wrapped({**GROUP, **ASSET, **SESSION, "verify_status": "verified"}))
        await api.assets.create_group("Ada")
        await api.assets.create_asset("pg_1", Kind.AUDIO, SOURCE, "voice", real=False)
        await api.assets.create_asset("rg_1", Kind.IMAGE, SOURCE, "face", real=True)
        await api.assets.ask_asset("pa_1", real=False)
        await api.assets.ask_asset("ra/1 ?", real=True)
        await api.assets.begin_verification("https://c.example/x?y=1", "v1")
        await api.assets.ask_verification("vt_1")
        await api.assets.verdict("vt&1")
        asked = [(entry.route, entry.detail["body"]) for entry in server.asked("")]
        source = {"source_url": SOURCE}
        callback = {"callback_url": "https://c.example/x?y=1", "locale": "zh", "biz_id": "v1"}
        assert asked == [
            (f"POST {PREFIX}/private-avatar/groups", {"name": "Ada"}),
            (
                f"POST {PREFIX}/private-avatar/assets",
                {"group_id": "pg_1", "asset_type": "audio", **source, "name": "voice"},
            ),
            (
                f"POST {PREFIX}/real-avatar/assets",
                {"group_id": "rg_1", "asset_type": "image", **source, "name": "face"},
            ),
            (f"GET {PREFIX}/private-avatar/assets/pa_1", None),
            (f"GET {PREFIX}/real-avatar/assets/ra/1 ?", None),
            (f"POST {PREFIX}/real-avatar/verify-tasks", callback),
            (f"GET {PREFIX}/real-avatar/verify-tasks/vt_1", None),
            (f"GET {PREFIX}/real-avatar/verify-results", None),
        ]
        assert server.asked("")[-1].detail["query"] == {"task_id": "vt&1", "result_code": "10000"}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "answer",
    [
        (400, {"success": False, "message": "no such thing"}),
        (200, {"success": False, "message": "no such thing"}),
        (404, {"error": {"code": 404, "message": "no such thing", "type": "not_found_error"}}),
        (403, {"message": "no such thing"}),
        (400, {"code": "invalid_request", "message": "no such thing"}),
        (422, {"detail": "no such thing"}),
        (400, {"error": "no such thing"}),
        (400, {"error": {"error": {"message": {"code": "x", "message": "no such thing"}}}}),
        (400, {"error": {"message": '{"code": "x", "message": "no such thing"}'}}),
    ],
    ids=str,
)
async def test_a_refusal_carries_the_provider_s_sentence_in_every_shape(name, answer) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        with pytest.raises(UploadRefused) as refused:
            await CALLS[name][0](api.assets)
        assert refused.value.provider_message == "no such thing"
        assert "such thing" not in refused.value.detail


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    "fault",
    [
        Reset.AFTER,
        Cut(),
        html(200),
        empty(200),
        status(429),
        status(500, {"success": False, "message": "no"}),
        status(503),
        status(200, []),
    ],
    ids=str,
)
async def test_whatever_else_happens_may_be_tried_again(name, fault) -> None:
    call, answer, _ = CALLS[name]
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        server.faults.add("* *", fault, times=None)
        with pytest.raises(UploadFailed):
            await call(api.assets)


@pytest.mark.parametrize("name", ["asset", "status"])
async def test_a_silence_ends(name) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.faults.add("* *", HalfOpen(), times=None)
        with pytest.raises(UploadFailed):
            await CALLS[name][0](api.assets)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize(
    "answer",
    [(404, b"<html></html>"), (404, b""), (401, {"error": {"code": "unauthorized", "message": "no"}}), (404, {})],
    ids=str,
)
async def test_a_query_without_an_answer_refuses_nothing(name, answer) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        with pytest.raises(UploadFailed):
            await CALLS[name][0](api.assets)


async def test_a_session_has_no_link_yet_or_never_will() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        for word in ("processing", "queued", "reticulating"):
            server.says(wrapped({"task_id": "vt_1", "status": word}))
            assert await api.assets.ask_verification("vt_1") is None
        for word in ("failed", "expired", "Canceled"):
            server.says(wrapped({"task_id": "vt_1", "status": word, "message": "too late"}))
            with pytest.raises(UploadRefused) as refused:
                await api.assets.ask_verification("vt_1")
            assert refused.value.provider_message == "too late"


async def test_verified_without_a_group_is_asked_again() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(wrapped({"verify_status": "verified", "group_id": ""}))
        with pytest.raises(UploadFailed):
            await api.assets.verdict("vt_1")
