"""The rules of media, judged from what the files really are. Pure; every mistake is named, not only the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.media import AssetUse, Kind, Medium, Role, StoredFile
from bot.domain.media_problems import (
    AspectOutside,
    AssetOfOtherKind,
    AudioAlone,
    LengthOutside,
    MediaProblem,
    MediumNotAccepted,
    MediumTooLarge,
    SidesOutside,
    TogetherTooLong,
    TooFewPixels,
    TooManyMedia,
)
from bot.domain.models import Capability, MediumRule

OVER_SECONDS = 0.2
"""By how much a file, or all of a kind together, may be longer than documented: the model takes 15.2 s elsewhere."""

SLACK_SECONDS = 0.05
"""By how much a file may be shorter: containers hold whole frames, so that what was cut to 2 s may play a little less.

A frame of AAC lasts 0.023 s at 44.1 kHz; an MP3 without a note of its encoder's delay plays about 0.05 s more than it
was made of; a picture lasts 0.042 s at 24 a second.
"""


@dataclass(frozen=True, slots=True)
class AssignedMedium:
    """A medium and where its member put it."""

    which: str
    medium: Medium


def placed(which: str, source: StoredFile | AssetUse, role: Role | None, capability: Capability) -> AssignedMedium:
    """Give a file or an asset its role; without one it is a reference of its own kind."""
    return AssignedMedium(which, Medium(role or capability.role_of(source.kind), source))


def in_order(media: Sequence[AssignedMedium]) -> tuple[Medium, ...]:
    """Put media in the order of their roles, which is how a prompt counts them."""
    order = list(Role)
    return tuple(sorted((each.medium for each in media), key=lambda medium: order.index(medium.role)))


def broken_rules(media: Sequence[AssignedMedium], capability: Capability) -> list[MediaProblem]:
    """List every rule that these media break."""
    problems: list[MediaProblem] = []
    for each in media:
        problems += _of_one(each, capability.rules[each.medium.role])
    for kind in Kind:
        problems += _of_kind([each.medium for each in media if each.medium.role.refers], kind, capability)
    kinds = {each.medium.kind for each in media}
    if kinds == {Kind.AUDIO}:
        problems.append(AudioAlone())
    return problems


def _of_one(each: AssignedMedium, rule: MediumRule) -> Iterator[MediaProblem]:
    match each.medium.source:
        case AssetUse(_, kind, name) if kind is not each.medium.kind:
            yield AssetOfOtherKind(name, kind, each.medium.kind)
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
    role = capability.role_of(kind)
    if len(of_kind) > capability.max_count[role]:
        yield TooManyMedia(kind, len(of_kind), capability.max_count[role])
    together = capability.rules[role].together
    seconds = sum(medium.source.seconds or 0.0 for medium in of_kind if isinstance(medium.source, StoredFile))
    # One file alone is judged by its own length.
    if together is not None and len(of_kind) > 1 and seconds > together + OVER_SECONDS:
        yield TogetherTooLong(kind, seconds, together)
