"""What the provider says of uploads, assets and verifications, translated into the domain. Pure.

Every body is read with its `data` wrapper or without it; the innermost word counts. A reader returns None where the
body does not hold what was asked for.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from bot.domain.assets import AssetSnapshot, AssetStage, Link, Verdict
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import ASSET_SCHEME, Kind
from bot.domain.stages import Reason
from bot.toapis.responses import (
    ErrorInfo,
    NoResponse,
    Response,
    has_error,
    is_refusal,
    layers,
    one_line,
    read_error,
    read_time,
    usable_id,
    usable_url,
)
from bot.toapis.submit_outcome import log_detail

_LATER_STATUS = frozenset({408, 425, 429})
_LATER_CODE = frozenset({"rate_limit_exceeded", "rate_limit_unavailable", "internal_error"})
_KEY_CODE = frozenset({"unauthorized", "authentication_error"})
# Codes of responses with which nothing is wrong.
_FINE = frozenset({"0", "200", "ok", "success"})
_NO_BALANCE_CODE = frozenset({"insufficient_quota", "quota_not_enough"})
# `failed` is documented; the others were seen of the provider's tasks.
_FAILED = frozenset({"failed", "error", "cancelled", "canceled"})
_SESSION_OVER = _FAILED | {"expired"}


@dataclass(frozen=True, slots=True)
class VerificationSession:
    """A verification on its way; without a link it is not there yet, or `over` for good, and why."""

    link: Link | None = None
    over: bool = False
    provider_message: str = ""


def checked_body(outcome: Response | NoResponse, *, query: bool) -> object:
    """Return the JSON of a successful response.

    Raises UploadRefused where the provider refused the call, UploadFailed for every other failure. The response to a
    `query` refuses only in the provider's own words: a page, or an error about the key, says nothing of an asset.
    """
    if isinstance(outcome, NoResponse):
        raise UploadFailed(outcome.problem)
    error = read_error(outcome.body)
    detail = log_detail(outcome.status, error)
    codes = set(error.codes)
    later = outcome.status in _LATER_STATUS or outcome.status >= 500 or not codes.isdisjoint(_LATER_CODE)
    refused = 400 <= outcome.status < 500 or (200 <= outcome.status < 300 and is_refusal(outcome.body))
    if refused and not later:
        # What the provider says of the key is the operator's business.
        about_key = _reason_of(outcome.status, codes) is Reason.KEY
        if not query:
            raise UploadRefused(detail, "" if about_key else error.provider_message, _reason_of(outcome.status, codes))
        if not about_key and (codes or error.provider_message):
            raise UploadRefused(detail, error.provider_message)
    if refused or not 200 <= outcome.status < 300:
        raise UploadFailed(detail)
    return outcome.body


def _reason_of(status: int, codes: AbstractSet[str]) -> Reason:
    """Say what a refusal is about: the operator's key or account, or else what was given."""
    if status == 401 or not codes.isdisjoint(_KEY_CODE):
        return Reason.KEY
    return Reason.NO_BALANCE if status == 402 or not codes.isdisjoint(_NO_BALANCE_CODE) else Reason.INPUT


def missing_field(body: object, what: str) -> UploadRefused | UploadFailed:
    """Return the error for a response of HTTP 200 that does not hold `what` it should."""
    error = read_error(body)
    detail = f"{log_detail(200, error)}, without {what}"
    if _is_error(body, error):
        return UploadRefused(detail, error.provider_message)
    return UploadFailed(detail)


def read_upload_url(body: object) -> str | None:
    """Read where an upload is kept: `data.url`, from the provider's pages on uploads."""
    return next((url for layer in layers(body) if usable_url(url := layer.get("url"))), None)


def read_group_id(body: object) -> str | None:
    """Read a group's id: `data.group_id`, from the provider's page "Create asset group"."""
    return _id(body, "group_id")


def read_asset_id(body: object) -> str | None:
    """Read an asset's id: `data.asset_id`, or what its `asset_url` names."""
    if found := _named_id(body, "asset_id"):
        return found
    for layer in _inner(body):
        url = layer.get("asset_url")
        if isinstance(url, str) and url.startswith(ASSET_SCHEME) and usable_id(url.removeprefix(ASSET_SCHEME)):
            return url.removeprefix(ASSET_SCHEME)
    return _named_id(body, "id")


def read_verify_task_id(body: object) -> str | None:
    """Read the id of a real person's verification."""
    return _id(body, "task_id")


def read_asset(body: object) -> AssetSnapshot | None:
    """Read how an asset stands, from the provider's page "Get asset"; every unknown status reads as PROCESSING.

    The reason of a failure was seen in `reason` and in `message`.
    """
    layer = _layer_with_text(body, "status")
    if layer is None:
        return None
    kind = _kind(layer.get("asset_type"))
    word = str(layer["status"]).strip().lower()
    if word == "active":
        return AssetSnapshot(AssetStage.ACTIVE, kind=kind)
    if word in _FAILED:
        return AssetSnapshot(AssetStage.FAILED, _reason(layer), kind)
    return AssetSnapshot(AssetStage.PROCESSING, kind=kind)


def read_session(body: object) -> VerificationSession | None:
    """Read a real person's session; its link is `data.h5_link`, once the status is `completed`."""
    link = _link(body)
    layer = _layer_with_text(body, "status")
    if layer is None:
        return None if link is None else VerificationSession(link)
    over = link is None and str(layer["status"]).strip().lower() in _SESSION_OVER
    return VerificationSession(link, over, _reason(layer) if over else "")


def read_verdict(body: object) -> Verdict | None:
    """Read what a verification came to; only `verified` with a `group_id` is a success.

    Without a sentence of the provider's its bare status stands for one. None for `verified` without a group.
    """
    layer = _layer_with_text(body, "verify_status")
    if layer is None:
        return None
    word = str(layer["verify_status"]).strip()
    if word.lower() != "verified":
        return Verdict(provider_message=_reason(layer) or one_line(word))
    group_id = layer.get("group_id")
    return Verdict(group_id) if usable_id(group_id) else None


def _inner(body: object) -> list[dict[str, object]]:
    return list(layers(body))[::-1]


def _link(body: object) -> Link | None:
    for layer in _inner(body):
        if usable_url(url := layer.get("h5_link")):
            return Link(url, _when(layer.get("expires_at")))
    return None


def _id(body: object, name: str) -> str | None:
    return _named_id(body, name) or _named_id(body, "id")


def _named_id(body: object, name: str) -> str | None:
    return next((found for layer in _inner(body) if usable_id(found := layer.get(name))), None)


def _layer_with_text(body: object, name: str) -> dict[str, object] | None:
    return next((layer for layer in _inner(body) if isinstance(layer.get(name), str)), None)


def _reason(layer: dict[str, object]) -> str:
    reason = layer.get("reason")
    if isinstance(reason, str) and reason.strip():
        return one_line(reason)
    return read_error(reason).provider_message or read_error(layer).provider_message


def _kind(word: object) -> Kind | None:
    return next((kind for kind in Kind if isinstance(word, str) and word.strip().lower() == kind), None)


def _when(value: object) -> float | None:
    """Read a time as UTC seconds, also from a text: digits, or an ISO date that names its zone."""
    if not isinstance(value, str):
        return read_time(value)
    try:
        return read_time(float(value))
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(value)
        return read_time(moment.timestamp()) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _is_error(body: object, error: ErrorInfo) -> bool:
    if not error.provider_message:
        return False
    return has_error(body) or (bool(error.codes) and _FINE.isdisjoint(error.codes))
