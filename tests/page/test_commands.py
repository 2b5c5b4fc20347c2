"""Commands: completed by keyboard, filled in by fields, or typed as a whole line."""

import pytest
from playwright.async_api import expect

from tests.page.samples import message, text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def sent(frame):
    return frame["command"], frame["options"]


async def test_a_command_by_keyboard_alone(server, opened):
    page = await opened()
    await page.get_by_test_id("box").focus()
    await page.keyboard.type("/v")
    option = page.get_by_test_id("completion-option")
    await expect(option).to_have_text("/videoMake a video from a promptSeedreel")
    box = page.get_by_test_id("box")
    await expect(box).to_have_attribute("aria-expanded", "true")
    await expect(box).to_have_attribute("aria-activedescendant", await option.get_attribute("id"))
    await page.keyboard.press("Tab")
    await expect(page.get_by_test_id("option-prompt")).to_be_focused()
    await page.keyboard.type("a fox in snow duration: 7 ratio:")
    await expect(page.get_by_test_id("option-ratio")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("option-ratio")).to_have_value("9:16")
    await page.keyboard.press("Enter")
    frame = await server.hears("command")
    assert sent(frame) == ("video", {"prompt": "a fox in snow", "duration": 7, "ratio": "9:16"})
    assert (frame["channel"], frame["by"]) == ("2001", "1001")
    await expect(page.get_by_test_id("box")).to_be_focused()
    await expect(page.get_by_test_id("box")).to_have_value("")


LINES = [
    (
        "/video prompt: a fox in snow duration: 5 ratio: 9:16",
        ("video", {"prompt": "a fox in snow", "duration": 5, "ratio": "9:16"}),
    ),
    ("/video a fox: it runs", ("video", {"prompt": "a fox: it runs"})),
    ("/video duration:15 prompt:a fox prompt: twice", ("video", {"duration": 15, "prompt": "a fox prompt: twice"})),
    ("/video preprompt: no option", ("video", {"prompt": "preprompt: no option"})),
    ("/history fox", ("history", {"search": "fox"})),
    ("/status", ("status", {})),
    ("/assets list", ("assets list", {})),
]


async def test_a_whole_line_is_a_command(server, opened):
    page = await opened()
    for count, (line, command) in enumerate(LINES, 1):
        await page.get_by_test_id("box").fill(line)
        await page.get_by_test_id("box").press("Enter")
        assert sent(await server.hears("command", count)) == command


async def test_a_line_typed_key_by_key(server, opened):
    page = await opened()
    await page.get_by_test_id("box").focus()
    await page.keyboard.type("/video prompt: a fox duration: 5")
    await page.keyboard.press("Enter")
    assert sent(await server.hears("command")) == ("video", {"prompt": "a fox", "duration": 5})


WRONG = [
    ("/video duration: 5", "prompt: This option is required."),
    ("/video a fox duration: 16", "duration: Must be at most 15."),
    ("/video a fox duration: 3", "duration: Must be at least 4."),
    ("/video a fox duration: five", "duration: Must be a whole number."),
    ("/video a fox ratio: 7:7", "ratio: Choose one of: 16:9, 9:16, 1:1, 4:3."),
    ("/video a fox image: fox.png", "image: Choose a file, or drop one here."),
    ("/video " + "x" * 6001, "prompt: It has 6001 characters; the limit is 6000."),
    ("/assets list now", "“now” doesn't belong to any option of /assets list."),
    ("/nothing at all", "There is no /nothing command here."),
]


async def test_what_is_wrong_is_said_before_anything_is_sent(server, opened):
    page = await opened()
    box = page.get_by_test_id("box")
    for line, error in WRONG:
        await box.fill(line)
        await box.press("Enter")
        await expect(page.get_by_test_id("box-error")).to_have_text(error)
        while await box.is_hidden() or await box.input_value():
            await page.keyboard.press("Escape")
    assert server.of("command") == []


async def test_a_wrong_option_can_be_mended(server, opened):
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox duration: 16")
    await page.get_by_test_id("box").press("Enter")
    field = page.get_by_test_id("option-duration")
    await expect(field).to_be_focused()
    await expect(field).to_have_attribute("aria-invalid", "true")
    await field.fill("15")
    await expect(page.get_by_test_id("box-error")).to_be_hidden()
    await field.press("Enter")
    assert sent(await server.hears("command")) == ("video", {"prompt": "a fox", "duration": 15})


async def test_the_bot_completes_an_option(server, opened):
    server.answers["autocomplete"] = lambda frame: {
        "type": "choices",
        "request": frame["request"],
        "choices": [{"name": "fox in snow · rendering", "value": "k3f9a2"}],
    }
    page = await opened()
    await page.get_by_test_id("box").fill("/sta")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("add-job").click()
    await page.keyboard.type("fox")
    choice = page.get_by_role("option", name="fox in snow · rendering")
    await expect(choice).to_be_visible()
    asked = server.of("autocomplete")[-1]
    assert (asked["command"], asked["focused"], asked["options"]) == ("status", "job", {"job": "fox"})
    await page.keyboard.press("Enter")
    await expect(page.get_by_test_id("option-job")).to_have_value("fox in snow · rendering")
    await page.keyboard.press("Enter")
    assert sent(await server.hears("command")) == ("status", {"job": "k3f9a2"})


async def test_an_autocomplete_without_answer_says_so(server, opened):
    server.answers["autocomplete"] = lambda frame: {
        "type": "choices",
        "request": frame["request"],
        "choices": [],
        "failed": True,
    }
    page = await opened()
    await page.get_by_test_id("box").fill("/sta")
    await page.keyboard.press("Tab")
    await page.get_by_test_id("add-job").click()
    await expect(page.get_by_text("Loading options failed.")).to_be_visible()


async def test_escape_gives_a_command_up_and_its_words_back(opened):
    page = await opened()
    await page.get_by_test_id("box").fill("/vid")
    await page.keyboard.press("Enter")
    await page.keyboard.type("a fox")
    await page.keyboard.press("Escape")
    box = page.get_by_test_id("box")
    await expect(box).to_have_value("/video prompt: a fox")
    await page.keyboard.press("Escape")
    await page.keyboard.press("Escape")
    await expect(box).to_have_value("")


async def test_a_message_that_is_no_command(server, opened):
    page = await opened(address="#/1002/2002")
    await page.get_by_test_id("box").fill("hello **all**")
    await page.get_by_test_id("box").press("Enter")
    frame = await server.hears("say")
    assert (frame["by"], frame["channel"], frame["text"]) == ("1002", "2002", "hello **all**")


async def test_a_refusal_by_discord_brings_the_command_back(server, opened):
    text = "prompt: looks like something else"
    server.answers["command"] = lambda frame: {
        "type": "failed",
        "request": frame["request"],
        "channel": "2001",
        "text": text,
    }
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox")
    await page.get_by_test_id("box").press("Enter")
    await expect(page.get_by_test_id("box-error")).to_have_text(text)
    await expect(page.get_by_test_id("option-prompt")).to_have_value("a fox")


async def test_a_command_that_nobody_answers(server, opened):
    text = "The application did not respond"
    server.answers["command"] = lambda frame: {
        "type": "failed",
        "request": frame["request"],
        "channel": "2001",
        "text": text,
    }
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox")
    await page.get_by_test_id("box").press("Enter")
    line = page.get_by_test_id("message")
    await expect(line).to_contain_text(text)
    await expect(line).to_contain_text("Mara used /video")
    await expect(line).to_contain_text("Only you can see this")
    await line.get_by_role("button", name="Dismiss message").click()
    await expect(line).to_have_count(0)
    assert server.of("dismiss") == []
    await expect(page.get_by_test_id("option-prompt")).to_have_value("a fox")


async def test_tab_goes_on_from_words_to_fields(server, opened):
    page = await opened()
    await page.get_by_test_id("box").fill("/video a fox ratio: 1:1")
    await page.get_by_test_id("box").press("Tab")
    await expect(page.get_by_test_id("option-duration")).to_be_focused()
    await page.keyboard.type("9")
    await page.keyboard.press("Enter")
    frame = await server.hears("command")
    assert sent(frame) == ("video", {"prompt": "a fox", "ratio": "1:1", "duration": 9})


async def test_an_empty_channel_shows_what_to_type(server, opened):
    page = await opened()
    tip = page.get_by_role("region", name="Demo tip")
    await expect(tip.get_by_role("button")).to_have_count(2)  # there is no /help in this world
    await tip.get_by_role("button", name="a paper boat").click()
    await expect(page.get_by_test_id("option-ratio")).to_have_value("9:16")
    await page.keyboard.press("Enter")
    command, options = sent(await server.hears("command"))
    assert (command, options["ratio"]) == ("video", "9:16")
    assert options["prompt"].startswith("a paper boat")


async def test_a_mentioned_command_without_options_is_sent_by_enter(server, opened):
    server.world["messages"]["2001"] = [message(1, text("See </assets list:5004> and </history:5003>."))]
    page = await opened()
    for count, path in enumerate(("assets list", "history"), start=1):
        await page.get_by_test_id("message").get_by_role("button", name=f"/{path}").click()
        await expect(page.locator(".command-name")).to_have_text(f"/{path}")
        await page.keyboard.press("Enter")
        assert sent(await server.hears("command", count))[0] == path
        await expect(page.get_by_test_id("box")).to_be_visible()


async def test_who_writes_to_the_bot_is_told_once_that_it_only_sees_commands(server, opened):
    page = await opened()
    for words in ("a fox, please", "hello?"):
        await page.get_by_test_id("box").fill(words)
        await page.get_by_test_id("box").press("Enter")
        shown = expect(page.get_by_test_id("box-error"))
        await (shown.to_contain_text("only sees commands") if words != "hello?" else shown.to_be_hidden())
        if words != "hello?":
            await shown.to_have_css("color", "rgb(168, 173, 187)")  # a hint, not a mistake
    assert (await server.hears("say", 2))["text"] == "hello?"
