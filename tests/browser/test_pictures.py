"""The README's pictures, taken of a whole story; `--pictures` keeps them."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.files import DAWN, DUSK, HOWL, RUN
from tests.browser.readme_pictures import DESKTOP, LARGEST, PHONE, PICTURES, is_picture
from tests.browser.seat import SOON

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

GOLDEN = "Golden light over endless hills, slow aerial drift"
FORM = "From the light of image 1 to the night of image 2. A wolf runs as in video 1; in the distance, audio 1."
EARLIER = (
    ("The moon rises over a quiet valley, slow aerial shot", "ratio: 9:16"),
    ("白雾中的群山，太阳慢慢升起，镜头缓缓向前", "ratio: 1:1"),
    ("First light over misty hills, a calm flight above the valley", ""),
)
# Where a pointer rests, a player shows its controls.
NOBODY_POINTS = (2, 400)


@pytest.fixture(scope="module")
def folder(request, tmp_path_factory):
    """Where the pictures go: into the project only when that was asked for."""
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


async def test_a_story_in_pictures(sit, folder):
    seat = await sit(*DESKTOP)
    for prompt, options in EARLIER:
        await seat.sees_video(await seat.asks(prompt, options))
    seat = await sit(*DESKTOP)
    # Else a busy machine may not look between 40 and 79 percent at all.
    await seat.slow(on=True)
    reply = await seat.asks(GOLDEN)
    await expect(reply).to_contain_text(re.compile(r"[4-7]\d %"), timeout=SOON)
    await take(seat, folder, "progress.png")
    await seat.slow(on=False)
    await seat.plays(await seat.sees_video(reply, hurried=False), to=2)
    await expect(seat.told("Your video is ready").last).to_be_in_viewport()
    await take(seat, folder, "demo.png")
    await seat.types("/history")
    await expect(seat.reply("Your history", "/history")).to_contain_text("4 videos", timeout=SOON)
    await take(seat, folder, "history.png")


async def test_the_form_in_a_picture(sit, folder):
    seat = await sit(*DESKTOP)
    await seat.types("/compose duration: 8")
    form = seat.page.get_by_role("dialog", name="Make a video")
    await expect(form).to_be_visible(timeout=SOON)
    await form.get_by_role("textbox", name="Prompt").fill(FORM)
    for part, files in (("pictures", [DAWN, DUSK]), ("videos", [RUN]), ("sounds", [HOWL])):
        await form.get_by_test_id(f"modal-{part}").set_input_files(files)
    # Sizes stand in the place of "Uploading…" once a file is there.
    await expect(form.get_by_text("KB")).to_have_count(4, timeout=SOON)
    await take(seat, folder, "form.png")


async def test_a_phone_in_a_picture(sit, folder):
    seat = await sit(*PHONE, has_touch=True)
    reply = await seat.asks(GOLDEN, "ratio: 1:1")
    await seat.plays(await seat.sees_video(reply), to=2)
    await take(seat, folder, "phone.png")
