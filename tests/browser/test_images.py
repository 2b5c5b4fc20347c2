"""An image as the first frame: dropped, chosen by button; and a file that is none."""

import base64
import io
import re

import pytest
from PIL import Image
from playwright.async_api import expect

from tests.browser.seat import DROP, SOON

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
# Left and right thirds of the first frame, as the page's own decoder shows them.
FIRST_FRAME = """async (video) => {
  video.pause();
  if (video.currentTime) await new Promise((done) => { video.onseeked = done; video.currentTime = 0; });
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const ink = canvas.getContext("2d");
  ink.drawImage(video, 0, 0);
  return [0.2, 0.8].map((x) => [...ink.getImageData(canvas.width * x, canvas.height * 0.4, 1, 1).data].slice(0, 3));
}"""


def two_colours() -> bytes:
    """Make a picture that is red on the left and blue on the right."""
    picture = Image.new("RGB", (640, 360), (200, 40, 40))
    picture.paste((30, 60, 200), (320, 0, 640, 360))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


async def shows_both_colours(video) -> None:
    left, right = await video.evaluate(FIRST_FRAME)
    assert left[0] > 120 > max(left[1:]), (left, right)
    assert right[2] > 120 > max(right[:2]), (left, right)


async def test_an_image_dropped_on_the_page_is_the_first_frame(sit):
    seat = await sit()
    await seat.page.evaluate(DROP, ["#messages", "halves.png", "image/png", base64.b64encode(two_colours()).decode()])
    await expect(seat.page.get_by_text("halves.png")).to_be_visible()
    await seat.page.get_by_test_id("option-prompt").fill("the halves drift apart")
    await seat.page.keyboard.press("Enter")
    reply = seat.reply("the halves drift apart")
    await expect(reply).to_contain_text("With image 1 (first frame)", timeout=SOON)
    await shows_both_colours(await seat.sees_video(reply))


async def test_an_image_chosen_by_button_and_made_again(sit):
    seat = await sit()
    await seat.box.fill("/video prompt: red meets blue")
    await seat.page.get_by_role("option", name=re.compile("^image(?!_)")).click()
    async with seat.page.expect_file_chooser() as chooser:
        await seat.page.locator(".file-drop").click()
    file = {"name": "halves.png", "mimeType": "image/png", "buffer": two_colours()}
    await (await chooser.value).set_files(file)
    await seat.page.locator("#send").click()
    first = seat.reply("red meets blue")
    await shows_both_colours(await seat.sees_video(first))
    await first.get_by_role("button", name="Again").click()
    again = seat.videos("red meets blue")
    await expect(again).to_have_count(2, timeout=SOON)
    await shows_both_colours(await seat.sees_video(again.last))


async def test_a_file_that_is_no_image_is_told_privately(sit):
    seat = await sit()
    text = base64.b64encode(b"not a picture, whatever it is called").decode()
    await seat.page.evaluate(DROP, ["#messages", "cat.png", "image/png", text])
    await seat.page.get_by_test_id("option-prompt").fill("a cat that is none")
    await seat.page.keyboard.press("Enter")
    told = seat.told("Try a JPEG or PNG.")
    await expect(told).to_have_attribute("data-ephemeral", "true", timeout=SOON)
    # The refusal gives the prompt back, to its member alone.
    said = seat.page.locator("[data-testid=message]:not([data-ephemeral=true])", has_text="a cat that is none")
    await expect(said).to_have_count(0)
    await seat.types("/history search: a cat that is none")
    await expect(seat.told("No videos match a cat")).to_be_visible(timeout=SOON)
