"""No JSON at all makes the readers raise, or say more than it says."""

import json
import math

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import SubmitError
from bot.domain.progress import TaskStatus
from bot.toapis.probe import judge_dialect, judge_key
from bot.toapis.retry import retry_after, submitted
from bot.toapis.task_answers import is_about, read_snapshot, read_task_id
from bot.toapis.wire import Heard, errs, parse, read_complaint, refuses, says_missing

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
        snapshot.said.encode()
    complaint = read_complaint(answer)
    complaint.said.encode()
    assert all(isinstance(code, str) for code in complaint.codes)
    task_id = read_task_id(answer)
    assert task_id is None or task_id.encode()
    assert {refuses(answer), errs(answer), is_about(answer, "t"), is_about(answer, "t", "o")} <= {True, False}


@given(ANSWERS, st.integers(100, 599))
def test_every_answer_to_a_submit_is_judged(answer, status) -> None:
    judged = submitted(Heard(status, answer), 0.0)
    assert isinstance(judged, SubmitError) or (200 <= status < 300 and judged == read_task_id(answer))
    heard = Heard(status, answer)
    assert says_missing(heard) in (True, False)
    judge_dialect(heard)
    judge_key(heard)


@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_no_bytes_make_the_parser_raise(body) -> None:
    parse(body)


@given(st.text(max_size=40), st.floats(0, 4e9))
def test_a_retry_after_is_never_longer_than_its_cap(header, now) -> None:
    seconds = retry_after(header, now)
    assert seconds is None or 0 <= seconds <= 600
