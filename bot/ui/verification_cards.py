"""The private cards of `/asset verify`: consent, the link, and what came of it."""

from typing import Final

import discord
from discord.ui import Button, Item, LayoutView

from bot.domain.assets import CONSENT, MAX_NAME, Verification
from bot.ui import custom_ids
from bot.ui.components import (
    BAD,
    GOOD,
    NEUTRAL,
    Card,
    action_row,
    fits_button,
    link_button,
    relative_time,
    text,
    written_link,
)
from bot.ui.custom_ids import Consent, CustomId
from bot.ui.language import Language
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line

# The words with which the provider answers.
_STATUSES: Final = {
    "pending": "verify.unfinished",
    "processing": "verify.unfinished",
    "expired": "verify.expired",
    "failed": "verify.failed",
}
_Buttons = list[Button[LayoutView]]
_LABELS: Final = {
    custom_ids.OPEN_LINK: "button.get-link",
    custom_ids.NEW_LINK: "button.new-link",
    custom_ids.FINISHED: "button.check-finished",
}


def consent_in(language: Language, name: str) -> Consent:
    """Return what a member agrees to who reads the card in that language."""
    return Consent(CONSENT, language.tag_of("verify.consent"), name)


def consent_card(language: Language, consent: Consent) -> Card:
    """Ask for consent, which must be such that a button can remember it."""
    agree = Button[LayoutView](
        style=discord.ButtonStyle.primary,
        label=language.text("button.agree"),
        custom_id=custom_ids.CONSENT.encode(consent),
    )
    words = text(f"{_title(language, consent.name)}\n{language.text('verify.consent')}")
    return Card(NEUTRAL, [words, action_row([agree])])


def preparing_card(language: Language, verification: Verification) -> Card:
    """Say that consent is on record and a link is being asked for; its button asks once more."""
    button = _button(language, custom_ids.OPEN_LINK, verification)
    return _card(language, NEUTRAL, verification, language.text("verify.preparing"), [button])


def link_card(language: Language, verification: Verification) -> Card:
    """Hand out the link, with the time that it has left."""
    written, buttons = _link(language, verification)
    words = language.text("verify.link", when=relative_time(verification.link_dies or 0.0))
    return _card(language, NEUTRAL, verification, words + written, [*buttons, *_steps(language, verification)])


def unverified_card(language: Language, verification: Verification) -> Card:
    """Say that the provider has not verified the person; hands out the link again where there is one."""
    parts = [language.text("verify.unverified")]
    said = verification.provider_message.strip()
    if known := _STATUSES.get(said.lower()):
        parts.append(language.text(known))
    elif said:
        parts.append(language.text("verify.reason", reason=code_line(said, MAX_PROVIDER_MESSAGE)))
    written, buttons = "", _Buttons()
    if verification.link:
        parts.append(language.text("verify.link-left", when=relative_time(verification.link_dies or 0.0)))
        written, buttons = _link(language, verification)
    words = "\n".join(parts) + written
    return _card(language, BAD, verification, words, [*buttons, *_steps(language, verification)])


def verified_card(language: Language, verification: Verification) -> Card:
    """Say that the person is verified, and what comes next."""
    return _card(language, GOOD, verification, language.text("verify.verified"), [])


def _link(language: Language, verification: Verification) -> tuple[str, _Buttons]:
    """Give the link as a button, or written where it is too long for one."""
    url, label = verification.link or "", language.text("button.open-link")
    if fits_button(url):
        return "", [link_button(label, url)]
    return f"\n{written_link(label, url)}", []


def _card(
    language: Language, colour: discord.Colour, verification: Verification, words: str, buttons: _Buttons
) -> Card:
    items: list[Item[LayoutView]] = [text(f"{_title(language, verification.name)}\n{words}")]
    if buttons:
        items.append(action_row(buttons))
    return Card(colour, items)


def _steps(language: Language, verification: Verification) -> _Buttons:
    return [_button(language, step, verification) for step in (custom_ids.FINISHED, custom_ids.NEW_LINK)]


def _button(language: Language, step: CustomId[str], verification: Verification) -> Button[LayoutView]:
    style = discord.ButtonStyle.primary if step is custom_ids.FINISHED else discord.ButtonStyle.secondary
    label = language.text(_LABELS[step])
    return Button[LayoutView](style=style, label=label, custom_id=step.encode(verification.id))


def _title(language: Language, name: str) -> str:
    return f"### {language.text('verify.title', name=code_line(name, MAX_NAME))}"
