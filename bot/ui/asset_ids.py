"""What the buttons about assets and verifications remember, in at most 100 characters of a custom id.

Nothing about a button is kept in memory, so it works after a restart. All such cards are private: who presses is who
asked.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.discord_limits import MAX_CUSTOM_ID, utf16_units

_ID = "[0-9a-z]{20}"
_MAX_PAGE = 9999
_PAGE = re.compile(r"seedreel:assets:page:(?P<page>\d{1,4})")
_REMOVE = re.compile(rf"seedreel:assets:(?P<sure>remove|removed):(?P<asset>{_ID}):(?P<page>\d{{1,4}})")
_AGREE = re.compile(r"seedreel:agree:(?P<name>(?s:.+))")
_STEP = re.compile(rf"seedreel:verify:(?P<step>open|again|finished):(?P<verification>{_ID})")


class Step(StrEnum):
    """What a press on the card of a verification asks for."""

    OPEN = "open"  # "Get the link"
    AGAIN = "again"  # "Try again"
    FINISHED = "finished"  # "I have finished"


@dataclass(frozen=True, slots=True)
class TurnTo:
    """A page of one's own assets, from 1."""

    page: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Take an asset off the list; asked for once, it is only done when it is asked for again (`sure`)."""

    asset_id: str
    page: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Agree:
    """Consent to the verification of the person who is to get that name."""

    name: str


@dataclass(frozen=True, slots=True)
class Go:
    """Go on with a verification."""

    step: Step
    verification_id: str


Press = TurnTo | Remove | Agree | Go


def encode(press: Press) -> str:
    """Make the custom id of a button. Raises ValueError where a name is too long for one."""
    match press:
        case TurnTo(page):
            return f"seedreel:assets:page:{_fit(page)}"
        case Remove(asset_id, page, sure):
            return f"seedreel:assets:{'removed' if sure else 'remove'}:{asset_id}:{_fit(page)}"
        case Agree(name):
            custom_id = f"seedreel:agree:{name}"
            if utf16_units(custom_id) > MAX_CUSTOM_ID:
                raise ValueError("no button can remember that name")
            return custom_id
        case Go(step, verification_id):
            return f"seedreel:verify:{step}:{verification_id}"


def decode(custom_id: str) -> Press | None:
    """Read a custom id back; None when it is no button about assets."""
    if match := _PAGE.fullmatch(custom_id):
        return TurnTo(int(match["page"]))
    if match := _REMOVE.fullmatch(custom_id):
        return Remove(match["asset"], int(match["page"]), match["sure"] == "removed")
    if match := _AGREE.fullmatch(custom_id):
        return Agree(match["name"])
    if match := _STEP.fullmatch(custom_id):
        return Go(Step(match["step"]), match["verification"])
    return None


def remembers(name: str) -> bool:
    """Tell whether a button can remember that name."""
    return utf16_units(f"seedreel:agree:{name}") <= MAX_CUSTOM_ID


def _fit(page: int) -> int:
    return min(max(page, 0), _MAX_PAGE)
