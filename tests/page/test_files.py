"""Files for a command: chosen, dropped, refused."""

import pytest
from playwright.async_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

DROP = """([target, name, type]) => {
  const carried = new DataTransfer();
  carried.items.add(new File(["pixels"], name, { type }));
  for (const kind of ["dragenter", "dragover", "drop"]) {
    const happened = new DragEvent(kind, { dataTransfer: carried, bubbles: true, cancelable: true });
    document.querySelector(target).dispatchEvent(happened);
  }
}"""


async def test_a_file_dropped_on_the_page_starts_the_command_that_takes_it(server, opened):
    page = await opened()
    await page.evaluate(DROP, ["#messages", "fox.png", "image/png"])
    await expect(page.get_by_text("fox.png")).to_be_visible()
    await page.get_by_test_id("option-prompt").fill("a fox")
    await page.keyboard.press("Enter")
    frame = await server.hears("command")
    assert frame["options"] == {"prompt": "a fox", "image": {"upload": "upload-1"}}
    assert server.uploads == [("fox.png", b"pixels")]
    await expect(page.locator("#drop")).to_be_hidden()


async def test_a_file_dropped_beside_a_typed_line_joins_it(server, opened):
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox ratio: 1:1")
    await page.evaluate(DROP, [".composer-row", "fox.png", "image/png"])
    await page.get_by_test_id("option-prompt").press("Enter")
    frame = await server.hears("command")
    assert frame["options"] == {"prompt": "a fox", "ratio": "1:1", "image": {"upload": "upload-1"}}


async def test_a_file_chosen_by_button_and_taken_away_again(server, opened, footage):
    page = await opened()
    await page.get_by_test_id("box").fill("/video")
    await page.keyboard.press("Enter")
    await page.keyboard.type("a fox")
    await page.get_by_test_id("add-image").click()
    await page.get_by_test_id("option-image").set_input_files(footage / "still.png")
    await expect(page.locator(".file-chosen")).to_contain_text("still.png")
    await page.get_by_role("button", name="Remove image").click()
    await page.get_by_test_id("option-prompt").press("Enter")
    assert (await server.hears("command"))["options"] == {"prompt": "a fox"}


async def test_a_file_that_is_refused_is_told_and_not_sent(server, opened):
    server.refuse_uploads = True
    page = await opened()
    await page.evaluate(DROP, ["#messages", "fox.png", "image/png"])
    await expect(page.get_by_test_id("box-error")).to_have_text("image: This file is too big.")
    await page.get_by_test_id("option-prompt").fill("a fox")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("box-error")).to_have_text("image: This file is too big.")
    assert server.of("command") == []


async def test_a_dropped_file_that_nothing_takes_is_told(opened):
    page = await opened()
    await page.get_by_test_id("box").fill("just words")
    await page.evaluate(DROP, ["#messages", "fox.png", "image/png"])
    await expect(page.get_by_test_id("box-error")).to_contain_text("Nothing here takes this file")
    await expect(page.get_by_test_id("box")).to_have_value("just words")


async def test_an_option_offers_and_takes_the_files_it_names(server, opened):
    video = next(one for one in server.world["commands"] if one["name"] == "video")
    sound = {"type": 11, "name": "sound", "description": "A sound", "file_types": ["audio", ".ogg"]}
    picture = {"type": 11, "name": "image", "description": "The first frame", "file_types": ["image"]}
    options = [option for option in video["options"] if option["type"] != 11]
    server.world["commands"] = [video | {"options": [*options, picture, sound]}]
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox")
    await page.evaluate(DROP, ["#messages", "howl.ogg", ""])
    await expect(page.get_by_test_id("option-sound")).to_have_attribute("accept", "audio/*,.ogg")
    await expect(page.get_by_text("howl.ogg")).to_be_visible()
    await page.evaluate(DROP, ["#messages", "words.txt", "text/plain"])
    await expect(page.get_by_test_id("box-error")).to_contain_text("Nothing here takes this file")
