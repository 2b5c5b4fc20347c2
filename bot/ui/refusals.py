"""Why a wish cannot be met, one sentence a mistake; and all mistakes in one message."""

from collections.abc import Sequence
from typing import assert_never

from bot.discord_limits import MAX_CONTENT, utf16_units
from bot.domain.asset_problems import AssetProblem
from bot.domain.disk_problems import CannotSave, ClipsQuota, DiskProblem, FilesQuota, NoSpace
from bot.domain.errors import (
    AlreadyRetried,
    ClipNotKept,
    ClipNotPosted,
    DurationOutside,
    NoSuchJob,
    NotOffered,
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
)
from bot.domain.media_problems import MediaProblem
from bot.domain.stages import Stage
from bot.ui.asset_refusals import asset_refusal
from bot.ui.disarm import code_blocks, code_line
from bot.ui.failures import OTHER_VERSION
from bot.ui.measures import megabytes, one_of
from bot.ui.media_refusals import media_refusal
from bot.ui.texts import RESTARTING

FORM_AGAIN = "Open the form again to mend it. This is what you wrote, to be copied:"


def refusals(problems: Sequence[Problem], room: int = MAX_CONTENT) -> str:
    """Say everything that is wrong with a wish, in at most `room` characters: a sentence, or a list of them."""
    sentences = list(dict.fromkeys(refusal(problem) for problem in problems))
    if len(sentences) == 1:
        return sentences[0]
    lines = [f"{len(sentences)} things keep me from taking this on:"]
    for at, sentence in enumerate(sentences):
        left = len(sentences) - at
        more = f"\n… and {left} more."
        if len("\n".join([*lines, f"- {sentence}"])) + len(more) > room:
            return "\n".join(lines) + more
        lines.append(f"- {sentence}")
    return "\n".join(lines)


def given_back(told: str, user_input: str) -> list[str]:
    """Say what went wrong with a form, and give back what was typed into it: in one message, or in several."""
    head = f"{told}\n{FORM_AGAIN}"
    blocks = code_blocks(user_input, MAX_CONTENT)
    if len(blocks) == 1 and len(head) + 1 + utf16_units(blocks[0]) <= MAX_CONTENT:
        return [f"{head}\n{blocks[0]}"]
    return [head, *blocks]


def refusal(problem: Problem) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why a wish cannot be met, and what to do."""
    if isinstance(problem, MediaProblem):
        return media_refusal(problem)
    if isinstance(problem, AssetProblem):
        return asset_refusal(problem)
    if isinstance(problem, DiskProblem):
        return _room_refusal(problem)
    match problem:
        case PromptEmpty() | PromptTooLong() | DurationOutside() | RatioUnknown() | NotOffered() | SeedOutside():
            return _choice_refusal(problem)
        case TooManyWaiting(maximum):
            return f"You already have {maximum} videos waiting. When one of them starts, or you cancel one, try again."
        case NoSuchJob():
            return "There is no such job of yours. `/history` lists all your jobs."
        case OtherVersion():
            return OTHER_VERSION
        case NotYours():
            return "Only the person who asked for this video can do that. Make your own with `/video`."
        case TooLateToCancel(stage):
            return _too_late(stage)
        case ClipNotKept():
            return "This clip is no longer kept here. Press **Again** to make the video once more."
        case ClipNotPosted():
            return "The clip is safe here, but Discord did not take it just now. Please press again in a minute."
        case AlreadyRetried(by):
            return f"This was tried again once already, as `#{by[:6]}`. Look at it with `/status`."
        case Restarting():
            return RESTARTING
        case _:
            assert_never(problem)


def _room_refusal(problem: DiskProblem) -> str:
    match problem:
        case NoSpace(missing):
            short = f": {megabytes(missing)} are missing" if missing else ""
            return (
                f"I don't have enough disk space to take new videos safely{short}. Nothing was sent, so this cost "
                "nothing. Try again later; if it keeps happening, please tell the bot's owner."
            )
        case CannotSave():
            return (
                "I can't save anything at the moment, so I can't take new videos. Nothing was sent, so this cost "
                "nothing. Try again later; if it keeps happening, please tell the bot's owner."
            )
        case FilesQuota(size, maximum):
            return (
                f"With these files, yours would take {megabytes(size)} here; the limit is {megabytes(maximum)}. "
                "Files are deleted some weeks after their request. Use smaller files, or fewer."
            )
        case ClipsQuota(size, maximum):
            return (
                f"Your finished videos take {megabytes(size)} here; the limit is {megabytes(maximum)}. "
                "They're deleted some days after they were made. Try again then."
            )


_ChoiceProblem = PromptEmpty | PromptTooLong | DurationOutside | RatioUnknown | NotOffered | SeedOutside


def _not_offered(problem: NotOffered) -> str:
    match problem:
        case NotOffered(option, "", _):
            return f"This model has no choice of `{option}`. Leave that option out, or take another model."
        case NotOffered("model", given, choices) if choices:
            capability = one_of([f"`{choice}`" for choice in choices])
            return f"The model {code_line(given, 30)} is not offered here. Take {capability}."
        case NotOffered("sound", "off", ()):
            return "The sound can't be left out here any more. Press **Again** to try it as it is."
        case NotOffered(option, given, ()):
            return f"{code_line(given, 30)} is not offered here as `{option}`. Pick one from the list."
        case NotOffered(option, given, choices):
            capability = one_of([f"`{choice}`" for choice in choices])
            return (
                f"This model does not make {code_line(given, 30)} as `{option}`. Take {capability}, or another model."
            )


def _choice_refusal(problem: _ChoiceProblem) -> str:
    match problem:
        case PromptEmpty():
            return "Your prompt is empty. Describe the video you want, in a sentence or two."
        case PromptTooLong(length, maximum):
            return f"Your prompt has {length:,} characters, and {maximum:,} is the most. Please shorten it."
        case DurationOutside(given, minimum, maximum):
            return f"A video of {given} seconds is not possible. Choose a length from {minimum} to {maximum} seconds."
        case RatioUnknown(given):
            return f"This model does not make {code_line(given, 20)}. Pick one of the ratios in the list."
        case NotOffered():
            return _not_offered(problem)
        case SeedOutside(_, maximum):
            return f"A seed is a whole number from 0 to {maximum:,}. Leave it out, and one is drawn for you."
        case _:
            assert_never(problem)


def _too_late(stage: Stage) -> str:
    match stage:
        case Stage.DELIVERED | Stage.HELD:
            return "This video is already finished."
        case Stage.FAILED | Stage.CANCELLED:
            return "This job has already ended."
        case _:
            return "This job has already been sent, and the provider cannot cancel. You will get the video."
