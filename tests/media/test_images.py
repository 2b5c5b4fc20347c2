"""Still pictures looked at and copied: of every kind, however large, in little memory."""

import struct
import subprocess
import sys
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from bot.domain.media import MediaFormat
from bot.media import images as room
from bot.media.conversions import AsImage
from bot.media.facts import Broken, Facts, Unchecked
from bot.media.images import Images, PictureTooLarge
from tests.media.drawings import CORNERS, corners, drawn, heic, stored
from tests.media.places import a_picture, a_png_of, a_webp_header, an_animation

IMAGES = ("JPEG", "PNG", "WEBP")
MEBIBYTE = 1024 * 1024


def written(folder: Path, body: bytes) -> Path:
    path = folder / "image"
    path.write_bytes(body)
    return path


async def looked_at(folder: Path, body: bytes, images: Images | None = None) -> Facts:
    return await (images or Images()).inspect(written(folder, body))


async def copied(folder: Path, body: bytes, wanted: AsImage, images: Images | None = None) -> tuple[Facts, bytes]:
    target = folder / "copy.part"
    facts = await (images or Images()).copy(written(folder, body), target, wanted)
    return facts, target.read_bytes()


def as_jpeg(width: int = 640, height: int = 480, most: int = 10 * MEBIBYTE) -> AsImage:
    return AsImage(MediaFormat.JPEG, width, height, most)


@pytest.mark.parametrize("kind", IMAGES)
async def test_the_three_kinds_are_taken(tmp_path: Path, kind) -> None:
    assert await looked_at(tmp_path, a_picture(kind, (64, 48))) == Facts(64, 48)


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "GIF"])
async def test_what_moves_is_told(tmp_path: Path, kind) -> None:
    facts = await looked_at(tmp_path, an_animation(kind))
    assert (facts.width, facts.height, facts.animated) == (32, 32, True)


@pytest.mark.parametrize("kind", IMAGES)
@pytest.mark.parametrize("share", [0.02, 0.5, 0.9])
async def test_a_truncated_image_is_broken(tmp_path: Path, kind, share) -> None:
    body = a_picture(kind, (400, 300))
    with pytest.raises(Broken):
        await looked_at(tmp_path, body[: int(len(body) * share)])


@pytest.mark.parametrize("kind", ["HEIC", "AVIF", "TIFF", "BMP", "GIF"])
async def test_so_is_one_that_is_truncated_and_to_be_converted(tmp_path: Path, kind) -> None:
    noise = Image.effect_noise((400, 300), 80).convert("RGB")
    body = heic(noise) if kind == "HEIC" else stored(kind, noise)
    with pytest.raises(Broken):
        await copied(tmp_path, body[: len(body) // 2], as_jpeg(400, 300))


async def test_400_megapixels_are_refused_by_their_header(tmp_path: Path) -> None:
    whole = a_png_of(20_000, 20_000, whole=True)
    assert len(whole) < 200_000
    # Without a single pixel in the file there is nothing to decode: the header alone was judged.
    only_headers = (a_png_of(20_000, 20_000, whole=False), a_webp_header(16_000, 16_000))
    seen = []
    for body in (whole, *only_headers):
        with pytest.raises(PictureTooLarge) as refused:
            await looked_at(tmp_path, body)
        seen.append((refused.value.facts.width, refused.value.facts.height))
    assert seen == [(20_000, 20_000), (20_000, 20_000), (16_000, 16_000)]


async def test_a_look_that_has_no_time_is_our_own_failure(tmp_path: Path) -> None:
    with pytest.raises(Unchecked):
        await looked_at(tmp_path, a_picture("PNG"), Images(seconds=0.001))


def _png_with(kind: bytes, content: bytes) -> bytes:
    body = a_picture("PNG", (400, 300))
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return body[:33] + chunk + body[33:]


def _saved(**options) -> bytes:
    file = BytesIO()
    Image.effect_noise((400, 300), 80).convert("RGB").save(file, "PNG", **options)
    return file.getvalue()


def _workflow() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("workflow", '{"nodes":[1,2,3]}' * 120_000, zip=True)
    info.add_text("parameters", "a fox, " * 300_000, zip=True)
    info.add_text("prompt", "a fox, " * 300_000)
    return info


SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
# Made where they are needed: every worker of a run imports this.
METADATA = {
    "a profile of 1.1 MB": lambda: _saved(icc_profile=SRGB + bytes(1_100_000)),
    "a profile of 100 MB": lambda: _saved(icc_profile=SRGB + bytes(100_000_000)),
    "texts of a picture generator": lambda: _saved(pnginfo=_workflow()),
    "a text of 300 MB": lambda: _png_with(b"zTXt", b"Comment\x00\x00" + zlib.compress(bytes(300_000_000))),
    "an iTXt that cannot be read": lambda: _png_with(b"iTXt", b"\x00\x01\x02"),
    "a profile that cannot be read": lambda: _png_with(b"iCCP", b"icc\x00\x07nonsense"),
}


@pytest.mark.parametrize("name", METADATA)
async def test_a_png_is_taken_whatever_its_metadata(tmp_path: Path, name) -> None:
    body = METADATA[name]()
    assert await looked_at(tmp_path, body) == Facts(400, 300)
    facts, copy = await copied(tmp_path, body, AsImage(MediaFormat.PNG, 400, 300, 10 * MEBIBYTE))
    assert (facts.width, facts.height) == (400, 300)
    with Image.open(BytesIO(copy)) as image:
        image.load()


@pytest.mark.parametrize("mode", ["L", "P", "LA", "RGB", "RGBA", "CMYK", "I;16", "F", "I"])
async def test_every_mode_of_pillows_becomes_a_jpeg_of_the_same_picture(tmp_path: Path, mode) -> None:
    source = drawn()
    if mode in {"I;16", "I", "F"}:
        grey = source.convert("L")
        image = grey.convert("I").point(lambda value: value * 257)
        image = image.convert(mode) if mode != "I" else image
    else:
        image = source.convert(mode)
    _, copy = await copied(tmp_path, stored("TIFF", image), as_jpeg())
    with Image.open(BytesIO(copy)) as opened:
        assert (opened.format, opened.size) == ("JPEG", (640, 480))
        shades = [opened.convert("L").getpixel(place) for place in ((20, 20), (620, 20), (20, 460), (620, 460))]
    expected = [source.convert("L").getpixel(place) for place in ((20, 20), (620, 20), (20, 460), (620, 460))]
    if mode in {"RGB", "RGBA", "P", "CMYK"}:
        assert corners(copy) == CORNERS
    elif mode in {"L", "LA", "I;16"}:
        assert all(abs(one - other) < 4 for one, other in zip(shades, expected, strict=True)), (shades, expected)
    else:
        assert sorted(range(4), key=shades.__getitem__) == sorted(range(4), key=expected.__getitem__)


async def test_what_shows_through_still_does_in_a_png(tmp_path: Path) -> None:
    image = drawn(mode="RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 100, 100))
    for body in (stored("TIFF", image), stored("WEBP", image, lossless=True), stored("GIF", image)):
        facts = await looked_at(tmp_path, body)
        assert facts.transparent
        _, copy = await copied(tmp_path, body, AsImage(MediaFormat.PNG, 640, 480, 10 * MEBIBYTE))
        with Image.open(BytesIO(copy)) as opened:
            assert (opened.format, opened.mode) == ("PNG", "RGBA")
            assert [opened.getpixel(place)[3] for place in ((50, 50), (200, 200))] == [0, 255]


async def test_a_copy_is_as_sharp_and_seamless_as_one_made_at_once(tmp_path: Path) -> None:
    noise = Image.effect_noise((1500, 1111), 90).convert("RGB")
    _, copy = await copied(tmp_path, stored("PNG", noise), AsImage(MediaFormat.PNG, 640, 474, 10 * MEBIBYTE))
    with Image.open(BytesIO(copy)) as opened:
        difference = max(
            abs(one - other)
            for one, other in zip(
                opened.convert("L").tobytes(),
                noise.resize((640, 474), Image.Resampling.LANCZOS).convert("L").tobytes(),
                strict=True,
            )
        )
    assert difference <= 2


async def test_a_copy_has_no_more_bytes_than_it_may(tmp_path: Path) -> None:
    noise = Image.effect_noise((800, 600), 120).convert("RGB")
    for form, most in ((MediaFormat.JPEG, 150_000), (MediaFormat.PNG, 300_000), (MediaFormat.JPEG, 600_000)):
        facts, copy = await copied(tmp_path, stored("PNG", noise), AsImage(form, 800, 600, most))
        assert len(copy) <= most
        assert abs(facts.width / facts.height - 800 / 600) < 0.01
        assert (facts.width == 800) is (most == 600_000)


async def test_a_colour_profile_goes_along_where_it_fits(tmp_path: Path) -> None:
    def profile(copy: bytes) -> bytes | None:
        with Image.open(BytesIO(copy)) as opened:
            return opened.info.get("icc_profile")

    _, copy = await copied(tmp_path, stored("PNG", icc_profile=SRGB), as_jpeg())
    assert profile(copy) == SRGB
    ink = SRGB[:16] + b"CMYK" + SRGB[20:]
    _, copy = await copied(tmp_path, stored("JPEG", drawn(mode="CMYK"), icc_profile=ink), as_jpeg())
    assert profile(copy) is None


_MEASURE = """
import asyncio, resource, sys
from pathlib import Path
from bot.domain.media import MediaFormat
from bot.media.conversions import AsImage
from bot.media.images import PictureTooLarge, Images

async def deeds(images, path, width):
    await images.inspect(path)
    await images.copy(path, path.with_suffix(".part"), AsImage(MediaFormat.JPEG, width, width * 3 // 4, 10_000_000))

try:
    asyncio.run(deeds(Images(large=int(sys.argv[2])), Path(sys.argv[1]), int(sys.argv[3])))
except PictureTooLarge:
    print("enormous")
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def _peak(path: Path, large: int, width: int) -> tuple[float, bool]:
    """Look at a picture and copy it; returns the most memory (MiB) of any child, and whether it was done.

    Asked for in a process of its own: a child's figure begins with what its parent had.
    """
    said = subprocess.check_output(
        [sys.executable, "-c", _MEASURE, str(path), str(large), str(width)], text=True
    ).split()
    return int(said[-1]) / 1024, "enormous" not in said


LARGE_PICTURES = {
    "a phone's 108 megapixels": lambda: stored("JPEG", Image.new("RGB", (12_000, 9_000), "red"), quality=30),
    "a progressive one of 40": lambda: stored("JPEG", Image.new("RGB", (7_300, 5_480), "red"), progressive=True),
    "a PNG of 54": lambda: stored("PNG", Image.new("RGB", (9_000, 6_000), "red"), compress_level=1),
    "a WebP of 49": lambda: stored("WEBP", Image.new("RGB", (7_000, 7_000), "red"), method=0),
}


@pytest.mark.parametrize("name", LARGE_PICTURES)
def test_no_picture_takes_more_than_300_megabytes(tmp_path: Path, name) -> None:
    path = written(tmp_path, LARGE_PICTURES[name]())
    width = 3650 if "progressive" in name else 4096
    alone, done = _peak(path, room.LARGE, width)
    assert done
    assert alone < 300


def test_no_picture_beside_a_large_one_takes_more_than_200(tmp_path: Path) -> None:
    path = written(tmp_path, stored("PNG", Image.new("RGB", (4_500, 4_500), "red"), compress_level=1))
    beside, done = _peak(path, 0, 400)
    assert done
    assert beside < 200


async def test_the_children_are_the_first_to_be_killed_when_memory_is_short(tmp_path: Path) -> None:
    bounds = room.Bounds(512 * MEBIBYTE, 5, 20.0)
    ran = await room.run_bounded([sys.executable, "-c", "print(open('/proc/self/oom_score_adj').read())"], bounds)
    assert ran.output.strip() == "1000"


async def test_a_webp_that_pillow_would_hold_four_times_is_shrunk_by_ffmpeg(tmp_path: Path) -> None:
    body = LARGE_PICTURES["a WebP of 49"]()
    assert await looked_at(tmp_path, body) == Facts(7_000, 7_000)
    facts, copy = await copied(tmp_path, body, as_jpeg(1000, 1000))
    assert (facts.width, facts.height) == (1000, 1000)
    with Image.open(BytesIO(copy)) as opened:
        assert opened.getpixel((500, 500))[0] > 240
    with pytest.raises(Broken):
        await looked_at(tmp_path, body[: len(body) // 2])
