"""What may be done after each outcome of a submit."""

import pytest

from bot.domain.errors import NotAccepted, SubmitError, SubmitRefused, SubmitUnclear
from bot.domain.stages import Reason
from bot.toapis.responses import NoResponse, Response
from bot.toapis.submit_outcome import MAX_RETRY_AFTER, judge_submit

NOW = 1_700_000_000.0  # Tue, 14 Nov 2023 22:13:20 GMT


def error(code, message="m"):
    return {"error": {"code": code, "message": message}}


@pytest.mark.parametrize(
    "outcome",
    [
        NoResponse("refused", body_sent=False),
        Response(429),
        Response(429, page=True),
        Response(429, error("rate_limit_exceeded")),
        Response(503, error("rate_limit_unavailable")),
        Response(200, {"success": False, "message": "The server is busy"}),
        Response(200, {"success": False, "message": "当前负载已饱和,请稍后再试", "data": None}),
        Response(200, error("ModelServiceOverload")),
        Response(200, {"base_resp": {"status_code": 1002, "status_msg": "too many requests"}}),
        Response(503, {"message": "所有渠道都失败"}),
        Response(500, error("fail_to_fetch_task", '{"error":{"code":"ServerOverloaded","message":"full"}}')),
        Response(400, error("fail_to_fetch_task", '{"error":{"code":"ServerOverloaded","message":"full"}}')),
    ],
)
def test_what_definitely_did_not_count_may_be_sent_again(outcome) -> None:
    assert isinstance(judge_submit(outcome, NOW), NotAccepted)


@pytest.mark.parametrize(
    ("outcome", "reason"),
    [
        (Response(400, error("invalid_request")), Reason.INVALID),
        (Response(400), Reason.INVALID),
        (Response(400, error("InputImageSensitiveContentDetected.PrivacyInformation")), Reason.PRIVACY),
        (Response(200, {"success": False, **error("X.PrivacyInformation")}), Reason.PRIVACY),
        (Response(401, error("unauthorized")), Reason.KEY),
        (Response(401), Reason.KEY),
        (Response(400, error("unauthorized")), Reason.KEY),
        (Response(400, error("authentication_error")), Reason.KEY),
        (Response(403), Reason.KEY),
        (Response(402, error("insufficient_quota")), Reason.NO_BALANCE),
        (Response(402), Reason.NO_BALANCE),
        (Response(403, error("quota_not_enough")), Reason.NO_BALANCE),
        (Response(404), Reason.INVALID),
        (Response(413), Reason.INVALID),
        (Response(422, error("content_policy_violation")), Reason.REFUSED),
        (Response(422, {"detail": "no"}), Reason.REFUSED),
        (Response(503, error("model_not_found")), Reason.MODEL),
        (Response(503, {"message": "未配置渠道能力"}), Reason.MODEL),
        (Response(503, {"error": "No available channel for model seedance-2"}), Reason.MODEL),
        (Response(403, error("insufficient_user_quota")), Reason.NO_BALANCE),
        (Response(403, error("pre_consume_token_quota_failed")), Reason.NO_BALANCE),
        (Response(403, error("AccountOverdueError")), Reason.NO_BALANCE),
        (Response(403, {"message": "用户额度不足"}), Reason.NO_BALANCE),
        (Response(400, error("InputImageSensitiveContentDetected")), Reason.REFUSED),
        (Response(400, error("InputTextSensitiveContentDetected")), Reason.REFUSED),
        (Response(400, error("InvalidParameter.TaskTypeConstraint")), Reason.INVALID),
        (Response(451), Reason.REFUSED),
        (Response(400, error("fail_to_fetch_task", '{"error":{"code":"InvalidParameter"}}')), Reason.INVALID),
        (Response(400, error("fail_to_fetch_task", "what is not known")), Reason.INVALID),
        (Response(451, error("fail_to_fetch_task", '{"error":{"code":"A.PrivacyInformation"}}')), Reason.PRIVACY),
        (Response(500, error("fail_to_fetch_task", '{"code":"InputTextSensitiveContentDetected"}')), Reason.REFUSED),
        (Response(500, error("fail_to_fetch_task", "InputImageSensitiveContentDetected: no")), Reason.REFUSED),
        (Response(200, error("Odd", "this went wrong")), Reason.NOT_TAKEN),
        (Response(200, {"code": 1234, "message": "this went wrong"}), Reason.NOT_TAKEN),
        (Response(200, {"code": 1234, "msg": "this went wrong"}), Reason.NOT_TAKEN),
        (Response(200, {"success": False, "message": "no"}), Reason.NOT_TAKEN),
        (Response(200, {"success": False, "message": "no", "data": None}), Reason.NOT_TAKEN),
        (Response(200, {"id": None, "base_resp": {"status_code": 2013, "status_msg": "no"}}), Reason.NOT_TAKEN),
        (Response(200, error("insufficient_quota")), Reason.NO_BALANCE),
        (Response(404, error("model_not_found")), Reason.MODEL),
    ],
)
def test_what_the_provider_refuses_ends_with_its_reason(outcome, reason) -> None:
    judged = judge_submit(outcome, NOW)
    assert isinstance(judged, SubmitRefused)
    assert judged.reason is reason


@pytest.mark.parametrize("status", [400, 404, 405, 406, 410, 411, 413, 414, 415, 431])
def test_a_server_that_puts_the_request_aside_calls_it_wrong(status) -> None:
    judged = judge_submit(Response(status), NOW)
    assert (type(judged), judged.reason) == (SubmitRefused, Reason.INVALID)


@pytest.mark.parametrize(
    "outcome",
    [
        NoResponse("reset", body_sent=True),
        Response(200),
        Response(200, page=True),
        Response(200, {}),
        Response(200, {"id": 7}),
        Response(200, {"id": "t", "success": False}),
        Response(200, {"id": "t", "error": {"message": "no"}}),
        Response(200, error("timeout", "upstream timed out")),
        Response(200, {"id": None, "message": "created"}),
        Response(500, error("unauthorized")),
        Response(500, error("fail_to_fetch_task", "what is not known")),
        Response(302),
        Response(307, {"id": "t"}),
        Response(408),
        Response(409, error("conflict")),
        Response(500, error("internal_error")),
        Response(500, error("rate_limit_unavailable")),
        Response(502, page=True),
        Response(503),
        Response(503, error("invalid_request")),
        Response(504, {"success": False}),
        Response(101),
    ],
)
def test_everything_else_is_unclear(outcome) -> None:
    assert isinstance(judge_submit(outcome, NOW), SubmitUnclear)


def test_an_id_is_the_only_success() -> None:
    assert judge_submit(Response(200, {"id": "tsk_1", "status": "queued"}), NOW) == "tsk_1"
    assert judge_submit(Response(201, {"data": {"task_id": "tsk_2"}}), NOW) == "tsk_2"


def test_only_what_passes_for_this_request_leaves_the_others_alone() -> None:
    busy = judge_submit(Response(200, {"success": False, "message": "The server is busy"}), NOW)
    assert (busy.of_this, busy.provider_message) == (True, "The server is busy")
    assert not judge_submit(Response(429), NOW).of_this


def test_a_submit_s_answer_with_another_id_of_ours_is_no_answer() -> None:
    answer = {"id": "tsk_1", "status": "queued", "client_business_id": "another"}
    assert isinstance(judge_submit(Response(200, answer), NOW, "ours"), SubmitUnclear)
    assert judge_submit(Response(200, {**answer, "client_business_id": "ours"}), NOW, "ours") == "tsk_1"


def test_what_was_said_goes_with_the_refusal() -> None:
    judged = judge_submit(Response(422, error("content_policy_violation", "违规")), NOW)
    assert (judged.provider_message, judged.detail) == ("违规", "HTTP 422 content_policy_violation")


def test_a_pause_goes_with_what_was_not_accepted() -> None:
    assert judge_submit(Response(429, retry_after="9"), NOW).retry_after == 9.0
    assert judge_submit(Response(503, error("rate_limit_unavailable"), "11"), NOW).retry_after == 11.0
    assert judge_submit(Response(429), NOW).retry_after is None
    for status in (400, 500):
        full = error("fail_to_fetch_task", '{"error":{"code":"ServerOverloaded","message":"full"}}')
        judged = judge_submit(Response(status, full, "12"), NOW)
        assert (judged.retry_after, judged.of_this, judged.detail.startswith(f"HTTP {status}")) == (12.0, True, True)
    assert judge_submit(Response(429, retry_after="86400"), NOW).retry_after == MAX_RETRY_AFTER == 600.0


def test_no_sentence_of_the_providers_gets_into_a_detail() -> None:
    provider_message = "a fox in the snow is not allowed"
    for answer in (
        {"message": provider_message},
        {"error": {"code": provider_message, "type": "invalid_request", "message": provider_message}},
        [provider_message],
    ):
        for status in (200, 400, 422, 429, 500):
            judged = judge_submit(Response(status, answer), 0.0)
            assert isinstance(judged, SubmitError)
            assert "fox" not in judged.detail + str(judged)
