"""From /video typed in the box to a video that plays: as a line, by completion, by keyboard alone, on a phone."""

import pytest
from playwright.async_api import expect

from tests.browser.seat import SOON, WIDER
from tests.browsers import until

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

# Every percent that a card ever showed, in order.
WATCH = """() => {
  window.percents = [];
  const look = () => {
    for (const [, percent] of document.querySelector("#messages").textContent.matchAll(/(\\d+)%/g)) {
      if (window.percents.at(-1) !== Number(percent)) window.percents.push(Number(percent));
    }
  };
  const all = { childList: true, subtree: true, characterData: true };
  new MutationObserver(look).observe(document.querySelector("#messages"), all);
}"""


async def walk(seat, key, target, *, away=False) -> None:
    """Press a key until the focus is on `target`, or no longer is."""
    for _ in range(20):
        await seat.page.keyboard.press(key)
        if await target.evaluate("node => node === document.activeElement") is not away:
            return
    raise AssertionError(f"{key} does not lead there")


async def test_a_typed_line_becomes_a_video_that_plays(sit):
    seat = await sit()
    await seat.page.evaluate(WATCH)
    pings = seat.told("@Mara Your video is ready")
    earlier = await pings.count()
    reply = await seat.asks("a fox in snow", "duration: 4 ratio: 1:1")
    await expect(reply).to_contain_text("Mara used /video")
    await expect(reply).to_contain_text("Rendering", timeout=SOON)
    await expect(reply).to_contain_text("seedance-2 · 4 seconds · 1:1")
    video = await seat.sees_video(reply, hurried=False)
    percents = await seat.page.evaluate("window.percents")
    assert len(percents) >= 2, percents
    assert percents == sorted(percents)
    size = await video.evaluate("video => [video.videoWidth / video.videoHeight, Math.round(video.duration)]")
    assert size == [1, 4]
    await seat.plays(video)
    await expect(pings.nth(earlier)).to_have_attribute("data-ping", "true", timeout=SOON)


async def test_a_command_by_completion(sit):
    seat = await sit()
    await seat.box.click()
    await seat.page.keyboard.type("/vid")
    await seat.page.get_by_test_id("completion-option").get_by_text("/video").click()
    await seat.page.get_by_test_id("option-prompt").fill("a lighthouse in fog")
    await seat.page.get_by_test_id("add-ratio").click()
    await seat.page.get_by_role("option", name="9:16").click()
    await seat.page.get_by_test_id("add-duration").click()
    await seat.page.get_by_test_id("option-duration").fill("31")
    await seat.page.locator("#send").click()
    await expect(seat.page.get_by_test_id("box-error")).to_have_text("duration: Must be at most 30.")
    await seat.page.get_by_test_id("option-duration").fill("5")
    await seat.page.locator("#send").click()
    video = await seat.sees_video(seat.reply("a lighthouse in fog"))
    assert await video.evaluate("video => video.videoHeight > video.videoWidth")
    shown = await video.bounding_box()
    assert shown["height"] / shown["width"] == pytest.approx(16 / 9, rel=0.01)


async def test_the_keyboard_is_enough(sit):
    seat = await sit()
    keyboard = seat.page.keyboard
    await keyboard.type("/vi")
    await expect(seat.page.get_by_test_id("completion-option").first).to_contain_text("/video")
    await keyboard.press("Tab")
    await keyboard.type("a kite over dunes model:")
    await keyboard.press("ArrowDown")
    await keyboard.press("Enter")
    await keyboard.press("Enter")
    reply = seat.reply("a kite over dunes")
    video = await seat.sees_video(reply, hurried=False)
    await expect(seat.page.get_by_test_id("box")).to_be_focused()
    # The player's own controls are stops as well: back past them, then forward onto the video.
    await walk(seat, "Shift+Tab", video)
    await walk(seat, "Shift+Tab", video, away=True)
    await walk(seat, "Tab", video)
    await keyboard.press("Space")
    await until(seat.page, "window.seen.currentTime > 0.2")
    again = reply.get_by_role("button", name="Again")
    await walk(seat, "Tab", again)
    await expect(again).to_be_focused()
    await keyboard.press("Enter")
    both = seat.videos("a kite over dunes")
    await expect(both).to_have_count(2, timeout=SOON)


async def test_a_phone_is_wide_enough(sit):
    seat = await sit(390, 844, has_touch=True, is_mobile=True)
    await seat.box.tap()
    await seat.page.keyboard.type("/vid")
    await seat.page.get_by_test_id("completion-option").first.tap()
    await seat.page.get_by_test_id("option-prompt").fill("a paper boat " + "in a very long gutter " * 6)
    assert await seat.page.evaluate(WIDER) <= 0
    await seat.page.locator("#send").tap()
    reply = seat.reply("a paper boat")
    await expect(reply).to_contain_text("Rendering", timeout=SOON)
    assert await seat.page.evaluate(WIDER) <= 0
    video = await seat.sees_video(reply)
    await seat.plays(video)
    box = await video.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    for command in ("/status", "/history"):
        await seat.types(command)
        await expect(seat.reply("a paper boat", command)).to_be_visible(timeout=SOON)
        assert await seat.page.evaluate(WIDER) <= 0
