"""No JSON at all makes the readers raise, or say more than it says."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SubmitError
from bot.domain.progress import TaskStatus
from bot.toapis.account import judge_key
from bot.toapis.dialects import judge_dialect
from bot.toapis.responses import Response, is_error, is_refusal, parse, read_error, says_not_found
from bot.toapis.submit_outcome import judge_submit
from bot.toapis.task_responses import is_about, read_snapshot, read_task_id

WORDS = st.sampled_from(
    ("id", "task_id", "status", "progress", "data", "result", "url", "video_url", "metadata", "output")
) | (
    st.sampled_from(
        (
            "error",
            "message",
            "code",
            "type",
            "detail",
            "success",
            "completed_at",
            "expires_at",
            "content",
            "base_resp",
            "fail_reason",
            "reason",
            "task_status",
            "status_code",
            "videos",
        )
    )
)
STATES = st.sampled_from(
    [
        "queued",
        "completed",
        "SUCCESS",
        "FAILURE",
        "done",
        "failed",
        "error",
        "canceled",
        "https://a.example/b.mp4",
        "http://[",
        "{}",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | STATES
NESTED = LEAVES.map(json.dumps)  # JSON inside a text
VALUES = st.recursive(
    LEAVES | NESTED,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=5), inner, max_size=6),
    max_leaves=25,
)
ANSWERS = VALUES | st.dictionaries(WORDS, VALUES, max_size=10)


@given(ANSWERS)
def test_no_json_makes_a_reader_raise(answer) -> None:
    snapshot = read_snapshot(answer)
    if snapshot is not None:
        assert snapshot.percent is None or 0 <= snapshot.percent <= 100
        assert (snapshot.status is TaskStatus.COMPLETED) == (snapshot.clip_url is not None)
        assert all(time is None or math.isfinite(time) for time in (snapshot.completed, snapshot.clip_dies))
        snapshot.provider_message.encode()
    error = read_error(answer)
    error.provider_message.encode()
    assert all(isinstance(code, str) for code in error.codes)
    task_id = read_task_id(answer)
    assert task_id is None or task_id.encode()
    assert {is_refusal(answer), is_error(answer), is_about(answer, "t"), is_about(answer, "t", "o")} <= {True, False}


@given(ANSWERS, st.integers(100, 599))
def test_every_answer_to_a_submit_is_judged(answer, status) -> None:
    judged = judge_submit(Response(status, answer), 0.0)
    assert isinstance(judged, SubmitError) or (200 <= status < 300 and judged == read_task_id(answer))
    response = Response(status, answer)
    assert says_not_found(response) in (True, False)
    judge_dialect(response)
    judge_key(response)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_make_the_parser_raise(body) -> None:
    parse(body)
