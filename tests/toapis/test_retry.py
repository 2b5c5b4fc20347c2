"""What may be done after each outcome of a submit."""

import pytest

from bot.domain.errors import NotAccepted, SubmitError, SubmitRefused, SubmitUnclear
from bot.domain.stages import Reason
from bot.toapis.retry import RETRY_AFTER_MOST, retry_after, submitted
from bot.toapis.wire import Broken, Heard

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def error(code, message="m"):
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    "outcome",
    [
        Broken("refused", body_left=False),
        Heard(429),
        Heard(429, page=True),
        Heard(429, error("rate_limit_exceeded")),
        Heard(503, error("rate_limit_unavailable")),
        Heard(200, {"success": False, "message": "The server is busy"}),
        Heard(200, {"success": False, "message": "当前负载已饱和,请稍后再试", "data": None}),
        Heard(200, error("ModelServiceOverload")),
        Heard(200, {"base_resp": {"status_code": 1002, "status_msg": "too many requests"}}),
        Heard(503, {"message": "所有渠道都失败"}),
        Heard(500, error("fail_to_fetch_task", '{"error":{"code":"ServerOverloaded","message":"full"}}')),
    ],
)
def test_what_definitely_did_not_count_may_be_sent_again(outcome) -> None:
    assert isinstance(submitted(outcome, NOW), NotAccepted)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Heard(400, error("invalid_request")), Reason.INVALID),
        (Heard(400), Reason.INVALID),
        (Heard(400, error("InputImageSensitiveContentDetected.PrivacyInformation")), Reason.PRIVACY),
        (Heard(200, {"success": False, **error("X.PrivacyInformation")}), Reason.PRIVACY),
        (Heard(401, error("unauthorized")), Reason.KEY),
        (Heard(403), Reason.KEY),
        (Heard(402, error("insufficient_quota")), Reason.NO_BALANCE),
        (Heard(402), Reason.NO_BALANCE),
        (Heard(403, error("quota_not_enough")), Reason.NO_BALANCE),
        (Heard(404), Reason.INVALID),
        (Heard(413), Reason.INVALID),
        (Heard(422, error("content_policy_violation")), Reason.REFUSED),
        (Heard(422, {"detail": "no"}), Reason.REFUSED),
        (Heard(503, error("model_not_found")), Reason.MODEL),
        (Heard(503, {"message": "未配置渠道能力"}), Reason.MODEL),
        (Heard(503, {"error": "No available channel for model seedance-2"}), Reason.MODEL),
        (Heard(403, error("insufficient_user_quota")), Reason.NO_BALANCE),
        (Heard(403, error("pre_consume_token_quota_failed")), Reason.NO_BALANCE),
        (Heard(403, error("AccountOverdueError")), Reason.NO_BALANCE),
        (Heard(403, {"message": "用户额度不足"}), Reason.NO_BALANCE),
        (Heard(400, error("InputImageSensitiveContentDetected")), Reason.REFUSED),
        (Heard(400, error("InputTextSensitiveContentDetected")), Reason.REFUSED),
        (Heard(400, error("InvalidParameter.TaskTypeConstraint")), Reason.INVALID),
        (Heard(451), Reason.REFUSED),
        (Heard(451, error("fail_to_fetch_task", '{"error":{"code":"A.PrivacyInformation"}}')), Reason.PRIVACY),
        (Heard(500, error("fail_to_fetch_task", '{"code":"InputTextSensitiveContentDetected"}')), Reason.REFUSED),
        (Heard(500, error("fail_to_fetch_task", "InputImageSensitiveContentDetected: no")), Reason.REFUSED),
        (Heard(200, error("Odd", "this went wrong")), Reason.NOT_TAKEN),
        (Heard(200, {"code": 1234, "message": "this went wrong"}), Reason.NOT_TAKEN),
        (Heard(200, {"success": False, "message": "no"}), Reason.NOT_TAKEN),
        (Heard(200, {"success": False, "message": "no", "data": None}), Reason.NOT_TAKEN),
        (Heard(200, {"id": None, "base_resp": {"status_code": 2013, "status_msg": "no"}}), Reason.NOT_TAKEN),
        (Heard(200, error("insufficient_quota")), Reason.NO_BALANCE),
        (Heard(404, error("model_not_found")), Reason.MODEL),
    ],
)
def test_what_the_provider_refuses_ends_with_its_reason(outcome, reason) -> None:
    judged = submitted(outcome, NOW)
    assert isinstance(judged, SubmitRefused)
    assert judged.reason is reason


@pytest.mark.parametrize(
    "outcome",
    [
        Broken("reset", body_left=True),
        Heard(200),
        Heard(200, page=True),
        Heard(200, {}),
        Heard(200, {"id": 7}),
        Heard(200, {"id": "t", "success": False}),
        Heard(200, {"id": "t", "error": {"message": "no"}}),
        Heard(200, error("timeout", "upstream timed out")),
        Heard(200, {"id": None, "message": "created"}),
        Heard(500, error("unauthorized")),
        Heard(500, error("fail_to_fetch_task", "what nobody knows")),
        Heard(302),
        Heard(307, {"id": "t"}),
        Heard(408),
        Heard(409, error("conflict")),
        Heard(500, error("internal_error")),
        Heard(500, error("rate_limit_unavailable")),
        Heard(502, page=True),
        Heard(503),
        Heard(503, error("invalid_request")),
        Heard(504, {"success": False}),
        Heard(101),
    ],
)
def test_everything_else_is_unclear(outcome) -> None:
    assert isinstance(submitted(outcome, NOW), SubmitUnclear)


def test_an_id_is_the_only_success() -> None:
    assert submitted(Heard(200, {"id": "tsk_1", "status": "queued"}), NOW) == "tsk_1"
    assert submitted(Heard(201, {"data": {"task_id": "tsk_2"}}), NOW) == "tsk_2"


def test_only_what_passes_for_this_request_leaves_the_others_alone() -> None:
    busy = submitted(Heard(200, {"success": False, "message": "The server is busy"}), NOW)
    assert (busy.of_this, busy.said) == (True, "The server is busy")
    assert not submitted(Heard(429), NOW).of_this


def test_a_submit_s_answer_with_another_id_of_ours_is_no_answer() -> None:
    answer = {"id": "tsk_1", "status": "queued", "client_business_id": "another"}
    assert isinstance(submitted(Heard(200, answer), NOW, "ours"), SubmitUnclear)
    assert submitted(Heard(200, {**answer, "client_business_id": "ours"}), NOW, "ours") == "tsk_1"


def test_what_was_said_goes_with_the_refusal() -> None:
    judged = submitted(Heard(422, error("content_policy_violation", "违规")), NOW)
    assert (judged.said, judged.detail) == ("违规", "HTTP 422 content_policy_violation")


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        (" 2.5 ", 2.5),
        ("0", 0.0),
        ("-3", 0.0),
        ("86400", RETRY_AFTER_MOST),
        ("Tue, 14 Nov 2023 22:13:50 GMT", 30.0),
        ("Tue, 14 Nov 2023 22:13:50 -0000", 30.0),
        ("Mon, 13 Nov 2023 22:13:20 GMT", 0.0),
        ("Wed, 15 Nov 2023 22:13:20 GMT", RETRY_AFTER_MOST),
        ("", None),
        ("soon", None),
        ("nan", None),
        ("inf", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header, seconds) -> None:
    assert retry_after(header, NOW) == seconds


def test_a_pause_goes_with_what_was_not_accepted() -> None:
    assert submitted(Heard(429, retry_after="9"), NOW).retry_after == 9.0
    assert submitted(Heard(503, error("rate_limit_unavailable"), "11"), NOW).retry_after == 11.0
    assert submitted(Heard(429), NOW).retry_after is None


def test_no_sentence_of_the_providers_gets_into_a_detail() -> None:
    said = "a fox in the snow is not allowed"
    for answer in ({"message": said}, {"error": {"code": said, "type": "invalid_request", "message": said}}, [said]):
        for status in (200, 400, 422, 429, 500):
            judged = submitted(Heard(status, answer), 0.0)
            assert isinstance(judged, SubmitError)
            assert "fox" not in judged.detail + str(judged)
