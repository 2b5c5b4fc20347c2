"""The words, places and ids in which the provider and gateways of its family tell of a task: a table of every cell."""

import pytest

from bot.domain.progress import TaskStatus
from bot.toapis.task_responses import is_about, read_snapshot, read_task_id

URL = "https://files.example/videos/a.mp4?sign=1"
WORDS = ("SUCCESS", "succeeded", "succeed", "Success", "done", "FINISHED", "complete", "completed")
WRAPPED = {"id": "t", "status": "completed"}
ODD_PLACES = {
    "url": {"url": URL},
    "url, a list": {"url": [URL]},
    "video_url": {"video_url": [URL]},
    "result_url": {"result_url": URL},
    "result": {"result": URL},
    "result, a list": {"result": [URL]},
    "result.url": {"result": {"url": URL}},
    "result.video_url, a list": {"result": {"video_url": [URL]}},
    "result.result_url": {"result": {"result_url": URL}},
    "result.videos": {"result": {"videos": [{"url": [URL]}]}},
    "data": {"data": {"url": URL}},
    "data, a list": {"data": [{"video_url": URL}]},
    "data, bare": {"data": URL},
    "output": {"output": URL},
    "output[0]": {"output": [URL]},
    "output.video_url": {"output": {"video_url": URL}},
    "video": {"video": URL},
    "video.url": {"video": {"url": URL}},
    "videos": {"videos": [URL]},
    "content.video_url": {"content": {"video_url": URL}},
    "data.data.content": {"data": {"data": {"content": {"video_url": URL}}}},
    "a newline": {"result": {"data": [{"url": f"{URL[:20]}\n{URL[20:]}\n"}]}},
}


@pytest.mark.parametrize(
    "word", ["SUCCESS", "succeeded", "succeed", "Success", "done", "FINISHED", "complete", "completed"]
)
@pytest.mark.parametrize("place", ODD_PLACES.values(), ids=ODD_PLACES)
def test_every_word_of_an_end_with_an_address_in_any_place_is_a_finished_video(word, place) -> None:
    for answer in (WRAPPED | {"status": word} | place, {"data": WRAPPED | {"status": word} | place}):
        assert (read_snapshot(answer).status, read_snapshot(answer).clip_url) == (TaskStatus.COMPLETED, URL)
    assert read_snapshot({"id": "t", "status": word}).status is TaskStatus.WORKING


def test_a_status_may_have_a_longer_name() -> None:
    assert read_snapshot({"id": "t", "task_status": "succeed", "result": URL}).clip_url == URL
    assert read_snapshot({"id": "t", "task_status": "queued"}).status is TaskStatus.QUEUED


def test_the_task_s_own_status_and_address_come_before_those_around_it() -> None:
    other = "https://files.example/other.mp4"
    task = {"id": "t", "status": "done", "url": URL}
    assert read_snapshot({"url": other, "data": task}).clip_url == URL
    assert read_snapshot({"url": URL, "data": task | {"url": None}}).clip_url == URL
    assert read_snapshot({"status": "success", "data": {"id": "t", "status": "queued"}}).status is TaskStatus.QUEUED
    assert read_snapshot({"id": "a request's", "data": {"status": "queued"}}).status is TaskStatus.QUEUED


def test_a_bare_address_is_the_video_s_and_no_picture() -> None:
    found = read_snapshot(WRAPPED | {"result": URL})
    assert (found.clip_url, found.last_picture_url) == (URL, None)


def test_an_address_before_the_end_and_a_text_elsewhere_are_no_finished_video() -> None:
    for answer in ({"status": "processing", "url": URL}, {"status": "done", "content": URL}):
        assert read_snapshot({"id": "t"} | answer).status is TaskStatus.WORKING


def test_a_status_without_any_id_counts_whatever_lies_below() -> None:
    assert read_snapshot({"status": "queued", "data": {"note": "soon"}}).status is TaskStatus.QUEUED


def test_a_gateway_s_wrapper_is_read_through() -> None:
    inner = {"id": "cgt-1", "status": "succeeded", "content": {"video_url": URL}}
    answer = {"code": "success", "data": {"task_id": "t1", "status": "SUCCESS", "progress": "100%", "data": inner}}
    assert read_snapshot(answer).clip_url == URL
    assert is_about(answer, "t1")
    assert not is_about(answer, "cgt-1")


@pytest.mark.parametrize("word", ["failed", "FAILURE", "rejected", "Expired", "cancelled", "CANCELED", "error"])
@pytest.mark.parametrize(
    "problem",
    [
        {"fail_reason": "no luck"},
        {"failure_reason": "no luck"},
        {"error": {"reason": "no luck"}},
        {"error": "no luck"},
        {"error": {"code": "X", "message": "no luck"}},
        {"reason": "no luck"},
        {"message": "no luck"},
        {"error": {"message": '{"error":{"message":"no luck"}}'}},
    ],
)
def test_every_word_and_place_of_a_failure_is_told(word, problem) -> None:
    found = read_snapshot({"id": "t", "status": word} | problem)
    assert (found.status, found.provider_message) == (TaskStatus.FAILED, "no luck")


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ({"error": {"code": "OutputAudioRiskDetected", "message": "m"}}, "outputaudioriskdetected"),
        ({"error": {"code": 400, "message": "m"}}, ""),
        ({"fail_reason": '{"code":"ServerOverloaded"}'}, "serveroverloaded"),
        ({"error": "OutputVideoSensitiveContentDetected: no"}, "outputvideosensitivecontentdetected"),
        ({"error": "the input text may contain sensitive words"}, "inputtextsensitivecontentdetected"),
    ],
)  # fmt: skip
def test_a_failure_keeps_its_code(answer, code) -> None:
    assert read_snapshot({"id": "t", "status": "failed"} | answer).code == code


@pytest.mark.parametrize(
    ("answer", "task_id"),
    [
        ({"id": 123456789}, "123456789"),
        ({"id": 123456, "data": {"task_id": "tsk"}}, "tsk"),
        ({"code": "success", "data": "task_1"}, "task_1"),
        ({"code": "success", "data": "ok"}, None),
        ({"data": {"task_id": 123456}}, "123456"),
        ({"data": [{"task_id": "t1"}]}, "t1"),
        ({"data": [{"task_id": "t1"}, {"task_id": "t2"}]}, None),
        ({"output": {"task_id": "t1"}}, "t1"),
        ({"status": "queued", "result": {"id": "t1"}}, "t1"),
    ],
)
def test_a_task_s_id_is_read_from_every_place(answer, task_id) -> None:
    assert read_task_id(answer) == task_id


@pytest.mark.parametrize(
    ("answer", "is_it"),
    [
        ({"status": "completed"}, True),
        ({"id": "mine", "status": "completed"}, True),
        ({"id": "other", "status": "completed"}, False),
        ({"data": {"task_id": "other", "status": "failed"}}, False),
        ({"data": {"id": 123456, "task_id": "mine", "status": "failed"}}, True),
        ({"id": "mine", "client_business_id": "not ours", "status": "completed"}, False),
        ({"id": "other", "client_business_id": "ours", "status": "completed"}, False),
    ],
)
def test_an_answer_that_names_another_id_is_no_answer(answer, is_it) -> None:
    assert is_about(answer, "mine", "ours") is is_it


def test_where_no_id_of_ours_is_known_an_echoed_one_says_nothing() -> None:
    assert is_about({"id": "mine", "client_business_id": "any"}, "mine")
    assert not is_about({"id": "other", "client_business_id": "mine"}, "mine")


def test_asked_by_our_own_id_the_task_may_have_any_id_of_its_own() -> None:
    assert is_about({"id": "any", "client_business_id": "ours"}, "ours", "ours")
    assert not is_about({"id": "any", "client_business_id": "another"}, "ours", "ours")
