"""The provider's JSON, translated into the domain. Pure and total: no answer, however odd, makes anything here raise.

Unknown words end here. What the provider promises and what was seen of it is written at each reader.
"""

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeGuard

from bot.domain.addresses import read_address
from bot.domain.progress import Snapshot, TaskStatus

SAID_MOST = 500
"""Characters of a provider's sentence that are kept."""

_ID_MOST = 256
_URL_MOST = 8192
_DEEPEST = 6
_INNER_JSON_MOST = 64 * 1024
_CLIP_LIVES = 86400.0
"""Seconds that a clip's URL lives, from the provider's page "Get video task status"."""
_MILLISECONDS_FROM = 1e11
"""As seconds this would be the year 5138, so a larger number counts milliseconds."""

_MISSING = frozenset({"task_not_found", "task_not_exist", "task not found", "not_found_error"})
# `failed` is the documented word; the others were seen, and also stand in errors that are about no task at all.
_FAILED_WITH_A_NAME = frozenset({"cancelled", "canceled", "error"})


@dataclass(frozen=True, slots=True)
class Heard:
    """An HTTP answer of whoever answered: the provider or something in between.

    `retry_after` is that header as it came. `answer` is the body's JSON; None where it had none. `page`: it was HTML.
    """

    status: int
    answer: object = None
    retry_after: str | None = None
    page: bool = False


@dataclass(frozen=True, slots=True)
class Broken:
    """A request without an answer; `why` is for the log. `body_left`: its body may have reached the provider."""

    why: str
    body_left: bool


@dataclass(frozen=True, slots=True)
class Complaint:
    """An error in the provider's words.

    `codes` holds every code and type found, outermost first, in lower case; `said` the innermost sentence, on one
    line, or nothing.
    """

    codes: tuple[str, ...] = ()
    said: str = ""


def parse(body: bytes) -> object:
    """Parse a body as JSON; None where it is none (HTML, empty, cut short) or says null."""
    try:
        parsed: object = json.loads(body.decode("utf-8-sig", "replace"))
    except (ValueError, RecursionError):
        return None
    return parsed


def read_task_id(answer: object) -> str | None:
    """Read the task's id from the answer to a submit.

    The provider's page "Create video generation task" has it in `id`; `task_id` and a `data` wrapper were seen.
    """
    for layer in layers(answer):
        for key in ("id", "task_id"):
            found = layer.get(key)
            if usable_id(found):
                return found
    return None


def usable_id(found: object) -> TypeGuard[str]:
    """Tell whether it can stand for something at the provider: opaque, but printable, bounded and no mere dots."""
    return isinstance(found, str) and 0 < len(found) <= _ID_MOST and found.isprintable() and bool(found.strip("./ "))


def read_snapshot(answer: object) -> Snapshot | None:
    """Read what a successful answer says of a task; None where it says nothing of one.

    From the provider's page "Get video task status". Every unknown status reads as WORKING.
    """
    if refuses(answer):
        return None
    task = next((layer for layer in layers(answer) if isinstance(layer.get("status"), str)), None)
    if task is None:
        return None
    word = str(task["status"]).strip().lower()
    percent = _percent(task.get("progress"))
    if word == "failed" or (word in _FAILED_WITH_A_NAME and read_task_id(task) is not None):
        return Snapshot(TaskStatus.FAILED, percent, said=read_complaint(task).said)
    if word == "queued":
        return Snapshot(TaskStatus.QUEUED, percent)
    if word != "completed" or (url := _clip_url(task)) is None:
        # Completed without an address is not done: nothing can be fetched yet, asking again costs nothing, and
        # an answer that names the clip may still come.
        return Snapshot(TaskStatus.WORKING, percent)
    completed = read_time(task.get("completed_at"))
    dies = read_time(task.get("expires_at"))
    if dies is None and completed is not None:
        dies = completed + _CLIP_LIVES
    return Snapshot(TaskStatus.COMPLETED, 100, url, dies, completed, last_picture_url=_last_picture_url(task))


def says_missing(heard: Heard) -> bool:
    """Tell whether the provider itself says that it knows no such task.

    Documented: 404 with type `not_found_error` or code `task_not_found`. Seen: 400 with "task_not_exist". A bare 404
    of a proxy or of a path that does not exist is none of these.
    """
    if heard.status not in (200, 400, 404):
        return False
    complaint = read_complaint(heard.answer)
    words = {*complaint.codes, complaint.said.lower().rstrip(".")}
    return not words.isdisjoint(_MISSING) and "model_not_found" not in words


def refuses(answer: object) -> bool:
    """Tell whether an answer says `success: false`, which comes with HTTP 200 too."""
    return any(layer.get("success") is False for layer in layers(answer))


def read_complaint(answer: object) -> Complaint:
    """Read an error of any shape: nested, as text, as JSON inside a text, as a list of details."""
    codes: list[str] = []
    said = _gather(answer, codes, _DEEPEST)
    return Complaint(tuple(codes), one_line(said))


def layers(answer: object) -> Iterator[dict[str, object]]:
    """Yield an answer and what is wrapped in its `data`, outermost first."""
    for _ in range(3):
        if not isinstance(answer, dict):
            return
        yield answer
        answer = answer.get("data")


def _gather(value: object, codes: list[str], depth: int) -> str:
    if depth == 0:
        return ""
    match value:
        case str():
            inner = _object_in(value)
            return value if inner is None else _gather(inner, codes, depth - 1)
        case list():
            return next((text for item in value[:5] if (text := _gather(item, codes, depth - 1))), "")
        case dict():
            codes.extend(word for key in ("code", "type") if (word := _word(value.get(key))))
            texts = [_gather(value.get(key), codes, depth - 1) for key in ("error", "message", "detail", "msg")]
            return next((text for text in texts if text), "")
        case _:
            return ""


def _object_in(text: str) -> dict[str, object] | None:
    if not text.lstrip().startswith("{") or len(text) > _INNER_JSON_MOST:
        return None
    try:
        parsed = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _word(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        # A number from JSON may be longer than Python is willing to print, but no code is.
        return str(value)[:_ID_MOST].lower() if isinstance(value, str) or abs(value) < 10**9 else ""
    return ""


def one_line(text: str) -> str:
    """Make one harmless line of a provider's sentence, of at most SAID_MOST characters."""
    # Neither control and bidirectional characters nor halves of surrogate pairs are printable: the first disturb a
    # display, the last cannot be stored.
    head = text[: SAID_MOST * 4]
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in head).split())
    return line if len(line) <= SAID_MOST else line[: SAID_MOST - 1] + "…"


def _percent(value: object) -> int | None:
    return value if type(value) is int and 0 <= value <= 100 else None


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


def _clip_url(task: dict[str, object]) -> str | None:
    """Find the clip's address: documented as `result.data[0].url`, the other places were seen."""
    metadata, content = (_dict(task.get(key)) for key in ("metadata", "content"))
    items = _items(task)
    # `result.type` is not looked at: it was seen to say "image" for a video.
    candidates = [
        *(item.get("url") for item in items),
        *(item.get("video_url") for item in items),
        task.get("video_url"),
        metadata.get("url"),
        content.get("video_url"),
    ]
    return next((url for url in candidates if usable_url(url)), None)


def _last_picture_url(task: dict[str, object]) -> str | None:
    """Find the address of the clip's last picture, documented as `result.data[0].last_frame_url`."""
    candidates = [item.get("last_frame_url") for item in _items(task)]
    return next((url for url in candidates if usable_url(url)), None)


def _items(task: dict[str, object]) -> list[dict[str, object]]:
    data = _dict(task.get("result")).get("data")
    return [_dict(item) for item in (data if isinstance(data, list) else [data])]


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def usable_url(text: object) -> TypeGuard[str]:
    """Tell whether it is an http(s) address that can be stored and fetched; it is never written anew."""
    if not isinstance(text, str) or len(text) > _URL_MOST or not text.isprintable():
        return False
    return read_address(text) is not None
