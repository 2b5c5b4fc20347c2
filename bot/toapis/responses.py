"""The provider's responses, and what every reader of their JSON needs. Pure and total: no body makes it raise.

Unknown words end here. What the provider promises and what was seen of it is written at each reader.
"""

import json
import math
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TypeGuard

from bot.domain.addresses import read_address

MAX_SAID = 500
"""Characters of a provider's sentence that are kept."""

_MAX_ID = 256
_MAX_URL = 8192
_DEEPEST = 10
_REDACTED_DEEPEST = 40
_LONGEST_REMEMBERED = 64
_MAX_REMEMBERED = 4096
_MAX_INNER_JSON = 64 * 1024
_MILLISECONDS_FROM = 1e11
"""As seconds this would be the year 5138, so a larger number counts milliseconds."""

# A code is one word; what stands in its place and is none may be a sentence.
_CODE = re.compile(r"[\w.-]{1,100}", re.ASCII)
# The codes of the model behind the provider, from its page "Error codes" (Volcengine Ark), as gateways quote them.
_QUOTED_CODE = re.compile(
    r"\b(?:(?:Input|Output)(?:Text|Image|Video|Audio)\w*(?:Detected|Information|Violation)[\w.]*"
    r"|InvalidParameter\.\w[\w.]*|(?:Model)?ServiceOverload\w*|ServerOverloaded\w*|AccountOverdueError)",
    re.ASCII,
)
_PHRASED_CODE = re.compile(
    r"(?i)\bthe (input|output) (text|image|video|audio)\b[^.]{0,40}\bmay (?:contain|be) (sensitive|(?:a )?real person)"
)

_INNER_KEYS = ("error", "base_resp", "message", "detail", "msg", "status_msg")
_ERROR_KEYS = frozenset({"code", "type", *_INNER_KEYS})
_WELL = frozenset({"", "0", "200", "ok", "success", "succeeded"})
_MISSING = frozenset({"task_not_found", "task_not_exist", "task not found", "not_found_error"})


def _nothing() -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Response:
    """An HTTP response, of the provider or of a proxy in between.

    `body` is the body's JSON; None where it had none. `retry_after` is that header as it came. `page`: it was HTML.
    `close`: closes the connection on which it came, where that is kept.
    """

    status: int
    body: object = None
    retry_after: str | None = None
    page: bool = False
    close: Callable[[], None] = field(default=_nothing, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class NoResponse:
    """A request without a response; `problem` is for the log. `body_sent`: its body may have reached the provider.

    `withheld`: it was not sent, or not sent whole, since this process may not send any more.
    """

    problem: str
    body_sent: bool
    withheld: bool = False


@dataclass(frozen=True, slots=True)
class ErrorInfo:
    """An error in the provider's words.

    `codes` holds every code and type found, outermost first, in lower case; `provider_message` the innermost sentence,
    on one line, or nothing; `code` the innermost code that is a word, or one that the sentence names, or nothing.
    """

    codes: tuple[str, ...] = ()
    provider_message: str = ""
    code: str = ""


def parse(body: bytes) -> object:
    """Parse a body as JSON; None where it is none (HTML, empty, cut short) or says null."""
    try:
        parsed: object = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return parsed


def usable_id(found: object) -> TypeGuard[str]:
    """Tell whether it can stand for something at the provider: opaque, but printable, bounded and no mere dots."""
    return isinstance(found, str) and 0 < len(found) <= _MAX_ID and found.isprintable() and bool(found.strip("./ "))


def says_not_found(response: Response) -> bool:
    """Tell whether the provider itself says that it knows no such task.

    Documented: 404 with type `not_found_error` or code `task_not_found`. Seen: 400 with "task_not_exist". A bare 404
    of a proxy or of a path that does not exist is none of these.
    """
    if response.status not in (200, 400, 404):
        return False
    if isinstance(response.body, dict) and response.body.keys().isdisjoint(_ERROR_KEYS):
        return False
    error = read_error(response.body)
    words = {*error.codes, error.provider_message.lower().rstrip(".")}
    return not words.isdisjoint(_MISSING) and "model_not_found" not in words


def is_refusal(body: object) -> bool:
    """Tell whether a body says `success: false`, which comes with HTTP 200 too."""
    return any(layer.get("success") is False for layer in layers(body))


def is_error(body: object) -> bool:
    """Tell whether a body without a task is an error, whatever its HTTP status is.

    `success: false`, an `error`, MiniMax's `base_resp` with a `status_code`, or a `code` beside a `message`.
    """
    if is_refusal(body) or has_error(body):
        return True
    for layer in layers(body):
        base = layer.get("base_resp")
        if isinstance(base, dict) and base.get("status_code") not in (None, 0, "0"):
            return True
        if _word(layer.get("code")) not in _WELL and (layer.get("message") or layer.get("msg")):
            return True
    return False


def has_error(body: object) -> bool:
    """Tell whether a body holds an `error`."""
    return any(layer.get("error") for layer in layers(body))


def read_error(body: object) -> ErrorInfo:
    """Read an error of any shape: nested, as text, as JSON inside a text, as a list of details."""
    codes: list[str] = []
    named: list[str] = []
    provider_message = one_line(_collect(body, codes, named, _DEEPEST))
    if phrased := _code_in(provider_message):
        codes.append(phrased)
    telling = (code for code in reversed(named) if _CODE.fullmatch(code) and not code.lstrip("-").isdigit())
    return ErrorInfo(tuple(codes), provider_message, phrased or next(telling, ""))


def _code_in(provider_message: str) -> str:
    """Find the upstream's code in a sentence that quotes it, or that says the same in its words."""
    if quoted := _QUOTED_CODE.search(provider_message):
        return quoted.group().rstrip(".").lower()
    if phrased := _PHRASED_CODE.search(provider_message):
        person = "" if phrased[3].lower() == "sensitive" else ".privacyinformation"
        return f"{phrased[1]}{phrased[2]}sensitivecontentdetected{person}".lower()
    return ""


def layers(body: object) -> Iterator[dict[str, object]]:
    """Yield a body and the objects nested in its `data`, outermost first."""
    for _ in range(3):
        if not isinstance(body, dict):
            return
        yield body
        body = body.get("data")


def _collect(value: object, codes: list[str], named: list[str], depth: int) -> str:
    if depth == 0:
        return ""
    match value:
        case str():
            inner = _parsed_object(value)
            return value if inner is None else _collect(inner, codes, named, depth - 1)
        case list():
            return next((text for item in value[:5] if (text := _collect(item, codes, named, depth - 1))), "")
        case dict() if value.get("status_code") in (0, "0"):
            return ""  # MiniMax's `base_resp` says "success" there
        case dict():
            named.extend(word for word in (_word(value.get("code")),) if word)
            codes.extend(word for key in ("code", "type") if (word := _word(value.get(key))))
            texts = [_collect(value.get(key), codes, named, depth - 1) for key in _INNER_KEYS]
            return next((text for text in texts if text), "")
        case _:
            return ""


def _parsed_object(text: str) -> dict[str, object] | None:
    if not text.lstrip().startswith("{") or len(text) > _MAX_INNER_JSON:
        return None
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _word(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        # A number from JSON may be longer than Python is willing to print, but no code is.
        return str(value)[:_MAX_ID].lower() if isinstance(value, str) or abs(value) < 10**9 else ""
    return ""


def one_line(text: str) -> str:
    """Make one harmless line of a provider's sentence, of at most MAX_SAID characters."""
    # Neither control and bidirectional characters nor halves of surrogate pairs are printable: the first disturb a
    # display, the last cannot be stored.
    head = text[: MAX_SAID * 4]
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in head).split())
    return line if len(line) <= MAX_SAID else line[: MAX_SAID - 1] + "…"


def read_time(value: object) -> float | None:
    """Read a time as UTC seconds; None where it is no number or none that a clock could show."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        seconds = float(value)
    except OverflowError:
        return None
    if not math.isfinite(seconds) or seconds <= 0:
        return None
    return seconds / 1000 if seconds >= _MILLISECONDS_FROM else seconds


def usable_url(text: object) -> TypeGuard[str]:
    """Tell whether it is an http(s) address that can be stored and fetched; it is never rewritten."""
    if not isinstance(text, str) or len(text) > _MAX_URL or not text.isprintable():
        return False
    return read_address(text) is not None


def redaction(redact: Callable[[str], str]) -> Callable[[str], str]:
    """Return what redacts a text that is no address; an address is only of use byte for byte.

    Short texts are remembered: the same words and ids come in every response, and a redaction takes its time.
    """

    def unless_address(text: str) -> str:
        return text if _is_address(text) else redact(text)

    remembering = lru_cache(_MAX_REMEMBERED)(unless_address)
    return lambda text: remembering(text) if len(text) <= _LONGEST_REMEMBERED else unless_address(text)


def redacted(value: object, redact: Callable[[str], str], depth: int = _REDACTED_DEEPEST) -> object:
    """Return a JSON value with every text redacted; what lies deeper than anything is read is left out."""
    if depth == 0:
        return None
    match value:
        case str():
            return redact(value)
        case list():
            return [redacted(each, redact, depth - 1) for each in value]
        case dict():
            return {key: redacted(each, redact, depth - 1) for key, each in value.items()}
        case _:
            return value


def _is_address(text: str) -> bool:
    return not any(letter.isspace() for letter in text.strip()) and read_address(text.strip()) is not None
