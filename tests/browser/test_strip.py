"""What Discord or the provider may do, through the strip of controls: the reply stays true, the video comes, once."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import expect

from tests.browser.seat import SOON

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def rendering(seat, prompt):
    """Have a video in the middle of being made."""
    await seat.slow(on=True)
    reply = await seat.asks(prompt)
    await expect(reply).to_contain_text("Rendering", timeout=SOON)
    return reply


async def test_a_refusal_is_told(sit):
    seat = await sit()
    await seat.control("refuse")
    reply = await seat.asks("something the provider refuses")
    await expect(reply).to_contain_text("Failed", timeout=SOON)
    await expect(reply).to_contain_text("content rules don't allow this")
    await expect(reply.get_by_test_id("video")).to_have_count(0)


async def test_a_failure_is_told_and_made_again(sit):
    seat = await sit()
    reply = await rendering(seat, "a film that breaks")
    await seat.control("fail")
    await expect(reply).to_contain_text("Failed", timeout=SOON)
    await expect(reply).to_contain_text("couldn't be made")
    await seat.slow(on=False)
    await reply.get_by_role("button", name="Again").click()
    made = seat.videos("a film that breaks")
    await expect(made).to_have_count(1, timeout=SOON)


async def test_a_file_that_comes_late_is_waited_for_and_its_address_handed_on(sit):
    seat = await sit()
    await seat.switch("late", on=True)
    reply = await seat.asks("a film whose file is late")
    await expect(reply).to_contain_text("its file isn't available yet", timeout=SOON)
    await expect(reply.get_by_role("link", name="Open the video")).to_be_visible(timeout=SOON)
    await seat.switch("late", on=False)
    await seat.sees_video(reply)


async def test_a_filter_of_the_server_takes_the_prompt_and_not_the_video(sit):
    seat = await sit()
    videos = seat.page.get_by_test_id("video")
    before = await videos.count()
    await seat.switch("filter", on=True)
    await seat.types("/video prompt: a dragon that may not be named")
    await expect(videos).to_have_count(before + 1, timeout=SOON)
    await expect(seat.page.get_by_text("may not be named")).to_have_count(0)
    await seat.switch("filter", on=False)


async def test_fifteen_minutes_later_the_reply_is_still_finished(sit, demo):
    seat = await sit()
    reply = await rendering(seat, "a glacier calves")
    await seat.control("later")
    await seat.slow(on=False)
    await seat.sees_video(reply)
    said = datetime.fromisoformat(demo.bot_log().splitlines()[-1].split()[0])
    assert said - datetime.now(UTC) > timedelta(minutes=14), "the bot's clock has come along"


@pytest.mark.parametrize("ending", ["restart", "kill"])
async def test_a_bot_that_ends_in_the_middle_still_delivers_once(sit, demo, ending):
    seat = await sit()
    prompt = f"a bridge is built, {ending}"
    reply = await rendering(seat, prompt)
    resumed = demo.bot_log().count("Resumed 1 job")
    await seat.control(ending)
    await demo.hears({"restart": "The bot is restarting", "kill": "The bot crashed"}[ending])
    await seat.slow(on=False)
    await seat.sees_video(reply)
    assert demo.bot_log().count("Resumed 1 job") == resumed + 1
    holding = seat.videos(prompt)
    await seat.types("/history search: a bridge")
    await expect(seat.reply(prompt, "/history")).to_contain_text("Done", timeout=SOON)
    await expect(holding).to_have_count(1)


async def test_a_waiting_video_is_cancelled(sit):
    seat = await sit()
    first = await rendering(seat, "first in line")
    second = await seat.asks("second in line")
    await expect(second).to_contain_text("Rendering", timeout=SOON)
    third = await seat.asks("third in line")
    await expect(third).to_contain_text("Waiting", timeout=SOON)
    await third.get_by_role("button", name="Cancel").click()
    await expect(third).to_contain_text("You cancelled this. Nothing was sent, so this cost nothing.", timeout=SOON)
    await seat.slow(on=False)
    for reply in (first, second):
        await seat.sees_video(reply)
    await expect(third).to_contain_text("Cancelled")


async def test_a_page_opened_later_shows_how_the_switch_stands(sit):
    first = await sit()
    await first.slow(on=True)
    later = await sit()
    switch = later.page.get_by_test_id("control-slow")
    await expect(switch).to_have_attribute("aria-pressed", "true")
    await later.slow(on=False)
    await expect(first.page.get_by_test_id("control-slow")).to_have_attribute("aria-pressed", "false")
