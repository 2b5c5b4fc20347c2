"""A chain at the demo's page: made, extended, changed, joined, shared, starred, found, handed over and forgotten."""

import re
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.async_api import Locator, expect

from tests.browser.seat import SOON, TOMAS, WIDER, Seat

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
DIALECT = "videos"
# One for each try: a second one looks at the same demo.
ANIMALS = iter(("otter", "heron", "badger", "lynx"))


async def keeps(seat: Seat, folder: str | None, name: str) -> None:
    """See that nothing is wider than the window, and keep a picture where one is wanted."""
    assert await seat.page.evaluate(WIDER) <= 0
    assert await seat.page.evaluate(WIDER) <= 0
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        await seat.page.screenshot(path=Path(folder) / f"{name}.png")


async def chooses(seat: Seat, card: Locator, action: str) -> None:
    """Choose what stands under "More…"."""
    await card.get_by_role("button", name=re.compile("More…")).click()
    await seat.page.get_by_role("option", name=action).click()


async def fills(seat: Seat, title: str, prompt: str) -> None:
    """Fill in the prompt of the form that opened, and send it."""
    form = seat.page.get_by_role("dialog", name=title)
    await expect(form).to_be_visible(timeout=SOON)
    await form.get_by_role("textbox").fill(prompt)
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden(timeout=SOON)


async def goes_on(seat: Seat, card: Locator, action: str, title: str, prompt: str) -> Locator:
    """Press what makes another video of a finished one, and return the card of that one once it plays."""
    button = card.get_by_role("button", name=action, exact=True)
    if await button.count():
        await button.click()
    else:
        await chooses(seat, card, action)
    await fills(seat, title, prompt)
    made = seat.public(prompt).first
    await expect(made).to_be_visible(timeout=SOON)
    await seat.plays(await seat.sees_video(made))
    return made


async def names(seat: Seat, command: str, prompt: str) -> None:
    """Use a command on the video of a prompt, which is picked from the list."""
    await seat.box.fill(command)
    await seat.page.keyboard.press("Tab")
    field = seat.page.get_by_test_id("option-video")
    if not await field.count():
        await seat.page.get_by_test_id("add-video").click()
    await field.focus()
    await seat.page.keyboard.type(prompt)
    await seat.page.get_by_role("option", name=prompt).first.click()
    await seat.page.keyboard.press("Enter")


async def shares(seat: Seat, prompt: str) -> None:
    """Give a video a star on its private card, and share it into another channel."""
    await names(seat, "/status", prompt)
    card = seat.reply(prompt, "/status")
    await expect(card.get_by_role("button", name="Share")).to_be_visible(timeout=SOON)
    await chooses(seat, card, "⭐ Star")
    await names(seat, "/share", prompt)
    await seat.plays(seat.reply(prompt, "/share").get_by_test_id("video"))


async def archive(seat: Seat) -> ZipFile:
    """Ask for a copy of what is stored, and open it."""
    await seat.types("/privacy")
    card = seat.reply("What I keep about you", "/privacy")
    await expect(card).to_be_visible(timeout=SOON)
    await card.get_by_role("button", name="Send me a copy").click()
    told = seat.told("That's all of it").last
    await expect(told).to_be_visible(timeout=SOON)
    async with seat.page.expect_download() as begun:
        await told.get_by_role("link", name=re.compile(r"seedreel-\d\.zip")).click()
    return ZipFile(BytesIO(Path(await (await begun.value).path()).read_bytes()))


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["desktop", "phone"])
async def test_a_chain_from_its_first_video_to_being_forgotten(sit, request, width, height):
    folder, screen = request.config.getoption("--screens"), f"{width}"
    seat = await sit(width, height)
    animal = next(ANIMALS)
    first = await seat.asks(f"an {animal} wakes", "model: seedance-2-5 duration: 4 resolution: 480p ratio: 1:1")
    await seat.sees_video(first)
    second = await goes_on(seat, first, "Extend", "Extend this video", f"the {animal} dives")
    await expect(second).to_contain_text("Part 2 · Continues an earlier video")
    third = await goes_on(seat, second, "Change", "Change this video", f"the {animal} in blue")
    await expect(third).to_contain_text("Changed from an earlier video")
    # What was changed stands for what it was made of; a reel joins it with what goes on from it.
    await goes_on(seat, third, "Continue", "Continue from the last frame", f"the {animal} sleeps")
    await keeps(seat, folder, f"chain-{screen}")
    await names(seat, "/reel", f"the {animal} sleeps")
    reel = seat.reply("2 videos", "/reel")
    await expect(reel).to_contain_text("joined by @Mara", timeout=SOON)
    await seat.plays(reel.get_by_test_id("video"))
    await keeps(seat, folder, f"reel-{screen}")
    await shares(seat, f"the {animal} dives")
    other = await sit(width, height, member=TOMAS)
    await other.plays(other.videos(f"the {animal} dives").last.get_by_test_id("video"))
    await seat.types("/history favourites: true")
    found = seat.reply("favourite", "/history")
    await expect(found).to_contain_text(f"the {animal} dives", timeout=SOON)
    await expect(found).not_to_contain_text(f"the {animal} in blue")
    await keeps(seat, folder, f"favourites-{screen}")
    listed = (await archive(seat)).namelist()
    assert "videos-1.json" in listed
    assert len([name for name in listed if name.startswith("videos/")]) >= 4
    await keeps(seat, folder, f"privacy-{screen}")
    await seat.types("/privacy")
    await seat.reply("What I keep about you", "/privacy").get_by_role("button", name="Forget me").click()
    await seat.page.get_by_role("button", name="Yes, forget everything").last.click()
    await expect(seat.told("I'm forgetting you now").last).to_be_visible(timeout=SOON)
    await seat.types(f"/history search: {animal}")
    await expect(seat.told(f"No videos match {animal}")).to_be_visible(timeout=SOON)
    await keeps(seat, folder, f"forgotten-{screen}")
