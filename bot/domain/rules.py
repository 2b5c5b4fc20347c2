"""The rules of media, judged from what the files really are. Pure; every mistake is named, not only the first."""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from bot.domain.chain import ChainProblem, LengthStays, Operation, OperationUnsupported, SourceMissing
from bot.domain.media import AssetUse, Kind, Medium, Role, StoredFile
from bot.domain.media_problems import (
    AspectOutside,
    AssetOfOtherKind,
    AudioAlone,
    FramesWithReferences,
    Lacking,
    LastWithoutFirst,
    LengthOutside,
    MediaProblem,
    MediumNotAccepted,
    MediumTooLarge,
    NotTogether,
    SearchWithMedia,
    SidesOutside,
    TogetherTooLong,
    TooFewPixels,
    TooManyMedia,
)
from bot.domain.models import AUTOMATIC, Capability, Feature, MediumRule

OVER_SECONDS = 0.2
"""By how much a file, or all of a kind together, may be longer than documented: the model takes 15.2 s elsewhere."""

SLACK_SECONDS = 0.05
"""By how much a file may be shorter: containers hold whole frames, so that what was cut to 2 s may play a little less.

A frame of AAC lasts 0.023 s at 44.1 kHz; an MP3 without a note of its encoder's delay plays about 0.05 s more than it
was made of; a picture lasts 0.042 s at 24 a second.
"""

_KINDS = {Kind.IMAGE: Feature.IMAGES, Kind.VIDEO: Feature.VIDEOS, Kind.AUDIO: Feature.AUDIO}
_KIND_FEATURES = frozenset(_KINDS.values())
# Combinations with a sentence of their own.
_EXCLUDED: dict[tuple[Feature, Feature], MediaProblem] = {
    (Feature.FRAMES, Feature.REFERENCES): FramesWithReferences(),
    (Feature.WEB_SEARCH, Feature.MEDIA): SearchWithMedia(),
}
_LACKING: dict[tuple[Feature, Sequence[Feature]], MediaProblem] = {
    (Feature.LAST_FRAME, (Feature.FIRST_FRAME,)): LastWithoutFirst(),
    (Feature.AUDIO, (Feature.IMAGES, Feature.VIDEOS)): AudioAlone(),
}


@dataclass(frozen=True, slots=True)
class AssignedMedium:
    """A medium and where its member put it."""

    which: str
    medium: Medium


def assign(which: str, source: StoredFile | AssetUse, role: Role | None) -> AssignedMedium:
    """Give a file or an asset its role; without one it is a reference of its own kind."""
    return AssignedMedium(which, Medium(role or Role.of_reference(source.kind), source))


def in_order(media: Sequence[AssignedMedium]) -> tuple[Medium, ...]:
    """Put media in the order of their roles, which is how a prompt counts them."""
    order = list(Role)
    return tuple(sorted((each.medium for each in media), key=lambda medium: order.index(medium.role)))


def broken_rules(
    media: Sequence[AssignedMedium], capability: Capability, *, sound: bool | None = None
) -> list[MediaProblem]:
    """List every rule that these media break; `sound` as it was asked for."""
    problems: list[MediaProblem] = []
    for each in media:
        if (rule := capability.rules.get(each.medium.role)) is not None:
            problems += _of_one(each, rule)
    references = [each.medium for each in media if each.medium.role.refers]
    for kind in Kind:
        problems += _of_kind(references, kind, capability)
    if capability.max_references is not None and len(references) > capability.max_references:
        problems.append(TooManyMedia(None, len(references), capability.max_references))
    features = {feature for each in media for feature in features_of(each.medium.role)}
    problems += wrong_together(features | ({Feature.SOUND} if sound else set()), capability, kinds=True)
    return problems


def features_of(role: Role | None) -> frozenset[Feature]:
    """List what a medium in that role brings into a request; None: a reference of an unknown kind."""
    match role:
        case None:
            return frozenset({Feature.MEDIA, Feature.REFERENCES})
        case Role.FIRST_FRAME:
            return frozenset({Feature.MEDIA, Feature.IMAGES, Feature.FRAMES, Feature.FIRST_FRAME})
        case Role.LAST_FRAME:
            return frozenset({Feature.MEDIA, Feature.IMAGES, Feature.FRAMES, Feature.LAST_FRAME})
        case _:
            return frozenset({Feature.MEDIA, Feature.REFERENCES, _KINDS[role.kind]})


def wrong_together(
    features: AbstractSet[Feature], capability: Capability, *, kinds: bool = False
) -> Iterator[MediaProblem]:
    """List what does not go together, and what lacks something that it needs.

    `kinds`: of those combinations alone that only the kinds of the files decide, else of all others.
    """
    features = features | {Feature.PROMPT}
    for one, other in capability.excludes:
        if kinds is not _KIND_FEATURES.isdisjoint({one, other}) and {one, other} <= features:
            yield _EXCLUDED.get((one, other)) or NotTogether(one, other)
    for feature, needed in capability.needs.items():
        decided = kinds is not _KIND_FEATURES.isdisjoint({feature, *needed})
        if decided and feature in features and features.isdisjoint(needed):
            yield _LACKING.get((feature, needed)) or Lacking(feature, tuple(needed))


def wrong_operation(
    operation: Operation, duration: int, roles: Sequence[Role | None], capability: Capability
) -> Iterator[ChainProblem]:
    """List what keeps videos in these roles (None: any reference) from being extended or changed."""
    if operation is Operation.GENERATE:
        return
    if operation not in capability.operations:
        yield OperationUnsupported(operation)
    if Role.REFERENCE_VIDEO not in roles:
        yield SourceMissing(operation)
    if operation is Operation.EDIT and duration != AUTOMATIC:
        yield LengthStays()


def _of_one(each: AssignedMedium, rule: MediumRule) -> Iterator[MediaProblem]:
    match each.medium.source:
        case AssetUse(_, kind, name) if kind is not each.medium.kind:
            yield AssetOfOtherKind(name, kind, each.medium.kind, each.which)
        case StoredFile() as stored:
            yield from wrong_file(each.which, stored, rule)
        case AssetUse():
            pass


def wrong_file(which: str, stored: StoredFile, rule: MediumRule) -> Iterator[MediaProblem]:
    """List what a file that is to take a role breaks of its rule."""
    if stored.format not in rule.formats:
        yield MediumNotAccepted(which, stored.format.name, rule.formats)
        return
    if stored.size > rule.max_bytes:
        yield MediumTooLarge(which, stored.size, rule.max_bytes)
    seen = stored.given
    if rule.sides is not None:
        minimum, maximum = rule.sides
        if min(stored.width, stored.height) < minimum or max(stored.width, stored.height) > maximum:
            yield SidesOutside(which, seen.width, seen.height, minimum, maximum)
    # Compared without a division, which would be off by a hair at the limit itself.
    if rule.aspect is not None:
        narrow, long = rule.aspect
        if not narrow * stored.height <= stored.width <= long * stored.height:
            yield AspectOutside(which, seen.width, seen.height, narrow, long)
    if rule.pixels is not None and stored.width * stored.height < rule.pixels[0]:
        yield TooFewPixels(which, seen.width, seen.height, rule.pixels[0])
    if rule.seconds is not None:
        shortest, longest = rule.seconds
        if stored.seconds is None or not shortest - SLACK_SECONDS <= stored.seconds <= longest + OVER_SECONDS:
            yield LengthOutside(which, stored.seconds or 0.0, shortest, longest)


def _of_kind(references: Sequence[Medium], kind: Kind, capability: Capability) -> Iterator[MediaProblem]:
    of_kind = [medium for medium in references if medium.kind is kind]
    role = Role.of_reference(kind)
    rule = capability.rules.get(role)
    maximum = 0 if rule is None else capability.max_count[role]
    if len(of_kind) > maximum:
        yield TooManyMedia(kind, len(of_kind), maximum)
    together = None if rule is None else rule.together
    seconds = sum(medium.source.seconds or 0.0 for medium in of_kind if isinstance(medium.source, StoredFile))
    # One file alone is judged by its own length.
    if together is not None and len(of_kind) > 1 and seconds > together + OVER_SECONDS:
        yield TogetherTooLong(kind, seconds, together)
