"""Text keeps a contrast of 4.5 to 1 against what lies behind it (WCAG 2.2, 1.4.3)."""

import pytest

from tests.page.samples import button, container, message, row, text, used
from tests.page.test_presses import MODAL

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

FAINT = """() => {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return colour.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const over = (top, below) => top.slice(0, 3).map((part, at) => part * top[3] + below[at] * (1 - top[3]));
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) layers.push(parse(getComputedStyle(at).backgroundColor));
    return layers.reduceRight((below, top) => over(top, below), [255, 255, 255]);
  };
  const light = (colour) => {
    const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    const parts = colour.map((part) => linear(part / 255));
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const ratio = (node) => {
    const below = ground(node);
    const [one, other] = [light(below), light(over(parse(getComputedStyle(node).color), below))];
    return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
  };
  const written = (node) => [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
  const excused = ":disabled, .avatar, .avatar-small";
  const counts = (node) => node.checkVisibility({ visibilityProperty: true }) && !node.closest(excused);
  return [...document.body.querySelectorAll("*")].filter((node) => written(node) && counts(node))
    .map((node) => [Math.round(ratio(node) * 100) / 100, node.className, node.textContent.slice(0, 40)])
    .filter(([found]) => found < 4.5);
}"""
WORDS = "## Head\n`code` **bold** [link](https://a.example) <@1001> <t:1:R>\n-# small\n> quote\n||hidden||"
STYLES = row(*(button(f"Style {style}", f"b{style}", style=style) for style in (1, 2, 3, 4)))


async def test_every_word_can_be_read(server, opened):
    card = container(text(WORDS), STYLES)
    server.world["messages"]["2001"] = [
        message(1, card, used=used()),
        message(2, content=WORDS, mine_ping=True, message_reference={"message_id": "1"}),
        message(3, card, ephemeral=True, used=used("/status"), edited_timestamp="2026-01-01T00:00:00+00:00"),
        message(4, loading=True),
    ]
    page = await opened()
    await server.send("1001", type="bot", online=False)
    await page.get_by_text("Seedreel is offline").wait_for()
    await page.get_by_test_id("box").fill("/video a fox duration: 99")
    await page.keyboard.press("Enter")
    await page.get_by_test_id("add-ratio").click()
    assert await page.evaluate(FAINT) == []
    await server.send("1001", type="modal", request="x", modal=MODAL)
    await page.get_by_role("button", name="Submit").click()
    assert await page.evaluate(FAINT) == []
    await page.evaluate("document.documentElement.style.setProperty('--text-soft', '#666a75')")
    assert await page.evaluate(FAINT) != []
