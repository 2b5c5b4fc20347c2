"""The README's picture, taken at the end of a story; `--pictures` keeps it."""

from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.readme_pictures import DESKTOP, LARGEST, PICTURES, is_picture

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GOLDEN = "Golden light over endless hills, slow aerial drift"
EARLIER = "First light over misty hills, a calm flight above the valley"
# Where a pointer rests, a player shows its controls.
NOBODY_POINTS = (2, 400)


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """Where the picture goes: into the project only when that was asked for."""
    kept = request.config.getoption("--pictures", default=False)
    return PICTURES if kept else tmp_path_factory.mktemp("pictures")


async def take(seat, folder: Path, name: str) -> None:
    """Take a picture, in as few colours as look the same, so that it stays small."""
    await seat.page.mouse.move(*NOBODY_POINTS)
    await seat.page.evaluate("document.fonts.ready")
    path = folder / name
    await seat.page.screenshot(path=path)
    if path.stat().st_size > LARGEST:
        with Image.open(path) as picture:
            few = picture.convert("RGB").quantize(256, dither=Image.Dither.FLOYDSTEINBERG)
        few.save(path, optimize=True)
    is_picture(path)


async def test_a_story_in_a_picture(sit, folder):
    seat = await sit(*DESKTOP)
    await seat.sees_video(await seat.asks(EARLIER))
    seat = await sit(*DESKTOP)
    await seat.plays(await seat.sees_video(await seat.asks(GOLDEN)), to=2)
    await expect(seat.told("Your video is ready").last).to_be_in_viewport()
    await take(seat, folder, "demo.png")
