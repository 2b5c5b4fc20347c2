"""What the provider says about a task, and the other forms in which clients have seen it."""

import copy
from collections.abc import Callable, Mapping
from typing import Any

from sandbox.toapis.settings import Dialect
from sandbox.toapis.tasks import Status, Task

Json = dict[str, Any]


def described(task: Task, dialect: Dialect, url: str, *, last_frame: str = "", working: str = "") -> Json:
    """Return the documented answer.

    Args:
        task: as it stands.
        dialect: of the path that was asked; `videos` has no metadata and echoes the client's own id.
        url: of the clip, used once the task is completed.
        last_frame: URL of the last frame, given where it was ordered.
        working: word in place of "in_progress", such as "processing".
    """
    status = working if working and task.status is Status.IN_PROGRESS else str(task.status)
    answer: Json = {
        "id": task.id,
        "object": "generation.task",
        "model": task.request.model,
        "status": status,
        "progress": task.progress,
        "created_at": int(task.created_at),
    }
    match dialect:
        case Dialect.VIDEO:
            answer["metadata"] = {}
        case Dialect.VIDEOS:
            if task.request.business_id:
                answer["client_business_id"] = task.request.business_id
    if task.status is Status.COMPLETED:
        answer["completed_at"] = int(task.completed_at)
        answer["expires_at"] = int(task.expires_at)
        made = {"url": url, "format": task.request.output_format}
        if task.request.return_last_frame:
            made["last_frame_url"] = last_frame
        answer["result"] = {"type": "video", "data": [made]}
    if task.status is Status.FAILED:
        answer["error"] = dict(task.error)
    return answer


def _without_result(answer: Json) -> tuple[Json, str]:
    rest = copy.deepcopy(answer)
    result = rest.pop("result", None)
    return rest, result["data"][0]["url"] if result else ""


def _video_url(answer: Json) -> Json:
    rest, url = _without_result(answer)
    return {**rest, "video_url": url} if url else rest


def _metadata_url(answer: Json) -> Json:
    rest, url = _without_result(answer)
    return {**rest, "metadata": {"url": url}} if url else rest


def _content_video_url(answer: Json) -> Json:
    rest, url = _without_result(answer)
    return {**rest, "content": {"video_url": url}} if url else rest


def _data_video_url(answer: Json) -> Json:
    changed = copy.deepcopy(answer)
    if "result" in changed:
        made = changed["result"]["data"][0]
        made["video_url"] = made.pop("url")
        made.pop("format")
    return changed


def _image_type(answer: Json) -> Json:
    changed = copy.deepcopy(answer)
    if "result" in changed:
        changed["result"]["type"] = "image"
    return changed


def _task_id(answer: Json) -> Json:
    return {("task_id" if key == "id" else key): value for key, value in answer.items()}


_SHOUTED = {"completed": "SUCCESS", "failed": "FAILURE"}


def _success_words(answer: Json) -> Json:
    """Answer as the provider's own webhook and the gateways of its family do: words, percent and reason."""
    rest = {key: value for key, value in answer.items() if key != "error"}
    status, percent = str(answer["status"]), answer.get("progress")
    rest["status"] = _SHOUTED.get(status, status.upper())
    reason = answer["error"]["message"] if "error" in answer else ""
    return rest | {"fail_reason": reason} | ({} if percent is None else {"progress": f"{percent}%"})


def _result_url(answer: Json) -> Json:
    rest, url = _without_result(answer)
    return {**rest, "result_url": url} if url else rest


def _output_list(answer: Json) -> Json:
    rest, url = _without_result(answer)
    return {**rest, "status": "succeeded", "output": [url]} if url else rest


def _wrapped_content(answer: Json) -> Json:
    """Wrap it as a gateway does: its own words around the answer of the model behind it, which has another id."""
    rest, url = _without_result(_success_words(answer))
    rest["task_id"] = rest.pop("id")
    behind: Json = {"id": "cgt-upstream-0001", "status": "running"}
    if url:
        behind |= {"status": "succeeded", "content": {"video_url": url}}
    return {"code": "success", "message": "", "data": {**rest, "data": behind}}


def _number_id(answer: Json) -> Json:
    return {**answer, "id": int(answer["id"])} if answer["id"].isdigit() else answer


NUMBER_ID = "number_id"
"""The form whose ids are numbers: what is submitted meanwhile gets one."""

FORMS: Mapping[str, Callable[[Json], Json]] = {
    "documented": lambda answer: answer,
    "video_url": _video_url,
    "metadata_url": _metadata_url,
    "content_video_url": _content_video_url,
    "data_video_url": _data_video_url,
    "image_type": _image_type,
    "task_id": _task_id,
    "data_wrapper": lambda answer: {"data": answer},
    "success_words": _success_words,
    "result_url": _result_url,
    "output_list": _output_list,
    "wrapped_content": _wrapped_content,
    NUMBER_ID: _number_id,
}
"""By the word that `answer_as` takes."""
