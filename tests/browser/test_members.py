"""Two members: what is private stays private, and what one has made the other can ask for again."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.seat import MARA, SOON, TOMAS

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_what_only_mara_may_see_tomas_does_not(sit):
    seat = await sit()
    await seat.sees_video(await seat.asks("a secret garden"))
    await seat.types("/history search: garden")
    private = seat.reply("1 video matches garden", "/history")
    await expect(private).to_contain_text("Only you can see this", timeout=SOON)
    await seat.looks_as(TOMAS)
    await expect(seat.reply("a secret garden")).to_contain_text("Mara used /video")
    await expect(seat.told("1 video matches garden")).to_have_count(0)
    await seat.types("/history search: garden")
    await expect(seat.told("No videos match garden")).to_be_visible(timeout=SOON)
    await seat.looks_as(MARA)
    await expect(private).to_be_visible()
    await expect(seat.told("No videos match garden")).to_have_count(0)


async def test_again_pressed_by_tomas_is_his(sit):
    mara, tomas = await sit(), await sit(member=TOMAS)
    first = await mara.asks("two swans on a lake")
    await mara.sees_video(first)
    await tomas.reply("two swans on a lake").get_by_role("button", name="Again").click()
    ping = tomas.told("@Tomas Your video is ready")
    await expect(ping).to_have_count(1, timeout=SOON)
    for seat in (mara, tomas):
        both = seat.videos("two swans on a lake")
        await expect(both).to_have_count(2)
    assert await ping.get_attribute("data-ping") == "true"
    assert await mara.told("@Tomas Your video is ready").get_attribute("data-ping") is None
    await tomas.types("/history search: swans")
    await expect(tomas.reply("1 video matches swans", "/history")).to_be_visible(timeout=SOON)
    await mara.types("/history search: swans")
    await expect(mara.reply("1 video matches swans", "/history")).to_be_visible(timeout=SOON)


async def test_another_members_job_is_none_of_yours(sit):
    mara = await sit()
    reply = await mara.asks("a diary under a pillow")
    await mara.sees_video(reply)
    short = re.search("#([0-9a-z]{6})", await reply.text_content())[1]
    tomas = await sit(member=TOMAS)
    await tomas.types(f"/status video: {short}")
    told = tomas.told("I can't find that video")
    await expect(told).to_have_attribute("data-ephemeral", "true", timeout=SOON)
    await mara.types(f"/status video: {short}")
    await expect(mara.reply("a diary under a pillow", "/status")).to_contain_text("Done", timeout=SOON)
