"""The page behind a verification's link, as a person meets it in a browser."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.page.test_contrast import FAINT
from tests.sandbox_toapis.client import client

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize(("outcome", "said"), [("Pass", "You passed"), ("Fail", "You did not pass")])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_a_person_answers_on_a_phone(tmp_path: Path, page_at, outcome: str, said: str, scheme: str) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks:
        people = asks.provider.verifications
        known = people.begin(callback_url=asks.provider.callback_url, locale="zh", biz_id="")
        page = await page_at(320, 640, color_scheme=scheme)
        await page.goto(f"{asks.provider.url}/verify/{known.id}?token={known.link_key}")
        await expect(page.get_by_role("heading", name="Is it really you?")).to_be_visible()
        assert await page.evaluate(FAINT) == []
        assert await page.evaluate(WIDER) <= 0
        button = page.get_by_role("button", name=outcome)
        box = await button.bounding_box()
        assert box["height"] >= 44
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="You can go back to Discord now")).to_be_visible()
        await expect(page.get_by_text(said)).to_be_visible()
        assert await page.evaluate(FAINT) == []
        assert page.url == known.back
        await page.go_back()
        await page.reload()
        await expect(page.get_by_role("heading", name="This check is finished")).to_be_visible()


async def test_an_expired_link_says_so(tmp_path: Path, page_at) -> None:
    async with client(tmp_path, session_seconds=(0.0, 0.0)) as asks:
        people = asks.provider.verifications
        known = people.begin(callback_url=asks.provider.callback_url, locale="zh", biz_id="")
        page = await page_at(390, 700)
        await page.goto(f"{asks.provider.url}/verify/{known.id}?token={known.link_key}")
        people.expire_link()
        await page.get_by_role("button", name="Pass").click()
        await expect(page.get_by_role("heading", name="This link has expired")).to_be_visible()
        assert known.outcome is None
