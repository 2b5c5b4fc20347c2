"""A draft that media are added to, one after the other, until its video is made: pure changes of its value."""

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from bot.domain.drafts import Draft
from bot.domain.errors import Problem
from bot.domain.media import AttachmentInput, Kind, Role
from bot.domain.media_problems import TooManyMedia
from bot.domain.models import Capability, Catalogue
from bot.domain.request import RequestDraft
from bot.domain.rules import assign, broken_rules

# "42", "0:42", "1:05.5"; no recording is as long as a day.
_START = re.compile(r"(?:(\d{1,3}):)?(\d{1,5})(?:[.,](\d{1,3}))?\s*s?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Collected:
    """A draft after something was to be added, and why some of it was not."""

    draft: Draft
    problems: tuple[Problem, ...] = ()


def longest_part(capability: Capability) -> float:
    """Return how many seconds a reference may have at the most."""
    return max(rule.seconds[1] for role, rule in capability.rules.items() if role.refers and rule.seconds)


def read_start(text: str) -> float | None:
    """Read from which second on a part is taken, also as minutes and seconds; None where that says no time."""
    found = _START.fullmatch(text.strip())
    if found is None:
        return None
    return int(found[1] or 0) * 60 + float(f"{found[2]}.{found[3] or 0}")


def too_long(draft: Draft) -> AttachmentInput | None:
    """Return the first of what was suggested of which a part is to be chosen."""
    return next((file for file in draft.candidates if file.seconds is not None), None)


def with_candidates(draft: Draft, files: Sequence[AttachmentInput]) -> Draft:
    """Return the draft with these files to choose from, in the place of those before but for what is too long.

    Each is named by its address: what an older card lists is never another file.
    """
    long = [file for file in draft.candidates if file.seconds is not None]
    named = [replace(file, option=hashlib.sha256(file.url.encode()).hexdigest()[:16]) for file in (*long, *files)]
    return replace(draft, candidates=tuple({file.option: file for file in named}.values()))


def added(
    draft: Draft,
    stored: Sequence[AttachmentInput],
    catalogue: Catalogue,
    *,
    long: Sequence[AttachmentInput] = (),
    chosen: Collection[str] | None = None,
) -> Collected:
    """Return the draft with files that we have copies of, named as a prompt counts them, and a model that takes all.

    `long`: of these a part is to be chosen first. `chosen`: the options of those candidates that are dealt with now;
    the others are let go, but for what is too long. None: all of them stay.
    """
    request, problems = draft.request, list[Problem]()
    for file in stored:
        kind = file.stored.kind if file.stored else Kind.IMAGE
        count, maximum = _count(request, kind) + 1, catalogue.widest.max_count[Role.of_reference(kind)]
        total = catalogue.widest.max_references
        if count > maximum:
            problems.append(TooManyMedia(kind, count, maximum))
        elif total is not None and len(request.files) >= total:
            problems.append(TooManyMedia(None, len(request.files) + 1, total))
        else:
            named = replace(file, option=_name(request, kind), seconds=None)
            request = replace(request, files=(*request.files, named))
    left = draft.candidates
    if chosen is not None:
        left = tuple(file for file in left if file.seconds is not None and file.option not in chosen)
    changed = replace(draft, request=_for_model(request, catalogue), candidates=())
    return Collected(with_candidates(changed, (*left, *long)), tuple(dict.fromkeys(problems)))


def _count(request: RequestDraft, kind: Kind) -> int:
    return Counter(file.stored.kind for file in request.files if file.stored)[kind]


def _name(request: RequestDraft, kind: Kind) -> str:
    taken = {file.option for file in request.files}
    return next(name for at in range(1, len(taken) + 2) if (name := f"{kind} {at}") not in taken)


def _for_model(request: RequestDraft, catalogue: Catalogue) -> RequestDraft:
    """Choose the model whose rules these media break the fewest of; the one that stands there where none is better."""
    media = [assign(file.option, file.stored, file.role) for file in request.files if file.stored]
    broken = {model: len(broken_rules(media, each)) for model, each in catalogue.capabilities.items()}
    best = min(broken, key=lambda model: (broken[model], model is not request.model))
    if best is request.model:
        return request
    return replace(request, model=best, resolution=catalogue.capabilities[best].default_resolution)
