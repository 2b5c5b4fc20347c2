"""Buttons, selects and modals: pressed once, waited for, answered or not."""

import pytest
from playwright.async_api import expect

from tests.page.samples import button, container, message, row, text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SELECT = {
    "type": 3,
    "custom_id": "pick",
    "placeholder": "Pick",
    "options": [{"label": "One", "value": "1"}, {"label": "Two", "value": "2"}],
}
CARD = container(
    text("card"),
    row(button("Cancel", "cancel")),
    row(SELECT),
    row({**SELECT, "custom_id": "many", "placeholder": "Several", "max_values": 2}),
)
MODAL = {
    "custom_id": "change",
    "title": "Change it",
    "components": [
        {"type": 10, "content": "Only **this**"},
        {
            "type": 18,
            "label": "Prompt",
            "description": "What happens",
            "component": {"type": 4, "custom_id": "prompt", "style": 2, "value": "a fox", "min_length": 4},
        },
        {"type": 1, "components": [{"type": 4, "custom_id": "name", "style": 1, "label": "Name", "required": False}]},
        {"type": 18, "label": "Ratio", "component": {"type": 3, "custom_id": "ratio", "options": SELECT["options"]}},
        {"type": 18, "label": "Image", "component": {"type": 19, "custom_id": "image"}},
    ],
}


async def test_a_press_waits_for_its_answer(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD)]
    page = await opened()
    pressed = page.get_by_role("button", name="Cancel")
    await pressed.click()
    await expect(pressed).to_have_attribute("aria-busy", "true")
    await pressed.press("Enter")
    frame = await server.hears("press")
    assert (frame["channel"], frame["message"], frame["custom_id"]) == ("2001", "1", "cancel")
    await server.show("1001", message(1, container(text("cancelled"), row(button("Cancel", "cancel")))))
    await expect(page.get_by_test_id("message")).to_contain_text("cancelled")
    await expect(pressed).not_to_have_attribute("aria-busy", "true")
    assert len(server.of("press")) == 1


async def test_a_press_that_fails_is_told_privately(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD)]
    server.answers["press"] = lambda frame: {
        "type": "failed",
        "request": frame["request"],
        "channel": "2001",
        "text": "This interaction failed",
    }
    page = await opened()
    await page.get_by_role("button", name="Cancel").click()
    line = page.get_by_test_id("message").last
    await expect(line).to_contain_text("This interaction failed")
    await expect(line).to_contain_text("Only you can see this")
    await expect(page.get_by_role("button", name="Cancel")).not_to_have_attribute("aria-busy", "true")


async def test_a_select_by_keyboard(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD)]
    page = await opened()
    await page.get_by_role("button", name="Pick: nothing chosen").focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    frame = await server.hears("press")
    assert (frame["custom_id"], frame["values"]) == ("pick", ["2"])


async def test_a_select_of_several(server, opened):
    server.world["messages"]["2001"] = [message(1, CARD)]
    page = await opened()
    await page.get_by_role("button", name="Several: nothing chosen").click()
    await page.get_by_role("option", name="Two").click()
    await page.get_by_role("option", name="One").click()
    await page.get_by_role("button", name="Done").click()
    assert (await server.hears("press"))["values"] == ["1", "2"]


async def test_a_modal_is_filled_in_and_sent(server, opened, footage):
    server.world["messages"]["2001"] = [message(1, CARD)]
    server.answers["press"] = lambda frame: {"type": "modal", "request": frame["request"], "modal": MODAL}
    page = await opened()
    await page.get_by_role("button", name="Cancel").click()
    modal = page.get_by_role("dialog", name="Change it")
    prompt = modal.get_by_role("textbox", name="Prompt")
    await expect(prompt).to_be_focused()
    await prompt.fill("fox")
    await modal.get_by_role("button", name="Submit").click()
    await expect(modal.get_by_text("Must be at least 4 characters")).to_be_visible()
    await expect(prompt).to_be_focused()
    await prompt.fill("two foxes")
    await modal.get_by_test_id("modal-ratio").click()
    await page.get_by_role("option", name="Two").click()
    await modal.get_by_test_id("modal-image").set_input_files(footage / "still.png")
    server.answers["modal_submit"] = lambda frame: {
        "type": "message",
        "channel": "2001",
        "message": message(2, text("changed")),
    }
    await modal.get_by_role("button", name="Submit").click()
    frame = await server.hears("modal_submit")
    fields = {"prompt": "two foxes", "name": "", "ratio": ["2"], "image": {"uploads": ["upload-1"]}}
    assert (frame["custom_id"], frame["channel"], frame["fields"]) == ("change", "2001", fields)
    await expect(modal).to_be_hidden()


async def test_a_form_opened_from_a_private_message_is_filled_in_already(server, opened, footage):
    fix = container(text("Please fix this:"), row(button("Fix and try again", "fix")))
    server.world["messages"]["2001"] = [message(1, fix, ephemeral=True)]
    one, two = SELECT["options"]
    parts = [
        MODAL["components"][1],
        {"type": 18, "label": "Ratio", "component": SELECT | {"options": [one, two | {"default": True}]}},
        {
            "type": 18,
            "label": "Image",
            "component": {"type": 19, "custom_id": "image", "file_types": ["image", ".mp4"]},
        },
    ]
    modal = {"custom_id": "fixed", "title": "Fix and try again", "components": parts}
    server.answers["press"] = lambda frame: {"type": "modal", "request": frame["request"], "modal": modal}
    page = await opened(390, 844)
    await page.get_by_role("button", name="Fix and try again").click()
    form = page.get_by_role("dialog", name="Fix and try again")
    await expect(form.get_by_role("textbox", name="Prompt")).to_have_value("a fox")
    await expect(form.get_by_test_id("modal-pick")).to_have_text("Two")
    upload = form.get_by_test_id("modal-image")
    await expect(upload).to_have_attribute("accept", "image/*,.mp4")
    await upload.set_input_files(footage / "still.png")
    await form.get_by_role("button", name="Submit").click()
    frame = await server.hears("modal_submit")
    assert frame["fields"] == {"prompt": "a fox", "pick": ["2"], "image": {"uploads": ["upload-1"]}}


async def test_a_modal_that_fails_keeps_what_was_typed(server, opened):
    modal = {"custom_id": "m", "title": "Name it", "components": [MODAL["components"][2]]}
    server.answers["modal_submit"] = lambda frame: {
        "type": "failed",
        "request": frame["request"],
        "channel": "2001",
        "text": "Something went wrong",
    }
    page = await opened()
    await server.send("1001", type="modal", request="x", modal=modal)
    await page.get_by_role("textbox", name="Name").fill("kept")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog").get_by_role("alert")).to_have_text("Something went wrong")
    await expect(page.get_by_role("textbox", name="Name")).to_have_value("kept")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()


async def test_the_keyboard_stays_inside_a_modal(server, opened):
    page = await opened()
    await server.send("1001", type="modal", request="x", modal=MODAL)
    await expect(page.get_by_role("dialog")).to_be_visible()
    for _ in range(12):
        await page.keyboard.press("Tab")
        inside = "document.activeElement === document.body || document.activeElement.closest('dialog') !== null"
        assert await page.evaluate(inside)


MENUS = [{"name": "Animate image", "type": 3}, {"name": "Use as reference", "type": 3}, {"name": "Wave", "type": 2}]


@pytest.mark.parametrize("width", [1280, 390])
async def test_the_menus_of_a_message_and_of_a_member_offer_the_apps_commands(server, opened, width):
    mara = {"id": "1001", "username": "mara", "global_name": "Mara"}
    server.world["commands"] += MENUS
    server.world["messages"]["2001"] = [message(1, author=mara, content="look"), message(2, CARD, ephemeral=True)]
    page = await opened(width, 844)
    # What only one member sees has none.
    await expect(page.get_by_role("button", name="Apps")).to_have_count(1)
    said = page.get_by_test_id("message").first
    await said.hover()
    await said.get_by_role("button", name="Apps").click()
    await expect(page.get_by_role("option")).to_have_text(["Animate image", "Use as reference"])
    await page.get_by_role("option", name="Use as reference").click()
    frame = await server.hears("menu")
    assert (frame["channel"], frame["command"], frame["message"]) == ("2001", "Use as reference", "1")
    await expect(page.get_by_test_id("message").last).to_contain_text("Mara used Use as reference")
    await said.get_by_role("button", name="Mara").click()
    await page.get_by_role("option", name="Wave").press("Enter")
    frame = await server.hears("menu", 2)
    assert (frame["command"], frame["member"]) == ("Wave", "1001")
