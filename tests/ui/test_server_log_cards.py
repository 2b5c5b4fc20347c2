"""The lines of a server's log: what a public video tells there, and what a private one keeps to itself."""

from bot.domain.money import Price
from bot.domain.server_log import RequestRefused, VideoEnded
from bot.domain.spending import Paused
from bot.domain.stages import Reason, Stage
from bot.ui.server_log_cards import log_card
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, words
from tests.ui.jobs import a_job

DELIVERED = a_job(Stage.DELIVERED, price=Price(1_500_000, "USD"))
REFUSED = a_job(Stage.FAILED, reason=Reason.REFUSED, provider_message="no fox in the snow")


def said(line):
    card = log_card(ENGLISH, line, None, spoiler=False)
    assert_fits(card)
    return words(card)


def test_a_public_video_is_told_with_its_prompt_price_and_link():
    told = said(VideoEnded(DELIVERED, private=False))
    assert all(word in told for word in ("<@7>", "a fox in the snow", "$1.50", "discord.com/channels/33/22/44"))


def test_a_private_video_is_told_with_its_price_alone():
    told = said(VideoEnded(DELIVERED, private=True))
    assert "<@7>" in told
    assert "$1.50" in told
    assert "fox" not in told
    assert "discord.com/channels" not in told


def test_what_the_provider_says_of_a_private_video_may_repeat_its_prompt_and_is_left_out():
    assert "fox" in said(VideoEnded(REFUSED, private=False))
    assert "fox" not in said(VideoEnded(REFUSED, private=True))


def test_a_request_that_was_refused_in_private_is_told_without_its_prompt():
    assert "a red fox" in said(RequestRefused(7, (Paused(33),), "a red fox"))
    told = said(RequestRefused(7, (Paused(33),)))
    assert "paused" in told
    assert "fox" not in told
