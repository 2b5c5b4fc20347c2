"""A refusal for want of a medium that could not be fetched, told apart from all other refusals."""

import pytest

from bot.domain.errors import MediaUnfetched, NotAccepted, SubmitRefused, SubmitUnclear
from bot.domain.media import Medium, Role
from bot.domain.stages import Reason
from bot.toapis.responses import Response
from bot.toapis.submit_outcome import judge_submit
from sandbox.faults import status
from tests.toapis.fakes import IMAGE, a_job, provider, scripted_server

UNFETCHED = [
    "Failed to download the file from image_urls[0]",
    "Failed to download the file from image_with_roles[2].url: HTTP 404",
    "Timeout while downloading url=https://cdn.example/a.png. Request id: 02",
    "Failed to download multimodal content",
    "failed to fetch video from url",
    "Could not fetch image_urls[0]",
    "Couldn't retrieve the audio at https://a.example/b",
    "can't download image",
    "Unable to access the image URL",
    "The image url is not accessible",
    "image_url is unreachable",
    "The media URL could not be reached",
    "Download of content[1].image_url.url failed with status code 403",
    "Error while connecting: https://cdn.example/a.png: connection refused",
    "dial tcp: lookup cdn.example: no such host (image_urls[0])",
    "The image link has expired",
    "invalid image_url: got HTTP 404 for url",
    "Download failed",
    "图片下载失败",
    "下载失败,请重试",
    "下载视频超时",
    "无法下载参考图片",
    "拉取素材失败,请检查链接",
    "获取图片资源失败",
    "无法访问该图片链接",
    "音频文件读取异常",
    "参考图链接已过期",
    "url 已失效",
]
OTHER = [
    "Image too large. Maximum size is 10MB",
    "Unsupported image format",
    "image_urls cannot be used together with image_with_roles",
    "Invalid request parameters",
    "asset as_1 is not active",
    "asset as_1 was not found",
    "The image is not a valid JPEG",
    "reference video must not be longer than 15 seconds",
    "You do not have access to the model for video",
    "duration must be between 4 and 15",
    "提示词包含违规内容",
    "图片尺寸不符合要求",
    "无法访问该视频模型",
    "failed to fetch your balance",
    "",
]


@pytest.mark.parametrize("provider_message", UNFETCHED)
def test_a_medium_that_could_not_be_fetched_is_told_by_the_sentence(provider_message) -> None:
    for heard in (
        Response(400, {"error": {"code": "invalid_request", "message": provider_message}}),
        Response(422, {"success": False, "message": provider_message}),
        Response(200, {"success": False, "message": provider_message}),
    ):
        judged = judge_submit(heard, 0.0)
        assert isinstance(judged, MediaUnfetched)
        assert judged.provider_message == provider_message
        assert provider_message not in judged.detail


@pytest.mark.parametrize("provider_message", OTHER)
def test_another_refusal_is_not_taken_for_it(provider_message) -> None:
    judged = judge_submit(Response(400, {"error": {"code": "invalid_request", "message": provider_message}}), 0.0)
    assert isinstance(judged, SubmitRefused)
    assert judged.reason is Reason.INVALID


def test_a_code_can_say_it_too() -> None:
    for code in ("InvalidParameter.DownloadFailed", "image_fetch_error", "url_expired"):
        assert isinstance(judge_submit(Response(400, {"error": {"code": code, "message": "x"}}), 0.0), MediaUnfetched)


@pytest.mark.parametrize("provider_message", UNFETCHED[:4])
def test_only_a_definite_refusal_says_it(provider_message) -> None:
    for code in (500, 502, 504, 409, 302):
        assert isinstance(judge_submit(Response(code, {"message": provider_message}), 0.0), SubmitUnclear)
    assert isinstance(judge_submit(Response(200, {"message": provider_message}), 0.0), SubmitUnclear)
    assert isinstance(judge_submit(Response(429, {"message": provider_message}), 0.0), NotAccepted)


def test_what_has_a_reason_of_its_own_keeps_it() -> None:
    for code, reason in (("insufficient_quota", Reason.NO_BALANCE), ("X.PrivacyInformation", Reason.PRIVACY)):
        judged = judge_submit(Response(400, {"error": {"code": code, "message": UNFETCHED[0]}}), 0.0)
        assert isinstance(judged, SubmitRefused)
        assert judged.reason is reason


def test_a_refusal_for_privacy_says_of_which_medium() -> None:
    provider_message = "The request failed because the input image content[2] may contain real person."
    judged = judge_submit(Response(400, {"error": {"code": "A.PrivacyInformation", "message": provider_message}}), 0.0)
    assert isinstance(judged, SubmitRefused)
    assert (judged.reason, "content[2]" in judged.provider_message) == (Reason.PRIVACY, True)


async def test_it_comes_from_a_submit() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.faults.add("POST *", status(400, {"error": {"code": 400, "message": UNFETCHED[0]}}))
        with pytest.raises(MediaUnfetched):
            await api.submit(a_job((Medium(Role.FIRST_FRAME, IMAGE),)))
