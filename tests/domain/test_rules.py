"""The rules of media, at each limit and one past it, for every model of every dialect."""

from dataclasses import replace

import pytest

from bot.domain.media import AssetUse, Kind, MediaFormat, Medium, Role, StoredFile
from bot.domain.media_problems import (
    AspectOutside,
    AssetOfOtherKind,
    AudioAlone,
    LengthOutside,
    MediumNotAccepted,
    MediumTooLarge,
    SidesOutside,
    TogetherTooLong,
    TooFewPixels,
    TooManyMedia,
)
from bot.domain.models import Capability, Dialect, Model
from bot.domain.rules import AssignedMedium, assign, broken_rules, in_order
from tests.models import CAPABILITIES

ABLE = [
    pytest.param(capability, dialect, id=f"{dialect}-{model}")
    for dialect, models in CAPABILITIES.items()
    for model, capability in models.items()
]
NEWEST = CAPABILITIES[Dialect.VIDEOS][Model.SEEDANCE_2_5]
OLDER = [each for each in ABLE if each.values[0] is not NEWEST]
MEBIBYTE = 1024 * 1024
IMAGE = StoredFile("a" * 64, MediaFormat.PNG, 1000, 640, 480)
VIDEO = StoredFile("b" * 64, MediaFormat.MP4, 1000, 1280, 720, 5.0)
AUDIO = StoredFile("c" * 64, MediaFormat.MP3, 1000, 0, 0, 5.0)
OF_KIND = {Kind.IMAGE: IMAGE, Kind.VIDEO: VIDEO, Kind.AUDIO: AUDIO}
KIRA = {kind: AssetUse("pa_1", kind, "Kira") for kind in Kind}
IMAGES = (MediaFormat.JPEG, MediaFormat.PNG, MediaFormat.WEBP)
TIMED = [(VIDEO, Role.REFERENCE_VIDEO), (AUDIO, Role.REFERENCE_AUDIO)]


def broken(capability: Capability, *sources: StoredFile | AssetUse, role: Role | None = None) -> list[object]:
    return broken_rules([assign(f"m{number}", each, role) for number, each in enumerate(sources, 1)], capability)


def besides(capability: Capability, sound: StoredFile, role: Role | None = None) -> list[object]:
    """What is wrong with a sound that is not alone."""
    return broken_rules([assign("m1", sound, role), assign("asset", KIRA[Kind.IMAGE], None)], capability)


def whys_of(capability: Capability, source: StoredFile, role: Role | None) -> list[object]:
    return besides(capability, source, role) if source.kind is Kind.AUDIO else broken(capability, source, role=role)


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize("role", list(Role))
def test_bytes(capability: Capability, dialect: Dialect, role: Role) -> None:
    references = 30 * MEBIBYTE - 1 if dialect is Dialect.VIDEO else 10 * MEBIBYTE
    maximum = {
        Role.FIRST_FRAME: 10 * MEBIBYTE,
        Role.LAST_FRAME: 10 * MEBIBYTE,
        Role.REFERENCE_IMAGE: references,
        Role.REFERENCE_VIDEO: 50 * MEBIBYTE - 1,
        Role.REFERENCE_AUDIO: 15 * MEBIBYTE - 1,
    }[role]
    source = OF_KIND[role.kind]
    assert whys_of(capability, replace(source, size=maximum), role) == []
    assert whys_of(capability, replace(source, size=maximum + 1), role) == [MediumTooLarge("m1", maximum + 1, maximum)]


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(
    ("width", "height", "rules"),
    [
        (300, 300, ""),
        (300, 299, "sides"),
        (299, 300, "sides"),
        (6000, 6000, ""),
        (6000, 6001, "sides"),
        (6001, 6000, "sides"),
        (400, 1000, ""),
        (399, 1000, "aspect"),
        (400, 1001, "aspect"),
        (1000, 400, ""),
        (1000, 399, "aspect"),
        (1001, 400, "aspect"),
        (2400, 6000, ""),
        (2399, 6000, "aspect"),
        (6000, 2400, ""),
        (6000, 2399, "aspect"),
        (6001, 299, "sides aspect"),
    ],
)
def test_sides_and_aspect(capability, dialect, width, height, rules) -> None:
    expected = []
    if "sides" in rules:
        expected.append(SidesOutside("m1", width, height, 300, 6000))
    if "aspect" in rules:
        expected.append(AspectOutside("m1", width, height, 0.4, 2.5))
    for role in (Role.FIRST_FRAME, Role.LAST_FRAME, Role.REFERENCE_IMAGE, None):
        assert broken(capability, replace(IMAGE, width=width, height=height), role=role) == expected


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
def test_no_side_rounds_an_aspect_away(capability: Capability, dialect: Dialect) -> None:
    for long in range(750, 6001, 5):
        short = long * 2 // 5
        for width, height in ((short, long), (long, short)):
            assert broken(capability, replace(IMAGE, width=width, height=height)) == []
            past = replace(IMAGE, width=width - (width == short), height=height - (height == short))
            assert [type(problem) for problem in broken(capability, past)][-1:] == [AspectOutside]


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(("source", "role"), TIMED)
@pytest.mark.parametrize(
    ("seconds", "taken"),
    # Containers hold whole frames: what was cut to 2 s may play 0.05 s less; up to 0.2 s more are forgiven.
    [(1.94, False), (1.95, True), (2.0, True), (15.0, True), (15.2, True), (15.21, False), (0.0, False)],
)
def test_lengths(capability, dialect, source, role, seconds, taken) -> None:
    problems = [] if taken else [LengthOutside("m1", seconds, 2.0, 15.0)]
    assert whys_of(capability, replace(source, seconds=seconds), role) == problems


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(
    ("width", "height", "taken"), [(854, 480, True), (640, 640, True), (853, 480, False), (480, 853, False)]
)
def test_a_video_has_pixels_enough(capability, dialect, width, height, taken) -> None:
    problems = [] if taken else [TooFewPixels("m1", width, height, 409_600)]
    assert whys_of(capability, replace(VIDEO, width=width, height=height), Role.REFERENCE_VIDEO) == problems


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(("source", "role"), TIMED)
def test_an_unknown_length_is_outside(capability, dialect, source, role) -> None:
    assert whys_of(capability, replace(source, seconds=None), role) == [LengthOutside("m1", 0.0, 2.0, 15.0)]


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(("source", "role"), TIMED)
@pytest.mark.parametrize(
    ("lengths", "taken"),
    [
        ((5.0, 5.0, 5.0), True),
        ((5.05, 5.05, 5.05), True),
        ((5.1, 5.1, 5.1), False),
        ((10.0, 5.2), True),
        ((10.0, 5.21), False),
        ((13.0, 2.0), True),
    ],
)
def test_lengths_together(capability, dialect, source, role, lengths, taken) -> None:
    media = [AssignedMedium("x", Medium(role, replace(source, seconds=each))) for each in lengths]
    problems = broken_rules([*media, assign("asset", KIRA[Kind.IMAGE], None)], capability)
    kinds = [(type(problem), getattr(problem, "kind", None), getattr(problem, "maximum", None)) for problem in problems]
    assert kinds == ([] if taken or capability is NEWEST else [(TogetherTooLong, source.kind, 15.0)])


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
def test_videos_and_sounds_have_their_own_fifteen_seconds(capability: Capability, dialect: Dialect) -> None:
    assert broken(capability, replace(VIDEO, seconds=15.0), replace(AUDIO, seconds=15.0)) == []


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize(("kind", "maximum", "newest"), [(Kind.IMAGE, 9, 30), (Kind.VIDEO, 3, 10), (Kind.AUDIO, 3, 10)])
@pytest.mark.parametrize("assets", [0, 1, 2])
def test_numbers(capability, dialect, kind, maximum, newest, assets) -> None:
    maximum = newest if capability is NEWEST else maximum
    source = OF_KIND[kind] if kind is Kind.IMAGE else replace(OF_KIND[kind], seconds=2.0)
    company = [] if kind is not Kind.AUDIO else [KIRA[Kind.VIDEO]]
    at = [*[source] * (maximum - assets), *[KIRA[kind]] * assets, *company]
    assert broken(capability, *at) == []
    assert broken(capability, source, *at) == [TooManyMedia(kind, maximum + 1, maximum)]
    assert broken(capability, KIRA[kind], *at) == [TooManyMedia(kind, maximum + 1, maximum)]


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
def test_the_most_of_everything_goes_together(capability: Capability, dialect: Dialect) -> None:
    short = [replace(each, seconds=5.0) for each in (VIDEO, AUDIO)]
    assert broken(capability, *[IMAGE] * 9, *[short[0]] * 3, *[short[1]] * 3) == []


def test_all_references_together_are_at_most_fifty() -> None:
    # Each as long as one may be: how long they may be together is written of models that take three.
    most = [*[IMAGE] * 30, *[replace(VIDEO, seconds=15.0)] * 10, *[replace(AUDIO, seconds=15.0)] * 10]
    assert broken(NEWEST, *most) == []
    assert broken(NEWEST, *most, KIRA[Kind.AUDIO]) == [TooManyMedia(Kind.AUDIO, 11, 10), TooManyMedia(None, 51, 50)]


def test_the_newest_model_takes_a_sound_alone() -> None:
    assert broken(NEWEST, AUDIO) == []


@pytest.mark.parametrize(("capability", "dialect"), OLDER)
def test_a_sound_is_never_alone(capability: Capability, dialect: Dialect) -> None:
    for sounds in ([AUDIO], [AUDIO, AUDIO], [KIRA[Kind.AUDIO]], [AUDIO, KIRA[Kind.AUDIO]]):
        assert broken(capability, *sounds) == [AudioAlone()]
        for company in (IMAGE, VIDEO, KIRA[Kind.IMAGE], KIRA[Kind.VIDEO]):
            assert broken(capability, *sounds, company) == []


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize("role", list(Role))
def test_each_role_takes_its_formats(capability: Capability, dialect: Dialect, role: Role) -> None:
    accepted = {
        Kind.IMAGE: IMAGES,
        Kind.VIDEO: (MediaFormat.MP4, MediaFormat.MOV),
        Kind.AUDIO: (MediaFormat.MP3, MediaFormat.WAV),
    }[role.kind]
    company = [assign("asset", KIRA[Kind.IMAGE], None)] if role is Role.REFERENCE_AUDIO else []
    for form in MediaFormat:
        source = replace(OF_KIND[form.kind], format=form)
        problems = [] if form in accepted else [MediumNotAccepted("m1", form.name, accepted)]
        assert broken_rules([assign("m1", source, role), *company], capability) == problems


@pytest.mark.parametrize(("capability", "dialect"), ABLE)
@pytest.mark.parametrize("role", [Role.FIRST_FRAME, Role.LAST_FRAME])
@pytest.mark.parametrize("kind", list(Kind))
def test_an_asset_takes_a_frame_only_as_an_image(capability, dialect, role, kind) -> None:
    problems = [] if kind is Kind.IMAGE else [AssetOfOtherKind("Kira", kind, Kind.IMAGE, "m1")]
    assert broken(capability, KIRA[kind], role=role) == problems


@pytest.mark.parametrize(("capability", "dialect"), OLDER)
def test_every_mistake_is_named_at_once(capability: Capability, dialect: Dialect) -> None:
    bad = replace(IMAGE, width=100, height=6001, size=10**9)
    max_image = capability.rules[Role.REFERENCE_IMAGE].max_bytes
    assert broken(capability, bad, replace(VIDEO, seconds=16.0, size=10**9), VIDEO, AUDIO, AUDIO, AUDIO, AUDIO) == [
        MediumTooLarge("m1", 10**9, max_image),
        SidesOutside("m1", 100, 6001, 300, 6000),
        AspectOutside("m1", 100, 6001, 0.4, 2.5),
        MediumTooLarge("m2", 10**9, 50 * MEBIBYTE - 1),
        LengthOutside("m2", 16.0, 2.0, 15.0),
        TogetherTooLong(Kind.VIDEO, 21.0, 15.0),
        TooManyMedia(Kind.AUDIO, 4, 3),
        TogetherTooLong(Kind.AUDIO, 20.0, 15.0),
    ]


def test_media_go_out_in_the_order_of_their_roles_and_else_as_given() -> None:
    other = replace(IMAGE, sha256="d" * 64)
    given = [assign("x", each, None) for each in (AUDIO, other, KIRA[Kind.VIDEO], VIDEO, IMAGE)]
    assert [medium.source for medium in in_order(given)] == [other, IMAGE, KIRA[Kind.VIDEO], VIDEO, AUDIO]
    frames = [assign("l", IMAGE, Role.LAST_FRAME), assign("f", other, Role.FIRST_FRAME)]
    assert [medium.source for medium in in_order(frames)] == [other, IMAGE]
