"""Sentences about how jobs stand and end."""

from dataclasses import replace

import pytest
from hypothesis import given

from bot.domain.media import AssetUse, Kind, MediaFormat, Medium, Role, StoredFile
from bot.domain.stages import Reason, Stage
from bot.ui import texts
from tests.languages import ENGLISH
from tests.ui.jobs import REQUEST, a_job, any_job

PICTURE = Medium(Role.REFERENCE_IMAGE, StoredFile("a" * 64, MediaFormat.PNG, 9, 640, 360))
KIRA = Medium(Role.REFERENCE_IMAGE, AssetUse("a-1", Kind.IMAGE, "Kira"))
FILM = Medium(Role.REFERENCE_VIDEO, StoredFile("b" * 64, MediaFormat.MP4, 9, 640, 360, 3.0))


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_it_cost(reason):
    sentence = texts.failure(ENGLISH, a_job(Stage.FAILED, reason=reason))
    assert any(word in sentence for word in ("cost", "counted", "charge")), sentence


@pytest.mark.parametrize(
    ("media", "refused", "private", "unshown"),
    [
        ((), "allow this prompt.", "person in this and", "your file"),
        ((PICTURE,), "this prompt or your image.", "Your image seems to show a real person", "attach it again"),
        ((PICTURE, KIRA), "this prompt or your images.", "One of your images seems", "attach them again"),
        ((FILM,), "this prompt or your video.", "Your video seems", "your video"),
        ((PICTURE, FILM), "this prompt or your files.", "One of your files seems", "your files"),
    ],
)
def test_a_failure_names_what_went_along(media, refused, private, unshown):
    request = replace(REQUEST, media=media)
    sentences = {
        reason: texts.failure(ENGLISH, a_job(Stage.FAILED, reason=reason, request=request)) for reason in Reason
    }
    assert refused in sentences[Reason.REFUSED]
    assert private in sentences[Reason.PRIVACY]
    assert unshown in sentences[Reason.INPUT]


def test_what_the_provider_said_is_quoted_and_cannot_break_out():
    job = a_job(
        Stage.FAILED, reason=Reason.REFUSED, provider_message="no `code` @everyone\nhttps://x.example " + "y" * 500
    )
    last = texts.failure(ENGLISH, job).splitlines()[-1]
    assert last.startswith("The video service said: `no ˋcodeˋ @everyone https://x.example y")
    assert last.endswith("…`")
    assert last.count("`") == 2


@given(any_job)
def test_a_ping_fits_into_a_message_and_mentions_its_requester_first(job):
    text = texts.ping(ENGLISH, job)
    assert text.startswith(f"<@{job.user_id}> ")
    assert len(text) <= 2000
    assert 0 < len(texts.plain(ENGLISH, job)) <= 2000


def test_a_fault_gives_its_reference():
    assert "`abc123`" in ENGLISH.text("reply.fault", reference="abc123")


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_word(stage):
    assert texts.stage_word(ENGLISH, stage)
