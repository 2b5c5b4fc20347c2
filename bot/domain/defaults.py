"""A member's settings as the defaults of a request: what was chosen for it wins, and what does not fit is left out."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

from bot.domain.errors import Problem, Refusal
from bot.domain.member_settings import CHOICES, Defaults, MemberSettings, Setting
from bot.domain.models import Catalogue
from bot.domain.request import RequestDraft, check_draft


def with_defaults(
    draft: RequestDraft, given: Collection[Setting], settings: MemberSettings, catalogue: Catalogue
) -> RequestDraft:
    """Fill in what is set for all videos where it was not `given` for this one.

    What would make a mistake of a request that has none without it is ignored, and so is what this version does not
    know; either is noted in the draft.
    """
    wanted = {setting: value for setting, value in settings.chosen.items() if setting not in given}
    unknown = [each for each in settings.unknown if each in CHOICES and each not in given]
    filled, used = _filled(draft, wanted, catalogue)
    ignored = [*unknown, *(setting for setting in wanted if setting not in used)]
    return replace(filled, defaults=Defaults(tuple(used), tuple(ignored)))


def _filled(
    draft: RequestDraft, wanted: dict[Setting, Any], catalogue: Catalogue
) -> tuple[RequestDraft, list[Setting]]:
    """Fill in all of it where that makes no new mistake, else one after the other what makes none."""
    together = _with(draft, wanted)
    if not _new_mistakes(draft, together, catalogue):
        return together, list(wanted)
    used = []
    for setting, value in wanted.items():
        changed = _with(draft, {setting: value})
        if not _new_mistakes(draft, changed, catalogue):
            draft = changed
            used.append(setting)
    return draft, used


def _with(draft: RequestDraft, values: dict[Setting, Any]) -> RequestDraft:
    return replace(draft, **{setting.value: value for setting, value in values.items()})


def _new_mistakes(before: RequestDraft, after: RequestDraft, catalogue: Catalogue) -> list[Problem]:
    known = _mistakes(before, catalogue)
    return [problem for problem in _mistakes(after, catalogue) if problem not in known]


def _mistakes(draft: RequestDraft, catalogue: Catalogue) -> tuple[Problem, ...]:
    try:
        check_draft(draft, catalogue)
    except Refusal as refusal:
        return tuple(refusal.problems)
    return ()
