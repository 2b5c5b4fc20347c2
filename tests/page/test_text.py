"""Markdown as Discord shows it, and text that means harm."""

import pytest
from playwright.async_api import expect

from tests.page.samples import BOT, NOW, message, text

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

SHOW = """async (text) => {
  const { prose } = await import("/page/prose.js");
  const clock = { now: () => 1000 };
  const world = { clock, memberName: (id) => `member ${id}`, channelName: (id) => `channel ${id}` };
  const shown = prose(text, world);
  for (const node of shown.querySelectorAll("*")) {
    for (const name of node.getAttributeNames()) if (name !== "href" && name !== "start") node.removeAttribute(name);
  }
  return shown.innerHTML.replaceAll("<bdi>", "").replaceAll("</bdi>", "");
}"""


MARKDOWN = {
    "**bold** *it* _it_": "<p><strong>bold</strong> <em>it</em> <em>it</em></p>",
    "__under__ ~~gone~~": "<p><u>under</u> <s>gone</s></p>",
    "***both***": "<p><strong><em>both</em></strong></p>",
    "snake_case_name 2 * 3 * 4": "<p>snake_case_name 2 * 3 * 4</p>",
    r"\*not\* \_it\_": "<p>*not* _it_</p>",
    "`**raw**`": "<p><code>**raw**</code></p>",
    "a\n```py\n**x**\n```\nb": "<p>a</p><pre><code>**x**</code></pre><p>b</p>",
    "# One\n### Three\n#none": "<div>One</div><div>Three</div><p>#none</p>",
    "-# small *print*": "<p>small <em>print</em></p>",
    "> quoted\n> more\nafter": "<blockquote><p>quoted\nmore</p></blockquote><p>after</p>",
    ">>> all\nof it": "<blockquote><p>all\nof it</p></blockquote>",
    "- a\n  - b\n- c": "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>",
    "- a\n3. b\n4. c": '<ul><li>a</li></ul><ol start="3"><li>b</li><li>c</li></ol>',
    "||hidden||": "<p><span><span>hidden</span></span></p>",
    "<@1001> <#2001> </video:5>": "<p><span>@member 1001</span> <span>#channel 2001</span> <button>/video</button></p>",
    "(https://a.example/b_(c)).": '<p>(<a href="https://a.example/b_(c)">https://a.example/b_(c)</a>).</p>',
    "[it](https://a.example/)": '<p><a href="https://a.example/">it</a></p>',
    "<https://a.example/x>": '<p><a href="https://a.example/x">https://a.example/x</a></p>',
    "<t:1120:R> <t:400:R>": "<p><time>in 2 minutes</time> <time>10 minutes ago</time></p>",
    "<t:1030:R> <t:1000:R>": "<p><time>in 30 seconds</time> <time>now</time></p>",
}

HOSTILE = [
    "<script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "[press](javascript:window.harmed=1)",
    "[https://bank.example](https://evil.example)",
    "<javascript:window.harmed=1>",
    "```html\n<b>x</b>\n```",
    "**" * 400,
    "[" * 300 + "](" * 300,
    "<t:99999999999999999:R> <t:99999999999999999:F>",
]


async def test_markdown_reads_as_in_discord(opened):
    page = await opened()
    assert {written: await page.evaluate(SHOW, written) for written in MARKDOWN} == MARKDOWN


async def test_hostile_text_stays_text(server, opened):
    name = {**BOT, "id": "66", "username": "<b>bot</b>"}
    cards = [message(100 + number, text(hostile)) for number, hostile in enumerate(HOSTILE)]
    lines = [message(200 + number, content=hostile, author=name) for number, hostile in enumerate(HOSTILE)]
    server.world["messages"]["2001"] = [*cards, *lines]
    page = await opened()
    await expect(page.get_by_test_id("message")).to_have_count(2 * len(HOSTILE))
    harm = await page.evaluate(
        "[window.harmed ?? null, document.querySelectorAll('.messages script, .messages b, [onerror]').length]"
    )
    assert harm == [None, 0]
    links = await page.locator(".messages a").evaluate_all("links => links.map(link => link.href)")
    assert not [link for link in links if not link.startswith("http")]
    assert not [link for link in links if "evil" in link]


async def test_a_masked_link_tells_where_it_goes(server, opened):
    server.world["messages"]["2001"] = [message(1, text("[free videos](https://elsewhere.example/a)"))]
    page = await opened()
    link = page.get_by_role("link", name="free videos")
    await expect(link).to_have_attribute("title", "https://elsewhere.example/a")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")


async def test_a_direction_override_ends_with_its_text(server, opened):
    overridden = "safe \u202egnp.exe"
    author = {**BOT, "username": "\u202eBot"}
    server.world["messages"]["2001"] = [message(1, text(overridden), author=author)]
    page = await opened()
    shown = page.get_by_test_id("message")
    order = await shown.evaluate(
        "node => [node.querySelector('.author'), node.querySelector('.app-badge'), node.querySelector('.message-time')]"
        ".map(part => part.getBoundingClientRect().left)"
    )
    assert order == sorted(order)
    await expect(shown.locator(".message-time")).to_have_css("direction", "ltr")


async def test_relative_times_count_on(server, page_at):
    server.world["messages"]["2001"] = [message(1, text(f"ready <t:{int(NOW) + 50}:R>"))]
    page = await page_at(1280, 800)
    await page.clock.install()
    await page.goto(server.url)
    shown = page.locator(".messages time.timestamp")
    await expect(shown).to_have_text("in 50 seconds")
    await page.clock.run_for(10_000)
    await expect(shown).to_have_text("in 40 seconds")
    await server.send("1001", type="clock", now=NOW + 900)
    await expect(shown).to_have_text("14 minutes ago")
