"""Chromium for tests: found, started once, and watched for errors and for requests that leave the machine."""

import asyncio
import shutil
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, async_playwright

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
HERE = {"127.0.0.1", "localhost"}
# A page of the same site as those of all stand-ins, without a server.
_EMPTY = "http://127.0.0.1:1/"


def chromium_path() -> str:
    """Find Chromium, or skip the test that needs it."""
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("no Chromium is installed: the tests that look at pages need one")
    return found


async def until(page: Page, condition: str, within: float = 8) -> None:
    """Wait until an expression is true on a page, at most so many seconds.

    Playwright's own `wait_for_function` needs `eval`, which the page's security policy forbids.
    """
    look = f"() => new Promise(done => {{ const look = () => ({condition}) ? done() : setTimeout(look, 20); look(); }})"
    async with asyncio.timeout(within):
        await page.evaluate(look)


@asynccontextmanager
async def chromium():
    """Run a Chromium as long as the block lasts."""
    path = chromium_path()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    """One Chromium for all tests of a session."""
    async with chromium() as running:
        yield running


class Watched:
    """What went wrong on pages: errors of their scripts, requests to anywhere but this machine."""

    def __init__(self) -> None:
        self.wrongs: list[str] = []

    def watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrongs.append(f"error: {error}"))
        page.on("request", lambda request: self._requested(request.url))
        page.on("console", self._said)

    def _requested(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"data", "blob"} and parts.hostname not in HERE:
            self.wrongs.append(f"request: {url}")

    def _said(self, message) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            self.wrongs.append(f"policy: {message.text}")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def context_of(browser):
    """Give a function that finds the one context of all pages with the same settings; the pages keep nothing.

    Each has a page that stays, of the site that all are of, and with it the process that draws them and the scripts
    that it has compiled: a process for each page costs half a second of a processor.
    """
    contexts: dict[frozenset[tuple[str, object]], BrowserContext] = {}

    async def found(settings: dict[str, object]) -> BrowserContext:
        known = frozenset(settings.items())
        if known not in contexts:
            context = contexts[known] = await browser.new_context(**settings)
            context.set_default_timeout(8000)
            stays = await context.new_page()
            await stays.route(_EMPTY, lambda route: route.fulfill(content_type="text/html", body=""))
            await stays.goto(_EMPTY)
        return contexts[known]

    yield found
    for context in contexts.values():
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page_at(context_of):
    """Give a function that opens an empty page of a size: `await page_at(1280, 800)`. Errors on it fail the test."""
    contexts: set[BrowserContext] = set()
    pages: list[Page] = []
    watched = Watched()

    def opens(page: Page) -> None:
        pages.append(page)
        watched.watch(page)

    async def opened(width: int, height: int, **settings) -> Page:
        context = await context_of(settings)
        if context not in contexts:
            contexts.add(context)
            # Those that a link opens are watched as well.
            context.on("page", opens)
        page = await context.new_page()
        await page.set_viewport_size({"width": width, "height": height})
        return page

    yield opened
    for context in contexts:
        context.remove_listener("page", opens)
    for page in pages:
        await page.close()
    assert not watched.wrongs, "\n".join(watched.wrongs)
