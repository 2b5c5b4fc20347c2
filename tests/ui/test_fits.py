"""What a card says of a clip that is larger than the place takes."""

from dataclasses import replace

import pytest

from bot.domain.job import DeliveryAttempt
from bot.domain.progress import Forecast
from bot.domain.reply import Route, ShrunkClip, Variant
from bot.domain.stages import Stage
from bot.replies.presenter import Presenter
from bot.ui import texts
from bot.ui.clip_links import Attachment, Link
from bot.ui.job_cards import job_card
from tests.languages import ENGLISH, LANGUAGES
from tests.ui.drawn import buttons, labels, media, words
from tests.ui.jobs import JOB_ID, NOW, REPLY, a_job

MIB = 1024 * 1024
DAY = 86400
URL = "https://files.example/v.mp4"
FITTED = ShrunkClip(int(4.2 * MIB), 960, 540)
JOB = a_job(Stage.DELIVERING, clip_bytes=14 * MIB, clip_url=URL, clip_dies=NOW + DAY, completed=NOW - 60)


async def nothing_around(_job) -> Forecast:
    return Forecast()


PRESENTER = Presenter(LANGUAGES, nothing_around, lambda: NOW, clip_days=7)


def attempt(
    variant: Variant = Variant.FILE, limit: int | None = 10 * MIB, shrunk: ShrunkClip | None = FITTED
) -> DeliveryAttempt:
    return DeliveryAttempt(Route.TOKEN, 20, "nonce", NOW, 40, variant, limit, shrunk)


def test_a_clip_made_smaller_says_from_what_to_what_and_where_the_original_is():
    card = PRESENTER.delivery(JOB, attempt())
    told = words(card)
    assert "Made smaller to fit here: 4.2 MB instead of 14 MB (960 × 540)." in told
    assert f"The link to the original works until <t:{int(NOW) + DAY}:f>." in told
    assert f"kept until <t:{int(NOW) - 60 + 7 * DAY}:f>; `/status` can post it where larger files" in told
    assert media(card) == [f"attachment://seedreel-{JOB_ID}.mp4"]
    assert labels(card) == ["Open the original", "Again", "Edit"]
    assert buttons(card)[0]["url"] == URL


def test_the_same_row_gives_the_same_card_in_another_run():
    again = Presenter(LANGUAGES, nothing_around, lambda: NOW, clip_days=7)
    assert again.delivery(JOB, attempt()).to_components() == PRESENTER.delivery(JOB, attempt()).to_components()


@pytest.mark.parametrize("changes", [{"clip_url": None}, {"clip_dies": NOW - 1}, {"clip_dies": None}])
def test_no_button_opens_an_original_whose_address_is_dead(changes):
    card = PRESENTER.delivery(replace(JOB, **changes), attempt())
    assert labels(card) == ["Again", "Edit"]
    assert "button" not in words(card)
    assert "kept until" in words(card)


def test_a_clip_as_it_came_says_nothing_of_it():
    card = PRESENTER.delivery(JOB, attempt(shrunk=None))
    assert labels(card) == ["Again", "Edit"]
    assert "smaller" not in words(card)
    assert "original" not in words(card)


def test_sizes_that_read_the_same_are_named_once():
    assert texts.made_smaller(ENGLISH, int(10.04 * MIB), ShrunkClip(10 * MIB, 960, 540)) == (
        "Made smaller to fit here: 10 MB (960 × 540)."
    )


def test_a_link_says_why_and_until_when_and_where_the_clip_is():
    card = PRESENTER.delivery(JOB, attempt(Variant.LINK, shrunk=None))
    told = words(card)
    assert "The video is 14 MB; the limit here is 10 MB, and I couldn't make it small enough." in told
    assert f"It works until <t:{int(NOW) + DAY}:f> (<t:{int(NOW) + DAY}:R>)." in told
    assert "`/status` can post it" in told
    assert (labels(card), media(card)) == (["Open the video", "Again", "Edit"], [])
    assert buttons(card)[0]["url"] == URL


@pytest.mark.parametrize("limit", [None, 14 * MIB - 1])
def test_a_limit_that_explains_nothing_is_not_named(limit):
    told = words(job_card(ENGLISH, JOB, Forecast(), NOW, clip=Link(URL, limit=limit)))
    assert ENGLISH.text("delivery.too-large") in told


def test_without_knowing_when_it_was_done_no_time_is_promised():
    told = words(job_card(ENGLISH, JOB, Forecast(), NOW, clip=Attachment("a.mp4", FITTED)))
    assert "original" not in told


def test_the_plain_form_says_it_too():
    assert "4.2 MB instead of 14 MB" in words(PRESENTER.delivery(JOB, attempt(Variant.PLAIN)))
    assert "smaller" not in words(PRESENTER.delivery(JOB, attempt(Variant.PLAIN, shrunk=None)))


@pytest.mark.parametrize(("size", "says"), [(14 * MIB, True), (10 * MIB, False), (None, False)])
def test_while_it_is_made_smaller_the_card_says_so(size, says):
    job = a_job(Stage.READY, clip_bytes=size, reply=replace(REPLY, limit=10 * MIB))
    assert (ENGLISH.text("card.shrinking") in words(job_card(ENGLISH, job, Forecast(), NOW))) is says


def test_a_held_clip_says_until_when_it_is_kept():
    held = replace(JOB, stage=Stage.HELD)
    until = f"I'll keep it until <t:{int(NOW) - 60 + 7 * DAY}:f>."
    assert until in words(PRESENTER.end_card(held, Route.TOKEN))
    assert until in words(PRESENTER.end_text(held, Route.TOKEN))


async def test_a_job_is_slow_by_the_scaled_time():
    job = a_job(Stage.RENDERING, submitted=NOW - 60)
    scaled = Presenter(LANGUAGES, nothing_around, lambda: NOW, 7, lambda since: (NOW - since) * 31)
    assert ENGLISH.text("card.slow") in words(await scaled.progress_card(job))
    assert ENGLISH.text("card.slow") not in words(await PRESENTER.progress_card(job))
