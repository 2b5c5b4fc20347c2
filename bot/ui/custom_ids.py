"""What a button remembers: its verb and its job, or a page of somebody's history, in at most 100 characters.

Nothing about a button is kept in memory, so it works after a restart. The templates are regular expressions,
and none matches what another matches.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

# Discord's "Component Reference": a custom_id holds 1 to 100 characters.
CUSTOM_ID_MOST = 100
# What "seedreel:page:", a user's id and a page's number leave of it. A longer search is cut where it is typed.
SEARCH_MOST = 56

_NUMBER_MOST = 99_999
_JOB = "(?P<job>[0-9a-z]{20})"


class Verb(StrEnum):
    """What a button on a job does."""

    CANCEL = "cancel"
    AGAIN = "again"
    RETRY = "retry"  # "Try again (may cost twice)"
    REFRESH = "refresh"
    CLIP = "clip"  # "Give me the clip"
    BRING = "bring"  # "Bring it here"


@dataclass(frozen=True, slots=True)
class PageOf:
    """A page of one member's history; `number` from 1, `search` as `search_text` cut it."""

    user_id: int
    number: int
    search: str


PAGE_TEMPLATE = r"seedreel:page:(?P<user>\d{1,20}):(?P<number>\d{1,5}):(?P<search>(?s:.*))"


def template(verb: Verb) -> str:
    """Return the regular expression of that verb's custom ids; its group `job` is the job's id."""
    return f"seedreel:{verb}:{_JOB}"


def encode(verb: Verb, job_id: str) -> str:
    """Make the custom id of a button on a job."""
    return f"seedreel:{verb}:{job_id}"


def decode(custom_id: str) -> tuple[Verb, str] | None:
    """Read a custom id back as verb and job id; None when it is not a job's button."""
    for verb in Verb:
        if match := re.fullmatch(template(verb), custom_id):
            return verb, match["job"]
    return None


def search_text(typed: str) -> str:
    """Cut a typed search to what a paging button can remember: SEARCH_MOST UTF-16 units, without control characters."""
    text = " ".join("".join(char if char.isprintable() else " " for char in typed).split())
    while _units(text) > SEARCH_MOST:
        text = text[:-1]
    return text.strip()


def encode_page(page: PageOf) -> str:
    """Make the custom id of a paging button; the search is cut as `search_text` cuts it."""
    number = min(max(page.number, 0), _NUMBER_MOST)
    return f"seedreel:page:{page.user_id}:{number}:{search_text(page.search)}"


def decode_page(custom_id: str) -> PageOf | None:
    """Read a paging button back; None when it is none."""
    match = re.fullmatch(PAGE_TEMPLATE, custom_id)
    return page_of(match) if match else None


def page_of(match: re.Match[str]) -> PageOf:
    """Read a match of PAGE_TEMPLATE."""
    return PageOf(int(match["user"]), int(match["number"]), match["search"])


def _units(text: str) -> int:
    # Whether Discord counts characters or UTF-16 units is not documented; units are the larger number.
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
