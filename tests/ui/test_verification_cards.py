"""The cards of `/asset verify`."""

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from bot.domain.assets import CONSENT, Verification, VerificationStage
from bot.ui.custom_ids import CONSENT as CONSENT_BUTTON
from bot.ui.custom_ids import FINISHED, NEW_LINK, OPEN_LINK, Consent
from bot.ui.verification_cards import (
    consent_card,
    consent_in,
    link_card,
    preparing_card,
    unverified_card,
    verified_card,
)
from tests.languages import ENGLISH
from tests.ui.drawn import assert_fits, buttons, labels, words
from tests.ui.jobs import NOW

VERIFICATION = Verification(
    "v" * 20, 7, "Mara", NOW, stage=VerificationStage.STARTED, link="https://verify.test/1", link_dies=NOW + 120
)
# Who changes the wording raises the number and adds the new wording to this page and here; the old ones stay.
PAGE = Path(__file__).parents[2] / "docs" / "consent.md"
WORDINGS = {1: "bd9b65fe", 2: "48b21865"}


def steps(card) -> list[str]:
    return [button["custom_id"] for button in buttons(card) if "custom_id" in button]


def test_every_wording_is_kept_and_the_card_shows_the_latest():
    kept = re.findall(r"^## Wording (\d+)\n.*?^```text\n(.*?)\n```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    digests = {int(number): hashlib.sha256(wording.encode()).hexdigest()[:8] for number, wording in kept}
    assert digests == WORDINGS
    assert max(WORDINGS) == CONSENT
    assert kept[-1][1] == ENGLISH.text("verify.consent")


def test_consent_says_whose_face_what_is_sent_where_and_who_may_use_it():
    card = consent_card(ENGLISH, consent_in(ENGLISH, "Mara"))
    told = words(card)
    for part in ("my own face", "this person's permission", "Only the video service", "way to delete", "share"):
        assert part in told
    assert labels(card) == ["I agree"]
    assert steps(card) == [CONSENT_BUTTON.encode(Consent(CONSENT, "en-US", "Mara"))]
    assert_fits(card)


def test_while_the_link_is_on_its_way_it_can_be_asked_for():
    assert steps(preparing_card(ENGLISH, VERIFICATION)) == [OPEN_LINK.encode(VERIFICATION.id)]


def test_the_link_is_a_button_with_its_time_counted_down():
    card = link_card(ENGLISH, VERIFICATION)
    assert f"expires <t:{int(NOW) + 120}:R>" in words(card)
    assert buttons(card)[0]["url"] == "https://verify.test/1"
    assert labels(card) == ["Open the link", "The check is done", "Get a new link"]
    assert steps(card) == [FINISHED.encode(VERIFICATION.id), NEW_LINK.encode(VERIFICATION.id)]
    assert_fits(card)


def test_a_link_too_long_for_a_button_is_written():
    card = link_card(ENGLISH, replace(VERIFICATION, link="https://verify.test/" + "x" * 600))
    assert "[Open the link](https://verify.test/xxx" in words(card)
    assert labels(card) == ["The check is done", "Get a new link"]
    assert_fits(card)


def test_who_is_not_verified_can_look_again_or_try_again():
    card = unverified_card(ENGLISH, replace(VERIFICATION, link=None, provider_message="no `face` @everyone"))
    assert "The video service says: `no ˋfaceˋ @everyone`" in words(card)
    assert steps(card) == [FINISHED.encode(VERIFICATION.id), NEW_LINK.encode(VERIFICATION.id)]
    assert "says" not in words(unverified_card(ENGLISH, VERIFICATION))


def test_who_asked_too_early_keeps_the_link_that_lives():
    card = unverified_card(ENGLISH, VERIFICATION)
    assert buttons(card)[0]["url"] == "https://verify.test/1"
    assert f"expires <t:{int(NOW) + 120}:R>" in words(card)
    assert labels(card) == ["Open the link", "The check is done", "Get a new link"]
    long = unverified_card(ENGLISH, replace(VERIFICATION, link="https://verify.test/" + "x" * 600))
    assert "[Open the link](https://verify.test/xxx" in words(long)


def test_who_is_verified_hears_what_comes_next():
    card = verified_card(ENGLISH, VERIFICATION)
    assert "`/asset add`" in words(card)
    assert buttons(card) == []
