"""Real files at every limit of the provider and one past it, all the way: fetched, looked at, kept, and judged."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.domain.errors import Refusal
from bot.domain.media import AttachmentInput, Kind, MediaFormat, Role, StoredFile
from bot.domain.media_problems import (
    AspectOutside,
    AudioAlone,
    LengthOutside,
    MediumTooLarge,
    SidesOutside,
    TogetherTooLong,
    TooFewPixels,
    TooManyMedia,
)
from bot.domain.models import Capability, Dialect, Model
from bot.domain.rules import assign, broken_rules
from bot.media.disk_media import DiskMedia
from tests.media.made import RATE, Made, padded
from tests.media.places import PATIENT, a_picture, a_png_of, place
from tests.models import CAPABILITIES, capability_of

JPEG, PNG, WEBP, MP4, MOV, MP3, WAV = MediaFormat
MEBIBYTE = 1024 * 1024
EVERY = [able for models in CAPABILITIES.values() for able in models.values()]
FRAMES = (Role.FIRST_FRAME, Role.LAST_FRAME)

Keep = Callable[..., object]


@pytest.fixture
async def keep(tmp_path: Path) -> AsyncIterator[Keep]:
    async with keeping(tmp_path) as it:
        yield it


@asynccontextmanager
async def keeping(folder: Path) -> AsyncIterator[Keep]:
    """Keep a body as our own copy, or all that is wrong with it; Discord's word for its size is small."""
    async with place() as there, DiskMedia(folder, frozenset({"127.0.0.1"}), timeouts=PATIENT) as media:

        async def keep(body: bytes, able: Capability = EVERY[0], role: Role | None = None) -> StoredFile | list[object]:
            there.pages["/file"] = body
            try:
                return await media.keep(AttachmentInput(f"{there.url}/file", "file.bin", 10, role, "mine"), able)
            except Refusal as refusal:
                return list(refusal.problems)

        yield keep


def wrong(able: Capability, *kept: StoredFile, role: Role | None = None) -> list[object]:
    """What is wrong with these files together, beside that sounds may be alone, and that our videos are tiny."""
    problems = broken_rules([assign("mine", each, role) for each in kept], able)
    return [problem for problem in problems if not isinstance(problem, AudioAlone | TooFewPixels)]


BYTES = [
    (Dialect.VIDEO, Role.FIRST_FRAME, JPEG, 10 * MEBIBYTE),
    (Dialect.VIDEO, Role.LAST_FRAME, WEBP, 10 * MEBIBYTE),
    (Dialect.VIDEO, Role.REFERENCE_IMAGE, PNG, 30 * MEBIBYTE - 1),
    (Dialect.VIDEO, None, JPEG, 30 * MEBIBYTE - 1),
    (Dialect.VIDEO, Role.REFERENCE_VIDEO, MP4, 50 * MEBIBYTE - 1),
    (Dialect.VIDEO, None, MOV, 50 * MEBIBYTE - 1),
    (Dialect.VIDEO, Role.REFERENCE_AUDIO, WAV, 15 * MEBIBYTE - 1),
    (Dialect.VIDEO, None, MP3, 15 * MEBIBYTE - 1),
    (Dialect.VIDEOS, Role.FIRST_FRAME, PNG, 10 * MEBIBYTE),
    (Dialect.VIDEOS, Role.REFERENCE_IMAGE, JPEG, 10 * MEBIBYTE),
    (Dialect.VIDEOS, None, WEBP, 10 * MEBIBYTE),
    (Dialect.VIDEOS, None, MP4, 50 * MEBIBYTE - 1),
    (Dialect.VIDEOS, None, WAV, 15 * MEBIBYTE - 1),
]


@pytest.mark.parametrize(("dialect", "role", "form", "most"), BYTES)
async def test_bytes(keep: Keep, made: Made, dialect, role, form, most) -> None:
    able = capability_of(Model.SEEDANCE_2, dialect)
    # Pictures may have bytes behind their end.
    body = made.video(2, form.suffix, size="864x480") if form.kind == "video" else made.of(form)
    kept = await keep(padded(body, form, most), able, role)
    assert isinstance(kept, StoredFile)
    assert (kept.size, kept.format, wrong(able, kept, role=role)) == (most, form, [])
    # Of what has one byte more a smaller copy goes out.
    copy = await keep(padded(body, form, most + 1), able, role)
    assert isinstance(copy, StoredFile)
    assert (copy.size <= most, copy.kind, wrong(able, copy, role=role)) == (True, form.kind, [])
    assert copy.original is not None


SIDES = [
    (300, 300, ""),
    (300, 299, "sides"),
    (299, 300, "sides"),
    (6000, 6000, ""),
    (1000, 400, ""),
    (1001, 400, "aspect"),
    (1000, 399, "aspect"),
    (400, 1000, ""),
    (399, 1000, "aspect"),
    (400, 1001, "aspect"),
    (2400, 6000, ""),
    (6000, 2399, "aspect"),
    (750, 299, "sides aspect"),
]


async def test_sides_and_aspect(keep: Keep) -> None:
    for width, height, rules in SIDES:
        kept = await keep(a_png_of(width, height, whole=True))
        assert isinstance(kept, StoredFile)
        expected = [SidesOutside("mine", width, height, 300, 6000)] * ("sides" in rules)
        expected += [AspectOutside("mine", width, height, 0.4, 2.5)] * ("aspect" in rules)
        for able in EVERY:
            for role in (*FRAMES, Role.REFERENCE_IMAGE, None):
                assert wrong(able, kept, role=role) == expected


@pytest.mark.parametrize("form", [JPEG, WEBP])
async def test_sides_of_the_other_formats(keep: Keep, form) -> None:
    for size, problems in (((1000, 400), []), ((1001, 400), [AspectOutside("mine", 1001, 400, 0.4, 2.5)])):
        kept = await keep(a_picture(form.name, size))
        assert isinstance(kept, StoredFile)
        assert [wrong(able, kept) for able in EVERY] == [problems] * len(EVERY)


@pytest.mark.parametrize("form", [MP4, MOV])
@pytest.mark.parametrize(
    # A picture lasts 0.042 s: one less is what a container rounds; four more are within 0.2 s.
    ("pictures", "taken"),
    [(48, True), (47, True), (46, False), (360, True), (364, True), (365, False), (24, False), (720, False)],
)
async def test_lengths_of_videos(keep: Keep, made: Made, form, pictures, taken) -> None:
    kept = await keep(made.video(pictures / RATE, form.suffix))
    assert isinstance(kept, StoredFile)
    assert kept.seconds == pytest.approx(pictures / RATE, abs=0.011)
    problems = [] if taken else [LengthOutside("mine", kept.seconds, 2.0, 15.0)]
    assert [wrong(able, kept) for able in EVERY] == [problems] * len(EVERY)


@pytest.mark.parametrize("form", [MP3, WAV])
@pytest.mark.parametrize(
    ("seconds", "taken"),
    [(2.0, True), (1.9, False), (15.0, True), (15.1, True), (15.3, False), (1.0, False), (31.0, False)],
)
async def test_lengths_of_sounds(keep: Keep, made: Made, form, seconds, taken) -> None:
    kept = await keep(made.sound(seconds, form.suffix))
    assert isinstance(kept, StoredFile)
    assert kept.seconds == pytest.approx(seconds, abs=0.001)
    problems = [] if taken else [LengthOutside("mine", kept.seconds, 2.0, 15.0)]
    assert [wrong(able, kept) for able in EVERY] == [problems] * len(EVERY)


@pytest.mark.parametrize(("seconds", "taken"), [(1.949, False), (1.95, True), (15.2, True), (15.201, False)])
async def test_the_slack_of_a_length_has_an_end(keep: Keep, made: Made, seconds, taken) -> None:
    """A WAV is as long as its samples, to the last one."""
    kept = await keep(made.sound(seconds, ".wav"))
    assert isinstance(kept, StoredFile)
    assert [wrong(able, kept) == [] for able in EVERY] == [taken] * len(EVERY)


async def test_what_was_cut_to_a_length_is_taken_however_it_was_written(keep: Keep, made: Made) -> None:
    longest = [
        made.with_sound(15),
        made.with_sound(15, ".mov"),
        made.sound(15, ".mp3", "-write_xing", "0"),
        made.sound(15, ".mp3", "-ar", "22050"),
        made.sound(15, ".mp3", "-b:a", "320k"),
        made.video(15, ".mp4", codec=("-c:v", "libx264", "-bf", "8", "-pix_fmt", "yuv420p")),
    ]
    for body in longest:
        kept = await keep(body)
        assert isinstance(kept, StoredFile)
        assert [wrong(able, kept) for able in EVERY] == [[]] * len(EVERY)


@pytest.mark.parametrize(
    ("form", "lengths", "taken"),
    [
        (MP4, (13.0, 2.0), True),
        (MP4, (13.25, 2.0), False),
        (MOV, (5.0, 5.0, 5.0), True),
        (MOV, (5.0, 5.0, 5.25), False),
        (MP3, (13.0, 2.0), True),
        (MP3, (13.3, 2.0), False),
        (WAV, (5.0, 5.0, 5.0), True),
        (WAV, (5.0, 5.0, 5.3), False),
    ],
)
async def test_lengths_together(keep: Keep, made: Made, form, lengths, taken) -> None:
    kept = [await keep(made.of(form, each)) for each in lengths]
    together = sum(each.seconds for each in kept)
    problems = [] if taken else [TogetherTooLong(form.kind, together, 15.0)]
    # The newest takes ten, however long they are together.
    assert [wrong(able, *kept) for able in EVERY] == [[] if able.max_references else problems for able in EVERY]


async def test_numbers_and_company(keep: Keep, made: Made) -> None:
    image, video, sound = [await keep(made.of(form, 2.0)) for form in (WEBP, MOV, MP3)]
    for able in EVERY:
        newest = able.max_references is not None
        images, others = (30, 10) if newest else (9, 3)
        full = [*[image] * images, *[video] * others, *[sound] * others]
        assert wrong(able, *full) == []
        assert wrong(able, *full, image)[:1] == [TooManyMedia(Kind.IMAGE, images + 1, images)]
        for one_more in (video, sound):
            assert wrong(able, *full, one_more)[:1] == [TooManyMedia(one_more.kind, others + 1, others)]
        for company, problems in (([], [] if newest else [AudioAlone()]), ([image], []), ([video], [])):
            found = broken_rules([assign("mine", each, None) for each in (sound, *company)], able)
            assert [problem for problem in found if not isinstance(problem, TooFewPixels)] == problems


async def test_a_file_that_breaks_several_rules_hears_of_all(keep: Keep, made: Made) -> None:
    image = await keep(padded(a_png_of(100, 6001, whole=True), PNG, 11 * MEBIBYTE))
    video, sound = await keep(made.of(MP4, 16.0)), await keep(made.of(WAV, 1.0))
    for able in EVERY:
        beyond = image.size > able.rules[Role.REFERENCE_IMAGE].max_bytes
        assert wrong(able, image, video, video, sound) == [
            *[MediumTooLarge("mine", 11 * MEBIBYTE, 10 * MEBIBYTE)] * beyond,
            SidesOutside("mine", 100, 6001, 300, 6000),
            AspectOutside("mine", 100, 6001, 0.4, 2.5),
            LengthOutside("mine", video.seconds, 2.0, 15.0),
            LengthOutside("mine", video.seconds, 2.0, 15.0),
            LengthOutside("mine", sound.seconds, 2.0, 15.0),
            *[TogetherTooLong(Kind.VIDEO, video.seconds * 2, 15.0)] * (not able.max_references),
        ]
