"""What a card says of a finished video that has not come: the truth, and after a while its address."""

from functools import partial

import pytest

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.progress import Forecast, Holdup
from bot.domain.reply import Route, ShrunkClip, Variant
from bot.domain.stages import Reason, Stage
from bot.replies.presenter import Presenter
from bot.ui import texts
from bot.ui.clip_links import Attachment
from bot.ui.job_cards import job_card, status_card
from tests.languages import ENGLISH, LANGUAGES
from tests.ui.drawn import assert_fits, buttons, labels, words
from tests.ui.jobs import NOW, a_job

URL = "https://files.example/v.mp4?Signature=qZ%2B0%3A"
KNOWN = {"clip_url": URL, "clip_dies": NOW + 9000}


@pytest.mark.parametrize(
    ("holdup", "sentence"),
    [
        (Holdup.NOT_HANDED_OVER, "its file isn't available yet"),
        (Holdup.IN_PART, "so far I only got a damaged or incomplete file"),
        (Holdup.FORBIDDEN, "tell the bot's owner"),
        (Holdup.NO_ROOM, "my disk is full. I'll fetch it as soon as there's room"),
        (Holdup.CANNOT_SAVE, "I can't save anything at the moment"),
        (Holdup.STORE_DOWN, "my file storage doesn't answer. I'll post it as soon as I can"),
    ],
)
def test_a_finished_video_says_what_it_waits_for(holdup, sentence) -> None:
    job = a_job(Stage.READY, **KNOWN)
    for card in (
        job_card(ENGLISH, job, Forecast(holdup=holdup), NOW),
        status_card(ENGLISH, job, Forecast(holdup=holdup), NOW, False),
    ):
        assert "Your video is finished" in words(card)
        assert sentence in words(card)
        assert "I am fetching it" not in words(card)
        assert "Open the video" not in labels(card)


@pytest.mark.parametrize(
    "draw", [partial(job_card, ENGLISH), lambda job, forecast, now: status_card(ENGLISH, job, forecast, now, False)]
)
def test_its_address_stands_on_a_button_once_it_is_late(draw) -> None:
    late = Forecast(holdup=Holdup.NOT_HANDED_OVER, link=True)
    card = draw(a_job(Stage.READY, **KNOWN), late, NOW)
    assert ENGLISH.text("card.link-meanwhile") in words(card)
    assert [button["url"] for button in buttons(card) if button["label"] == "Open the video"] == [URL]
    long = URL.ljust(700, "s")
    card = draw(a_job(Stage.READY, **KNOWN | {"clip_url": long}), late, NOW)
    assert f"[Open the video]({long})" in words(card)
    assert_fits(card)
    dead = draw(a_job(Stage.READY, **KNOWN), late, NOW + 9001)
    assert "Open the video" not in labels(dead)
    assert ENGLISH.text("card.link-meanwhile") not in words(dead)


@pytest.mark.parametrize("stage", [Stage.QUEUED, Stage.RENDERING])
def test_what_the_provider_has_says_so_and_that_the_disk_is_full(stage) -> None:
    told = words(job_card(ENGLISH, a_job(stage), Forecast(holdup=Holdup.NO_ROOM), NOW))
    assert ENGLISH.text("card.no-room") in told
    assert texts.progress(ENGLISH, a_job(stage), None) in told


def test_what_waits_promises_no_start_while_the_disk_is_full() -> None:
    told = words(job_card(ENGLISH, a_job(Stage.WAITING), Forecast(place=1, holdup=Holdup.NO_ROOM), NOW))
    assert ENGLISH.text("card.no-room") in told
    assert texts.progress(ENGLISH, a_job(Stage.WAITING), 1) not in told


@pytest.mark.parametrize("reason", [Reason.UNUSABLE, Reason.EXPIRED])
def test_what_failed_without_its_file_leaves_the_address_while_it_lives(reason) -> None:
    failed = a_job(Stage.FAILED, reason=reason, **KNOWN)
    card = job_card(ENGLISH, failed, Forecast(), NOW)
    assert "own link may still work until" in words(card)
    assert labels(card) == ["Open the video", "Again", "Edit"]
    assert "Open the video" not in labels(job_card(ENGLISH, failed, Forecast(), NOW + 9001))
    other = a_job(Stage.FAILED, reason=Reason.GENERATION, **KNOWN)
    assert "Open the video" not in labels(job_card(ENGLISH, other, Forecast(), NOW))


@pytest.mark.parametrize("shrunk", [None, ShrunkClip(1, 2, 3)])
def test_a_part_of_a_video_says_that_it_is_one(shrunk) -> None:
    part, incomplete = a_job(Stage.DELIVERED, incomplete=True), ENGLISH.text("delivery.incomplete")

    def told(job: Job, **more: object) -> str:
        return words(job_card(ENGLISH, job, Forecast(), NOW, **more))

    assert incomplete in told(part, clip=Attachment("a.mp4", shrunk))
    assert incomplete not in told(a_job(Stage.DELIVERED), clip=Attachment("a.mp4"))
    assert incomplete in told(a_job(Stage.HELD, incomplete=True))

    async def nothing(_: object) -> Forecast:
        return Forecast()

    attempt = DeliveryAttempt(Route.TOKEN, 1, "n", NOW, variant=Variant.PLAIN, shrunk=shrunk)
    assert words(Presenter(LANGUAGES, nothing, lambda: NOW, 7).delivery(part, attempt)).endswith(incomplete)
