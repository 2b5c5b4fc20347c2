"""A member at the demo's page: what they do there and what they see."""

import re
from collections.abc import Awaitable

from playwright.async_api import Locator, Page, expect

from tests.browsers import until

MARA, TOMAS = "1001", "1002"
VIDEOS, GENERAL = "2001", "2002"
# Milliseconds for what the bot does; a watchdog, never a measure.
SOON = 30_000
# By how many pixels a page is wider than its window.
WIDER = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
DROP = """async ([target, name, type, base64]) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const carried = new DataTransfer();
  carried.items.add(new File([bytes], name, { type }));
  const event = { dataTransfer: carried, bubbles: true, cancelable: true };
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.querySelector(target).dispatchEvent(new DragEvent(kind, event));
  }
}"""


class Seat:
    """One open page of the demo."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_test_id("box")
        self.messages = page.get_by_test_id("message")

    async def types(self, line: str) -> None:
        """Type a whole line into the box and send it."""
        await self.box.fill(line)
        await self.box.press("Enter")

    async def picks(self, option: str, file: dict) -> None:
        """Choose a file for an option of the command that is filled in; adds the option where it is not there yet."""
        field = self.page.get_by_test_id(f"option-{option}")
        if not await field.count():
            await self.page.get_by_test_id(f"add-{option}").click()
        await field.set_input_files(file)

    def reply(self, words: str, command: str = "/video") -> Locator:
        """Return the latest reply to a command that says these words."""
        used = self.messages.filter(has=self.page.locator(".command-chip", has_text=re.compile(f"^{command}$")))
        return used.filter(has_text=words).last

    async def asks(self, prompt: str, options: str = "") -> Locator:
        """Ask for a video by a whole line, and return its reply once its card is there."""
        await self.types(f"/video prompt: {prompt} {options}")
        reply = self.reply(prompt)
        await expect(reply).to_be_visible(timeout=SOON)
        return reply

    async def sees_video(self, reply: Locator, *, hurried: bool = True) -> Locator:
        """Wait until a reply is done and its video can be played; returns the video. `hurried` presses Finish now."""
        if hurried:
            await expect(reply).to_contain_text(re.compile("Rendering|Done"), timeout=SOON)
            await self.control("finish")
        await expect(reply).to_contain_text("Done", timeout=SOON)
        video = reply.get_by_test_id("video")
        await expect(video).to_have_count(1)
        await video.evaluate("video => { video.muted = true; window.seen = video; }")
        await until(self.page, "window.seen.readyState >= 2", within=20)
        return video

    async def sees_picture(self, picture: Locator) -> None:
        """Wait until a picture is there, and loaded."""
        await expect(picture).to_have_count(1, timeout=SOON)
        await picture.evaluate("picture => { window.seen = picture; }")
        await until(self.page, "window.seen.complete && window.seen.naturalWidth > 0", within=20)

    async def plays(self, video: Locator, to: float = 0.3) -> None:
        """Play a video until it has come so far, in seconds; it stays paused there."""
        await video.evaluate("video => { window.seen = video; video.muted = true; return video.play(); }")
        await until(self.page, f"window.seen.currentTime >= {to}", within=20)
        await video.evaluate("video => video.pause()")

    async def control(self, control: str) -> None:
        """Press a control of the strip."""
        button = self.page.get_by_test_id(f"control-{control}")
        if not await button.is_visible():
            await self.page.locator("#open-tools").click()
        await button.click()
        close = self.page.locator("#close-tools")
        if await close.is_visible():
            await close.click()
            await expect(button).to_be_hidden()

    async def slow(self, *, on: bool) -> None:
        """Switch the provider's slowness."""
        await self.switch("slow", on=on)

    async def switch(self, control: str, *, on: bool) -> None:
        """Switch what a toggle of the strip says."""
        toggle = self.page.get_by_test_id(f"control-{control}")
        if (await toggle.get_attribute("aria-pressed") == "true") is not on:
            await self.control(control)
        await expect(toggle).to_have_attribute("aria-pressed", "true" if on else "false")

    async def looks_as(self, member: str) -> None:
        """Look through another member's eyes."""
        await self.page.get_by_test_id(f"member-{member}").click()
        await expect(self.page.get_by_test_id(f"member-{member}")).to_have_attribute("aria-current", "true")

    async def online(self) -> None:
        """Wait until the bot shows as online."""
        await expect(self.page.locator('.presence[data-online="true"]').first).to_be_attached(timeout=SOON)

    def told(self, words: str) -> Locator:
        """Return the messages that say these words."""
        return self.messages.filter(has_text=words)

    async def one_more(self, messages: Locator, after: Awaitable[None]) -> Locator:
        """Do something, wait until there is one more of these messages than before, and return that one.

        What else comes meanwhile (a ping of a video that is ready) is none of them.
        """
        there = await messages.count()
        await after
        more = messages.nth(there)
        await expect(more).to_be_attached(timeout=SOON)
        return self.message(await more.get_attribute("data-message-id"))

    def message(self, number: str) -> Locator:
        """Return the message with an id."""
        return self.page.locator(f'[data-testid="message"][data-message-id="{number}"]')

    def public(self, words: str) -> Locator:
        """Return the messages for everybody that say these words, without those that ping."""
        return self.told(words).and_(self.page.locator('[data-ephemeral="false"]:not([data-ping])'))

    def videos(self, prompt: str) -> Locator:
        """Return the messages with this prompt that hold a video."""
        return self.told(prompt).filter(has=self.page.get_by_test_id("video"))
