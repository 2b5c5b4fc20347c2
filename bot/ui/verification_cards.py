"""The private cards of `/asset verify`: consent, the link, and what came of it."""

import discord
from discord.ui import Button, Item, LayoutView

from bot.domain.assets import MAX_NAME, Verification
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
from bot.ui.custom_ids import CustomId
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_line

NOT_SET_UP = (
    "Real persons cannot be verified here yet: the person who runs me has to set `VERIFY_CALLBACK_URL` first. "
    "Characters that are nobody's real face need no verification: `/asset create-character`."
)
NAME_TOO_LONG = "That name is too long for its button. Please choose a shorter one."

# Wording 1 of `domain.assets.CONSENT`: raise that number with every change of a word.
CONSENT_WORDS = (
    "Pictures of a real person may only be used with that person's consent. By pressing **I agree** you say:\n"
    "- It is your own face, or you have this person's permission to make videos with theirs.\n"
    "- The person opens a link of the provider, ToAPIs, on a phone and shows their face to its camera. That goes to "
    "the provider alone; neither I nor Discord get to see it.\n"
    "- Pictures that you add of this person are kept here, and sent to the provider, which keeps them and offers no "
    "way to delete them.\n"
    "- Only you can use them, unless you open them to a server with `/asset share`.\n"
    "Your consent is written down with its time. Before it, nothing is asked of the provider."
)
# For the words with which the provider answers.
_STATUS_TEXTS = {
    "pending": " It has not seen a finished check yet.",
    "processing": " It has not seen a finished check yet.",
    "expired": " The link died before the check was finished.",
    "failed": " The check was not passed.",
}
_LABELS = {
    custom_ids.OPEN_LINK: "Get the link",
    custom_ids.NEW_LINK: "Try again",
    custom_ids.FINISHED: "I have finished",
}


def consent_card(name: str) -> Card:
    """Ask for consent; `name` must be one that a button can remember."""
    agree = Button[LayoutView](
        style=discord.ButtonStyle.primary, label="I agree", custom_id=custom_ids.AGREE.encode(name)
    )
    return Card(NEUTRAL, [text(f"### A real person: {_name(name)}\n{CONSENT_WORDS}"), action_row([agree])])


def preparing_card(verification: Verification) -> Card:
    """Say that consent is on record and a link is being asked for; its button asks once more."""
    return _card(
        NEUTRAL,
        verification,
        "Your consent is written down. I am asking the provider for a link, which takes a moment. Should nothing "
        "come, ask for it with the button.",
        [_button(custom_ids.OPEN_LINK, verification)],
    )


def link_card(verification: Verification) -> Card:
    """Hand out the link, with the time that it has left."""
    written, buttons = _link(verification)
    dies = relative_time(verification.link_dies or 0.0)
    return _card(
        NEUTRAL,
        verification,
        "Let the person open this link on a phone and follow what it says. It is for them alone, and dies "
        f"{dies}.{written}\nThen press **I have finished**. If the link has died, **Try again** gets "
        "a new one.",
        [*buttons, _button(custom_ids.FINISHED, verification), _button(custom_ids.NEW_LINK, verification)],
    )


def unverified_card(verification: Verification) -> Card:
    """Say that the provider has not verified the person; hands out the link again where there is one."""
    written, buttons = _link(verification) if verification.link else ("", [])
    lives = f" The one you have dies {relative_time(verification.link_dies or 0.0)}." if verification.link else ""
    reason = _STATUS_TEXTS.get(verification.provider_message.strip().lower(), "")
    if not reason and verification.provider_message.strip():
        reason = f" It said: {code_line(verification.provider_message, MAX_PROVIDER_MESSAGE)}"
    return _card(
        BAD,
        verification,
        f"The provider has not verified this person.{reason}\nIf the check was only finished a moment ago, "
        f"press **I have finished** once more. Else **Try again** gets a new link.{lives}{written}",
        [*buttons, _button(custom_ids.FINISHED, verification), _button(custom_ids.NEW_LINK, verification)],
    )


def verified_card(verification: Verification) -> Card:
    """Say that the person is verified, and what comes next."""
    return _card(
        GOOD,
        verification,
        "Verified. Next: `/asset add`, choose this person and attach a picture of them. As soon as the provider has "
        "looked at it, you can choose it in `/video`.",
        [],
    )


def _link(verification: Verification) -> tuple[str, list[Button[LayoutView]]]:
    """Give the link as a button, or written where it is too long for one."""
    url = verification.link or ""
    if fits_button(url):
        return "", [link_button("Open the check", url)]
    return f"\n{written_link('Open the check', url)}", []


def _card(colour: discord.Colour, verification: Verification, words: str, buttons: list[Button[LayoutView]]) -> Card:
    items: list[Item[LayoutView]] = [text(f"### A real person: {_name(verification.name)}\n{words}")]
    if buttons:
        items.append(action_row(buttons))
    return Card(colour, items)


def _button(step: CustomId[str], verification: Verification) -> Button[LayoutView]:
    style = discord.ButtonStyle.primary if step is custom_ids.FINISHED else discord.ButtonStyle.secondary
    return Button[LayoutView](style=style, label=_LABELS[step], custom_id=step.encode(verification.id))


def _name(name: str) -> str:
    return code_line(name, MAX_NAME)
