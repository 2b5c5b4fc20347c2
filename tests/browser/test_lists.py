"""/status and /history: cards, Refresh, choosing a job, searching and paging."""

import pytest
from playwright.async_api import expect

from tests.browser.seat import SOON

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FRUITS = ("apple", "pear", "plum", "cherry", "quince", "fig", "grape", "melon", "lemon", "lime", "mango")


async def test_a_job_in_status_is_refreshed_until_it_is_done(sit):
    seat = await sit()
    await seat.slow(on=True)
    reply = await seat.asks("a slow snail")
    await expect(reply).to_contain_text("Rendering", timeout=SOON)
    await seat.box.fill("/status")
    await seat.page.keyboard.press("Tab")
    await seat.page.get_by_test_id("add-video").click()
    await seat.page.keyboard.type("snail")
    await seat.page.get_by_role("option", name="a slow snail").click()
    await seat.page.keyboard.press("Enter")
    card = seat.reply("a slow snail", "/status")
    await expect(card).to_contain_text("Rendering")
    await expect(card).to_contain_text("Only you can see this")
    await seat.slow(on=False)
    await seat.sees_video(reply)
    await expect(card).to_contain_text("Rendering")
    await card.get_by_role("button", name="Refresh").click()
    await expect(card).to_contain_text("Done", timeout=SOON)
    await expect(card.get_by_role("link", name="Jump to message")).to_be_visible()
    await card.get_by_role("button", name="Get the video").click()
    handed = seat.page.locator('[data-testid="message"][data-ephemeral="true"]')
    await expect(handed.filter(has=seat.page.get_by_test_id("video"))).to_have_count(1, timeout=SOON)


async def test_history_is_searched_and_turned(sit):
    seat = await sit()
    for fruit in FRUITS:
        # Refused ones end at once.
        await seat.control("refuse")
        await expect(await seat.asks(f"still life with {fruit}")).to_contain_text("Failed", timeout=SOON)
    await seat.types("/history still")
    card = seat.reply("Your history", "/history")
    await expect(card).to_contain_text("11 videos match still · page 1 of 2", timeout=SOON)
    await expect(card).to_contain_text("mango")
    await expect(card).not_to_contain_text("plum")
    await expect(card.get_by_role("button", name="Newer")).to_be_disabled()
    await card.get_by_role("button", name="Older").click()
    await expect(card).to_contain_text("page 2 of 2", timeout=SOON)
    await expect(card).to_contain_text("plum")
    await card.get_by_role("button", name="Newer").click()
    await expect(card).to_contain_text("page 1 of 2", timeout=SOON)
    await seat.types("/history search: quince")
    found = seat.reply("1 video matches quince", "/history")
    await expect(found).to_contain_text("still life with quince", timeout=SOON)
    await found.get_by_role("link", name="Jump to message").click()
    pointed = seat.page.locator(".message-pointed")
    await expect(pointed).to_contain_text("still life with quince")


async def test_nothing_found_is_said(sit):
    seat = await sit()
    await seat.types("/history search: zebra")
    await expect(seat.told("No videos match zebra")).to_be_visible(timeout=SOON)
