"""Members, channels, controls; a phone's width; names for every control."""

import pytest
from playwright.async_api import expect

from tests.page.samples import message, text, used
from tests.page.test_presses import CARD

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
CONTROLS = "button, a[href], input, textarea, select, video, img, [role=button], [tabindex='0']"
NAMELESS = """(controls) => [...document.querySelectorAll(controls)]
  .filter((node) => node.checkVisibility() && !node.hasAttribute("alt") && !node.querySelector("img[alt]"))
  .filter((node) => !(node.getAttribute("aria-label") || node.textContent.trim() || node.labels?.length))
  .map((node) => node.outerHTML)"""


async def test_each_member_sees_their_own(server, opened):
    server.world["messages"]["2001"] = [message(1, content="for all")]
    page = await opened()
    await server.show("1001", message(2, text("for Mara"), ephemeral=True))
    await expect(page.locator(".messages").get_by_text("for Mara")).to_be_visible()
    await page.get_by_test_id("member-1002").click()
    await expect(page.locator(".messages").get_by_text("for Mara")).to_have_count(0)
    await expect(page.locator(".messages").get_by_text("for all")).to_be_visible()
    await page.get_by_test_id("box").fill("I am Tomas")
    await page.get_by_test_id("box").press("Enter")
    assert (await server.hears("say"))["by"] == "1002"


async def test_another_member_looks_at_the_same_channel(opened):
    page = await opened()
    await page.get_by_test_id("channel-2002").click()
    await page.get_by_test_id("member-1002").click()
    await expect(page.get_by_test_id("member-1002")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("heading", level=1)).to_have_text("general")


async def test_news_elsewhere_shows_as_badges(server, opened):
    page = await opened()
    await server.show("1001", message(1, content="hello"), channel="2002")
    await expect(page.get_by_role("button", name="general, unread", exact=True)).to_be_visible()
    await server.show("1001", message(2, content="<@1001>", mine_ping=True), channel="2003")
    await server.send("1001", type="ping", channel="2003", message="2")
    await expect(page.get_by_role("button", name="Seedreel, unread, 1 ping")).to_be_visible()
    await server.show("1002", message(3, content="<@1002>", mine_ping=True), channel="2003")
    await expect(page.get_by_role("button", name="Tomas, 1 ping")).to_be_visible()
    await page.get_by_test_id("channel-2003").click()
    places = page.get_by_role("navigation", name="Channels")
    await expect(places.get_by_role("button", name="Seedreel", exact=True)).to_be_visible()
    assert page.url.endswith("#/1001/2003")


async def test_the_address_leads_back(opened):
    page = await opened(address="#/1002/2002")
    await expect(page.get_by_test_id("member-1002")).to_have_attribute("aria-current", "true")
    await expect(page.get_by_role("heading", level=1)).to_have_text("general")
    await page.evaluate("location.hash = '#/1001/2001'")
    await expect(page.get_by_role("heading", level=1)).to_have_text("videos")


async def test_an_unknown_member_becomes_the_first(opened):
    page = await opened(address="#/4711/2002")
    await expect(page.get_by_test_id("member-1001")).to_have_attribute("aria-current", "true")


async def test_controls_do_what_they_say(server, opened):
    page = await opened()
    await page.get_by_test_id("control-finish").click()
    assert (await server.hears("control"))["id"] == "finish"
    await expect(page.locator("#controls-status")).to_have_text("Done.")
    slow = page.get_by_test_id("control-slow")
    await expect(slow).to_have_attribute("aria-pressed", "false")
    await slow.click()
    frame = await server.hears("control", 2)
    assert (frame["id"], frame["value"]) == ("slow", True)
    await server.send("1001", type="control", id="slow", on=True)
    await expect(slow).to_have_attribute("aria-pressed", "true")


@pytest.mark.parametrize("width", [360, 420])
async def test_a_phone_shows_everything_without_scrolling_sideways(server, opened, width):
    long = "https://a.example/" + "x" * 200
    server.world["messages"]["2001"] = [
        message(1, CARD, used=used()),
        message(2, text(long + "\n```\n" + "y" * 300 + "\n```")),
    ]
    page = await opened(width, 844)
    assert await page.evaluate(WIDER) == 0
    assert await page.locator("#scroller").evaluate("node => node.scrollWidth - node.clientWidth") == 0
    await expect(page.get_by_test_id("channel-2002")).not_to_be_in_viewport()
    await page.get_by_role("button", name="Members and channels").click()
    await page.get_by_test_id("channel-2002").click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("general")
    await expect(page.get_by_test_id("channel-2001")).not_to_be_in_viewport()
    await page.get_by_role("button", name="Demo controls").click()
    await page.get_by_test_id("control-kill").click()
    assert (await server.hears("control"))["id"] == "kill"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="Demo controls")).to_be_focused()
    await page.get_by_test_id("box").fill("/video " + "a fox " * 40 + "duration: 99 ratio: 1:1")
    await page.get_by_test_id("box").press("Enter")
    await expect(page.get_by_test_id("box-error")).to_be_visible()
    assert await page.evaluate(WIDER) == 0
    await expect(page.get_by_role("button", name="Send")).to_be_in_viewport()


async def test_every_control_has_a_name(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD, used=used(), ephemeral=True)]
    page = await opened()
    await page.get_by_test_id("box").fill("/video")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("add-image").click()
    await page.get_by_test_id("add-ratio").click()
    assert await page.evaluate(NAMELESS, CONTROLS) == []
    tree = await page.locator("body").aria_snapshot()
    for part in (
        'navigation "Members"',
        'navigation "Channels"',
        "main:",
        'complementary "Demo controls"',
        'log "New messages"',
        'list "Messages in videos"',
    ):
        assert part in tree
    for kind in ("button", "link", "textbox", "combobox"):
        assert f"- {kind}\n" not in tree
        assert f"- {kind}:" not in tree


async def test_focus_is_seen_and_the_box_is_one_key_away(opened):
    page = await opened()
    await page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="To the message box")
    await expect(skip).to_be_focused()
    await expect(skip).to_be_in_viewport()
    await page.keyboard.press("Tab")
    await expect(page.get_by_test_id("member-1001")).to_be_focused()
    await expect(page.get_by_test_id("member-1001")).to_have_css("outline-style", "solid")


async def test_what_the_bot_does_stands_under_its_name_and_in_its_profile(server, opened):
    server.world["bot"] |= {"activity": "/video", "about": "Type **/video**"}
    server.world["messages"]["2001"] = [message(1, text("a card"))]
    page = await opened()
    place = page.get_by_test_id("channel-2003")
    await expect(place).to_contain_text("/video")
    await page.get_by_test_id("message").get_by_role("button", name="Seedreel").click()
    profile = page.get_by_test_id("profile")
    await expect(profile.get_by_role("heading", name="Seedreel")).to_be_visible()
    await expect(profile).to_contain_text("Type /video")
    await page.keyboard.press("Escape")
    await expect(profile).to_be_hidden()
    await server.send("1001", type="bot", online=True, activity="Playing chess")
    await expect(place).to_contain_text("Playing chess")
