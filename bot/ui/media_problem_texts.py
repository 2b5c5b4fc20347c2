"""Say why the media of a request are not accepted: one sentence a problem."""

import math
from typing import Final, assert_never

from bot.domain.media import Kind
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
from bot.domain.models import Feature
from bot.domain.others_media import NoAvatar, NothingToUse, OptedOut, OthersMediaProblem, OthersNotUsed, StartUnreadable
from bot.ui.language import Language
from bot.ui.sanitize import code_line

_NAME_SHOWN: Final = 60

_TOO_MANY: Final = {
    Kind.IMAGE: "problem.too-many-images",
    Kind.VIDEO: "problem.too-many-videos",
    Kind.AUDIO: "problem.too-many-audio",
    None: "problem.too-many-references",
}
_TOO_LONG: Final = {
    Kind.IMAGE: "problem.images-too-long",
    Kind.VIDEO: "problem.videos-too-long",
    Kind.AUDIO: "problem.audio-too-long",
}
_A_FILE: Final = {Kind.IMAGE: "problem.an-image", Kind.VIDEO: "problem.a-video", Kind.AUDIO: "problem.audio"}
# Any program can save one of these.
_SUGGESTED: Final = {Kind.IMAGE: "problem.try-image", Kind.VIDEO: "problem.try-video", Kind.AUDIO: "problem.try-audio"}
_FEATURES: Final = {
    Feature.PROMPT: "problem.feature-prompt",
    Feature.FIRST_FRAME: "problem.feature-first-frame",
    Feature.LAST_FRAME: "problem.feature-last-frame",
    Feature.FRAMES: "problem.feature-frames",
    Feature.REFERENCES: "problem.feature-references",
    Feature.IMAGES: "problem.feature-images",
    Feature.VIDEOS: "problem.feature-videos",
    Feature.AUDIO: "problem.feature-audio",
    Feature.MEDIA: "problem.feature-media",
    Feature.SOUND: "problem.feature-sound",
    Feature.WEB_SEARCH: "problem.feature-web-search",
}
_MeasureProblem = TooManyPixels | SidesOutside | TooFewPixels | AspectOutside | LengthOutside
_FileProblem = (
    MediumTooLarge | MediumNotAccepted | MediumBroken | MediumNotChecked | MediumUnreachable | _MeasureProblem
)
_AssetUseProblem = AssetUnknown | AssetNotReady | AssetOfOtherKind | AssetNotReviewable
_CombinationProblem = FramesWithReferences | LastWithoutFirst | AudioAlone | SearchWithMedia | NotTogether | Lacking


def media_problem_text(language: Language, problem: MediaProblem) -> str:  # noqa: PLR0911 - one sentence a case
    """Say what is wrong with a file or an asset, or with all of them together, and what to do."""
    match problem:
        case TogetherTooLong(kind, length, maximum):
            given, limit = language.seconds(length), language.seconds(maximum)
            return language.text(_TOO_LONG[kind], length=given, limit=limit)
        case TooManyMedia(kind, given, maximum):
            return language.text(_TOO_MANY[kind], count=given, limit=maximum)
        case FrameGivenTwice(option):
            return language.text("problem.frame-given-twice", option=option)
        case FramesWithReferences() | LastWithoutFirst() | AudioAlone() | SearchWithMedia() | NotTogether() | Lacking():
            return _combination_text(language, problem)
        case MediaExpired(days):
            return language.text("problem.files-expired", count=days)
        case AssetUnknown() | AssetNotReady() | AssetOfOtherKind() | AssetNotReviewable():
            return _asset_use_text(language, problem)
        case NothingToUse() | NoAvatar() | OthersNotUsed() | OptedOut() | StartUnreadable():
            return _others_media_text(language, problem)
        case _:
            return _file_text(language, problem)


def kind_text(language: Language, kind: Kind) -> str:
    """Name what something is: "an image"."""
    return language.text(_A_FILE[kind])


def _combination_text(language: Language, problem: _CombinationProblem) -> str:
    match problem:
        case FramesWithReferences():
            return language.text("problem.frames-with-references")
        case LastWithoutFirst():
            return language.text("problem.last-without-first")
        case AudioAlone():
            return language.text("problem.audio-alone")
        case SearchWithMedia():
            return language.text("problem.search-with-media")
        case NotTogether(one, other):
            features = language.all_of([language.text(_FEATURES[each]) for each in (one, other)])
            return language.text("problem.not-together", features=features)
        case Lacking(part, needed):
            features = language.one_of([language.text(_FEATURES[each]) for each in needed])
            return language.text("problem.lacking", feature=language.text(_FEATURES[part]), needed=features)


def _file_text(language: Language, problem: _FileProblem) -> str:  # noqa: PLR0911 - one sentence a case
    which = problem.which
    match problem:
        case MediumTooLarge(_, size, maximum):
            given, limit = language.size(size), language.size(maximum)
            if given == limit:
                return language.text("problem.file-hardly-too-large", which=which, limit=limit)
            return language.text("problem.file-too-large", which=which, size=given, limit=limit)
        case MediumNotAccepted(_, "empty", _):
            return language.text("problem.file-empty", which=which)
        case MediumNotAccepted(_, found, accepted):
            kinds = list(dict.fromkeys(each.kind for each in accepted))
            facts = {
                "which": which,
                "kinds": language.one_of([kind_text(language, kind) for kind in kinds]),
                "suggested": language.one_of([language.text(_SUGGESTED[kind]) for kind in kinds]),
            }
            if found:
                looks = language.text("problem.a-text-file") if found == "text" else code_line(found, 30)
                return language.text("problem.file-of-other-kind", found=looks, **facts)
            return language.text("problem.file-unknown", **facts)
        case MediumBroken():
            return language.text("problem.file-damaged", which=which)
        case MediumNotChecked():
            return language.text("problem.file-unchecked", which=which)
        case MediumUnreachable():
            return language.text("problem.file-unreachable", which=which)
        case _:
            return _measure_text(language, problem)


def _measure_text(language: Language, problem: _MeasureProblem) -> str:
    which = problem.which
    match problem:
        case TooManyPixels(_, width, height, maximum):
            return language.text("problem.too-many-pixels", which=which, width=width, height=height, maximum=maximum)
        case SidesOutside(_, width, height, minimum, maximum):
            sides = {"width": width, "height": height, "minimum": minimum, "maximum": maximum}
            return language.text("problem.sides-outside", which=which, **sides)
        case TooFewPixels(_, width, height, minimum):
            wide = math.ceil(math.sqrt(minimum * 16 / 9) / 2) * 2
            sides = {"width": width, "height": height, "wide": wide, "high": math.ceil(minimum / wide)}
            return language.text("problem.too-few-pixels", which=which, **sides)
        case AspectOutside(_, width, height, minimum, maximum):
            times = language.number(round(maximum if width > height else 1 / minimum, 2))
            return language.text("problem.aspect-outside", which=which, width=width, height=height, times=times)
        case LengthOutside(_, length, minimum, maximum):
            limits = {"minimum": language.number(minimum), "maximum": language.seconds(maximum)}
            if not length:
                return language.text("problem.length-unknown", which=which, **limits)
            return language.text("problem.length-outside", which=which, length=language.seconds(length), **limits)
        case _:
            assert_never(problem)


def _asset_use_text(language: Language, problem: _AssetUseProblem) -> str:
    match problem:
        case AssetUnknown(user_input):
            return language.text("problem.asset-unknown", name=code_line(user_input, _NAME_SHOWN))
        case AssetNotReady(name, True):
            return language.text("problem.asset-failed", name=code_line(name, _NAME_SHOWN))
        case AssetNotReady(name):
            return language.text("problem.asset-not-ready", name=code_line(name, _NAME_SHOWN))
        case AssetOfOtherKind(name, kind, wanted):
            words = {"kind": kind_text(language, kind), "wanted": kind_text(language, wanted)}
            return language.text("problem.asset-of-other-kind", name=code_line(name, _NAME_SHOWN), **words)
        case AssetNotReviewable(name):
            return language.text("problem.asset-not-reviewable", name=code_line(name, _NAME_SHOWN))
        case _:
            assert_never(problem)


def _others_media_text(language: Language, problem: OthersMediaProblem) -> str:
    match problem:
        case NothingToUse(kinds):
            return language.text(
                "problem.nothing-to-use", kinds=language.one_of([kind_text(language, each) for each in kinds])
            )
        case NoAvatar(user_id):
            return language.text("problem.no-avatar", member=f"<@{user_id}>")
        case OthersNotUsed(avatar):
            return language.text("problem.others-avatars" if avatar else "problem.others-media")
        case OptedOut(user_id):
            return language.text("problem.opted-out", member=f"<@{user_id}>")
        case StartUnreadable():
            return language.text("problem.start-unreadable")
