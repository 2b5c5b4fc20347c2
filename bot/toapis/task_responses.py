"""What the provider's JSON says of a task: its id, how it stands, where its video is. Pure and total.

The documented words and places come from the provider's pages "Create video generation task" and "Get video task
status"; the others were seen at gateways of its family. Unknown words end here.
"""

import re
from collections.abc import Iterator

from bot.domain.progress import Snapshot, TaskStatus
from bot.toapis.responses import is_refusal, read_error, read_time, usable_id, usable_url

_CLIP_LIVES = 86400.0
"""Seconds that a clip's URL lives, from the provider's page "Get video task status"."""

_STATUS = ("status", "task_status")
_DONE = frozenset({"completed", "complete", "succeeded", "succeed", "success", "done", "finished"})
_FAILED = frozenset({"failed", "failure"})
# These words also stand in errors that are about no task at all.
_FAILED_WITH_A_NAME = frozenset({"rejected", "expired", "cancelled", "canceled", "error"})
_QUEUED = frozenset({"queued"})

_ADDRESS_KEYS = ("url", "video_url", "result_url")
_HOLDERS = ("data", "output", "video", "videos", "content", "metadata")
_BARE = frozenset({"result", "data", "output", "video", "videos"})
_DEEPEST = 5
_MAX_LAYERS = 12
_LINE_ENDS = {ord(letter): None for letter in "\r\n\t"}
_ID_KEYS = ("id", "task_id")
# The word that stands for an id in `data` itself; "ok" stands there too.
_BARE_ID = re.compile(r"(?=.*\d)[\w.:-]+", re.ASCII)
_MAX_ITEMS = 5
_REASON_KEYS = ("fail_reason", "failure_reason", "reason")
_WRAPPERS = ("data", "output", "result")


def read_task_id(body: object) -> str | None:
    """Read the task's id from the response to a submit; a text before a number, which may count something else.

    Documented as `id`; seen as a number, as `task_id`, as `data` itself, in its first item, in `output` and `result`.
    """
    found = list(_ids(_layers(body)))
    return next((each for each in found if not each.isdigit()), found[0] if found else None)


class TaskBody:
    """A response's body, looked through once down to the task that it tells of."""

    __slots__ = ("_body", "_ids", "_layers")

    def __init__(self, body: object) -> None:
        self._body = body
        self._layers = _down_to_task(body)
        self._ids = tuple(_ids(self._layers))

    @property
    def task_id(self) -> str | None:
        """Return the task's id, as `read_task_id` does."""
        return next((each for each in self._ids if not each.isdigit()), None) or read_task_id(self._body)

    def names(self, task_id: str) -> bool:
        """Tell whether it names that task."""
        return task_id in self._ids

    def is_about(self, requested: str, own: str | None = None) -> bool:
        """Tell whether it may be about the task that was asked for: it names no other one.

        `requested`: the task's id, or our own in its place. `own`: our id of the job, which the provider echoes.
        """
        echoed = {each for layer in self._layers if (each := _id(layer.get("client_business_id")))}
        if own is not None and echoed and own not in echoed:
            return False
        return requested == own or not self._ids or requested in self._ids

    def snapshot(self) -> Snapshot | None:
        """Read what a successful response says of a task; None where it says nothing of one.

        Every unknown status reads as WORKING.
        """
        if is_refusal(self._body):
            return None
        layers = self._layers
        if not layers or not (word := _word(layers[-1])):
            return None
        task = layers[-1]
        percent = _percent(task.get("progress"))
        if word in _FAILED or (word in _FAILED_WITH_A_NAME and read_task_id(self._body) is not None):
            return _failed(task, percent)
        if word in _QUEUED:
            return Snapshot(TaskStatus.QUEUED, percent)
        url = _clip_url(layers) if word in _DONE else None
        if url is None:
            # Completed without an address is not done: nothing can be fetched yet, asking again costs nothing, and
            # a response that names the clip may still come.
            return Snapshot(TaskStatus.WORKING, percent)
        completed = read_time(task.get("completed_at"))
        dies = read_time(task.get("expires_at"))
        if dies is None and completed is not None:
            dies = completed + _CLIP_LIVES
        picture = next(_addresses(task, ("last_frame_url",)), None)
        return Snapshot(TaskStatus.COMPLETED, 100, url, dies, completed, last_picture_url=picture)


def is_about(body: object, requested: str, own: str | None = None) -> bool:
    """Tell whether a response may be about the task that was asked for; see `TaskBody`."""
    return TaskBody(body).is_about(requested, own)


def read_snapshot(body: object) -> Snapshot | None:
    """Read a task from a successful response; see `TaskBody`."""
    return TaskBody(body).snapshot()


def _clip_url(layers: list[dict[str, object]]) -> str | None:
    return next(_addresses(layers[-1], _ADDRESS_KEYS), None) or next(_addresses(layers[0], _ADDRESS_KEYS), None)


def _failed(task: dict[str, object], percent: int | None) -> Snapshot:
    inner = task.get("error")
    holders = [task, *([inner] if isinstance(inner, dict) else [])]
    reasons = [read_error(holder.get(key)) for key in _REASON_KEYS for holder in holders]
    errors = (read_error(task), *reasons)
    message = next((each.provider_message for each in errors if each.provider_message), "")
    code = next((each.code for each in errors if each.code), "")
    return Snapshot(TaskStatus.FAILED, percent, provider_message=message, code=code)


def _layers(body: object) -> list[dict[str, object]]:
    """List a body and the objects nested in it, outermost first."""
    queue: list[object] = [body]
    found: list[dict[str, object]] = []
    for layer in queue:
        if isinstance(layer, list):
            first = layer[0] if len(layer) == 1 else None
            layer = first if isinstance(first, dict) and _names(first) else None  # noqa: PLW2901 - what it stands for
        if isinstance(layer, dict):
            found.append(layer)
            if len(found) == _MAX_LAYERS:
                break
            queue += [layer[key] for key in _WRAPPERS if key in layer]
    return found


def _down_to_task(body: object) -> list[dict[str, object]]:
    """List the layers down to the one that says how the task stands: it has a status, and an id if any such has.

    What is below is the response of an upstream server, with ids of its own.
    """
    layers = _layers(body)
    stated = [at for at, layer in enumerate(layers) if _word(layer)]
    named = next((at for at in stated if _names(layers[at])), None)
    last = named if named is not None else next(iter(stated), len(layers))
    return layers[: last + 1]


def _names(layer: dict[str, object]) -> bool:
    return any(_id(layer[key]) for key in _ID_KEYS if key in layer)


def _ids(layers: list[dict[str, object]]) -> Iterator[str]:
    for layer in layers:
        yield from (found for key in _ID_KEYS if key in layer and (found := _id(layer[key])))
        text = layer.get("data")
        if isinstance(text, str) and _BARE_ID.fullmatch(text) and (found := _id(text)):
            yield found


def _id(value: object) -> str | None:
    # A short number counts something, or is a status.
    if isinstance(value, int) and not isinstance(value, bool) and 1000 <= value < 10**30:
        return str(value)
    return value if usable_id(value) else None


def _word(layer: dict[str, object]) -> str:
    for key in _STATUS:
        word = layer.get(key)
        if isinstance(word, str) and (word := word.strip().lower()):
            return word
    return ""


def _percent(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        text = value.strip().removesuffix("%").strip()
        if not (text.isascii() and text.isdigit() and len(text) <= 3):
            return None
        value = int(text)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, int) and 0 <= value <= 100 else None


def _addresses(holder: object, keys: tuple[str, ...], depth: int = _DEEPEST) -> Iterator[str]:
    """Yield the addresses under those keys, those in `result` first, where the documented one is.

    `result.type` is not looked at: it was seen to say "image" for a video.
    """
    if not isinstance(holder, dict) or depth == 0:
        return
    for key in ("result", None, *_HOLDERS):
        if key is None:
            yield from (found for each in keys for value in _listed(holder.get(each)) if (found := _address(value)))
            continue
        for inner in _listed(holder.get(key)):
            # Where results stand, a bare text may be an address.
            if key in _BARE and keys is _ADDRESS_KEYS and (found := _address(inner)):
                yield found
            yield from _addresses(inner, keys, depth - 1)


def _listed(value: object) -> list[object]:
    return value[:_MAX_ITEMS] if isinstance(value, list) else [value]


def _address(value: object) -> str | None:
    # As browsers read an address: line ends and tabs are no part of it (WHATWG's "URL Standard").
    text = value.strip().translate(_LINE_ENDS) if isinstance(value, str) else value
    return text if usable_url(text) else None
