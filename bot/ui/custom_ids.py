"""The table of custom ids: the value that each button and form carries, in at most 100 characters.

A custom id is `seedreel:`, a name, `:`, and what it remembers. Nothing about a button is kept in memory, so it works
after a restart. Buttons that earlier versions sent are still pressed, so a row's name and pattern never change.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from bot.discord_limits import MAX_CUSTOM_ID, utf16_units
from bot.domain.limits import Scope
from bot.domain.member_settings import Setting
from bot.domain.money import Price
from bot.ui import compose_choices

# What "seedreel:openold:", a job's id and a page's number leave of it. A longer search is cut where it is typed.
MAX_SEARCH: Final = 56

_MAX_HISTORY_PAGE: Final = 99_999
_MAX_ASSET_PAGE: Final = 9999
_ID: Final = "(?P<id>[0-9a-z]{20})"

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class CustomId(Generic[_T]):
    """One row of the table: a name, and how the value after it is read and written."""

    name: str
    pattern: str
    read: Callable[[re.Match[str]], _T]
    write: Callable[[_T], str]

    def encode(self, value: _T) -> str:
        """Make the custom id of a button or form. Raises ValueError where the value is too long for one."""
        custom_id = f"seedreel:{self.name}:{self.write(value)}"
        if utf16_units(custom_id) > MAX_CUSTOM_ID:
            raise ValueError(f"too long for a custom id: {self.name}")
        return custom_id

    def decode(self, custom_id: str) -> _T | None:
        """Read the value back; None for another row's custom id, a malformed one, and another version's words."""
        match = re.fullmatch(f"seedreel:{self.name}:{self.pattern}", custom_id)
        try:
            return None if match is None else self.read(match)
        except ValueError:
            return None


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """A page of one member's history; `number` from 1, `search` as `search_text` cuts it."""

    user_id: int
    number: int
    search: str


@dataclass(frozen=True, slots=True)
class OlderPage:
    """A page of a search among the member's videos that are older than the video `before`; as HistoryPage."""

    before: str
    number: int
    search: str


@dataclass(frozen=True, slots=True)
class AgreedPrice:
    """A draft, and the price that its member agrees to by pressing."""

    draft_id: str
    price: Price


@dataclass(frozen=True, slots=True)
class ManagedPage:
    """A page, from 1, of the videos being made in a server; `guild_id` None: anywhere. `job_id`: one of the videos."""

    guild_id: int | None
    number: int
    job_id: str = ""


@dataclass(frozen=True, slots=True)
class AssetOnPage:
    """One of the member's own assets, and the page of their list that shows it, from 1."""

    asset_id: str
    page: int


@dataclass(frozen=True, slots=True)
class Consent:
    """What is agreed to before a real person is verified: the number of the wording, its language, the person's name.

    `language` is a tag, such as "pt-BR"; empty where it was not kept, which is English.
    """

    wording: int
    language: str
    name: str


def search_text(user_input: str) -> str:
    """Cut a typed search to what a paging button can remember: MAX_SEARCH UTF-16 units, without control characters."""
    text = " ".join("".join(char if char.isprintable() else " " for char in user_input).split())
    while utf16_units(text) > MAX_SEARCH:
        text = text[:-1]
    return text.strip()


def chosen_action(custom_id: str, values: Sequence[str]) -> str:
    """Return the custom id of the button that stands for what was chosen in a job's select; any other as it is."""
    job_id = MORE.decode(custom_id)
    row = _ACTIONS.get(values[0]) if job_id and values else None
    return row.encode(job_id) if job_id and row else custom_id


def can_remember(consent: Consent) -> bool:
    """Tell whether the button CONSENT can remember all of that."""
    try:
        return bool(CONSENT.encode(consent))
    except ValueError:
        return False


def _of_member(name: str) -> CustomId[int]:
    return CustomId(name, r"(?P<user>\d{1,20})", lambda match: int(match["user"]), str)


def _of_page(name: str) -> CustomId[HistoryPage]:
    return CustomId(
        name,
        r"(?P<user>\d{1,20}):(?P<number>\d{1,5}):(?P<search>(?s:.*))",
        lambda match: HistoryPage(int(match["user"]), int(match["number"]), match["search"]),
        lambda page: f"{page.user_id}:{_page(page.number, _MAX_HISTORY_PAGE)}:{search_text(page.search)}",
    )


def _of_older_page(name: str) -> CustomId[OlderPage]:
    return CustomId(
        name,
        rf"{_ID}:(?P<number>\d{{1,5}}):(?P<search>(?s:.*))",
        lambda match: OlderPage(match["id"], int(match["number"]), match["search"]),
        lambda page: f"{page.before}:{_page(page.number, _MAX_HISTORY_PAGE)}:{search_text(page.search)}",
    )


def _of_id(name: str) -> CustomId[str]:
    return CustomId(name, _ID, lambda match: match["id"], str)


def _of_asset(name: str) -> CustomId[AssetOnPage]:
    return CustomId(
        name,
        rf"{_ID}:(?P<page>\d{{1,4}})",
        lambda match: AssetOnPage(match["id"], int(match["page"])),
        lambda on: f"{on.asset_id}:{_page(on.page, _MAX_ASSET_PAGE)}",
    )


def _page(number: int, last: int) -> int:
    return min(max(number, 0), last)


# On a draft, by its id: "Fix and try again", which opens a form that is sent under the same custom id.
FIX: Final = _of_id("fix")

# On a draft whose price has to be confirmed: make it for that price, or discard it.
CONFIRM: Final = CustomId(
    "confirm",
    rf"{_ID}:(?P<amount>\d{{1,18}}):(?P<currency>[A-Z]{{3}})",
    lambda match: AgreedPrice(match["id"], Price(int(match["amount"]), match["currency"])),
    lambda agreed: f"{agreed.draft_id}:{agreed.price.amount}:{agreed.price.currency}",
)
DISCARD: Final = _of_id("discard")

# On a draft that references are collected in. ADD_FILES and PART open a form, which is sent under the same custom id.
MAKE: Final = _of_id("make")  # opens the form of FIX
ADD_FILES: Final = _of_id("addfiles")
PART: Final = _of_id("part")
CHOOSE: Final = _of_id("choose")  # a select of what was suggested

# On a scene that failed, or that others are to follow: make the rest.
REST_OF_SCENES: Final = _of_id("scenes:rest")

# On a job, by its id.
CANCEL: Final = _of_id("cancel")
AGAIN: Final = _of_id("again")
EDIT: Final = _of_id("edit")  # opens a form, which is sent under the same custom id
AGAIN_TAKES: Final = _of_id("again:takes")  # these two make as many takes as the request had
EDIT_TAKES: Final = _of_id("edit:takes")
AGAIN_SCENES: Final = _of_id("again:scenes")  # these two make all scenes up to the last one, whose id it is
EDIT_SCENES: Final = _of_id("edit:scenes")  # opens the form of FIX
RETRY: Final = _of_id("retry")  # "Try again (may cost twice)"
WITHOUT_SOUND: Final = _of_id("silent")  # "Try again without sound"
REFRESH: Final = _of_id("refresh")
CLIP: Final = _of_id("clip")  # "Get the video"
BRING: Final = _of_id("bring")  # "Move it here"
SHARE: Final = _of_id("share")  # posts it where it is pressed
EXTEND: Final = _of_id("extend")  # these three open forms, as EDIT does
CHANGE: Final = _of_id("change")
CONTINUE: Final = _of_id("continue")
FINISH: Final = _of_id("finish")
SHOW_OFF: Final = _of_id("show-off")  # posts it in the server's showcase
STAR: Final = _of_id("star")
UNSTAR: Final = _of_id("unstar")
DELETE: Final = _of_id("delete")  # asks whether to
DELETE_NOW: Final = _of_id("deleted")
KEEP: Final = _of_id("keep")  # "Keep 2": leaves a message with several takes to this one
MORE: Final = _of_id("more")  # "More…", a select; its values are the names of the rows above
_OF_JOB: Final = (
    *(CANCEL, AGAIN, EDIT, RETRY, WITHOUT_SOUND, REFRESH, CLIP, BRING),
    *(SHARE, SHOW_OFF, STAR, UNSTAR, DELETE, AGAIN_TAKES, EDIT_TAKES, AGAIN_SCENES, EDIT_SCENES),
)
_NEXT: Final = (EXTEND, CHANGE, CONTINUE, FINISH, REST_OF_SCENES)
_ACTIONS: Final = {row.name: row for row in (*_OF_JOB, *_NEXT)}

# On the overview of a member's jobs, by that member: show it as it is now; a select that opens one of them.
OVERVIEW: Final = _of_member("overview")
OPEN_LISTED: Final = _of_member("overview:open")
CANCEL_LISTED: Final = _of_id("overview:cancel")  # shows the overview afterwards

# On the list of videos being made in a server, which only its managers see.
MANAGED: Final = CustomId(
    "managed",
    r"(?P<guild>\d{1,20}):(?P<number>\d{1,5})",
    lambda match: ManagedPage(int(match["guild"]) or None, int(match["number"])),
    lambda page: f"{page.guild_id or 0}:{_page(page.number, _MAX_HISTORY_PAGE)}",
)
CANCEL_MANAGED: Final = CustomId(
    "managed:cancel",
    rf"(?P<guild>\d{{1,20}}):(?P<number>\d{{1,5}}):{_ID}",
    lambda match: ManagedPage(int(match["guild"]) or None, int(match["number"]), match["id"]),
    lambda page: f"{page.guild_id or 0}:{_page(page.number, _MAX_HISTORY_PAGE)}:{page.job_id}",
)

# Below the result of `/admin self-test`, and the form that it opens: the member who tests.
SELF_TEST: Final = _of_member("self-test")

HISTORY: Final = _of_page("page")
OPEN_FOUND: Final = _of_page("open")  # a select that opens one of the page's jobs
# The same of the videos that they have starred.
STARRED: Final = _of_page("starred")
OPEN_STARRED: Final = _of_page("starred:open")
# The same where a search went on after a job: "Search older". It has no room for the member's id; the card is private.
OLDER: Final = _of_older_page("older")
OPEN_OLDER: Final = _of_older_page("openold")

# On the card of `/usage`, which is private: the scope that is shown, and the buttons to the other scopes.
USAGE: Final = CustomId(
    "usage", r"(?P<scope>member|server|total)", lambda match: Scope(match["scope"]), lambda scope: scope.value
)

# On the card of `/settings`, which only its member sees: a page of it, and a select of one setting.
SETTINGS: Final = CustomId("settings", r"(?P<page>[12])", lambda match: int(match["page"]), str)
SETTING: Final = CustomId("setting", r"(?P<name>[a-z]+)", lambda match: Setting(match["name"]), lambda one: one.value)
# On the card of `/privacy`, which is private, by its member.
FORGET: Final = _of_member("forget")  # asks whether to
FORGET_NOW: Final = _of_member("forgotten")
OPT_OUT: Final = _of_member("optout")  # others may not use their media
OPT_IN: Final = _of_member("optin")
EXPORT: Final = _of_member("export")

# The forms of `/compose` and `/scenes`: the choices of a request whose prompt and media are still to come.
COMPOSE: Final = CustomId("compose", compose_choices.PATTERN, compose_choices.read, compose_choices.write)
SCENES: Final = CustomId("scenes", compose_choices.PATTERN, compose_choices.read, compose_choices.write)

# An example of `/help`: its whole prompt, which is the button's label too.
EXAMPLE: Final = CustomId("example", "(?P<prompt>(?s:.+))", lambda match: match["prompt"], str)

# On a member's own assets. Such cards are private, so the member who presses is their owner.
ASSETS: Final = CustomId(
    "assets:page",
    r"(?P<page>\d{1,4})",
    lambda match: int(match["page"]),
    lambda page: str(_page(page, _MAX_ASSET_PAGE)),
)
REMOVE: Final = _of_asset("assets:remove")  # asks whether to
REMOVE_NOW: Final = _of_asset("assets:removed")

# On the verification of a real person: what is agreed to, and then the verification's id.
CONSENT: Final = CustomId(
    "consent",
    r"(?P<wording>\d{1,4}):(?P<language>[A-Za-z-]{0,10}):(?P<name>(?s:.+))",
    lambda match: Consent(int(match["wording"]), match["language"], match["name"]),
    lambda consent: f"{consent.wording}:{consent.language}:{consent.name}",
)
# The same under wording 1, which remembered the name alone.
AGREE: Final = CustomId("agree", "(?P<name>(?s:.+))", lambda match: Consent(1, "", match["name"]), lambda one: one.name)
OPEN_LINK: Final = _of_id("verify:open")  # "Get the link"
NEW_LINK: Final = _of_id("verify:again")  # "Try again"
FINISHED: Final = _of_id("verify:finished")  # "I have finished"
