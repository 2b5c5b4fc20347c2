from typing import get_args

import pytest
from hypothesis import given

from bot.domain.errors import (
    AlreadyTried,
    DurationOutside,
    ImageForgotten,
    ImageNotAccepted,
    ImageTooLarge,
    ImageTooManyPixels,
    PromptTooLong,
    RatioUnknown,
    TooLateToCancel,
    TooManyWaiting,
    Why,
)
from bot.domain.stages import Reason, Stage
from bot.ui import texts
from tests.ui.jobs import JOB_ID, a_job, any_job

MEGA = 1024 * 1024
FACTS = {
    PromptTooLong: (PromptTooLong(6001, 6000), ["6,001", "6,000"]),
    DurationOutside: (DurationOutside(16, 4, 15), ["16", "4 to 15"]),
    RatioUnknown: (RatioUnknown("@everyone`"), ["`@everyone\u02cb`"]),
    ImageTooLarge: (ImageTooLarge(11 * MEGA, 10 * MEGA), ["11 MB", "10 MB"]),
    ImageNotAccepted: (ImageNotAccepted("GIF"), ["GIF", "JPEG, PNG or WebP"]),
    ImageTooManyPixels: (ImageTooManyPixels(400_000_000, 50_000_000), ["400", "50"]),
    ImageForgotten: (ImageForgotten(30), ["30 days"]),
    TooManyWaiting: (TooManyWaiting(5), ["5"]),
    TooLateToCancel: (TooLateToCancel(Stage.RENDERING), ["cannot cancel"]),
    AlreadyTried: (AlreadyTried(JOB_ID), ["#k3f9a2"]),
}


@pytest.mark.parametrize("kind", get_args(Why), ids=lambda kind: kind.__name__)
def test_every_refusal_is_a_sentence_with_its_facts(kind):
    why, facts = FACTS[kind] if kind in FACTS else (kind(), [])
    sentence = texts.refusal(why)
    assert sentence[0].isupper()
    assert sentence.endswith((".", "`"))
    assert len(sentence) < 300
    assert all(fact in sentence for fact in facts)


def test_no_two_refusals_read_the_same():
    sentences = [texts.refusal(FACTS[kind][0] if kind in FACTS else kind()) for kind in get_args(Why)]
    assert len(set(sentences)) == len(sentences)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_says_what_it_cost(reason):
    sentence = texts.failure(a_job(Stage.FAILED, reason=reason))
    assert any(word in sentence for word in ("cost", "counted", "charge")), sentence


def test_what_the_provider_said_is_quoted_and_cannot_break_out():
    job = a_job(Stage.FAILED, reason=Reason.REFUSED, said="no `code` @everyone\nhttps://x.example " + "y" * 500)
    last = texts.failure(job).splitlines()[-1]
    assert last.startswith("The provider said: `no ˋcodeˋ @everyone https://x.example y")
    assert last.endswith("…`")
    assert last.count("`") == 2


@given(any_job)
def test_a_ping_fits_into_a_message_and_mentions_its_requester_first(job):
    text = texts.ping(job)
    assert text.startswith(f"<@{job.user_id}> ")
    assert len(text) <= 2000
    assert 0 < len(texts.plain(job)) <= 2000


def test_a_fault_gives_its_reference():
    assert "`abc123`" in texts.fault("abc123")


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_has_a_word(stage):
    assert texts.stage_word(stage)
