"""Drafts: requests that are kept for a while, since they were refused or are not complete."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from bot.domain.chain import LengthStays, OperationUnsupported, SourceMissing
from bot.domain.errors import (
    DurationOutside,
    Problem,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    Refusal,
    SeedOutside,
    Unsupported,
)
from bot.domain.limits import LimitReached, Measure
from bot.domain.media import AttachmentInput, StoredFile
from bot.domain.media_problems import (
    AudioAlone,
    FrameGivenTwice,
    FramesWithReferences,
    Lacking,
    LastWithoutFirst,
    NotTogether,
    SearchWithMedia,
    TogetherTooLong,
    TooManyMedia,
)
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.others_media import OptedOut
from bot.domain.request import RequestDraft
from bot.domain.scenes import Scene, ScenesCounted, text_of

DRAFT_SECONDS: Final = 3600.0
"""How long a draft is kept after its last refusal."""

EXAMPLE: Final = "example"
"""In place of the job that is made again: the request is one that `/help` suggests."""

MEDIA, MORE_IMAGES, PICK = "media", "more images", "pick"
"""Fields that are no option: which of the media to keep, images that are added, and which one of several it is."""


class Purpose(StrEnum):
    """What a draft is kept for."""

    FIX = "fix"  # it was refused
    ANIMATE = "animate"  # the form that makes a picture move is open
    COLLECT = "collect"  # references are added to it
    EDIT = "edit"  # the form that changes scenes is open


_PROMPT: Final = "prompt"
_FRAME: Final = "image"
# As the command offers them; what comes by a form follows where references stand.
_BEFORE: Final = (
    _PROMPT, _FRAME, "last_frame", "duration", "ratio", "model", "resolution", "sound", "seed", "last_picture",
    "web_search", "format", "reference", "reference_2", "reference_3",
)  # fmt: skip
_AFTER: Final = ("image_asset", "last_frame_asset", "asset", "asset_2", "asset_3")
# The first is where the problem stands in the order of options. What lacks another medium can also be left out.
_FIELDS: Final[dict[type[Problem], tuple[str, ...]]] = {
    PromptEmpty: (_PROMPT,),
    PromptTooLong: (_PROMPT,),
    ScenesCounted: (_PROMPT,),
    DurationOutside: ("duration",),
    RatioUnknown: ("ratio",),
    SeedOutside: ("seed",),
    SearchWithMedia: ("web_search",),
    OperationUnsupported: ("model",),
    LengthStays: ("duration",),
    SourceMissing: (MEDIA,),
    LastWithoutFirst: (_FRAME, MEDIA),
    AudioAlone: (MORE_IMAGES, MEDIA),
    **dict.fromkeys(
        (FramesWithReferences, FrameGivenTwice, NotTogether, Lacking, TogetherTooLong, TooManyMedia, OptedOut), (MEDIA,)
    ),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """One request of a member before it is a job; `created` in UTC seconds, new with each refusal.

    `wrong`: the fields to be fixed. `private`: whether its reply is for the member alone. `source`: the job that is
    made again, of which its card tells by `origin`, or EXAMPLE; `retries` it as one whose end was unclear. `agreed`:
    the price that its member has agreed to. `is_saved`: it stands in the store. `parent`, `holds_parent`, `part` and
    `parent_seconds` as in `Job`. `candidates`: files of which its member is to choose some, or a part. `scene`: the
    request is that of the first of several scenes that are to be made.
    """

    id: str
    user_id: int
    created: float
    request: RequestDraft
    wrong: tuple[str, ...] = ()
    private: bool = False
    source: str | None = None
    retries: bool = False
    origin: Origin | None = None
    agreed: Price | None = None
    purpose: Purpose = Purpose.FIX
    candidates: tuple[AttachmentInput, ...] = ()
    is_saved: bool = False
    parent: str | None = None
    holds_parent: bool = False
    part: int = 1
    parent_seconds: int = 0
    scene: Scene | None = None

    @property
    def text(self) -> str:
        """Return the prompt, or those of all scenes, each in a line."""
        return text_of(self.request.prompt, self.scene)

    @property
    def stored(self) -> tuple[StoredFile, ...]:
        """List the files of which we have a copy."""
        return tuple(file.stored for file in self.request.files if file.stored is not None)

    def with_stored(self, stored: dict[str, StoredFile]) -> "Draft":
        """Return the draft with our copies of its files, by their options."""
        files = tuple(replace(file, stored=stored.get(file.option, file.stored)) for file in self.request.files)
        return replace(self, request=replace(self.request, files=files))


class RefusedDraft(Refusal):
    """A request that cannot be accepted as it is, and whose draft is kept."""

    def __init__(self, draft: Draft, *problems: Problem) -> None:
        super().__init__(*problems)
        self.draft = draft


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """Sort problems by the order of the options; a problem of no option comes where the media stand, or last."""
    return sorted(problems, key=_place)


def wrong_fields(problems: Sequence[Problem]) -> tuple[str, ...]:
    """List the fields that a form must have to fix these problems, beside the prompt; each once, in their order."""
    fields = sorted((field for problem in problems for field in _fields(problem)), key=_place_of)
    return tuple(dict.fromkeys(field for field in fields if field != _PROMPT))


def can_be_fixed(problems: Sequence[Problem]) -> bool:
    """Tell whether anything in the request is wrong; else it can only be sent again as it is, later."""
    return any(_fields(problem) for problem in problems)


def _place(problem: Problem) -> tuple[int, int]:
    return _place_of(next(iter(_fields(problem)), ""))


def _place_of(field: str) -> tuple[int, int]:
    if field in _BEFORE:
        return 0, _BEFORE.index(field)
    if field in _AFTER:
        return 2, _AFTER.index(field)
    return (1, 0) if field else (3, 0)


def _fields(problem: Problem) -> tuple[str, ...]:
    """Name the fields that fix a problem; none where nothing does."""
    if (fields := _FIELDS.get(type(problem))) is not None:
        return fields
    if isinstance(problem, LimitReached):
        # A shorter video may fit.
        return ("duration",) if problem.measure is not Measure.AT_ONCE and problem.left else ()
    field = problem.option if isinstance(problem, Unsupported) else str(getattr(problem, "which", ""))
    return (field,) if field else ()
