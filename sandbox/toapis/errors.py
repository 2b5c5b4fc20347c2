"""What the provider refuses with, and every shape in which such a refusal has been seen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from aiohttp import web

from sandbox.json_answer import json_answer


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row of the provider's table of errors."""

    status: int
    code: int | str
    type: str
    message: str
    chinese: str

    def saying(self, message: str) -> "Refusal":
        """Return the same refusal with a message of its own, in either language."""
        return replace(self, message=message, chinese=message)


def _of_model_behind(code: str, message: str) -> str:
    """Return its answer as the JSON text that a gateway hands on in its own message."""
    return json.dumps({"error": {"code": code, "message": message, "param": "", "type": "BadRequest"}})


_PERSON = _of_model_behind(
    "InputImageSensitiveContentDetected.PrivacyInformation",
    "The request failed because the input image content[2] may contain real person. Request id: 0217f00d",
)
_WORDS = _of_model_behind("InputTextSensitiveContentDetected", "The input text may contain sensitive information.")

REFUSALS: Mapping[str, Refusal] = {
    "invalid": Refusal(400, "invalid_request", "invalid_request_error", "Invalid request parameters", "请求参数无效"),
    "privacy": Refusal(
        400,
        "InputImageSensitiveContentDetected.PrivacyInformation",
        "invalid_request_error",
        "The request failed because the input image content[1] may contain real person.",
        "请求失败:输入图片 content[1] 可能包含真人",
    ),
    "unauthorized": Refusal(401, "unauthorized", "authentication_error", "Invalid API key", "无效的令牌"),
    "balance": Refusal(402, "insufficient_quota", "insufficient_quota", "Insufficient balance", "余额不足"),
    "quota": Refusal(402, "quota_not_enough", "insufficient_quota", "User quota is not enough", "用户额度不足"),
    "not_found": Refusal(404, 404, "not_found_error", "Task not found", "任务不存在"),
    "policy": Refusal(
        422,
        "content_policy_violation",
        "invalid_request_error",
        "The prompt violates the content policy",
        "提示词包含违规内容",
    ),
    "rate": Refusal(429, "rate_limit_exceeded", "rate_limit_error", "Rate limit exceeded", "请求过于频繁,请稍后再试"),
    "internal": Refusal(500, "internal_error", "server_error", "Internal server error", "服务器内部错误"),
    "limiter": Refusal(
        503, "rate_limit_unavailable", "server_error", "Rate limiter temporarily unavailable", "限流服务暂时不可用"
    ),
    "user_quota": Refusal(403, "insufficient_user_quota", "new_api_error", "User quota is not enough", "用户额度不足"),
    "key_quota": Refusal(
        403,
        "pre_consume_token_quota_failed",
        "new_api_error",
        "Token quota is not enough, remaining: 0.1, needed: 0.4",
        "令牌额度不足",
    ),
    "overdue": Refusal(403, "AccountOverdueError", "Forbidden", "The account has an overdue balance", "账号欠费"),
    "channel": Refusal(
        503, "channel_error", "new_api_error", "未配置渠道能力: seedance-2", "未配置渠道能力: seedance-2"
    ),
    "wrapped_451": Refusal(451, "fail_to_fetch_task", "upstream_error", _PERSON, _PERSON),
    "wrapped_500": Refusal(500, "fail_to_fetch_task", "upstream_error", _WORDS, _WORDS),
    "input_image": Refusal(
        400,
        "InputImageSensitiveContentDetected",
        "BadRequest",
        "The request failed because the input image content[1] may contain sensitive information.",
        "输入图片 content[1] 可能包含敏感信息",
    ),
    "input_text": Refusal(
        400,
        "InputTextSensitiveContentDetected",
        "BadRequest",
        "The input text may contain sensitive information.",
        "输入文本可能包含敏感信息",
    ),
    "model": Refusal(
        503,
        "model_not_found",
        "server_error",
        "No available channel for model under group default",
        "当前分组下对于该模型无可用渠道",
    ),
}
"""By the word that `refuse_next` takes."""

Shape = Callable[[Refusal, str], tuple[int, object]]


def _number(refusal: Refusal, message: str) -> tuple[int, object]:
    return refusal.status, {"error": {"code": refusal.status, "message": message, "type": refusal.type}}


def _nested(refusal: Refusal, message: str) -> tuple[int, object]:
    inner = {"code": refusal.code, "message": message, "type": refusal.type}
    return refusal.status, {"error": {"error": inner}}


def _error(refusal: Refusal, message: object) -> tuple[int, object]:
    return refusal.status, {"error": {"code": refusal.code, "message": message, "type": refusal.type}}


def _page(refusal: Refusal, _message: str) -> tuple[int, object]:
    return (
        refusal.status,
        f"<html><head><title>{refusal.status}</title></head><body><center>nginx</center></body></html>",
    )


SHAPES: Mapping[str, Shape] = {
    "error": _error,
    "error_number": _number,
    "error_without_type": lambda refusal, said: (refusal.status, {"error": {"code": refusal.code, "message": said}}),
    "error_text": lambda refusal, said: (refusal.status, {"error": said}),
    "error_nested": _nested,
    "message_object": lambda refusal, said: _error(refusal, {"code": refusal.code, "message": said}),
    "message_json": lambda refusal, said: _error(refusal, json.dumps({"code": refusal.code, "message": said})),
    "success_false": lambda refusal, said: (refusal.status, {"success": False, "message": said}),
    "success_false_200": lambda _refusal, said: (200, {"success": False, "message": said}),
    "message": lambda refusal, said: (refusal.status, {"message": said}),
    "code_message": lambda refusal, said: (refusal.status, {"code": refusal.code, "message": said}),
    "detail": lambda refusal, said: (refusal.status, {"detail": said}),
    "html": _page,
    "empty": lambda refusal, _said: (refusal.status, None),
}
"""Status and body by name; text is sent as HTML, None as an empty body."""


class Refused(Exception):
    """The request is answered with this refusal."""

    def __init__(self, refusal: Refusal, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal
        self.headers = headers or {}


def invalid(message: str) -> Refused:
    """Return a 400 with its reason."""
    return Refused(REFUSALS["invalid"].saying(message))


def refusal_answer(refusal: Refusal, shape: str, *, chinese: bool = False) -> web.Response:
    """Return the refusal in one of `SHAPES`."""
    status, body = SHAPES[shape](refusal, refusal.chinese if chinese else refusal.message)
    match body:
        case None:
            return web.Response(status=status)
        case str():
            return web.Response(status=status, text=body, content_type="text/html")
        case _:
            return json_answer(body, status=status)
