"""May a submit be sent again, and after how long? Decisions only: nothing here sends or waits.

A POST costs money and cannot be recognised as a repetition, so only an outcome that proves that nothing was accepted
allows another one. From the provider's pages "Error codes" and "Rate limits".
"""

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from bot.domain.errors import MediaUnfetched, NotAccepted, SubmitError, SubmitRefused, SubmitUnclear
from bot.domain.stages import Reason
from bot.toapis.unfetched import says_unfetched
from bot.toapis.wire import Broken, Complaint, Heard, read_complaint, read_task_id, refuses

RETRY_AFTER_MOST = 600.0
"""Seconds: a provider that asks for a longer pause is asked again after this one."""

_BY_CODE = {
    "content_policy_violation": Reason.REFUSED,
    "insufficient_quota": Reason.NO_BALANCE,
    "quota_not_enough": Reason.NO_BALANCE,
    "model_not_found": Reason.MODEL,
    "unauthorized": Reason.KEY,
    "authentication_error": Reason.KEY,
}
_PRIVACY = "privacyinformation"
# A code is one word; what stands in its place and is none may be a sentence.
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
# A server that says one of these has looked at the request and put it aside.
_BY_STATUS = {
    401: Reason.KEY,
    402: Reason.NO_BALANCE,
    403: Reason.KEY,
    422: Reason.REFUSED,
    **dict.fromkeys((400, 404, 405, 406, 410, 411, 413, 414, 415, 431), Reason.INVALID),
}
# Of these, what is wrong with the request may be no more than where its media are.
_OF_THE_REQUEST = _BY_STATUS.keys() - {401, 402, 405, 411}


def submitted(outcome: Heard | Broken, now: float) -> str | SubmitError:
    """Judge a submit's outcome: the task's id, or the error that says what may be done next.

    `now` in UTC seconds, for a `Retry-After` that is a date.
    """
    if isinstance(outcome, Broken):
        return SubmitUnclear(outcome.why) if outcome.body_left else NotAccepted(outcome.why)
    complaint = read_complaint(outcome.answer)
    detail = logged(outcome.status, complaint)
    if 200 <= outcome.status < 300:
        return _answered(outcome, complaint, detail)
    pause = retry_after(outcome.retry_after, now)
    if outcome.status >= 500:
        return _server_error(outcome.status, complaint, detail, pause)
    return _client_error(outcome.status, complaint, detail, pause)


def retry_after(header: str | None, now: float) -> float | None:
    """Read a `Retry-After` header, seconds or an HTTP date, as seconds from `now`, at most RETRY_AFTER_MOST.

    None where there is none, or nonsense.
    """
    text = (header or "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            date = parsedate_to_datetime(text)
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
        seconds = date.replace(tzinfo=date.tzinfo or UTC).timestamp() - now
    if not math.isfinite(seconds):
        return None
    return min(max(seconds, 0.0), RETRY_AFTER_MOST)


def _answered(heard: Heard, complaint: Complaint, detail: str) -> str | SubmitError:
    task_id = read_task_id(heard.answer)
    refused = refuses(heard.answer)
    if task_id is not None:
        # An id beside a `success: false` contradicts itself: only the provider knows which of them is true.
        return SubmitUnclear(f"{detail}, success false beside an id") if refused else task_id
    if reason := _reason(complaint):
        return SubmitRefused(reason, detail, complaint.said)
    if refused and says_unfetched(complaint):
        return MediaUnfetched(detail, complaint.said)
    return NotAccepted(detail) if refused else SubmitUnclear(f"{detail}, without a task's id")


def _client_error(status: int, complaint: Complaint, detail: str, pause: float | None) -> SubmitError:
    reason = _reason(complaint)
    if status == 429 and reason is None:
        return NotAccepted(detail, pause)
    if reason is None and status in _OF_THE_REQUEST and says_unfetched(complaint):
        return MediaUnfetched(detail, complaint.said)
    reason = reason or _BY_STATUS.get(status)
    return SubmitUnclear(detail) if reason is None else SubmitRefused(reason, detail, complaint.said)


def _server_error(status: int, complaint: Complaint, detail: str, pause: float | None) -> SubmitError:
    if "model_not_found" in complaint.codes:
        return SubmitRefused(Reason.MODEL, detail, complaint.said)
    if status == 503 and "rate_limit_unavailable" in complaint.codes:
        return NotAccepted(detail, pause)
    return SubmitUnclear(detail)


def _reason(complaint: Complaint) -> Reason | None:
    if any(code.endswith(_PRIVACY) for code in complaint.codes):
        return Reason.PRIVACY
    return next((_BY_CODE[code] for code in complaint.codes if code in _BY_CODE), None)


def logged(status: int, complaint: Complaint) -> str:
    """Say of an answer what a log may hold: no sentence of the provider's, which may quote the prompt."""
    return " ".join([f"HTTP {status}", *(code for code in complaint.codes[:4] if _CODE.fullmatch(code))])
