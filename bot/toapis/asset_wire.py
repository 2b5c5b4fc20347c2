"""What the provider says of uploads, assets and verifications, translated into the domain. Pure.

Every answer is read with its `data` wrapper or without it; the innermost word counts. A reader returns None where the
answer does not hold what was asked for.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from bot.domain.assets import AssetSnapshot, AssetStage, Link, Verdict
from bot.domain.errors import UploadFailed, UploadRefused
from bot.domain.media import Kind
from bot.domain.stages import Reason
from bot.toapis.retry import logged
from bot.toapis.wire import (
    Broken,
    Complaint,
    Heard,
    layers,
    one_line,
    read_complaint,
    read_time,
    refuses,
    usable_id,
    usable_url,
)

_SCHEME = "asset://"
_LATER_STATUS = frozenset({408, 425, 429})
_LATER_CODE = frozenset({"rate_limit_exceeded", "rate_limit_unavailable", "internal_error"})
_KEY_CODE = frozenset({"unauthorized", "authentication_error"})
# Codes that stand beside answers with which nothing is wrong.
_FINE = frozenset({"0", "200", "ok", "success"})
_NO_BALANCE_CODE = frozenset({"insufficient_quota", "quota_not_enough"})
# `failed` is documented; the others were seen of the provider's tasks.
_FAILED = frozenset({"failed", "error", "cancelled", "canceled"})
_SESSION_OVER = _FAILED | {"expired"}


@dataclass(frozen=True, slots=True)
class Session:
    """A verification on its way; without a link it is not there yet, or `over` for good, and why."""

    link: Link | None = None
    over: bool = False
    said: str = ""


def answer_of(outcome: Heard | Broken, *, question: bool) -> object:
    """Return what an answer says when it is one to go on with.

    Raises UploadRefused where the provider has looked at it and says no, UploadFailed for all else. The answer to a
    `question` refuses only in the provider's own words: a page, or a word about the key, says nothing of an asset.
    """
    if isinstance(outcome, Broken):
        raise UploadFailed(outcome.why)
    complaint = read_complaint(outcome.answer)
    detail = logged(outcome.status, complaint)
    codes = set(complaint.codes)
    later = outcome.status in _LATER_STATUS or outcome.status >= 500 or not codes.isdisjoint(_LATER_CODE)
    refused = 400 <= outcome.status < 500 or (200 <= outcome.status < 300 and refuses(outcome.answer))
    if refused and not later:
        # What the provider says of the key is the operator's business.
        about_key = _reason_of(outcome.status, codes) is Reason.KEY
        if not question:
            raise UploadRefused(detail, "" if about_key else complaint.said, _reason_of(outcome.status, codes))
        if not about_key and (codes or complaint.said):
            raise UploadRefused(detail, complaint.said)
    if refused or not 200 <= outcome.status < 300:
        raise UploadFailed(detail)
    return outcome.answer


def _reason_of(status: int, codes: AbstractSet[str]) -> Reason:
    """Say what a refusal is about: the operator's key or account, or else what was given."""
    if status == 401 or not codes.isdisjoint(_KEY_CODE):
        return Reason.KEY
    return Reason.NO_BALANCE if status == 402 or not codes.isdisjoint(_NO_BALANCE_CODE) else Reason.INPUT


def lacking(answer: object, what: str) -> UploadRefused | UploadFailed:
    """Return the error for an answer of HTTP 200 that does not hold `what` it should."""
    complaint = read_complaint(answer)
    detail = f"{logged(200, complaint)}, without {what}"
    if _complains(answer, complaint):
        return UploadRefused(detail, complaint.said)
    return UploadFailed(detail)


def read_upload_url(answer: object) -> str | None:
    """Read where an upload is kept: `data.url`, from the provider's pages on uploads."""
    return next((url for layer in layers(answer) if usable_url(url := layer.get("url"))), None)


def read_group_id(answer: object) -> str | None:
    """Read a group's id: `data.group_id`, from the provider's page "Create asset group"."""
    return _id(answer, "group_id")


def read_asset_id(answer: object) -> str | None:
    """Read an asset's id: `data.asset_id`, or what its `asset_url` names."""
    if found := _named_id(answer, "asset_id"):
        return found
    for layer in _inner(answer):
        url = layer.get("asset_url")
        if isinstance(url, str) and url.startswith(_SCHEME) and usable_id(url.removeprefix(_SCHEME)):
            return url.removeprefix(_SCHEME)
    return _named_id(answer, "id")


def read_verify_task_id(answer: object) -> str | None:
    """Read the id of a real person's verification."""
    return _id(answer, "task_id")


def read_asset(answer: object) -> AssetSnapshot | None:
    """Read how an asset stands, from the provider's page "Get asset"; every unknown status reads as PROCESSING.

    The reason of a failure was seen in `reason` and in `message`.
    """
    layer = _with_word(answer, "status")
    if layer is None:
        return None
    kind = _kind(layer.get("asset_type"))
    word = str(layer["status"]).strip().lower()
    if word == "active":
        return AssetSnapshot(AssetStage.ACTIVE, kind=kind)
    if word in _FAILED:
        return AssetSnapshot(AssetStage.FAILED, _reason(layer), kind)
    return AssetSnapshot(AssetStage.PROCESSING, kind=kind)


def read_session(answer: object) -> Session | None:
    """Read a real person's session; its link is `data.h5_link`, once the status is `completed`."""
    link = _link(answer)
    layer = _with_word(answer, "status")
    if layer is None:
        return None if link is None else Session(link)
    over = link is None and str(layer["status"]).strip().lower() in _SESSION_OVER
    return Session(link, over, _reason(layer) if over else "")


def read_verdict(answer: object) -> Verdict | None:
    """Read what a verification came to; only `verified` with a `group_id` is a success.

    Without a sentence of the provider's its bare status stands for one. None for `verified` without a group.
    """
    layer = _with_word(answer, "verify_status")
    if layer is None:
        return None
    word = str(layer["verify_status"]).strip()
    if word.lower() != "verified":
        return Verdict(said=_reason(layer) or one_line(word))
    group_id = layer.get("group_id")
    return Verdict(group_id) if usable_id(group_id) else None


def _inner(answer: object) -> list[dict[str, object]]:
    return list(layers(answer))[::-1]


def _link(answer: object) -> Link | None:
    for layer in _inner(answer):
        if usable_url(url := layer.get("h5_link")):
            return Link(url, _when(layer.get("expires_at")))
    return None


def _id(answer: object, name: str) -> str | None:
    return _named_id(answer, name) or _named_id(answer, "id")


def _named_id(answer: object, name: str) -> str | None:
    return next((found for layer in _inner(answer) if usable_id(found := layer.get(name))), None)


def _with_word(answer: object, name: str) -> dict[str, object] | None:
    return next((layer for layer in _inner(answer) if isinstance(layer.get(name), str)), None)


def _reason(layer: dict[str, object]) -> str:
    reason = layer.get("reason")
    if isinstance(reason, str) and reason.strip():
        return one_line(reason)
    return read_complaint(reason).said or read_complaint(layer).said


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


def _complains(answer: object, complaint: Complaint) -> bool:
    if not complaint.said:
        return False
    errs = any(layer.get("error") for layer in layers(answer))
    return errs or (bool(complaint.codes) and _FINE.isdisjoint(complaint.codes))
