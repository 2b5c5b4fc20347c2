"""Many files: in several options of a command, and in a form with uploads and a select; on a phone too."""

import pytest
from playwright.async_api import expect

from tests.page.samples import VIDEO
from tests.page.test_places import CONTROLS, NAMELESS, WIDER

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CLIPS = [{"label": name, "value": name.lower()} for name in ("Kira", "Rain", "Harbour")]


def part(label, component, **more):
    return {"type": 18, "label": label, "component": {"required": False, "min_values": 0, **component}, **more}


FORM = {
    "custom_id": "compose",
    "title": "Compose a video",
    "components": [
        {"type": 18, "label": "Prompt", "component": {"type": 4, "custom_id": "prompt", "style": 2}},
        part("Pictures", {"type": 19, "custom_id": "pictures", "max_values": 3}, description="Up to 3"),
        part("Sounds", {"type": 19, "custom_id": "sounds", "max_values": 3}),
        part("Assets", {"type": 3, "custom_id": "assets", "max_values": 2, "placeholder": "None", "options": CLIPS}),
    ],
}
SIZES = [(1280, 800), (390, 780)]


@pytest.fixture
def pictures(tmp_path):
    made = [tmp_path / f"{name}.png" for name in ("one", "two", "three", "four")]
    for path in made:
        path.write_bytes(path.stem.encode())
    return made


@pytest.fixture
def form(server, opened):
    """Give a function that opens the form at a size and returns its page and dialog."""

    async def shown(width, height):
        page = await opened(width, height)
        await server.send("1001", type="modal", request="x", modal=FORM)
        dialog = page.get_by_role("dialog", name=FORM["title"])
        await expect(dialog).to_be_visible()
        return page, dialog

    return shown


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_a_form_full_of_files_and_choices_is_sent(server, form, pictures, width, height):
    page, dialog = await form(width, height)
    await dialog.get_by_role("textbox", name="Prompt").fill("image 1 meets image 2")
    await dialog.get_by_test_id("modal-pictures").set_input_files(pictures[:2])
    await expect(dialog.locator(".part-file")).to_have_count(2)
    await dialog.get_by_test_id("modal-pictures").set_input_files(pictures[2])
    await expect(dialog.locator(".part-file")).to_have_count(3)
    await dialog.get_by_test_id("modal-assets").click()
    for name in ("Harbour", "Kira"):
        await page.get_by_role("option", name=name).click()
    await page.get_by_role("button", name="Done").click()
    await expect(dialog.get_by_test_id("modal-assets")).to_have_text("Kira, Harbour")
    assert await page.evaluate(WIDER) <= 0
    assert await page.evaluate(NAMELESS, CONTROLS) == []
    await dialog.get_by_role("button", name="Submit").click()
    frame = await server.hears("modal_submit")
    sent = frame["fields"]
    assert (sent["prompt"], sent["sounds"], sent["assets"]) == (
        "image 1 meets image 2",
        {"uploads": []},
        ["kira", "harbour"],
    )
    assert len(sent["pictures"]["uploads"]) == 3
    assert sorted(name for name, _ in server.uploads) == ["one.png", "three.png", "two.png"]


async def test_more_files_than_it_takes_are_said_and_left_out(server, form, pictures):
    _, dialog = await form(390, 780)
    await dialog.get_by_test_id("modal-pictures").set_input_files(pictures)
    await expect(dialog.get_by_text("Choose up to 3 files")).to_be_visible()
    await expect(dialog.locator(".file-name")).to_have_text(["one.png", "two.png", "three.png"])
    await dialog.get_by_role("button", name="Remove two.png").click()
    await expect(dialog.get_by_text("Choose up to 3 files")).to_be_hidden()
    await expect(dialog.locator(".file-name")).to_have_text(["one.png", "three.png"])
    await dialog.get_by_role("textbox", name="Prompt").fill("a fox")
    await dialog.get_by_role("button", name="Submit").click()
    frame = await server.hears("modal_submit")
    assert len(frame["fields"]["pictures"]["uploads"]) == 2


async def test_everything_but_the_prompt_may_be_left_out(server, form):
    _, dialog = await form(390, 780)
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.get_by_text("This field is required")).to_have_count(1)
    await dialog.get_by_role("textbox", name="Prompt").fill("a fox")
    await dialog.get_by_role("button", name="Submit").click()
    frame = await server.hears("modal_submit")
    assert frame["fields"] == {"prompt": "a fox", "pictures": {"uploads": []}, "sounds": {"uploads": []}, "assets": []}


async def test_a_file_that_is_refused_is_told_in_the_form(server, form, pictures):
    server.refuse_uploads = True
    _, dialog = await form(1280, 800)
    await dialog.get_by_role("textbox", name="Prompt").fill("a fox")
    await dialog.get_by_test_id("modal-pictures").set_input_files(pictures[0])
    await dialog.get_by_role("button", name="Submit").click()
    await expect(dialog.locator(".part-error", has_text="This file is too big.")).to_be_visible()
    assert server.of("modal_submit") == []


@pytest.mark.parametrize(("width", "height"), SIZES)
async def test_several_options_take_a_file_each(server, opened, pictures, width, height):
    more = [{"type": 11, "name": name, "description": "Another"} for name in ("last_frame", "reference", "reference_2")]
    server.world["commands"] = [{**VIDEO, "options": [*VIDEO["options"], *more]}]
    page = await opened(width, height)
    await page.get_by_test_id("box").fill("/video a fox image:")
    await page.get_by_test_id("box").press("Enter")
    for name, path in zip(("image", "last_frame", "reference_2"), pictures, strict=False):
        if name != "image":
            await page.get_by_test_id(f"add-{name}").click()
        await page.get_by_test_id(f"option-{name}").set_input_files(path)
    await expect(page.locator(".file-chosen")).to_have_count(3)
    assert await page.evaluate(WIDER) <= 0
    await page.get_by_test_id("option-prompt").press("Enter")
    options = (await server.hears("command"))["options"]
    assert list(options) == ["prompt", "image", "last_frame", "reference_2"]
    uploads = {number: name for number, (name, _) in enumerate(server.uploads, 1)}
    told = {
        name: uploads[int(value["upload"].rpartition("-")[2])] for name, value in options.items() if name != "prompt"
    }
    assert told == {"image": "one.png", "last_frame": "two.png", "reference_2": "three.png"}
