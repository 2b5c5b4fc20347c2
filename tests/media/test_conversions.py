"""What is made of a file before it goes out: facts and a rule in, a conversion or nothing out."""

import pytest

from bot.domain.media import Kind, MediaFormat, Role
from bot.domain.models import Dialect, Model
from bot.media.conversions import AsImage, conversion_for
from bot.media.facts import Facts
from bot.media.sniff import Found
from tests.models import capability_of

MAX = 10 * 1024 * 1024
RULE = capability_of(Model.SEEDANCE_2).rules[Role.FIRST_FRAME]
JPEG, PNG, WEBP = (Found(form.name, frozenset({Kind.IMAGE}), form) for form in RULE.formats)
HEIC, GIF, TIFF = (Found(name, frozenset({Kind.IMAGE})) for name in ("HEIC", "GIF", "TIFF"))


def chosen(found: Found, facts: Facts, size: int = 1000) -> AsImage | None:
    made = conversion_for(found, facts, size, RULE)
    assert made is None or isinstance(made, AsImage)
    return made


@pytest.mark.parametrize("found", [JPEG, PNG, WEBP])
def test_what_the_provider_takes_goes_out_as_it_is(found) -> None:
    for sides in ((300, 300), (6000, 6000), (3000, 1200)):
        assert chosen(found, Facts(*sides), MAX) is None


def test_an_animated_png_is_its_first_picture_to_every_reader_and_an_animated_webp_is_not() -> None:
    moves = Facts(640, 360, animated=True)
    assert chosen(PNG, moves) is None
    assert chosen(WEBP, moves) == AsImage(MediaFormat.JPEG, 640, 360, MAX)


@pytest.mark.parametrize(
    ("found", "facts", "size", "form", "sides"),
    [
        (JPEG, Facts(480, 640, turned=True), 1000, MediaFormat.JPEG, (480, 640)),
        (PNG, Facts(480, 640, turned=True), 1000, MediaFormat.PNG, (480, 640)),
        (WEBP, Facts(480, 640, turned=True), 1000, MediaFormat.JPEG, (480, 640)),
        (WEBP, Facts(480, 640, turned=True, transparent=True), 1000, MediaFormat.PNG, (480, 640)),
        (HEIC, Facts(4032, 3024), 1000, MediaFormat.JPEG, (4032, 3024)),
        (TIFF, Facts(640, 360, transparent=True), 1000, MediaFormat.PNG, (640, 360)),
        (GIF, Facts(640, 360, animated=True), 1000, MediaFormat.JPEG, (640, 360)),
        # A phone's 48 and 200 megapixels, a panorama that stays one, and what is only a pixel too long.
        (JPEG, Facts(8064, 6048), 1000, MediaFormat.JPEG, (4032, 3024)),
        (HEIC, Facts(6048, 8064), 1000, MediaFormat.JPEG, (3072, 4096)),
        (JPEG, Facts(16320, 12240), 1000, MediaFormat.JPEG, (4096, 3072)),
        (PNG, Facts(6001, 300), 1000, MediaFormat.JPEG, (4096, 205)),
        (PNG, Facts(6001, 6001, transparent=True), 1000, MediaFormat.PNG, (4096, 4096)),
        # Too many bytes: other ones first, in the child's own time smaller sides.
        (JPEG, Facts(4000, 3000), MAX + 1, MediaFormat.JPEG, (4000, 3000)),
        (PNG, Facts(4000, 3000), MAX + 1, MediaFormat.JPEG, (4000, 3000)),
        (PNG, Facts(4000, 3000, transparent=True), MAX + 1, MediaFormat.PNG, (4000, 3000)),
        # To turn a picture takes it twice.
        (JPEG, Facts(6000, 5500, turned=True), 1000, MediaFormat.JPEG, (3000, 2750)),
    ],
)
def test_everything_else_becomes_what_it_takes(found, facts, size, form, sides) -> None:
    assert chosen(found, facts, size) == AsImage(form, *sides, MAX)


def test_the_bytes_are_those_of_the_role_and_the_dialect() -> None:
    heic = Facts(640, 360)
    for dialect, most in ((Dialect.VIDEO, 30 * 1024 * 1024 - 1), (Dialect.VIDEOS, MAX)):
        rule = capability_of(Model.SEEDANCE_2, dialect).rules[Role.REFERENCE_IMAGE]
        assert conversion_for(HEIC, heic, 1000, rule) == AsImage(MediaFormat.JPEG, 640, 360, most)
