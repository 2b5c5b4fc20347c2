"""What goes on while messages change: videos play on, the reader stays where they are."""

import pytest
from playwright.async_api import expect

from tests.browsers import until
from tests.page.samples import button, container, gallery, message, row, text, used

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def film(note, signature):
    card = container(text(note), gallery(f"/cdn/film.mp4?is={signature}"), row(button("Again", "again")))
    return message(1, card, used=used())


async def test_a_video_plays_on_while_its_message_changes(server, opened):
    server.world["messages"]["2001"] = [film("one", 1)]
    page = await opened()
    video = page.get_by_test_id("video")
    await video.evaluate(
        "video => { video.muted = true; video.loop = true; window.seen = video; return video.play(); }"
    )
    await until(page, "window.seen.currentTime > 0.1")
    await page.evaluate(
        "window.stops = 0;"
        "for (const kind of ['pause', 'emptied']) window.seen.addEventListener(kind, () => window.stops++)"
    )
    changed = container(
        text("two"), text("### more"), gallery("/cdn/film.mp4?is=2"), row(button("Again", "again")), accent=1
    )
    await server.show("1001", message(1, changed, used=used()))
    await expect(page.get_by_test_id("message")).to_contain_text("two")
    before = await page.evaluate("window.seen.currentTime")
    await until(page, f"window.seen.currentTime !== {before}")
    assert await page.evaluate("[window.seen.isConnected, window.seen.paused, window.stops]") == [True, False, 0]


async def test_the_keyboard_stays_on_a_button_of_a_message_that_changes(server, opened):
    server.world["messages"]["2001"] = [film("one", 1)]
    page = await opened()
    await page.get_by_role("button", name="Again").focus()
    await server.show("1001", film("two", 2))
    await expect(page.get_by_test_id("message")).to_contain_text("two")
    await expect(page.get_by_role("button", name="Again")).to_be_focused()


async def test_the_end_is_followed_and_a_reader_further_up_is_left_alone(server, opened):
    server.world["messages"]["2001"] = [
        message(number, content=f"line {number}", after=number) for number in range(1, 80)
    ]
    page = await opened()
    await server.show("1001", message(80, content="line 80"))
    await expect(page.locator(".messages").get_by_text("line 80")).to_be_in_viewport()
    await page.locator("#scroller").evaluate("node => { node.scrollTop = 600; }")
    await expect(page.get_by_test_id("newest")).to_have_text("To the latest messages")
    before = await page.locator(".messages").get_by_text("line 20", exact=True).bounding_box()
    await server.show("1001", message(1, content="line 1\nand\nmore"))
    await server.show("1001", message(81, content="line 81"))
    await expect(page.get_by_test_id("newest")).to_have_text("1 new message")
    after = await page.locator(".messages").get_by_text("line 20", exact=True).bounding_box()
    assert after["y"] == pytest.approx(before["y"], abs=2)  # a browser rounds scroll positions to pixels
    await page.get_by_test_id("newest").click()
    await expect(page.locator(".messages").get_by_text("line 81")).to_be_in_viewport()
    await expect(page.get_by_test_id("newest")).to_be_hidden()


async def test_a_lost_connection_is_told_and_mended(server, opened):
    page = await opened()
    server.refuse_sockets = True
    await server.drop()
    await expect(page.get_by_text("Connection lost.")).to_be_visible()
    await page.get_by_test_id("box").fill("hello")
    await page.get_by_test_id("box").press("Enter")
    await expect(page.get_by_test_id("box-error")).to_have_text("Not connected, so nothing was sent.")
    server.world["messages"]["2002"] = [message(5, content="meanwhile", mine_ping=True)]
    button = await page.get_by_role("button", name="Try now").element_handle()
    server.refuse_sockets = False
    # By its handle: the page tries by itself too, and may be quicker and take the button away.
    await button.evaluate("button => button.click()")
    await expect(page.get_by_text("Connection lost.")).to_be_hidden()
    await expect(page.get_by_test_id("box")).to_have_value("hello")
    await expect(page.get_by_role("button", name="general, unread, 1 ping")).to_be_visible()


async def test_an_absent_bot_is_told(server, opened):
    page = await opened()
    await server.send("1001", type="bot", online=False)
    await expect(page.get_by_text("Seedreel is offline and can't answer until it is back.")).to_be_visible()
    await server.send("1001", type="bot", online=True)
    await expect(page.locator("#banner")).to_be_hidden()
