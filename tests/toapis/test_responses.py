"""What the provider says, in every shape it has been seen in."""

import json

import pytest

from bot.domain.progress import Snapshot, TaskStatus
from bot.toapis.asset_responses import read_upload_url
from bot.toapis.responses import MAX_SAID, Response, parse, read_error, says_not_found
from bot.toapis.task_responses import read_snapshot, read_task_id
from tests.domain.test_addresses import TARGETS

URL = "https://files.example/videos/a.mp4?sign=1"


def completed(**changes):
    whole = {
        "id": "tsk_1",
        "status": "completed",
        "progress": 100,
        "completed_at": 1778569600,
        "expires_at": 1778656000,
        "result": {"type": "video", "data": [{"url": URL, "format": "mp4"}]},
    }
    return {**whole, **changes}


def test_a_completed_task_names_its_clip_and_when_it_dies() -> None:
    done = Snapshot(TaskStatus.COMPLETED, 100, URL, 1778656000.0, 1778569600.0)
    assert read_snapshot(completed()) == done
    assert read_snapshot({"data": completed()}) == done
    assert read_snapshot({"success": True, "data": completed()}) == done
    assert read_snapshot(completed(status="Completed")) == done


@pytest.mark.parametrize(
    "place",
    [
        {"result": {"type": "image", "data": [{"url": URL}]}},
        {"result": {"data": [{"video_url": URL}]}},
        {"result": {"data": {"url": URL}}},
        {"result": {"data": [None, {"url": 7}, {"url": URL}]}},
        {"result": None, "video_url": URL},
        {"result": {}, "metadata": {"url": URL}},
        {"result": [], "content": {"video_url": URL}},
        {"result": {"data": [{"url": "asset://x", "video_url": URL}]}},
    ],
)
def test_the_clip_is_found_in_every_place_it_was_seen_in(place) -> None:
    found = read_snapshot(completed(**place))
    assert found is not None
    assert (found.status, found.clip_url) == (TaskStatus.COMPLETED, URL)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "asset://x",
        "ftp://a/b",
        "https://",
        "javascript:1",
        7,
        None,
        "https://[",
        "a\ud800",
        "https://a.example/\u202e",
    ],
)
def test_completed_without_an_address_is_still_working(url) -> None:
    answer = completed(result={"data": [{"url": url, "last_frame_url": URL}]})
    assert read_snapshot(answer) == Snapshot(TaskStatus.WORKING, 100)


@pytest.mark.parametrize("target", TARGETS)
def test_a_signed_address_is_handed_on_byte_for_byte(target) -> None:
    url = f"https://store.example:8443{target}"
    answer = completed(result={"data": [{"url": url, "last_frame_url": url}]})
    found = read_snapshot(answer)
    assert (found.clip_url, found.last_picture_url, read_upload_url({"data": {"url": url}})) == (url, url, url)


@pytest.mark.parametrize(
    ("picture", "found"),
    [(URL + "&f=1", URL + "&f=1"), ("asset://x", None), ("", None), (7, None), (None, None)],
)
def test_the_last_picture_is_named_beside_the_clip(picture, found) -> None:
    answer = completed(result={"data": [{"url": URL, "last_frame_url": picture}]})
    assert (read_snapshot(answer).clip_url, read_snapshot(answer).last_picture_url) == (URL, found)


def test_an_address_dies_a_day_after_completion_unless_it_is_said() -> None:
    answer = completed()
    del answer["expires_at"]
    assert read_snapshot(answer).clip_dies == 1778569600.0 + 86400
    assert read_snapshot(completed(expires_at=1778569600 + 3600)).clip_dies == 1778569600.0 + 3600
    assert read_snapshot(completed(expires_at="soon", completed_at=None)).clip_dies is None
    assert read_snapshot(completed(completed_at=1778569600000)).completed == 1778569600.0


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("queued", TaskStatus.QUEUED),
        ("in_progress", TaskStatus.WORKING),
        ("pending", TaskStatus.WORKING),
        ("processing", TaskStatus.WORKING),
        ("reticulating", TaskStatus.WORKING),
        ("failed", TaskStatus.FAILED),
        ("cancelled", TaskStatus.FAILED),
        ("canceled", TaskStatus.FAILED),
        ("error", TaskStatus.FAILED),
    ],
)
def test_every_status_reads_as_one_of_ours(word, status) -> None:
    assert read_snapshot({"id": "t", "status": word}) == Snapshot(status)


@pytest.mark.parametrize("progress", ["half", "500%", 50.5, True, -1, 101, None, [50], {"value": 50}])
def test_a_progress_of_another_type_or_range_is_ignored(progress) -> None:
    assert read_snapshot({"status": "in_progress", "progress": progress}).percent is None


@pytest.mark.parametrize("progress", ["50%", "50", " 50 % ", 50.0])
def test_a_percent_is_read_as_it_was_seen(progress) -> None:
    assert read_snapshot({"status": "in_progress", "progress": progress}).percent == 50


def test_progress_is_the_provider_s_own() -> None:
    assert read_snapshot({"status": "in_progress", "progress": 50}).percent == 50
    assert read_snapshot({"status": "in_progress", "progress": 0}).percent == 0


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        "failed",
        7,
        {},
        {"id": "t"},
        {"status": 7},
        {"status": "error", "message": "upstream busy"},
        {"success": False, "message": "no"},
        {"success": False, "id": "t", "status": "failed"},
        {"data": [{"status": "failed"}]},
    ],
)
def test_an_answer_that_is_about_no_task_fails_no_task(answer) -> None:
    snapshot = read_snapshot(answer)
    assert snapshot is None or snapshot.status is TaskStatus.WORKING


def test_a_failure_carries_the_provider_s_sentence() -> None:
    answer = {"status": "failed", "error": {"code": "generation_failed", "message": "生成失败:内容不合规"}}
    assert read_snapshot(answer) == Snapshot(
        TaskStatus.FAILED, provider_message="生成失败:内容不合规", code="generation_failed"
    )


@pytest.mark.parametrize(
    ("answer", "codes", "provider_message"),
    [
        ({"error": {"code": 400, "message": "bad", "type": "invalid"}}, ("400", "invalid"), "bad"),
        ({"success": False, "message": "no"}, (), "no"),
        ({"message": "task_not_exist"}, (), "task_not_exist"),
        ({"code": "X", "message": "m"}, ("x",), "m"),
        ({"detail": "d"}, (), "d"),
        ({"detail": [{"msg": "first", "type": "missing"}, {"msg": "second"}]}, ("missing",), "first"),
        ({"error": "text"}, (), "text"),
        ({"error": {"error": {"code": "inner", "message": "deep"}}}, ("inner",), "deep"),
        ({"error": {"code": "outer", "message": {"code": "inner", "message": "deep"}}}, ("outer", "inner"), "deep"),
        ({"error": {"message": json.dumps({"error": {"code": "in.Json", "message": "深"}})}}, ("in.json",), "深"),
        ({"error": {"message": "{not json"}}, (), "{not json"),
        ({"error": {}, "message": "beside"}, (), "beside"),
        (None, (), ""),
        ([1, {"message": "m"}], (), "m"),
        ({"error": {"code": True, "message": 7}}, (), ""),
    ],
)
def test_every_shape_of_an_error_is_read(answer, codes, provider_message) -> None:
    error = read_error(answer)
    assert (error.codes, error.provider_message) == (codes, provider_message)


def test_a_sentence_is_one_short_harmless_line() -> None:
    provider_message = read_error({"message": "a\x00b\u202ec\nd \ud800" + "x" * 5000}).provider_message
    assert provider_message.startswith("a b c d x")
    assert len(provider_message) == MAX_SAID
    assert provider_message.isprintable()
    provider_message.encode()


@pytest.mark.parametrize(
    ("answer", "task_id"),
    [
        ({"id": "tsk_1"}, "tsk_1"),
        ({"task_id": "tsk_2"}, "tsk_2"),
        ({"data": {"id": "tsk_3"}}, "tsk_3"),
        ({"success": True, "data": {"task_id": "tsk_4"}}, "tsk_4"),
        ({"id": 7}, None),
        ({"id": ""}, None),
        ({"id": ".."}, None),
        ({"id": "a\x00"}, None),
        ({"id": "x" * 300}, None),
        ({"data": ["tsk"]}, None),
        ("tsk", None),
        (None, None),
    ],
)
def test_a_task_s_id_is_read(answer, task_id) -> None:
    assert read_task_id(answer) == task_id


@pytest.mark.parametrize(
    ("status", "answer", "missing"),
    [
        (404, {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}}, True),
        (400, {"message": "task_not_exist"}, True),
        (404, {"error": {"code": "task_not_found", "message": "任务不存在"}}, True),
        (200, {"success": False, "message": "Task not found."}, True),
        (404, None, False),
        (404, {"detail": "Not Found"}, False),
        (404, {"error": {"code": "model_not_found", "type": "not_found_error"}}, False),
        (500, {"message": "task_not_exist"}, False),
        (401, {"message": "Task not found"}, False),
    ],
)
def test_only_the_provider_s_own_word_makes_a_task_missing(status, answer, missing) -> None:
    assert says_not_found(Response(status, answer)) is missing


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"id": "t', b"[" * 200_000, b"1" * 6000, b"\xff\xfe", b"null"])
def test_what_is_no_json_reads_as_nothing(body) -> None:
    assert parse(body) is None


def test_json_is_read_with_a_mark_before_it_and_in_bad_letters() -> None:
    assert parse(b'\xef\xbb\xbf{"id": "t"}') == {"id": "t"}
    assert parse('{"id": "t", "message": "令"}'.encode("gb18030"))["id"] == "t"
