"""Say why a request or an action is not possible: one sentence a problem, and all problems in one message."""

from collections.abc import Mapping, Sequence
from typing import Final, assert_never

from bot.discord_limits import MAX_CONTENT, utf16_units
from bot.domain.administration import AdminProblem
from bot.domain.asset_problems import AssetProblem
from bot.domain.chain import ChainProblem
from bot.domain.disk_problems import CannotSave, ClipsQuota, DiskProblem, FilesQuota, NoSpace
from bot.domain.errors import (
    AlreadyRetried,
    ClipNotPosted,
    ClipNotStored,
    DraftGone,
    DurationOutside,
    NoSuchJob,
    NotYours,
    OtherVersion,
    Problem,
    PromptEmpty,
    PromptTooLong,
    RatioUnknown,
    Restarting,
    SeedOutside,
    TooLateToCancel,
    TooManyWaiting,
    Unsupported,
)
from bot.domain.media_problems import MediaProblem
from bot.domain.models import AUTOMATIC
from bot.domain.money import PriceNotConfirmed
from bot.domain.scenes import ScenesProblem
from bot.domain.share_problems import ShareProblem
from bot.domain.spending import SpendingProblem
from bot.domain.stages import Stage
from bot.ui.admin_texts import admin_problem_text
from bot.ui.asset_problem_texts import asset_problem_text
from bot.ui.chain_texts import chain_problem_text
from bot.ui.language import Language
from bot.ui.media_problem_texts import media_problem_text
from bot.ui.sanitize import code_blocks, code_line
from bot.ui.scene_texts import scenes_problem_text
from bot.ui.share_texts import share_problem_text
from bot.ui.spending_texts import spending_problem_text

_CHOICE_SHOWN: Final = 30
_TOO_LATE: Final = {
    Stage.DELIVERED: "problem.already-finished",
    Stage.HELD: "problem.already-finished",
    Stage.FAILED: "problem.already-ended",
    Stage.CANCELLED: "problem.already-ended",
}
_PLAIN: Final[Mapping[type, str]] = {
    NoSuchJob: "problem.no-such-video",
    OtherVersion: "problem.other-version",
    NotYours: "problem.not-yours",
    ClipNotStored: "problem.file-not-kept",
    ClipNotPosted: "problem.not-posted",
    Restarting: "problem.restarting",
}
_ChoiceProblem = PromptEmpty | PromptTooLong | DurationOutside | RatioUnknown | Unsupported | SeedOutside


def problems_text(language: Language, problems: Sequence[Problem], room: int = MAX_CONTENT) -> str:
    """Say everything that is wrong with a request, in at most `room` characters: a sentence, or a list of them."""
    sentences = list(dict.fromkeys(problem_text(language, problem) for problem in problems))
    if len(sentences) == 1:
        return sentences[0]
    lines = [language.text("problem.several", count=len(sentences))]
    for at, sentence in enumerate(sentences):
        more = language.text("problem.more", count=len(sentences) - at)
        if len("\n".join([*lines, f"- {sentence}", more])) > room:
            return "\n".join([*lines, more])
        lines.append(f"- {sentence}")
    return "\n".join(lines)


def echo_input(language: Language, error: str, user_input: str) -> list[str]:
    """Say what went wrong, and repeat what was typed, in one message or in several."""
    head = f"{error}\n{language.text('problem.what-you-wrote')}"
    blocks = code_blocks(user_input, MAX_CONTENT)
    if len(blocks) == 1 and len(head) + 1 + utf16_units(blocks[0]) <= MAX_CONTENT:
        return [f"{head}\n{blocks[0]}"]
    return [head, *blocks]


def problem_text(language: Language, problem: Problem) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why a request or an action is not possible, and what to do."""
    if isinstance(problem, MediaProblem):
        return media_problem_text(language, problem)
    if isinstance(problem, AssetProblem):
        return asset_problem_text(language, problem)
    if isinstance(problem, DiskProblem):
        return _disk_problem_text(language, problem)
    if isinstance(problem, SpendingProblem):
        return spending_problem_text(language, problem)
    if isinstance(problem, AdminProblem):
        return admin_problem_text(language, problem)
    if isinstance(problem, ShareProblem):
        return share_problem_text(language, problem)
    if isinstance(problem, ChainProblem):
        return chain_problem_text(language, problem)
    if isinstance(problem, ScenesProblem):
        return scenes_problem_text(language, problem)
    match problem:
        case PromptEmpty() | PromptTooLong() | DurationOutside() | RatioUnknown() | Unsupported() | SeedOutside():
            return _choice_problem_text(language, problem)
        case NoSuchJob() | OtherVersion() | NotYours() | ClipNotStored() | ClipNotPosted() | Restarting():
            return language.text(_PLAIN[type(problem)])
        case TooManyWaiting(maximum):
            return language.text("problem.too-many-waiting", count=maximum)
        case TooLateToCancel(stage):
            return language.text(_TOO_LATE.get(stage, "problem.already-sent"))
        case AlreadyRetried(by):
            return language.text("problem.already-retried", short=by[:6])
        case DraftGone(sent):
            return language.text("draft.sent" if sent else "draft.gone")
        case PriceNotConfirmed(price, videos):
            return language.text("price.confirm", price=language.money(price), count=videos)
        case _:
            assert_never(problem)


def _disk_problem_text(language: Language, problem: DiskProblem) -> str:
    match problem:
        case NoSpace(0):
            return language.text("problem.disk-full")
        case NoSpace(missing):
            return language.text("problem.no-space", missing=language.size(missing))
        case CannotSave():
            return language.text("problem.cannot-save")
        case FilesQuota(size, maximum):
            return language.text("problem.files-quota", size=language.size(size), limit=language.size(maximum))
        case ClipsQuota(size, maximum):
            return language.text("problem.videos-quota", size=language.size(size), limit=language.size(maximum))


def _choice_problem_text(language: Language, problem: _ChoiceProblem) -> str:  # noqa: PLR0911 - one sentence a case
    match problem:
        case PromptEmpty():
            return language.text("problem.prompt-empty")
        case PromptTooLong(length, maximum):
            return language.text("problem.prompt-too-long", length=length, limit=maximum)
        case DurationOutside(given, minimum, maximum):
            if given == AUTOMATIC:
                return language.text("problem.no-automatic-length", minimum=minimum, maximum=maximum)
            return language.text("problem.length-unsupported", given=given, minimum=minimum, maximum=maximum)
        case RatioUnknown(given):
            return language.text("problem.ratio-unsupported", given=code_line(given, 20))
        case Unsupported():
            return _unsupported(language, problem)
        case SeedOutside(_, maximum):
            return language.text("problem.seed-outside", maximum=maximum)
        case _:
            assert_never(problem)


def _unsupported(language: Language, problem: Unsupported) -> str:
    given = code_line(problem.given, _CHOICE_SHOWN)
    choices = language.one_of([f"`{choice}`" for choice in problem.choices])
    match problem:
        case Unsupported(option, "", _) | Unsupported("format" as option, _, ()):
            # A format has only values that some model has.
            return language.text("problem.option-unsupported", option=option)
        case Unsupported("sound", "off", ()):
            return language.text("problem.sound-stays-on")
        case Unsupported(option, _, ()):
            return language.text("problem.choice-unknown", given=given, option=option)
        case Unsupported("model"):
            return language.text("problem.model-unsupported", given=given, choices=choices)
        case _:
            return language.text("problem.choice-unsupported", given=given, choices=choices)
