"""What the provider says of assets and verifications, in every shape; and that nothing it says makes a reader raise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.assets import AssetSnapshot, AssetStage, Link, Verdict
from bot.domain.errors import UploadError
from bot.domain.media import Kind
from bot.toapis.asset_responses import (
    VerificationSession,
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
from bot.toapis.responses import Response, is_refusal
from tests.toapis.test_responses_total import LEAVES

H5 = "https://h5.example/v"


@pytest.mark.parametrize(
    ("answer", "asset_id"),
    [
        ({"data": {"asset_id": "pa_1", "asset_url": "asset://pa_2"}}, "pa_1"),
        ({"data": {"asset_url": "asset://pa_2"}}, "pa_2"),
        ({"id": "request-7", "data": {"asset_id": "pa_1"}}, "pa_1"),
        ({"id": "request-7", "data": {"id": "pa_1"}}, "pa_1"),
        ({"asset_id": "资产1"}, "资产1"),
        ({"asset_id": "a\nb"}, None),
        ({"asset_id": ""}, None),
        ({"asset_id": "x" * 300}, None),
        ({"asset_id": 7}, None),
        ({"asset_id": "../.."}, None),
        ({"asset_url": "https://a.example"}, None),
        ({"asset_url": "asset://"}, None),
        ({"data": None}, None),
        (None, None),
    ],
)
def test_an_asset_s_id_is_opaque_but_usable(answer, asset_id) -> None:
    assert read_asset_id(answer) == asset_id


@pytest.mark.parametrize(
    ("layer", "snapshot"),
    [
        ({"status": "processing"}, AssetSnapshot(AssetStage.PROCESSING)),
        ({"status": "reticulating"}, AssetSnapshot(AssetStage.PROCESSING)),
        ({"status": "Active", "asset_type": "Video"}, AssetSnapshot(AssetStage.ACTIVE, kind=Kind.VIDEO)),
        ({"status": "active", "asset_type": "hologram"}, AssetSnapshot(AssetStage.ACTIVE)),
        ({"status": "failed", "reason": "blurred"}, AssetSnapshot(AssetStage.FAILED, "blurred")),
        ({"status": "failed", "message": "模糊\n图"}, AssetSnapshot(AssetStage.FAILED, "模糊 图")),
        ({"status": "failed", "reason": "", "message": "b"}, AssetSnapshot(AssetStage.FAILED, "b")),
        ({"status": "failed", "error": {"message": "c"}}, AssetSnapshot(AssetStage.FAILED, "c")),
        ({"status": "failed", "reason": {"message": "d"}}, AssetSnapshot(AssetStage.FAILED, "d")),
        ({"status": "failed"}, AssetSnapshot(AssetStage.FAILED)),
    ],
)
def test_an_asset_stands_as_the_provider_says(layer, snapshot) -> None:
    assert read_asset(layer) == snapshot
    assert read_asset({"success": True, "message": "all is well", "status": "ok", "data": layer}) == snapshot


@pytest.mark.parametrize("answer", [None, [], {}, {"status": 1}, {"data": [{"status": "active"}]}, "active"])
def test_what_is_about_no_asset_says_nothing(answer) -> None:
    assert read_asset(answer) is None


@pytest.mark.parametrize(
    ("expires_at", "dies"),
    [
        (1778569720, 1778569720.0),
        (1778569720000, 1778569720.0),
        ("1778569720", 1778569720.0),
        ("2026-05-12T07:08:40Z", 1778569720.0),
        ("2026-05-12T15:08:40+08:00", 1778569720.0),
        ("2026-05-12T15:08:40", None),
        ("soon", None),
        ("nan", None),
        (None, None),
        (True, None),
    ],
)
def test_a_link_dies_when_it_is_said(expires_at, dies) -> None:
    assert read_session({"data": {"h5_link": H5, "expires_at": expires_at}}) == VerificationSession(Link(H5, dies))


@pytest.mark.parametrize("link", [None, "", "javascript:alert(1)", "asset://a", 7, ["https://a.example"]])
def test_what_is_no_address_is_no_link(link) -> None:
    assert read_session({"data": {"status": "completed", "h5_link": link}}) == VerificationSession()


@pytest.mark.parametrize(
    ("layer", "verdict"),
    [
        ({"verify_status": "verified", "group_id": "rg_1"}, Verdict("rg_1")),
        ({"verify_status": "Verified", "group_id": "rg_1"}, Verdict("rg_1")),
        ({"verify_status": "verified"}, None),
        ({"verify_status": "failed", "group_id": "rg_1", "message": "no match"}, Verdict(provider_message="no match")),
        ({"verify_status": "failed", "reason": "no match"}, Verdict(provider_message="no match")),
        ({"verify_status": "pending"}, Verdict(provider_message="pending")),
        ({"group_id": "rg_1"}, None),
    ],
)
def test_only_verified_with_a_group_is_a_success(layer, verdict) -> None:
    assert read_verdict(layer) == verdict
    assert read_verdict({"success": True, "message": "ok", "data": layer}) == verdict


WORDS = st.sampled_from(
    ["asset_id", "asset_url", "asset_type", "group_id", "task_id", "id", "status", "verify_status", "url", "data"]
) | st.sampled_from(["reason", "message", "error", "code", "success", "h5_link", "expires_at", "detail"])
STATES = st.sampled_from(["active", "failed", "verified", "asset://a", H5, "1e400", "2026-05-12", "image", "\ud800"])
ANSWERS = st.recursive(
    LEAVES | STATES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=7),
    max_leaves=25,
)


@given(ANSWERS, st.integers(100, 599), st.booleans())
def test_no_answer_makes_a_reader_raise_or_say_what_cannot_be_kept(answer, status, query) -> None:
    ids = [reader(answer) for reader in (read_group_id, read_asset_id, read_verify_task_id, read_upload_url)]
    assert all(found is None or (found.isprintable() and found.encode()) for found in ids)
    snapshot, session, verdict = read_asset(answer), read_session(answer), read_verdict(answer)
    provider_message = [part.provider_message for part in (snapshot, session, verdict) if part is not None]
    assert all(sentence.isprintable() and len(sentence) <= 500 for sentence in provider_message)
    assert snapshot is None or snapshot.stage is not AssetStage.UPLOADING
    dies = session.link.dies if session and session.link else None
    assert dies is None or math.isfinite(dies)
    assert isinstance(missing_field(answer, "it"), UploadError)
    assert _judged(Response(status, answer), query=query) is (200 <= status < 300 and not is_refusal(answer))


def _judged(response, *, query) -> bool:
    try:
        return checked_body(response, query=query) is response.body
    except UploadError:
        return False
