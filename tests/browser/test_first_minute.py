"""What a member sees who never read anything, at a desktop's and at a phone's width; `--screens FOLDER` keeps it."""

import asyncio
import re
import time
from contextlib import closing
from random import Random

import pytest
from playwright.async_api import expect

from bot.domain.limits import MONTH
from bot.domain.models import Model
from bot.domain.money import Price
from bot.domain.stages import Stage
from bot.storage.job_rows import to_row
from bot.storage.opening import connect
from sandbox.__main__ import FAST
from tests.browser.files import DAWN, file
from tests.browser.readme_pictures import DESKTOP, PHONE
from tests.browser.seat import MARA, SOON, TOMAS, WIDER
from tests.storage.samples import job, request

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
FILM_CLUB = "2001"
NOTES = file("notes.png", "image/png", b"no picture, whatever it is called")
SIZES = {"desktop": DESKTOP, "phone": PHONE}


A_MONTH = "measure: seconds of video in 30 days"
LIGHT = """for (const [name, colour] of Object.entries({
  "--ground-0": "#e3e5e8", "--ground-1": "#f2f3f5", "--ground-2": "#f2f3f5", "--ground-3": "#ffffff",
  "--ground-4": "#f2f3f5", "--ground-5": "#e3e5e8", "--line": "#d4d7dc", "--text": "#313338",
  "--text-strong": "#060607", "--text-soft": "#4e5058", "--link": "#006ce7",
})) document.documentElement.style.setProperty(name, colour);"""


def use_for_a_month(demo):
    """Write down what eight members made before, once, beside the running bot."""
    [database] = demo.folder.glob("seedreel-demo-*/data/seedreel.db")
    # The demo's days are as short as its waits.
    rng, now, month, rows = Random(12), time.time(), MONTH / FAST.time_scale, []
    for number in range(160):
        at, model = now - rng.uniform(2, month), rng.choice([Model.SEEDANCE_2, Model.SEEDANCE_2_FAST])
        user_id = int(TOMAS) if number % 3 == 0 else 5000 + min(rng.randrange(8), rng.randrange(8))
        made = job(
            id=f"{number:020}", interaction_id=number + 1, user_id=user_id, request=request(model=model), created=at,
            changed=at, submitted=at, completed=at, stage=Stage.DELIVERED, notified_at=at, charged=rng.choice([5, 10]),
            charged_to=int(FILM_CLUB), price=Price(rng.randrange(10**6), "USD"),
        )  # fmt: skip
        rows.append(to_row(made))
    with closing(connect(database, 10)) as db:
        db.table("jobs").insert_all(rows, ignore=True)


@pytest.fixture(params=SIZES)
def size(request):
    """The width by its name."""
    return request.param


@pytest.fixture
def sits(sit, size):
    """Give a function that opens the page in this width."""

    async def sit_down(member=MARA, **more):
        phone = size == "phone"
        return await sit(*SIZES[size], member=member, has_touch=phone, is_mobile=phone, **more)

    return sit_down


@pytest.fixture
def shows(request, size, tmp_path):
    """Give a function that keeps a picture of the screen, from a message on; the page is no wider than it."""
    folder = request.config.getoption("--screens") or tmp_path

    async def show(seat, name, at=None):
        assert await seat.page.evaluate(WIDER) <= 0, name
        await expect(seat.page.locator("[aria-busy]")).to_have_count(0, timeout=SOON)
        if at is not None:
            await at.evaluate("node => node.scrollIntoView({ block: 'start' })")
        await seat.page.mouse.move(2, 400)
        await seat.page.screenshot(path=f"{folder}/{name}-{size}.png")

    return show


async def test_the_first_screen_says_what_to_type(sits, shows):
    seat = await sits()
    tip = seat.page.get_by_role("region", name="Demo tip")
    await expect(tip).to_be_in_viewport()
    await shows(seat, "first-screen")
    await tip.get_by_role("button", name="a red fox").click()
    await expect(seat.page.get_by_test_id("option-prompt")).to_be_focused()
    await shows(seat, "example")


async def test_the_example_becomes_a_video(sits, shows):
    seat = await sits()
    await seat.page.get_by_role("region", name="Demo tip").get_by_role("button", name="a red fox").click()
    await seat.page.keyboard.press("Enter")
    await seat.sees_video(seat.reply("a red fox walks through fresh snow"))
    await shows(seat, "first-video")


async def test_a_failure_is_told_once_on_the_card_and_pings(sits, shows, size):
    seat = await sits()
    await seat.slow(on=True)
    prompt = f"a kite that will not fly, on a {size}"
    reply = await seat.asks(prompt)
    await expect(reply).to_contain_text("Rendering", timeout=SOON)
    pings = seat.told("@Mara Your video couldn't be made.")
    earlier = await pings.count()
    await seat.control("fail")
    await seat.slow(on=False)
    await expect(reply).to_contain_text("couldn't be made", timeout=SOON)
    ping = pings.nth(earlier)
    await expect(ping).to_be_visible(timeout=SOON)
    assert await ping.get_attribute("data-ping") == "true"
    await expect(ping).not_to_contain_text("charge")
    await shows(seat, "failure")


async def test_again_by_somebody_says_whose_video_it_was(sits, shows, size):
    mara, tomas = await sits(), await sits(member=TOMAS)
    prompt = f"two herons at dusk, on a {size}"
    await mara.sees_video(await mara.asks(prompt))
    await tomas.reply(prompt).get_by_role("button", name="Again").click()
    ping = tomas.told("@Tomas Your video is ready")
    await expect(ping).to_have_count(1, timeout=SOON)
    await expect(tomas.videos(prompt)).to_have_count(2)
    await expect(tomas.videos(prompt).first).not_to_contain_text("Again of")
    for seat in (mara, tomas):
        again = seat.videos(prompt).last
        await expect(again).to_contain_text("for @Tomas · Again of @Mara's video · Jump to message", timeout=SOON)
        # It names both and pings neither.
        assert await again.get_attribute("data-ping") is None
    await expect(again.get_by_test_id("video")).to_have_attribute("aria-label", prompt)
    await again.get_by_role("link", name="Jump to message").click()
    await expect(tomas.page.locator(".message-pointed")).to_contain_text("Mara used /video")
    await shows(tomas, "again", again)


async def test_two_running_videos_in_status(sits, shows, size):
    seat = await sits()
    await seat.slow(on=True)
    prompts = [f"a {animal} crosses a river, on a {size}" for animal in ("bear", "deer")]
    for prompt in prompts:
        await expect(await seat.asks(prompt)).to_contain_text("Rendering", timeout=SOON)
    card = await seat.one_more(seat.told("Your videos"), seat.types("/status"))
    await expect(card).to_have_attribute("data-ephemeral", "true")
    for prompt in prompts:
        await expect(card).to_contain_text(prompt[:20])
    await expect(card).to_contain_text("%")
    await card.get_by_role("button", name="Refresh").click()
    await shows(seat, "status", card)
    await seat.slow(on=False)
    for prompt in prompts:
        await seat.sees_video(seat.reply(prompt))
    await card.get_by_role("button", name="Refresh").click()
    await expect(card.get_by_role("button", name="Get the video").first).to_be_visible(timeout=SOON)
    await shows(seat, "status-done", card)


async def test_an_old_video_is_found_by_its_picture(sits, shows, size):
    seat = await sits()
    prompt = f"an owl on a post, on a {size}"
    await seat.sees_video(await seat.asks(prompt))
    card = await seat.one_more(seat.told("Your history"), seat.types("/history"))
    await expect(card).to_contain_text("an owl on a post")
    await seat.sees_picture(card.locator(".thumbnail img").first)
    await shows(seat, "history", card)
    await card.get_by_role("button", name="Details of a video").click()
    owl = seat.page.get_by_test_id("select-option").filter(has_text="an owl on a post").first
    opened = await seat.one_more(seat.told("Requested"), owl.click())
    await expect(opened).to_contain_text(prompt)
    await expect(opened.get_by_role("button", name="Get the video")).to_be_visible()
    await shows(seat, "history-opened")


async def test_a_manager_sets_limits(sits, shows):
    seat = await sits()
    setting = f"/admin limits set {A_MONTH} limit: 4000"
    told = await seat.one_more(seat.told("The limit for"), seat.types(setting))
    await expect(told).to_contain_text("4,000 seconds")
    card = await seat.one_more(seat.told("Limits"), seat.types("/admin limits show"))
    await expect(card).to_have_attribute("data-ephemeral", "true")
    await expect(card).to_contain_text("seconds of video in 30 days: 4,000 seconds")
    await shows(seat, "admin-limits", card)


async def test_a_manager_sees_their_servers_usage_in_charts(demo, sits, shows):
    seat = await sits()
    await asyncio.to_thread(use_for_a_month, demo)
    await seat.one_more(seat.told("The limit for"), seat.types(f"/admin limits set {A_MONTH} limit: 4000"))
    card = await seat.one_more(seat.told("Your usage"), seat.types("/usage"))
    await expect(card).to_have_attribute("data-ephemeral", "true")
    await expect(card).to_contain_text("for everyone in the server together")
    await shows(seat, "usage", card)
    await card.get_by_role("button", name="Server's usage").click()
    await expect(card).to_contain_text("By member", timeout=SOON)
    await expect(card).to_contain_text("left of 4,000 seconds")
    await shows(seat, "usage-server", card)
    pictures = card.get_by_role("img", name="Seconds of video on each of 30 days")
    await expect(pictures).to_have_count(2)
    for number, about in enumerate(("member", "model")):
        picture = pictures.nth(number)
        await seat.sees_picture(picture)
        assert f"by {about}." in await picture.get_attribute("alt")
        await shows(seat, f"usage-by-{about}", picture)
    # Discord's own grounds and letters, light: what has a ground of its own reads there as well.
    await seat.page.evaluate(LIGHT)
    await shows(seat, "usage-light", pictures.first)


async def test_help_says_what_can_be_done_and_starts_an_example(sits, shows, size):
    seat = await sits()
    # The same one twice within seconds would be one press.
    words = {"desktop": "A tiny robot waters", "phone": "A paper boat sails"}[size]
    told = await seat.one_more(seat.told("What I can do"), seat.types("/help"))
    await expect(told).to_have_attribute("data-ephemeral", "true")
    await shows(seat, "help", told)
    example = told.get_by_role("button", name=words)
    await seat.sees_video(await seat.one_more(seat.public(words), example.click()))
    await told.get_by_role("button", name="/history").click()
    card = await seat.one_more(seat.told("Your history"), seat.page.keyboard.press("Enter"))
    await expect(card).to_contain_text(words)


async def test_the_bots_profile_says_what_to_type(sits, shows, size):
    seat = await sits()
    await expect(seat.page.get_by_test_id("channel-4001")).to_contain_text("Type /video")
    told = await seat.one_more(seat.told("What I can do"), seat.types("/help"))
    await told.get_by_role("button", name="Seedreel", exact=True).click()
    profile = seat.page.get_by_test_id("profile")
    await expect(profile).to_contain_text("Type /video and describe what you want to see.")
    await shows(seat, "profile")


async def test_a_request_with_six_mistakes_is_fixed_in_a_form(sits, shows, size):
    seat = await sits()
    prompt = f"image 1 turns into the sea, on a {size}"
    options = "resolution: 4k model: seedance-2-fast web_search: True last_frame_asset: Nobody asset: Ghost image:"
    await seat.box.fill(f"/video prompt: {prompt} {options}")
    await seat.box.press("Tab")
    await seat.picks("image", NOTES)
    await seat.picks("reference", NOTES)
    told = await seat.one_more(seat.told("Please fix").filter(has_text=prompt), seat.page.locator("#send").click())
    await expect(told).to_contain_text(re.compile("Please fix these [6-9] things"))
    await expect(told).to_contain_text(prompt)
    await expect(told).to_have_attribute("data-ephemeral", "true")
    await shows(seat, "refused", told)
    refusals = seat.told("Please fix").filter(has_text=prompt)
    for number in range(1, 4):
        refused = await refusals.count()
        await told.get_by_role("button", name="Fix and try again").click()
        form = seat.page.get_by_role("dialog", name="Fix and try again")
        await expect(form.get_by_role("textbox", name="Prompt")).to_have_value(prompt, timeout=SOON)
        if number == 1:
            await form.get_by_test_id("modal-image").set_input_files(DAWN)
            await expect(form.get_by_text("KB")).to_be_visible(timeout=SOON)
        await chooses(seat, form, "resolution", "480p")
        await chooses(seat, form, "web_search", "Off")
        for asset in ("last_frame_asset", "asset"):
            if await form.get_by_test_id(f"modal-{asset}").count():
                await form.get_by_test_id(f"modal-{asset}").fill("")
        await shows(seat, f"fix-{number}")
        await form.get_by_role("button", name="Submit").click()
        await expect(form).to_be_hidden(timeout=SOON)
        made = seat.public(prompt).filter(has_text="480p")
        await expect(made.or_(refusals.nth(refused)).first).to_be_visible(timeout=SOON)
        if await made.count():
            break
        told = refusals.nth(refused)
    await seat.sees_video(made.last)
    await shows(seat, "fixed")


async def chooses(seat, form, part, label):
    """Choose an option of a select in a form, where the form has it."""
    select = form.get_by_test_id(f"modal-{part}")
    if await select.count():
        await select.click()
        await seat.page.get_by_test_id("select-option").filter(has_text=label).first.click()
