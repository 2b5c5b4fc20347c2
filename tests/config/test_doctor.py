"""`check` against a Discord that answers with anything but Discord's words."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from discord.http import Route

from bot.doctor import check

SIGNS = "signs-it-0123456789"
NEEDED = {"DISCORD_TOKEN": "a-token-of-the-bot-0123456789", "TOAPIS_API_KEY": "sk-a-key-of-the-provider-0123456789"}


@asynccontextmanager
async def answering(**pages: web.Response) -> AsyncIterator[str]:
    """Serve a page by the last word of the path; a 404 in JSON for everything else."""

    async def serve(request: web.Request) -> web.Response:
        page = pages.get(request.path.rsplit("/", 1)[1].removeprefix("@"), web.json_response({}, status=404))
        return web.Response(status=page.status, body=page.body, headers={"Content-Type": page.headers["Content-Type"]})

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def html() -> web.Response:
    return web.Response(text="<html>sign in</html>", content_type="text/html")


def of_json(body: bytes) -> web.Response:
    return web.Response(body=body, headers={"Content-Type": "application/json"})


@pytest.fixture
def kept_base():
    base = Route.BASE
    yield
    Route.BASE = base


@pytest.mark.parametrize(
    "pages",
    [
        {"me": html()},
        {"me": of_json(b"[]")},
        {"me": of_json(b'{"id": null}')},
        {"me": of_json(b"{")},
        {},
    ],
    ids=["a page", "a list", "a user without a name", "half an answer", "404"],
)
async def test_a_discord_that_is_none_is_one_line_with_a_remedy(pages, kept_base, tmp_path, capsys) -> None:
    async with answering(**pages) as url:
        environ = {**NEEDED, "DISCORD_API_URL": url, "TOAPIS_BASE_URL": url, "DATA_DIR": str(tmp_path)}
        assert await check(environ, None) == 1
    told = capsys.readouterr().out.splitlines()
    (line,) = [line for line in told if "Discord" in line]
    assert line.startswith("✗ Discord can't be reached (")
    assert line.endswith("Check the network and DISCORD_API_URL.")
    # What comes after it is looked at all the same.
    assert any(line.startswith("✓ The database") for line in told)


@pytest.mark.parametrize(
    ("given", "lines"),
    [
        ({}, ["✓ No port is opened"]),
        ({"HTTP_PORT": "9100"}, ["✓ HTTP_PORT opens 127.0.0.1 port 9100 for monitoring"]),
        (
            {"HTTP_PORT": "9100", "HTTP_HOST": "::"},
            ["! HTTP_PORT opens :: port 9100 for monitoring, also to other machines. Make sure that none outside can"],
        ),
        (
            {"WEBHOOK_PORT": "9101", "WEBHOOK_SECRET": SIGNS},
            ["✓ WEBHOOK_PORT opens 127.0.0.1 port 9101 for ToAPIs' webhooks, signed with WEBHOOK_SECRET, at /webhooks"],
        ),
        (
            {"WEBHOOK_SECRET": SIGNS},
            ["! WEBHOOK_SECRET is set, but WEBHOOK_PORT isn't. Set both, or neither.", "✓ No port is opened"],
        ),
    ],
    ids=str,
)
async def test_check_says_which_ports_are_opened_and_whether_webhooks_are_signed(
    given, lines, kept_base, tmp_path, capsys
) -> None:
    async with answering() as url:
        await check(
            {**NEEDED, "DISCORD_API_URL": url, "TOAPIS_BASE_URL": url, "DATA_DIR": str(tmp_path), **given}, None
        )
    printed = capsys.readouterr().out
    assert SIGNS not in printed
    said = [line for line in printed.splitlines() if "PORT" in line or "No port" in line]
    assert len(said) == len(lines)
    assert all(line.startswith(begin) for line, begin in zip(said, lines, strict=True)), said
