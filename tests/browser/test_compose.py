"""`/compose`: a form with files, filled in at the page, and its video."""

import pytest
from playwright.async_api import expect

from tests.browser.seat import SOON
from tests.browser.test_images import two_colours

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PICTURE = two_colours()


async def filled(seat, prompt: str, **files: list[dict]):
    """Open the form, fill it in and send it."""
    await seat.types("/compose duration: 4 ratio: 1:1")
    form = seat.page.get_by_role("dialog", name="Make a video")
    await expect(form).to_be_visible(timeout=SOON)
    await form.get_by_role("textbox", name="Prompt").fill(prompt)
    for part, chosen in files.items():
        await form.get_by_test_id(f"modal-{part}").set_input_files(chosen)
    await form.get_by_role("button", name="Submit").click()
    await expect(form).to_be_hidden(timeout=SOON)


def picture(name: str, data: bytes = PICTURE) -> dict:
    return {"name": name, "mimeType": "image/png", "buffer": data}


async def test_a_form_with_two_pictures_becomes_a_video(sit):
    seat = await sit()
    await filled(seat, "image 1 melts into image 2", pictures=[picture("one.png"), picture("two.png", PICTURE + b"\0")])
    reply = seat.reply("image 1 melts into image 2", "/compose")
    await expect(reply).to_contain_text("With image 1 · image 2", timeout=SOON)
    await expect(reply).to_contain_text("4 seconds · 1:1")
    await seat.sees_video(reply)


async def test_what_is_wrong_with_a_form_comes_back_with_its_words(sit):
    seat = await sit()
    await filled(seat, "a picture\nthat is none", pictures=[picture("cat.png", b"no picture")])
    told = seat.told("isn't an image I can use").last
    await expect(told).to_have_attribute("data-ephemeral", "true", timeout=SOON)
    await expect(told).to_contain_text("image 1")
    await expect(told).to_contain_text("a picture\nthat is none")
    await told.get_by_role("button", name="Fix and try again").click()
    form = seat.page.get_by_role("dialog", name="Fix and try again")
    await expect(form.get_by_role("textbox", name="Prompt")).to_have_value("a picture\nthat is none", timeout=SOON)
    await form.get_by_test_id("modal-image 1").set_input_files(picture("cat.png"))
    await form.get_by_role("button", name="Submit").click()
    await expect(seat.videos("that is none")).to_have_count(1, timeout=SOON)


async def test_edit_opens_the_request_in_a_form_and_makes_it_anew(sit):
    seat = await sit(390, 844)
    first = await seat.asks("a boat at dawn", "duration: 4")
    await seat.sees_video(first)
    await first.get_by_role("button", name="Edit").click()
    form = seat.page.get_by_role("dialog", name="Edit your request")
    prompt = form.get_by_role("textbox", name="Prompt")
    await expect(prompt).to_have_value("a boat at dawn", timeout=SOON)
    await prompt.fill("a boat at midnight")
    await form.get_by_role("button", name="Submit").click()
    second = seat.messages.filter(has_text="a boat at midnight").first
    await expect(second).to_contain_text("4 seconds · 16:9", timeout=SOON)
    await seat.sees_video(second)
