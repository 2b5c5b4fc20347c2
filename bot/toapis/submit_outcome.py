"""What a submit came to: a task's id, or whether it may be sent again, and after how long. Pure.

A POST costs money and cannot be recognised as a repetition, so only an outcome that proves that nothing was accepted
allows another one. From the provider's pages "Error codes" and "Rate limits".
"""

import re

from bot.domain.backoff import read_retry_after
from bot.domain.errors import MediaUnfetched, NotAccepted, NotSent, SubmitError, SubmitRefused, SubmitUnclear
from bot.domain.failures import Cause, cause_of
from bot.domain.stages import Reason
from bot.toapis.responses import ErrorInfo, NoResponse, Response, has_error, is_error, is_refusal, read_error
from bot.toapis.task_responses import is_about, read_snapshot, read_task_id

MAX_RETRY_AFTER = 600.0
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


def judge_submit(outcome: Response | NoResponse, now: float, own: str | None = None) -> str | SubmitError:
    """Judge a submit's outcome: the task's id, or the error that says what may be done next.

    `now` in UTC seconds, for a `Retry-After` that is a date. `own`: the id of ours that was sent along.
    """
    if isinstance(outcome, NoResponse) and outcome.withheld:
        return NotSent(outcome.problem)
    if isinstance(outcome, NoResponse):
        return SubmitUnclear(outcome.problem) if outcome.body_sent else NotAccepted(outcome.problem)
    error = read_error(outcome.body)
    detail = log_detail(outcome.status, error)
    if 200 <= outcome.status < 300:
        return _success(outcome, error, detail, own)
    pause = read_retry_after(outcome.retry_after, now, MAX_RETRY_AFTER)
    if outcome.status >= 500:
        return _server_error(outcome.status, error, detail, pause)
    return _client_error(outcome.status, error, detail, pause)


def _success(response: Response, error: ErrorInfo, detail: str, own: str | None) -> str | SubmitError:
    task_id = read_task_id(response.body)
    if task_id is None:
        return _error_inside(response, error, detail)
    if is_refusal(response.body) or (read_snapshot(response.body) is None and has_error(response.body)):
        # An id beside an error contradicts itself: only the provider knows which of them is true.
        return SubmitUnclear(f"{detail}, an error beside an id", error.provider_message)
    if own is not None and not is_about(response.body, own, own):
        return SubmitUnclear(f"{detail}, about a submit that is not ours")
    return task_id


def _error_inside(response: Response, error: ErrorInfo, detail: str) -> SubmitError:
    """Judge a success without a task's id, whose body may be an error all the same."""
    if reason := _reason(error):
        return SubmitRefused(reason, detail, error.provider_message, error.code)
    wrong = is_error(response.body)
    if wrong and says_media_unfetched(error):
        return MediaUnfetched(detail, error.provider_message)
    if not wrong or _TIMED_OUT.search(f"{error.code} {error.provider_message}"):
        return SubmitUnclear(f"{detail}, without a task's id", error.provider_message)
    if _passes(error):
        return NotAccepted(detail, of_this=True, provider_message=error.provider_message, code=error.code)
    return SubmitRefused(Reason.NOT_TAKEN, detail, error.provider_message, error.code)


def _client_error(status: int, error: ErrorInfo, detail: str, pause: float | None) -> SubmitError:
    reason = _reason(error)
    if status == 429 and reason is None:
        return NotAccepted(detail, pause)
    if reason is None and status in _OF_THE_REQUEST and says_media_unfetched(error):
        return MediaUnfetched(detail, error.provider_message)
    if reason is None and _WRAPPER in error.codes and _passes(error):
        return NotAccepted(detail, pause, of_this=True, provider_message=error.provider_message, code=error.code)
    reason = reason or _BY_STATUS.get(status)
    if reason is None:
        return SubmitUnclear(detail, error.provider_message)
    return SubmitRefused(reason, detail, error.provider_message, error.code)


def _server_error(status: int, error: ErrorInfo, detail: str, pause: float | None) -> SubmitError:
    # What looked at the request and says so has not begun it, whichever status wraps its words. That a key is wrong
    # may be said of one between the provider and its own.
    if (reason := _reason(error)) and reason is not Reason.KEY:
        return SubmitRefused(reason, detail, error.provider_message, error.code)
    if status == 503 and "rate_limit_unavailable" in error.codes:
        return NotAccepted(detail, pause)
    if _WRAPPER in error.codes and says_media_unfetched(ErrorInfo((), error.provider_message)):
        return MediaUnfetched(detail, error.provider_message)
    full = _WRAPPER in error.codes and cause_of(error.code) is Cause.CAPACITY
    overloaded = full and not _TIMED_OUT.search(error.code)
    if overloaded or _ALL_FAILED.search(error.provider_message):
        return NotAccepted(detail, pause, of_this=True, provider_message=error.provider_message, code=error.code)
    return SubmitUnclear(detail, error.provider_message)


def _passes(error: ErrorInfo) -> bool:
    codes = (*error.codes, error.code)
    return (
        any(cause_of(code) is Cause.CAPACITY for code in codes) or _PASSING.search(error.provider_message) is not None
    )


def _reason(error: ErrorInfo) -> Reason | None:
    """Return the reason to end the job, where a code or the sentence gives it for certain."""
    causes = (cause_of(code) for code in (error.code, *error.codes))
    by_cause = next((_BY_CAUSE[cause] for cause in causes if cause in _BY_CAUSE), None)
    by_code = next((_BY_CODE[code] for code in error.codes if code in _BY_CODE), None)
    if by_cause or by_code:
        return by_cause or by_code
    if _NO_BALANCE.search(error.provider_message):
        return Reason.NO_BALANCE
    return Reason.MODEL if _NO_CHANNEL.search(error.provider_message) else None


def log_detail(status: int, error: ErrorInfo) -> str:
    """Describe a response for a log: no sentence of the provider's, which may quote the prompt."""
    return " ".join([f"HTTP {status}", *(code for code in error.codes[:4] if _CODE.fullmatch(code))])


# No code is documented for a medium that could not be fetched; the wordings are those of the provider, of the servers
# behind it and of their like.
_UNFETCHED_CODE = re.compile(r"download|fetch|unreachable|url_?expired|expired_?url")

_NOT = (
    r"(?:fail\w*|unable|could ?n.?t|can ?n.?t|can.?t|not|error\w*|time ?-?outs?|timed ?-?out|exception|problem"
    r"|unsuccessful\w*|denied|refused|reset|无法|不能|不可|不了|不到|失败|未能|没能|超时|错误|出错|异常)"
)
_DOWNLOAD = r"(?:down-?load\w*|下载)"
_FETCH = rf"(?:{_DOWNLOAD}|fetch\w*|retriev\w*|pull(?:ing|ed)?\b|crawl\w*|拉取|抓取)"
_REACH = r"(?:access\w*|reach\w*|load(?:ing|ed)?\b|obtain\w*|connect\w*|resolv\w*|获取|访问|加载|读取|连接)"
_DEAD = r"(?:expired|dead|\b40[34]\b|失效|过期)"


def _near(one: str, other: str, maximum: int) -> str:
    return rf"{one}.{{0,{maximum}}}{other}|{other}.{{0,{maximum}}}{one}"


_MEDIUM = re.compile(
    r"image|picture|photo|frame|video|audio|sound|media|multimodal|file|resource|material|content|asset|ur[li]\b|urls"
    r"|link|source|https?:|图|视频|音频|素材|文件|资源|媒体|链接|地址|首帧|尾帧"
)
_NOT_DOWNLOADED = re.compile(_near(_NOT, _DOWNLOAD, 80))
_NOT_FETCHED = re.compile(_near(_NOT, _FETCH, 80))
# These verbs are also said of what a key may use.
_NOT_REACHED = re.compile(rf"{_near(_NOT, _REACH, 60)}|inaccessible|unreachable|no such host")
_OF_THE_KEY = re.compile(r"\b(?:models?|quota|balance|account|key)\b|模型|余额|额度|账户|密钥")
_ADDRESS_DEAD = re.compile(rf"(?:(?<![a-z])ur[li]s?|links?|链接|地址).{{0,80}}{_DEAD}|{_DEAD}.{{0,20}}(?<![a-z])urls?")


def says_media_unfetched(error: ErrorInfo) -> bool:
    """Tell whether a refusal is for want of a medium that could not be fetched; the wrapper's own code says nothing."""
    if any(_UNFETCHED_CODE.search(code) for code in error.codes if code != _WRAPPER):
        return True
    provider_message = error.provider_message.lower()
    if _MEDIUM.search(provider_message) is None:
        # Of a submit there is nothing else to download.
        return _NOT_DOWNLOADED.search(provider_message) is not None
    return (
        _NOT_FETCHED.search(provider_message) is not None
        or (_NOT_REACHED.search(provider_message) is not None and _OF_THE_KEY.search(provider_message) is None)
        or _ADDRESS_DEAD.search(provider_message) is not None
    )
