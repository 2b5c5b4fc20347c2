"""What the menus of messages and members offer, used at the demo's page on a phone; `tests/page` has both widths."""

import base64

import pytest
from playwright.async_api import expect

from tests.browser.files import DUSK
from tests.browser.seat import DROP, SOON, WIDER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_an_image_of_a_message_becomes_a_reference_and_an_avatar_moves(sit):
    seat = await sit(390, 844, has_touch=True, is_mobile=True)
    page = seat.page
    await seat.slow(on=True)
    dropped = base64.b64encode(DUSK["buffer"]).decode()
    await page.evaluate(DROP, ["#messages", DUSK["name"], DUSK["mimeType"], dropped])
    await page.get_by_test_id("option-prompt").fill("a kite over dunes")
    await page.keyboard.press("Enter")
    first = seat.reply("a kite over dunes")
    await expect(first).to_contain_text("With image 1", timeout=SOON)
    await first.get_by_role("button", name="Apps").tap()
    await page.get_by_role("option", name="Use as reference").tap()
    card = seat.told("reference for your next video").last
    await expect(card).to_contain_text("Only you can see this", timeout=SOON)
    await card.get_by_role("button", name="Make the video").tap()
    prompt = page.get_by_role("dialog").get_by_role("textbox", name="Prompt")
    await expect(prompt).to_be_visible(timeout=SOON)
    await prompt.fill("the kite of image 1 lands")
    await page.get_by_role("dialog").get_by_role("button", name="Submit").tap()
    await expect(seat.told("the kite of image 1 lands").last).to_contain_text("With image 1", timeout=SOON)
    # The name of who used a command is a way to their menu.
    await first.locator(".message-above").get_by_role("button", name="Mara").tap()
    await page.get_by_role("option", name="Animate avatar").tap()
    await expect(page.get_by_role("dialog", name="Animate image")).to_be_visible(timeout=SOON)
    assert await page.evaluate(WIDER) <= 0
