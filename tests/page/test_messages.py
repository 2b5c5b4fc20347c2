"""Messages: cards with everything in them, private ones, pings, media that is gone, what arrives later."""

import pytest
from playwright.async_api import expect

from tests.page.samples import MARA, TOMAS, at, button, container, gallery, message, row, text, used
from tests.page.stand_in_page import PAGE

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CARD = container(
    text("### Done\n```\na fox\n```"),
    gallery({"media": {"url": "/cdn/film.mp4?is=1"}, "description": "a fox in snow"}, "/cdn/still.png"),
    {
        "type": 9,
        "components": [text("beside")],
        "accessory": {"type": 11, "media": {"url": "/cdn/still.png"}, "description": "small"},
    },
    {"type": 14},
    {"type": 13, "file": {"url": "/cdn/film.mp4?is=1"}, "name": "film.mp4", "size": 2048},
    row(button("Again", "again", emoji={"name": "↻"}), button("Cancel", "cancel", style=4, disabled=True)),
    row(
        {"type": 2, "style": 5, "label": "Open", "url": "https://a.example/"},
        {"type": 2, "style": 5, "label": "Bad", "url": "javascript:1"},
    ),
    {"type": 99},
    accent=0xF2B544,
)


async def test_a_card_shows_all_its_parts(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD, used=used())]
    page = await opened()
    shown = page.get_by_test_id("message")
    await expect(shown).to_contain_text("Mara used /video")
    await expect(shown.get_by_role("heading", name="Done")).to_be_visible()
    await expect(shown.locator("video")).to_have_attribute("aria-label", "a fox in snow")
    await expect(shown.get_by_role("img", name="still.png")).to_be_visible()
    await expect(shown.get_by_role("img", name="small")).to_be_visible()
    await expect(shown.get_by_role("link", name="film.mp4")).to_have_attribute("download", "film.mp4")
    await expect(shown.get_by_role("button", name="Again")).to_be_enabled()
    await expect(shown.get_by_role("button", name="Cancel")).to_be_disabled()
    await expect(shown.get_by_role("link", name="Open")).to_have_attribute("href", "https://a.example/")
    await expect(shown.get_by_role("link", name="Bad")).to_have_count(0)
    await expect(shown).to_contain_text("can't show a component of type 99")
    await expect(shown.locator(".container")).to_have_css("border-left-color", "rgb(242, 181, 68)")


async def test_an_older_kind_of_message(server, opened):
    file = {"url": "/cdn/film.mp4", "filename": "film.mp4", "content_type": "video/mp4", "size": 1}
    embed = {"title": "A title", "description": "**words**", "color": 255, "fields": [{"name": "n", "value": "v"}]}
    server.world["messages"]["2001"] = [message(1, content="plain", attachments=[file], embeds=[embed])]
    page = await opened()
    shown = page.get_by_test_id("message")
    for words in ("plain", "A title", "words", "v"):
        await expect(shown).to_contain_text(words)
    await expect(shown.get_by_test_id("video")).to_be_visible()


async def test_only_you_see_it_until_you_dismiss_it(server, opened):
    server.world["messages"]["2001"] = [message(1, text("private"), ephemeral=True, used=used("/status"))]
    page = await opened()
    shown = page.locator('[data-testid="message"][data-message-id="1"]')
    await expect(shown).to_have_attribute("data-ephemeral", "true")
    await expect(shown).to_contain_text("Only you can see this")
    await shown.get_by_role("button", name="Dismiss message").click()
    await expect(shown).to_have_count(0)
    frame = await server.hears("dismiss")
    assert (frame["channel"], frame["message"]) == ("2001", "1")


async def test_thinking_turns_into_the_answer(server, opened):
    page = await opened()
    await server.show("1001", message(1, loading=True, used=used()))
    shown = page.get_by_test_id("message")
    await expect(shown).to_have_attribute("data-loading", "true")
    await expect(shown).to_contain_text("Seedreel is thinking…")
    await server.show("1001", message(1, text("here it is"), used=used(), edited_timestamp=at(9)))
    await expect(shown).to_have_attribute("data-loading", "false")
    await expect(shown).to_contain_text("here it is(edited)")
    await expect(page.get_by_role("log", name="New messages")).to_contain_text("Seedreel: here it is")


async def test_nothing_moves_for_those_who_want_no_motion(server, opened):
    server.world["messages"]["2001"] = [message(1, loading=True)]
    page = await opened(reduced_motion="reduce")
    await expect(page.locator(".dots i").first).to_have_css("animation-name", "none")


async def test_a_reply_names_and_finds_its_source(server, opened):
    first = message(1, text("the card"))
    reply = message(2, content="<@1001> ready", message_reference={"message_id": "1"}, mine_ping=True)
    lost = message(3, content="more", message_reference={"message_id": "77"})
    server.world["messages"]["2001"] = [first, reply, lost]
    page = await opened()
    shown = page.locator('[data-message-id="2"]')
    await expect(shown).to_contain_text("@Mara ready")
    await expect(shown).to_have_attribute("data-ping", "true")
    await shown.get_by_role("button", name="Seedreel the card").click()
    await expect(page.locator('[data-message-id="1"]')).to_have_class("message message-pointed")
    await expect(page.locator('[data-message-id="3"]')).to_contain_text("Original message was deleted")


async def test_one_author_goes_on_under_one_heading(server, opened):
    lines = [
        message(number, content="x", author=author, after=number) for number, author in enumerate((MARA, MARA, TOMAS))
    ]
    server.world["messages"]["2001"] = lines
    page = await opened()
    await expect(page.locator(".author")).to_have_text(["Mara", "Tomas"])


async def test_media_that_is_gone_says_so_and_comes_back_with_a_fresh_address(server, opened):
    server.world["messages"]["2001"] = [message(1, gallery("/cdn/film.mp4?ex=1"))]
    page = await opened()
    note = page.get_by_text("This video couldn't be loaded and may be gone: film.mp4")
    await expect(note).to_be_visible()
    await server.show("1001", message(1, gallery("/cdn/film.mp4?is=2")))
    await expect(note).to_be_hidden()
    await expect(page.get_by_test_id("video")).to_be_visible()


async def test_spoilers_are_covered_until_pressed(server, opened):
    hidden = gallery({"media": {"url": "/cdn/still.png"}, "spoiler": True})
    server.world["messages"]["2001"] = [message(1, text("the ||fox|| dies"), hidden)]
    page = await opened()
    word = page.get_by_text("fox", exact=True)
    await expect(word).to_have_css("visibility", "hidden")
    await page.get_by_role("button", name="Spoiler, press to show").press("Enter")
    await expect(word).to_have_css("visibility", "visible")
    await page.get_by_role("button", name="Spoiler: show the image").click()
    await server.show("1001", message(1, text("the ||fox|| died"), hidden))
    await expect(page.locator(".messages").get_by_text("died")).to_be_visible()
    await expect(word).to_have_css("visibility", "visible")
    await page.get_by_role("link", name="still.png").click()
    await expect(page.get_by_role("dialog", name="still.png")).to_be_visible()


async def test_an_attachment_and_a_file_that_are_spoilers_are_covered_too(server, opened):
    still = {"id": "9", "filename": "still.png", "url": "/cdn/still.png", "content_type": "image/png", "flags": 1 << 3}
    file = {"type": 13, "file": {"url": "/cdn/film.mp4"}, "name": "film.mp4", "size": 3, "spoiler": True}
    classic = {**message(1), "attachments": [still]}
    server.world["messages"]["2001"] = [classic, message(2, file)]
    page = await opened()
    for kind in ("image", "file"):
        cover = page.get_by_role("button", name=f"Spoiler: show the {kind}")
        await cover.click()
        await expect(cover).to_be_hidden()


async def test_deleted_messages_leave(server, opened):
    server.world["messages"]["2001"] = [message(1, content="one"), message(2, content="two")]
    page = await opened()
    await server.send("1001", type="message_deleted", channel="2001", id="1")
    await expect(page.get_by_test_id("message")).to_have_count(1)
    await expect(page.get_by_test_id("message")).to_contain_text("two")


async def test_a_message_s_address_leads_to_it_on_the_page(server, opened):
    address = "https://discord.com/channels/2000/2002/7"
    nowhere = "https://discord.com/channels/2000/9999/7"
    card = message(1, text(f"[there]({address}) {address} [nowhere]({nowhere})"))
    server.world["messages"] |= {"2001": [card], "2002": [message(7, content="found")]}
    page = await opened()
    await expect(page.get_by_role("link", name="#general › message")).to_be_visible()
    await page.get_by_role("link", name="nowhere").click()
    await expect(page.get_by_test_id("message").last).to_contain_text("You don't have access to this link.")
    await page.get_by_role("link", name="there", exact=True).click()
    await expect(page.get_by_role("heading", level=1)).to_have_text("general")
    await expect(page.get_by_test_id("message")).to_contain_text("found")


async def test_the_page_names_all_its_modules_for_loading_at_once(opened):
    page = await opened()
    named = await page.locator("link[rel=modulepreload]").evaluate_all("links => links.map(one => one.href)")
    loaded = await page.evaluate("performance.getEntriesByType('resource').map(one => one.name)")
    scripts = {one for one in loaded if one.endswith(".js")}
    assert scripts == {*named, next(one for one in scripts if one.endswith("/app.js"))}
    assert len(scripts) == len(list(PAGE.glob("*.js")))
