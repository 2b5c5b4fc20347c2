"""Say why the media of a request are not accepted: one sentence a problem."""

import math
from collections.abc import Iterable
from typing import assert_never

from bot.domain.media import Kind, MediaFormat
from bot.domain.media_problems import (
    AspectOutside,
    AssetNotReady,
    AssetNotReviewable,
    AssetOfOtherKind,
    AssetUnknown,
    AudioAlone,
    FrameGivenTwice,
    FramesWithReferences,
    Lacking,
    LastWithoutFirst,
    LengthOutside,
    MediaExpired,
    MediaProblem,
    MediumBroken,
    MediumNotAccepted,
    MediumNotChecked,
    MediumTooLarge,
    MediumUnreachable,
    NotTogether,
    SearchWithMedia,
    SidesOutside,
    TogetherTooLong,
    TooFewPixels,
    TooManyMedia,
    TooManyPixels,
)
from bot.ui.sanitize import code_line
from bot.ui.units import limit_text, megabytes, one_of, seconds_text

_NAME_SHOWN = 60

_ONE = {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "a sound"}
_MANY = {Kind.IMAGE: "images", Kind.VIDEO: "videos", Kind.AUDIO: "sounds"}
_ONE_FILE = {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "audio"}
# Any program can save one of these.
_SUGGESTED = {Kind.IMAGE: "a JPEG or PNG", Kind.VIDEO: "an MP4", Kind.AUDIO: "an MP3"}
_MeasureProblem = TooManyPixels | SidesOutside | TooFewPixels | AspectOutside | LengthOutside
_FileProblem = (
    MediumTooLarge | MediumNotAccepted | MediumBroken | MediumNotChecked | MediumUnreachable | _MeasureProblem
)
_AssetUseProblem = AssetUnknown | AssetNotReady | AssetOfOtherKind | AssetNotReviewable
_CombinationProblem = FramesWithReferences | LastWithoutFirst | AudioAlone | SearchWithMedia | NotTogether | Lacking


def media_problem_text(problem: MediaProblem) -> str:  # noqa: PLR0911 - one sentence a case
    """Say what is wrong with a file or an asset, or with all of them together, and what to do."""
    match problem:
        case TogetherTooLong(kind, length, maximum):
            return f"Your {_MANY[kind]} last {seconds_text(length)} together, and {seconds_text(maximum)} is the most."
        case TooManyMedia(kind, given, maximum):
            return f"You gave {given} {_MANY[kind]} to go by, and this model takes {maximum}. Leave some out."
        case FrameGivenTwice(option):
            return f"There are two pictures for the same frame, at `{option}` too. Give a file or an asset, not both."
        case FramesWithReferences() | LastWithoutFirst() | AudioAlone() | SearchWithMedia() | NotTogether() | Lacking():
            return _combination_text(problem)
        case MediaExpired(days):
            return f"Files are kept for {days} days, and these are older. Use `/video` and attach them again."
        case AssetUnknown() | AssetNotReady() | AssetOfOtherKind() | AssetNotReviewable():
            return _asset_use_text(problem)
        case _:
            return _file_text(problem)


def _combination_text(problem: _CombinationProblem) -> str:
    match problem:
        case FramesWithReferences():
            return (
                "A first or last frame and references exclude each other. Leave the frames out, or give them as "
                "references and say in the prompt what they are for."
            )
        case LastWithoutFirst():
            return "A last frame needs a first one. Give the first frame as `image` too."
        case AudioAlone():
            return "A sound cannot go alone. Give an image or a video to go by along with it."
        case SearchWithMedia():
            return "Web search works with text alone. Leave `web_search` out, or the files and assets."
        case NotTogether(one, other):
            return f"This model doesn't take {one} and {other} together. Leave one of them out."
        case Lacking(part, needed):
            return f"This model takes {part} only along with {one_of(list(needed))}. Add that, or leave it out."


def _file_text(problem: _FileProblem) -> str:  # noqa: PLR0911 - one sentence a case
    which = f"`{problem.which}`"
    match problem:
        case MediumTooLarge(_, size, maximum):
            limit = limit_text(maximum).removeprefix("up to ")
            return f"{which} is {megabytes(size)}; the limit is {limit}. Please send a smaller file."
        case MediumNotAccepted(_, found, accepted):
            if found == "empty":
                return f"{which} is empty: it has no bytes at all. Please attach it again."
            kinds = one_of([_ONE_FILE[kind] for kind in dict.fromkeys(form.kind for form in accepted)])
            what = f" It looks like {code_line(found, 30)}." if found else ""
            return f"{which} can't be read as {kinds}.{what} Try {_suggested(accepted)}."
        case MediumBroken():
            return f"{which} looks damaged or incomplete. Save it again, or try another file."
        case MediumNotChecked():
            return f"I couldn't check {which}. That's a problem on my side, not with your file. Try again in a minute."
        case MediumUnreachable():
            return f"I could not fetch your {which} from Discord. Please attach it again."
        case _:
            return _measure_text(problem)


def _measure_text(problem: _MeasureProblem) -> str:
    which = f"`{problem.which}`"
    match problem:
        case TooManyPixels(_, width, height, maximum):
            sides = f"{width:,} × {height:,}"  # noqa: RUF001
            return f"{which} is {sides} pixels, more than I can open. Try a JPEG of up to {maximum:,} pixels a side."
        case SidesOutside(_, width, height, minimum, maximum):
            sides = f"{width:,} × {height:,}"  # noqa: RUF001
            limit = f"at least {minimum:,}" if min(width, height) < minimum else f"at most {maximum:,}"
            return f"{which} is {sides} pixels; each side must be {limit} pixels. Please resize it."
        case TooFewPixels(_, width, height, minimum):
            wide = math.ceil(math.sqrt(minimum * 16 / 9) / 2) * 2
            usual = f"{wide:,} × {math.ceil(minimum / wide):,}"  # noqa: RUF001
            return f"{which} is only {width:,} × {height:,} pixels. A reference video needs at least about {usual}."  # noqa: RUF001
        case AspectOutside(_, width, height, minimum, maximum):
            times = f"{maximum if width > height else 1 / minimum:g}"
            return (
                f"{which} is {width:,} × {height:,} pixels. The long side can be at most {times} times the short side. "  # noqa: RUF001
                "Please crop it."
            )
        case LengthOutside(_, length, minimum, maximum):
            lasts = f"lasts {seconds_text(length)}" if length else "has no length that I can tell"
            return (
                f"Your {which} {lasts}; it must last {seconds_text(minimum)} to {seconds_text(maximum)}. Please cut it."
            )
        case _:
            assert_never(problem)


def _suggested(accepted: Iterable[MediaFormat]) -> str:
    return one_of([_SUGGESTED[kind] for kind in dict.fromkeys(form.kind for form in accepted)])


def _asset_use_text(problem: _AssetUseProblem) -> str:
    match problem:
        case AssetUnknown(user_input):
            return (
                f"You have no asset {code_line(user_input, _NAME_SHOWN)}, and none of that name is open to you here. "
                "`/asset list` shows yours."
            )
        case AssetNotReady(name, True):
            return f"The provider did not take your asset {code_line(name, _NAME_SHOWN)}, so it cannot be used."
        case AssetNotReady(name):
            return f"Your asset {code_line(name, _NAME_SHOWN)} is not ready yet. Try again in a minute."
        case AssetOfOtherKind(name, kind, wanted):
            return f"The asset {code_line(name, _NAME_SHOWN)} is {_ONE[kind]}, and {_ONE[wanted]} is needed there."
        case AssetNotReviewable(name):
            return (
                f"Files are reviewed first here, which the provider does not do with assets. Leave "
                f"{code_line(name, _NAME_SHOWN)} out, or attach the file itself."
            )
        case _:
            assert_never(problem)
