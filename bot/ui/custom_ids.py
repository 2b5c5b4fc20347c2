"""What a button or a form remembers: a verb and its job, a page of a history, the choices of a wish; 100 characters.

Nothing about a button is kept in memory, so it works after a restart. The templates are regular expressions,
and none matches what another matches.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from bot.discord_limits import utf16_units
from bot.domain.models import Model, Ratio, Resolution
from bot.domain.request import RequestDraft

# What "seedreel:page:", a user's id and a page's number leave of it. A longer search is cut where it is typed.
MAX_SEARCH = 56

_MAX_NUMBER = 99_999
_JOB = "(?P<job>[0-9a-z]{20})"


class Verb(StrEnum):
    """What a button on a job does."""

    CANCEL = "cancel"
    AGAIN = "again"
    EDIT = "edit"  # opens a form, which is sent under the same custom id
    RETRY = "retry"  # "Try again (may cost twice)"
    WITHOUT_SOUND = "silent"  # "Try again without sound"
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

_FORM = (
    r"seedreel:compose:(?P<model>[^|]+)\|(?P<duration>\d{1,9})\|(?P<ratio>[^|]+)\|(?P<resolution>[^|]*)"
    r"\|(?P<sound>[01]?)\|(?P<seed>\d{0,19})\|(?P<last>[01])"
)


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


def search_text(user_input: str) -> str:
    """Cut a typed search to what a paging button can remember: SEARCH_MOST UTF-16 units, without control characters."""
    text = " ".join("".join(char if char.isprintable() else " " for char in user_input).split())
    while utf16_units(text) > MAX_SEARCH:
        text = text[:-1]
    return text.strip()


def encode_page(page: PageOf) -> str:
    """Make the custom id of a paging button; the search is cut as `search_text` cuts it."""
    number = min(max(page.number, 0), _MAX_NUMBER)
    return f"seedreel:page:{page.user_id}:{number}:{search_text(page.search)}"


def decode_page(custom_id: str) -> PageOf | None:
    """Read a paging button back; None when it is none."""
    match = re.fullmatch(PAGE_TEMPLATE, custom_id)
    return page_of(match) if match else None


def page_of(match: re.Match[str]) -> PageOf:
    """Read a match of PAGE_TEMPLATE."""
    return PageOf(int(match["user"]), int(match["number"]), match["search"])


def encode_form(draft: RequestDraft) -> str:
    """Make the custom id of a form: the choices of a wish whose prompt and media are still to come."""
    sound = "" if draft.sound is None else str(int(draft.sound))
    seed = "" if draft.seed is None else str(draft.seed)
    parts = (
        draft.model,
        str(draft.duration),
        draft.ratio,
        draft.resolution or "",
        sound,
        seed,
        str(int(draft.last_picture)),
    )
    return "seedreel:compose:" + "|".join(parts)


def decode_form(custom_id: str) -> RequestDraft | None:
    """Read a form's choices back, as a wish without prompt and media; None when it is no form of ours."""
    match = re.fullmatch(_FORM, custom_id)
    if match is None:
        return None
    try:
        return RequestDraft(
            prompt="",
            model=Model(match["model"]),
            duration=int(match["duration"]),
            ratio=Ratio(match["ratio"]),
            resolution=Resolution(match["resolution"]) if match["resolution"] else None,
            sound=match["sound"] == "1" if match["sound"] else None,
            seed=int(match["seed"]) if match["seed"] else None,
            last_picture=match["last"] == "1",
        )
    except ValueError:
        # Another version's model, ratio or resolution.
        return None
