"""The cards of `/asset verify`."""

import hashlib
from dataclasses import replace

from bot.domain.assets import CONSENT, Verification, VerificationStage
from bot.ui.custom_ids import AGREE, FINISHED, NEW_LINK, OPEN_LINK
from bot.ui.verification_cards import (
    CONSENT_WORDS,
    consent_card,
    link_card,
    preparing_card,
    unverified_card,
    verified_card,
)
from tests.ui.drawn import assert_fits, buttons, labels, words
from tests.ui.jobs import NOW

VERIFICATION = Verification(
    "v" * 20, 7, "Mara", NOW, stage=VerificationStage.STARTED, link="https://verify.test/1", link_dies=NOW + 120
)
# Who changes the wording raises the number and adds the new wording here; the old ones stay.
WORDINGS = {1: "bd9b65fe"}


def steps(card) -> list[str]:
    return [button["custom_id"] for button in buttons(card) if "custom_id" in button]


def test_the_wording_is_the_one_that_its_number_stands_for():
    assert hashlib.sha256(CONSENT_WORDS.encode()).hexdigest()[:8] == WORDINGS[CONSENT]


def test_consent_says_whose_face_what_is_sent_where_and_who_may_use_it():
    card = consent_card("Mara")
    told = words(card)
    for part in ("your own face", "this person's permission", "goes to the provider alone", "way to delete", "share"):
        assert part in told
    assert labels(card) == ["I agree"]
    assert steps(card) == [AGREE.encode("Mara")]
    assert_fits(card)


def test_while_the_link_is_on_its_way_it_can_be_asked_for():
    assert steps(preparing_card(VERIFICATION)) == [OPEN_LINK.encode(VERIFICATION.id)]


def test_the_link_is_a_button_with_its_time_counted_down():
    card = link_card(VERIFICATION)
    assert f"dies <t:{int(NOW) + 120}:R>" in words(card)
    assert buttons(card)[0]["url"] == "https://verify.test/1"
    assert labels(card) == ["Open the check", "I have finished", "Try again"]
    assert steps(card) == [FINISHED.encode(VERIFICATION.id), NEW_LINK.encode(VERIFICATION.id)]
    assert_fits(card)


def test_a_link_too_long_for_a_button_is_written():
    card = link_card(replace(VERIFICATION, link="https://verify.test/" + "x" * 600))
    assert "[Open the check](https://verify.test/xxx" in words(card)
    assert labels(card) == ["I have finished", "Try again"]
    assert_fits(card)


def test_who_is_not_verified_can_look_again_or_try_again():
    card = unverified_card(replace(VERIFICATION, link=None, provider_message="no `face` @everyone"))
    assert "It said: `no ˋfaceˋ @everyone`" in words(card)
    assert steps(card) == [FINISHED.encode(VERIFICATION.id), NEW_LINK.encode(VERIFICATION.id)]
    assert "It said" not in words(unverified_card(VERIFICATION))


def test_who_asked_too_early_keeps_the_link_that_lives():
    card = unverified_card(VERIFICATION)
    assert buttons(card)[0]["url"] == "https://verify.test/1"
    assert f"dies <t:{int(NOW) + 120}:R>" in words(card)
    assert labels(card) == ["Open the check", "I have finished", "Try again"]
    long = unverified_card(replace(VERIFICATION, link="https://verify.test/" + "x" * 600))
    assert "[Open the check](https://verify.test/xxx" in words(long)


def test_who_is_verified_hears_what_comes_next():
    card = verified_card(VERIFICATION)
    assert "`/asset add`" in words(card)
    assert buttons(card) == []
