"""Every error that can carry a secret is raised for real and logged: no line shows it."""

import asyncio
import logging
import os
import threading

import aiohttp
import discord
import pytest
from aiohttp import web

from bot.config import SettingsInvalid, read_settings
from bot.logs import LogFormat, configure_logging
from bot.secret import Secret

TOKEN = "MTA5" + "hunter22" * 3 + ".GhuntX." + "hunter22" * 5
KEY = "sk-hunter22hunter22"
INTERACTION = "aW50ZXJhY3Rpb246hunter22hunter22"
SECRETS = (Secret(TOKEN), Secret(KEY))
log = logging.getLogger("bot.sample")


@pytest.fixture
async def server():
    async def refuse(request):
        return web.json_response({"message": f"no: {request.headers.get('Authorization')}", "code": 0}, status=400)

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", refuse)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def response_error(url):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {KEY}"}, raise_for_status=True) as session:
        await session.get(f"{url}/v1/video/generations/tsk_1")


async def connector_error(url):
    url = f"http://127.0.0.1:1/webhooks/1/{INTERACTION}/messages/@original?token={TOKEN}"
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as session:
        try:
            await session.patch(url)
        except aiohttp.ClientConnectorError as error:
            error.add_note(f"PATCH {url}")
            raise OSError(f"PATCH {url} with {session.headers}") from error


async def invalid_url(url):
    async with aiohttp.ClientSession() as session:
        await session.get(f"http:///webhooks/1/{INTERACTION}/{TOKEN}")


async def too_many_redirects(url):
    async with aiohttp.ClientSession() as session, session.get(f"{url}/?hm=hunter22&token={TOKEN}") as response:
        raise aiohttp.TooManyRedirects(response.request_info, (response,), headers={"Authorization": f"Bot {TOKEN}"})


async def discord_http(url):
    async with aiohttp.ClientSession() as session:
        response = await session.post(f"{url}/interactions/1/{INTERACTION}/callback")
        raise discord.HTTPException(response, {"message": f"Invalid token {TOKEN} at /webhooks/1/{INTERACTION}"})


async def discord_login(url):
    raise discord.LoginFailure(f"Improper token has been passed: {TOKEN}")


async def missing_environment(url):
    os.environ[f"TOKEN {TOKEN}"]


async def settings_invalid(url):
    try:
        read_settings({"DISCORD_TOKEN": f"Bot {TOKEN}", "TOAPIS_API_KEY": KEY, "LOG_LEVEL": KEY}, None)
    except SettingsInvalid as error:
        raise RuntimeError(f"settings for {TOKEN}") from error


async def chained(url):
    try:
        await response_error(url)
    except aiohttp.ClientError as error:
        error.add_note(f"sent with {KEY}")
        raise ExceptionGroup(f"several with {TOKEN}", [error, ValueError(f"Authorization: Bearer {KEY}")]) from error


RAISED = [response_error, connector_error, invalid_url, too_many_redirects, discord_http, discord_login]
RAISED += [missing_environment, settings_invalid, chained]
CARRIERS = (aiohttp.ClientError, discord.DiscordException, OSError, LookupError, RuntimeError, ExceptionGroup)
KNOWN = {"secrets known": SECRETS, "by shape alone": ()}


def _log_every_way(error):
    log.error("it failed", exc_info=error)
    log.error("it failed: %s", error)
    log.error("it failed: %r", error)
    log.error("it failed: %(what)s", {"what": error})
    log.error(error)
    log.error("%d it failed", error)
    log.error("it failed here", stack_info=True, extra={"job": KEY})
    log.error("it failed: %r", [getattr(error, "request_info", None), getattr(error, "headers", None)])


@pytest.mark.parametrize("form", LogFormat)
@pytest.mark.parametrize("secrets", KNOWN.values(), ids=KNOWN)
@pytest.mark.parametrize("raise_it", RAISED, ids=lambda function: function.__name__)
async def test_no_error_leaks(lines, server, form, secrets, raise_it):
    read = lines(form, secrets)
    with pytest.raises(CARRIERS) as caught:
        await raise_it(server)
    error = caught.value
    assert "hunter22" in f"{error!r} {error} {error.__cause__!r} {error.__context__!r} {vars(error)!r}"
    _log_every_way(error)
    text = "\n".join(read())
    assert text.count("it failed") >= 6
    assert "hunter22" not in text


@pytest.mark.parametrize("form", LogFormat)
async def test_settings_and_what_holds_them_do_not_leak(lines, form):
    read = lines(form)
    settings = read_settings({"DISCORD_TOKEN": TOKEN, "TOAPIS_API_KEY": KEY}, None)
    log.info("read %s %r %s", settings, {"settings": settings}, settings.secrets)
    assert "provider_slots=5" in "".join(read())
    assert "hunter22" not in "".join(read())


@pytest.mark.parametrize("form", LogFormat)
async def test_what_nobody_caught_does_not_leak(lines, form):
    read = lines(form, SECRETS)
    thread = threading.Thread(target=_raise)
    thread.start()
    thread.join()
    loop = asyncio.get_running_loop()
    loop.call_exception_handler({"message": f"lost {KEY}", "exception": ValueError(TOKEN)})
    text = "\n".join(read())
    assert "in a thread with •••" in text
    assert "lost •••" in text
    assert "hunter22" not in text


def _raise():
    raise ValueError(f"in a thread with {TOKEN}")


async def test_a_formatter_that_was_there_first_leaves_nothing_behind(lines):
    read = lines(LogFormat.TEXT, SECRETS)
    record = log.makeRecord(log.name, logging.ERROR, "f", 1, "it failed", (), None)
    record.exc_text = f"Traceback … {TOKEN}"
    log.handle(record)
    assert "hunter22" not in "".join(read())
    assert "Traceback" in "".join(read())


def test_the_leaks_are_real(capsys, restored_logging):
    """Without the formatter the same lines leak: the tests above can fail."""
    configure_logging("INFO", LogFormat.TEXT, SECRETS)
    logging.getLogger().handlers[0].setFormatter(logging.Formatter())
    log.error("it failed: %s", ValueError(TOKEN))
    assert "hunter22" in capsys.readouterr().err
