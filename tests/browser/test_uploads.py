"""Files that go along with a prompt: frames and references of every kind, counted on the card as in the prompt."""

import pytest
from playwright.async_api import expect

from tests.browser.files import DAWN, DUSK, HOWL, RUN
from tests.browser.readme_pictures import DESKTOP, PHONE
from tests.browser.seat import SOON, WIDER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# The colour near the right edge of a video at some second of it.
COLOUR = """async (video, second) => {
  video.pause();
  if (video.currentTime !== second) {
    await new Promise((done) => { video.onseeked = done; video.currentTime = second; });
  }
  const canvas = document.createElement("canvas");
  const ink = canvas.getContext("2d");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  ink.drawImage(video, 0, 0);
  return [...ink.getImageData(canvas.width * 0.9, canvas.height * 0.5, 1, 1).data].slice(0, 3);
}"""


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
async def test_a_first_and_a_last_frame(sit, size):
    phone = size == PHONE
    seat = await sit(*size, has_touch=phone, is_mobile=phone)
    prompt = f"day turns to night at {size[0]} pixels"
    await seat.slow(on=True)
    await seat.box.fill(f"/video prompt: {prompt} duration: 4")
    await seat.box.press("Tab")
    await seat.picks("image", DAWN)
    await seat.picks("last_frame", DUSK)
    assert await seat.page.evaluate(WIDER) <= 0
    await seat.page.locator("#send").click()
    reply = seat.reply(prompt)
    await expect(reply).to_contain_text("With image 1 (first frame) · image 2 (last frame)", timeout=SOON)
    for name in ("image 1", "image 2"):
        await seat.sees_picture(reply.get_by_alt_text(name))
    assert await seat.page.evaluate(WIDER) <= 0
    await seat.slow(on=False)
    video = await seat.sees_video(reply)
    red, _, blue = await video.evaluate(COLOUR, 0)
    assert red > 100 > blue
    red, _, blue = await video.evaluate(COLOUR, 3.9)
    assert blue > 100 > red
    await seat.plays(video)


async def test_references_of_every_kind(sit):
    seat = await sit()
    await seat.slow(on=True)
    await seat.box.fill("/video prompt: image 1 runs as in video 1 to the sound of audio 1 reference:")
    await seat.box.press("Tab")
    await expect(seat.page.get_by_test_id("option-reference")).to_be_focused()
    for option, file in (("reference", DAWN), ("reference_2", HOWL), ("reference_3", RUN)):
        await seat.picks(option, file)
    await seat.page.locator("#send").click()
    reply = seat.reply("image 1 runs")
    await expect(reply).to_contain_text("With image 1 · video 1 (2.5 seconds) · audio 1 (2.5 seconds)", timeout=SOON)
    await seat.sees_picture(reply.get_by_alt_text("image 1"))
    await expect(reply.locator("video")).to_have_count(1)
    await seat.slow(on=False)
    await seat.plays(await seat.sees_video(reply))


async def test_an_asset_of_nobody_is_refused_by_name(sit):
    seat = await sit()
    await seat.types("/video prompt: nobody smiles asset: nobody's face")
    told = seat.told("You don't have an asset called nobody's face")
    await expect(told).to_have_attribute("data-ephemeral", "true", timeout=SOON)
