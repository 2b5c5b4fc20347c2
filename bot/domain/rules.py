"""The rules of media, judged from what the files really are. Pure; every mistake is named, not only the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.domain.media import AssetUse, Kept, Kind, Medium, Role
from bot.domain.media_whys import (
    AspectOutside,
    AssetOfOtherKind,
    LengthOutside,
    MediaWhy,
    MediumNotAccepted,
    MediumTooLarge,
    SidesOutside,
    SoundAlone,
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
class Placed:
    """A medium and where its member put it."""

    which: str
    medium: Medium


def placed(which: str, source: Kept | AssetUse, role: Role | None, able: Capability) -> Placed:
    """Give a file or an asset its role; without one it is a reference of its own kind."""
    return Placed(which, Medium(role or able.role_of(source.kind), source))


def in_order(media: Sequence[Placed]) -> tuple[Medium, ...]:
    """Put media in the order of their roles, which is how a prompt counts them."""
    order = list(Role)
    return tuple(sorted((each.medium for each in media), key=lambda medium: order.index(medium.role)))


def broken_rules(media: Sequence[Placed], able: Capability) -> list[MediaWhy]:
    """List every rule that these media break."""
    whys: list[MediaWhy] = []
    for each in media:
        whys += _of_one(each, able.rules[each.medium.role])
    for kind in Kind:
        whys += _of_kind([each.medium for each in media if each.medium.role.refers], kind, able)
    kinds = {each.medium.kind for each in media}
    if kinds == {Kind.AUDIO}:
        whys.append(SoundAlone())
    return whys


def _of_one(each: Placed, rule: MediumRule) -> Iterator[MediaWhy]:
    match each.medium.source:
        case AssetUse(_, kind, name) if kind is not each.medium.kind:
            yield AssetOfOtherKind(name, kind, each.medium.kind)
        case Kept() as kept:
            yield from wrong_file(each.which, kept, rule)
        case AssetUse():
            pass


def wrong_file(which: str, kept: Kept, rule: MediumRule) -> Iterator[MediaWhy]:
    """List what a file that is to take a role breaks of its rule."""
    if kept.format not in rule.formats:
        yield MediumNotAccepted(which, kept.format.name, rule.formats)
        return
    if kept.size > rule.bytes_most:
        yield MediumTooLarge(which, kept.size, rule.bytes_most)
    seen = kept.given
    if rule.sides is not None:
        least, most = rule.sides
        if min(kept.width, kept.height) < least or max(kept.width, kept.height) > most:
            yield SidesOutside(which, seen.width, seen.height, least, most)
    # Compared without a division, which would be off by a hair at the limit itself.
    if rule.aspect is not None:
        narrow, long = rule.aspect
        if not narrow * kept.height <= kept.width <= long * kept.height:
            yield AspectOutside(which, seen.width, seen.height, narrow, long)
    if rule.pixels is not None and kept.width * kept.height < rule.pixels[0]:
        yield TooFewPixels(which, seen.width, seen.height, rule.pixels[0])
    if rule.seconds is not None:
        shortest, longest = rule.seconds
        if kept.seconds is None or not shortest - SLACK_SECONDS <= kept.seconds <= longest + OVER_SECONDS:
            yield LengthOutside(which, kept.seconds or 0.0, shortest, longest)


def _of_kind(references: Sequence[Medium], kind: Kind, able: Capability) -> Iterator[MediaWhy]:
    of_kind = [medium for medium in references if medium.kind is kind]
    role = able.role_of(kind)
    if len(of_kind) > able.most[role]:
        yield TooManyMedia(kind, len(of_kind), able.most[role])
    together = able.rules[role].together
    seconds = sum(medium.source.seconds or 0.0 for medium in of_kind if isinstance(medium.source, Kept))
    # One file alone is judged by its own length.
    if together is not None and len(of_kind) > 1 and seconds > together + OVER_SECONDS:
        yield TogetherTooLong(kind, seconds, together)
