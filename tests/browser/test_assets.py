"""Assets from a file to a video, the form that takes everything, and the check of real persons, in dialect `videos`."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.files import DAWN, DUSK, HOWL, RUN
from tests.browser.seat import SOON, WIDER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DIALECT = "videos"


async def has_asset(seat, character: str, name: str):
    """Make a character with one picture that is ready; returns the card that says so."""
    await seat.types(f"/asset create-character name: {character}")
    await expect(seat.told(f"Character {character}")).to_be_visible(timeout=SOON)
    await seat.box.fill("/asset add")
    await seat.box.press("Tab")
    await seat.page.get_by_test_id("option-character").fill(character[:2])
    await seat.page.get_by_role("option", name=character).click(timeout=SOON)
    await seat.picks("file", DAWN)
    await seat.page.get_by_test_id("add-name").click()
    await seat.page.get_by_test_id("option-name").fill(name)
    await seat.page.locator("#send").click()
    card = seat.reply(f"Asset {name}", "/asset add")
    await expect(card).to_be_visible(timeout=SOON)
    await seat.control("finish")
    await expect(card).to_contain_text("Ready.", timeout=SOON)
    await expect(card).to_have_attribute("data-ephemeral", "true")
    return card


async def test_a_file_becomes_an_asset_and_the_asset_a_video(sit):
    seat = await sit()
    ready = await has_asset(seat, "Mira", "Mira's face")
    await expect(ready).to_contain_text("asset://")
    await seat.types("/asset list")
    listed = seat.told("Your assets")
    await expect(listed).to_contain_text("1 asset · page 1 of 1", timeout=SOON)
    await expect(listed).to_contain_text("Ready · image · character Mira")
    await seat.sees_picture(listed.locator(".thumbnail img"))
    await seat.box.fill("/video prompt: image 1 smiles asset:")
    await seat.box.press("Tab")
    await seat.page.keyboard.type("FACE")
    await seat.page.get_by_role("option", name="Mira's face · image").click(timeout=SOON)
    await seat.page.locator("#send").click()
    reply = seat.reply("image 1 smiles")
    await expect(reply).to_contain_text("With image 1 (asset Mira's face)", timeout=SOON)
    await seat.plays(await seat.sees_video(reply))


async def test_the_form_takes_every_kind_and_an_asset(sit):
    seat = await sit()
    await has_asset(seat, "Wolf", "grey fur")
    await seat.slow(on=True)
    await seat.types("/compose duration: 6 ratio: 3:4 resolution: 480p sound: true")
    form = seat.page.get_by_role("dialog", name="Make a video")
    await expect(form).to_be_visible(timeout=SOON)
    await form.get_by_role("textbox", name="Prompt").fill("image 3 follows image 1\nthrough video 1, hear audio 1")
    await form.get_by_test_id("modal-pictures").set_input_files([DAWN, RUN])
    await form.get_by_test_id("modal-pictures").set_input_files([DUSK])
    await form.get_by_role("button", name="Remove run.mp4").click()
    await form.get_by_test_id("modal-videos").set_input_files([RUN])
    await form.get_by_test_id("modal-sounds").set_input_files([HOWL])
    await form.get_by_test_id("modal-assets").click()
    await seat.page.get_by_role("option", name="grey fur · image").click()
    await form.get_by_role("button", name="Done").click()
    await form.get_by_role("button", name="Submit").click()
    reply = seat.reply("image 3 follows image 1", "/compose")
    counted = "With image 1 · image 2 · image 3 (asset grey fur) · video 1 (2.5 seconds) · audio 1 (2.5 seconds)"
    await expect(reply).to_contain_text(counted, timeout=SOON)
    await expect(reply).to_contain_text("6 seconds · 3:4 · 480p")
    for name in ("image 1", "image 2"):
        await seat.sees_picture(reply.get_by_alt_text(re.compile(f"^{name} for:")))
    await seat.slow(on=False)
    await seat.plays(await seat.sees_video(reply))


async def test_a_real_person_is_verified(sit):
    seat = await sit()
    card = await agrees(seat, "Aunt Jo")
    await expect(card).to_contain_text(re.compile("expires in (2 minutes|a minute|\\d+ seconds)"), timeout=SOON)
    await checks(seat, card, "pass", "You passed the check.")
    await card.get_by_role("button", name="The check is done").click()
    await expect(card).to_contain_text("Verified. Next, add an image of this person with /asset add", timeout=SOON)
    await expect(card.locator("[data-press]")).to_have_count(0)
    await seat.box.fill("/asset add")
    await seat.box.press("Tab")
    await seat.page.get_by_test_id("option-character").fill("jo")
    await expect(seat.page.get_by_role("option", name="Aunt Jo · real person")).to_be_visible(timeout=SOON)


# The last of this file: the stand-ins' clock stays ahead of the bot's.
async def test_who_failed_or_came_too_late_tries_again_on_a_phone(sit):
    seat = await sit(390, 844, has_touch=True, is_mobile=True)
    card = await agrees(seat, "Uncle Bo")
    await checks(seat, card, "fail", "You did not pass the check")
    await card.get_by_role("button", name="The check is done").tap()
    await expect(card).to_contain_text("This person isn't verified yet.", timeout=SOON)
    await card.get_by_role("button", name="Get a new link").tap()
    await expect(card).to_contain_text("Ask them to open the link", timeout=SOON)
    await expect(card.get_by_role("link", name="Open the link")).to_be_visible(timeout=SOON)
    await seat.control("later")
    await expect(card).to_contain_text(re.compile("expires \\d+ minutes ago"))
    page = await follows(seat, card)
    await expect(page.get_by_role("heading")).to_have_text("This link has expired")
    await page.close()
    await card.get_by_role("button", name="The check is done").tap()
    await expect(card).to_contain_text("This person isn't verified yet.", timeout=SOON)
    await card.get_by_role("button", name="Get a new link").tap()
    await expect(card).to_contain_text("Ask them to open the link", timeout=SOON)
    await checks(seat, card, "pass", "You passed the check.")
    await card.get_by_role("button", name="The check is done").tap()
    await expect(card).to_contain_text("Verified", timeout=SOON)
    assert await seat.page.evaluate(WIDER) <= 0


async def agrees(seat, name: str):
    """Begin to verify a person and consent; returns the card, which holds a link by then."""
    await seat.types(f"/asset verify name: {name}")
    card = seat.told(f"Real person: {name}")
    await expect(card).to_contain_text("permission", timeout=SOON)
    await expect(card).to_have_attribute("data-ephemeral", "true")
    await expect(card.get_by_role("link", name="Open the link")).to_have_count(0)
    await card.get_by_role("button", name="I agree").click()
    return card


async def follows(seat, card):
    """Open a card's link; returns the page that opens beside this one."""
    async with seat.page.context.expect_page() as opened:
        await card.get_by_role("link", name="Open the link").click(timeout=SOON)
    page = await opened.value
    await expect(page.get_by_role("heading")).to_be_visible()
    assert await page.evaluate(WIDER) <= 0
    return page


async def checks(seat, card, outcome: str, said: str) -> None:
    """Let the person open the link and pass or fail, and come back."""
    page = await follows(seat, card)
    await expect(page.get_by_role("heading")).to_have_text("Is it really you?")
    await page.locator(f"#{outcome}").click()
    await expect(page.get_by_role("heading")).to_have_text("You can go back to Discord now")
    await expect(page.get_by_role("main")).to_contain_text(said)
    await page.close()
