"""May a submit be sent again, and after how long? Decisions only: nothing here sends or waits.

A POST costs money and cannot be recognised as a repetition, so only an outcome that proves that nothing was accepted
allows another one. From the provider's pages "Error codes" and "Rate limits".
"""

import math
import re
from datetime import UTC
from email.utils import parsedate_to_datetime

from bot.domain.errors import MediaUnfetched, NotAccepted, SubmitError, SubmitRefused, SubmitUnclear
from bot.domain.failures import Cause, cause_of
from bot.domain.stages import Reason
from bot.toapis.task_answers import is_about, read_snapshot, read_task_id
from bot.toapis.unfetched import says_unfetched
from bot.toapis.wire import Broken, Complaint, Heard, errs, names_error, read_complaint, refuses

RETRY_AFTER_MOST = 600.0
"""Seconds: a provider that asks for a longer pause is asked again after this one."""

_BY_CODE = {
    "content_policy_violation": Reason.REFUSED,
    **dict.fromkeys(
        (
            "insufficient_quota",
            "quota_not_enough",
            "insufficient_user_quota",
            "insufficient_balance",
            "pre_consume_token_quota_failed",
            "accountoverdueerror",
        ),
        Reason.NO_BALANCE,
    ),
    "model_not_found": Reason.MODEL,
    "unauthorized": Reason.KEY,
    "authentication_error": Reason.KEY,
}
_BY_CAUSE = {
    Cause.PERSON: Reason.PRIVACY,
    Cause.MEDIUM: Reason.REFUSED,
    Cause.WORDS: Reason.REFUSED,
    Cause.COMBINATION: Reason.INVALID,
}
_NO_CHANNEL = re.compile(
    r"(?i)未配置渠道|无可用渠道|no available channel|channel[^.]{0,40}not (?:configured|supported)"
)
_NO_BALANCE = re.compile(
    r"(?i)余额不足|额度不足|额度已用尽|欠费|(?:insufficient|not enough)\W+(?:\w+\W+){0,2}(?:balance|quota|credit)"
)
# Passing, and said by who has looked for a place and found none.
_PASSING = re.compile(
    r"(?i)所有渠道都失败|all channels? (?:have )?failed|稍后|繁忙|负载|饱和|try again|\bbusy\b|overload|at capacity"
    r"|too many requests"
)
_TIMED_OUT = re.compile(r"(?i)超时|time ?d? ?-?out")
_WRAPPER = "fail_to_fetch_task"
_ALL_FAILED = re.compile(r"(?i)所有渠道都失败|all channels? (?:have )?failed")
# A code is one word; what stands in its place and is none may be a sentence.
_CODE = re.compile(r"[\w.-]{1,64}", re.ASCII)
# A server that says one of these has looked at the request and put it aside.
_BY_STATUS = {
    401: Reason.KEY,
    402: Reason.NO_BALANCE,
    403: Reason.KEY,
    422: Reason.REFUSED,
    451: Reason.REFUSED,
    **dict.fromkeys((400, 404, 405, 406, 410, 411, 413, 414, 415, 431), Reason.INVALID),
}
# Of these, what is wrong with the request may be no more than where its media are.
_OF_THE_REQUEST = _BY_STATUS.keys() - {401, 402, 405, 411, 451}


def submitted(outcome: Heard | Broken, now: float, own: str | None = None) -> str | SubmitError:
    """Judge a submit's outcome: the task's id, or the error that says what may be done next.

    `now` in UTC seconds, for a `Retry-After` that is a date. `own`: the id of ours that was sent along.
    """
    if isinstance(outcome, Broken):
        return SubmitUnclear(outcome.why) if outcome.body_left else NotAccepted(outcome.why)
    complaint = read_complaint(outcome.answer)
    detail = logged(outcome.status, complaint)
    if 200 <= outcome.status < 300:
        return _answered(outcome, complaint, detail, own)
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


def _answered(heard: Heard, complaint: Complaint, detail: str, own: str | None) -> str | SubmitError:
    task_id = read_task_id(heard.answer)
    if task_id is None:
        return _error_inside(heard, complaint, detail)
    if refuses(heard.answer) or (read_snapshot(heard.answer) is None and names_error(heard.answer)):
        # An id beside an error contradicts itself: only the provider knows which of them is true.
        return SubmitUnclear(f"{detail}, an error beside an id", complaint.said)
    if own is not None and not is_about(heard.answer, own, own):
        return SubmitUnclear(f"{detail}, about a submit that is not ours")
    return task_id


def _error_inside(heard: Heard, complaint: Complaint, detail: str) -> SubmitError:
    """Judge a success without a task's id, whose body may be an error all the same."""
    if reason := _reason(complaint):
        return SubmitRefused(reason, detail, complaint.said, complaint.code)
    wrong = errs(heard.answer)
    if wrong and says_unfetched(complaint):
        return MediaUnfetched(detail, complaint.said)
    if not wrong or _TIMED_OUT.search(f"{complaint.code} {complaint.said}"):
        return SubmitUnclear(f"{detail}, without a task's id", complaint.said)
    if _passes(complaint):
        return NotAccepted(detail, of_this=True, said=complaint.said, code=complaint.code)
    return SubmitRefused(Reason.NOT_TAKEN, detail, complaint.said, complaint.code)


def _client_error(status: int, complaint: Complaint, detail: str, pause: float | None) -> SubmitError:
    reason = _reason(complaint)
    if status == 429 and reason is None:
        return NotAccepted(detail, pause)
    if reason is None and status in _OF_THE_REQUEST and says_unfetched(complaint):
        return MediaUnfetched(detail, complaint.said)
    if reason is None and _WRAPPER in complaint.codes and _passes(complaint):
        return NotAccepted(detail, pause, of_this=True, said=complaint.said, code=complaint.code)
    reason = reason or _BY_STATUS.get(status)
    if reason is None:
        return SubmitUnclear(detail, complaint.said)
    return SubmitRefused(reason, detail, complaint.said, complaint.code)


def _server_error(status: int, complaint: Complaint, detail: str, pause: float | None) -> SubmitError:
    # What looked at the request and says so has not begun it, whichever status wraps its words. That a key is wrong
    # may be said of one between the provider and its own.
    if (reason := _reason(complaint)) and reason is not Reason.KEY:
        return SubmitRefused(reason, detail, complaint.said, complaint.code)
    if status == 503 and "rate_limit_unavailable" in complaint.codes:
        return NotAccepted(detail, pause)
    if _WRAPPER in complaint.codes and says_unfetched(Complaint((), complaint.said)):
        return MediaUnfetched(detail, complaint.said)
    full = _WRAPPER in complaint.codes and cause_of(complaint.code) is Cause.CAPACITY
    overloaded = full and not _TIMED_OUT.search(complaint.code)
    if overloaded or _ALL_FAILED.search(complaint.said):
        return NotAccepted(detail, pause, of_this=True, said=complaint.said, code=complaint.code)
    return SubmitUnclear(detail, complaint.said)


def _passes(complaint: Complaint) -> bool:
    codes = (*complaint.codes, complaint.code)
    return any(cause_of(code) is Cause.CAPACITY for code in codes) or _PASSING.search(complaint.said) is not None


def _reason(complaint: Complaint) -> Reason | None:
    """Return what ends the job, where a code or the sentence says it for certain."""
    causes = (cause_of(code) for code in (complaint.code, *complaint.codes))
    by_cause = next((_BY_CAUSE[cause] for cause in causes if cause in _BY_CAUSE), None)
    by_code = next((_BY_CODE[code] for code in complaint.codes if code in _BY_CODE), None)
    if by_cause or by_code:
        return by_cause or by_code
    if _NO_BALANCE.search(complaint.said):
        return Reason.NO_BALANCE
    return Reason.MODEL if _NO_CHANNEL.search(complaint.said) else None


def logged(status: int, complaint: Complaint) -> str:
    """Say of an answer what a log may hold: no sentence of the provider's, which may quote the prompt."""
    return " ".join([f"HTTP {status}", *(code for code in complaint.codes[:4] if _CODE.fullmatch(code))])
