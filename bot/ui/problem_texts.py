"""Say why a request or an action is not possible: one sentence a problem, and all problems in one message."""

from collections.abc import Sequence
from typing import assert_never

from bot.discord_limits import MAX_CONTENT, utf16_units
from bot.domain.asset_problems import (
    AssetProblem,
    ConsentMissing,
    ImportNotActive,
    ImportUnknown,
    NameInvalid,
    NameTaken,
    NeedsManageServer,
    NoSuchAsset,
    NoSuchCharacter,
    OnlyImages,
    ProviderNotAnswering,
    ProviderRefused,
    ServerOnly,
    TooManyAssets,
    VerificationOver,
)
from bot.domain.disk_problems import CannotSave, ClipsQuota, DiskProblem, FilesQuota, NoSpace
from bot.domain.errors import (
    AlreadyRetried,
    ClipNotPosted,
    ClipNotStored,
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
from bot.domain.stages import Stage
from bot.ui.failure_texts import OTHER_VERSION
from bot.ui.media_problem_texts import media_problem_text
from bot.ui.sanitize import MAX_PROVIDER_MESSAGE, code_blocks, code_line
from bot.ui.texts import RESTARTING
from bot.ui.units import megabytes, one_of

_NAME_SHOWN = 60
OPEN_FORM_AGAIN = "Open the form again to mend it. This is what you wrote, to be copied:"
# The reason may be the key or the account, which no member can change.
_TELL_OWNER = "It gave no reason. If that stays so, please tell the person who runs me."


def problems_text(problems: Sequence[Problem], room: int = MAX_CONTENT) -> str:
    """Say everything that is wrong with a request, in at most `room` characters: a sentence, or a list of them."""
    sentences = list(dict.fromkeys(problem_text(problem) for problem in problems))
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


def echo_input(error: str, user_input: str) -> list[str]:
    """Say what went wrong with a form, and repeat what was typed into it, in one message or in several."""
    head = f"{error}\n{OPEN_FORM_AGAIN}"
    blocks = code_blocks(user_input, MAX_CONTENT)
    if len(blocks) == 1 and len(head) + 1 + utf16_units(blocks[0]) <= MAX_CONTENT:
        return [f"{head}\n{blocks[0]}"]
    return [head, *blocks]


def problem_text(problem: Problem) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why a request or an action is not possible, and what to do."""
    if isinstance(problem, MediaProblem):
        return media_problem_text(problem)
    if isinstance(problem, AssetProblem):
        return asset_problem_text(problem)
    if isinstance(problem, DiskProblem):
        return _disk_problem_text(problem)
    match problem:
        case PromptEmpty() | PromptTooLong() | DurationOutside() | RatioUnknown() | Unsupported() | SeedOutside():
            return _choice_problem_text(problem)
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
        case ClipNotStored():
            return "This clip is no longer kept here. Press **Again** to make the video once more."
        case ClipNotPosted():
            return "The clip is safe here, but Discord did not take it just now. Please press again in a minute."
        case AlreadyRetried(by):
            return f"This was tried again once already, as `#{by[:6]}`. Look at it with `/status`."
        case Restarting():
            return RESTARTING
        case _:
            assert_never(problem)


def _disk_problem_text(problem: DiskProblem) -> str:
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


_ChoiceProblem = PromptEmpty | PromptTooLong | DurationOutside | RatioUnknown | Unsupported | SeedOutside


def _unsupported(problem: Unsupported) -> str:
    match problem:
        case Unsupported(option, "", _):
            return f"This model has no choice of `{option}`. Leave that option out, or take another model."
        case Unsupported("model", given, choices) if choices:
            alternatives = one_of([f"`{choice}`" for choice in choices])
            return f"The model {code_line(given, 30)} is not offered here. Take {alternatives}."
        case Unsupported("sound", "off", ()):
            return "The sound can't be left out here any more. Press **Again** to try it as it is."
        case Unsupported(option, given, ()):
            return f"{code_line(given, 30)} is not offered here as `{option}`. Pick one from the list."
        case Unsupported(option, given, choices):
            alternatives = one_of([f"`{choice}`" for choice in choices])
            return (
                f"This model does not make {code_line(given, 30)} as `{option}`. Take {alternatives}, or another model."
            )


def _choice_problem_text(problem: _ChoiceProblem) -> str:
    match problem:
        case PromptEmpty():
            return "Your prompt is empty. Describe the video you want, in a sentence or two."
        case PromptTooLong(length, maximum):
            return f"Your prompt has {length:,} characters, and {maximum:,} is the most. Please shorten it."
        case DurationOutside(given, minimum, maximum):
            return f"A video of {given} seconds is not possible. Choose a length from {minimum} to {maximum} seconds."
        case RatioUnknown(given):
            return f"This model does not make {code_line(given, 20)}. Pick one of the ratios in the list."
        case Unsupported():
            return _unsupported(problem)
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


def asset_problem_text(problem: AssetProblem) -> str:  # noqa: C901, PLR0911, PLR0912 - one sentence a case
    """Say why an action on assets, characters or verifications is not possible, and what to do."""
    match problem:
        case NameInvalid(0, _):
            return "A name needs something that can be read. Please give another one."
        case NameInvalid(length, maximum):
            return f"That name has {length:,} characters, and {maximum} is the most. Please give a shorter one."
        case NameTaken(name):
            return f"You already have {code_line(name, _NAME_SHOWN)}. Please give another name."
        case NoSuchCharacter(name):
            return f"You have no character {code_line(name, _NAME_SHOWN)}. Make one with `/asset create-character`."
        case NoSuchAsset():
            return "There is no such asset of yours. `/asset list` shows them all."
        case ConsentMissing():
            return "A real person's picture goes nowhere before consent is on record. Use `/asset verify` first."
        case OnlyImages():
            return "A real person's assets are pictures. Please send an image."
        case NeedsManageServer():
            return "Only people who may manage this server can do that."
        case ServerOnly():
            return "That can only be done in a server."
        case ImportUnknown(asset_id, words):
            reason = _provider_said(words, "Please look at the id again.")
            return f"The provider gives me no asset {code_line(asset_id, _NAME_SHOWN)}. {reason}"
        case ImportNotActive(asset_id, status):
            now = code_line(status, 30)
            return f"The asset {code_line(asset_id, _NAME_SHOWN)} is not active at the provider; it is {now}."
        case ProviderRefused(words):
            return f"The provider did not take it. {_provider_said(words, _TELL_OWNER)}"
        case ProviderNotAnswering():
            return "The provider does not answer just now. Nothing was done; please try again in a minute."
        case VerificationOver():
            return "That verification is over. Begin a new one with `/asset verify`."
        case TooManyAssets(maximum):
            kept = "`/asset list` removes assets; characters stay."
            return f"You have {maximum} of these already, which is the most. {kept}"
        case _:
            assert_never(problem)


def _provider_said(message: str, otherwise: str) -> str:
    return f"It said: {code_line(message, MAX_PROVIDER_MESSAGE)}" if message.strip() else otherwise
