"""The real demo, one for a module of tests, and the pages that look at it."""

import pytest_asyncio

from tests.browser.demo_process import OPENAPI, DemoProcess
from tests.browser.seat import MARA, VIDEOS, Seat
from tests.browsers import chromium_path


def pytest_addoption(parser):
    parser.addoption("--pictures", action="store_true", help="keep the picture that the README shows")
    parser.addoption("--screens", help="keep pictures of the screens that a new member sees in this folder")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def demo(request, tmp_path_factory):
    """Run the demo, in the dialect that the module names in DIALECT, or as it runs by default.

    Nothing of it may be left, and nothing may have gone wrong in it.
    """
    chromium_path()
    described = ("--discord-openapi", str(OPENAPI)) if OPENAPI.exists() else ()
    dialect = getattr(request.module, "DIALECT", None)
    spoken = ("--dialect", dialect) if dialect else ()
    asked = ("--port", "0", "--fast", "--no-open", *spoken, *described)
    running = DemoProcess(tmp_path_factory.mktemp("demo"), *asked)
    await running.start()
    await running.page()
    yield running
    log = running.bot_log()
    assert await running.stop() == 0, running.complaints()
    assert running.left() == []
    assert [line for line in log.splitlines() if " ERROR " in line or "Traceback" in line] == []


@pytest_asyncio.fixture(loop_scope="session")
async def sit(demo, page_at):
    """Give a function that opens the demo's page for a member and waits until the bot is there."""

    async def sit_down(width=1280, height=800, member=MARA, channel=VIDEOS, **settings) -> Seat:
        page = await page_at(width, height, **settings)
        await page.goto(f"{await demo.page()}#/{member}/{channel}")
        await page.get_by_test_id("control-finish").wait_for(state="attached")
        seat = Seat(page)
        await seat.online()
        return seat

    return sit_down
