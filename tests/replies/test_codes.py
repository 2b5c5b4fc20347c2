"""Every error code of Discord's that a delivery can meet, through the real library: what it means for the next try."""

import discord
import pytest
from discord.ui import LayoutView, TextDisplay

from bot.domain.reply import Route
from bot.replies.discord_api import DiscordApi
from bot.replies.messages import Body
from bot.studio.ports import CardRefused, Closed, NotNow, Posted, TooLarge, Unclear
from sandbox.discord.errors import refusal
from sandbox.faults import HalfOpen, status
from tests.replies.conftest import MARA, VIDEOS
from tests.replies.test_api_errors import refused
from tests.replies.test_rate_limits import SetClock

ROUTES = {
    Route.TOKEN: "PATCH /api/v10/webhooks/*",
    Route.BOT: "PATCH /api/v10/channels/*",
    Route.CHANNEL: "POST /api/v10/channels/*",
}
CODES = [
    (10008, None, Closed),
    (10015, None, Closed),
    (20009, None, CardRefused),
    (30046, None, NotNow),
    (40005, 400, TooLarge),
    (40005, 413, TooLarge),
    (40333, None, NotNow),
    (50001, None, Closed),
    (50013, None, Closed),
    (50027, None, Closed),
    (50035, None, CardRefused),
    (50045, None, TooLarge),
    (50083, None, Closed),
    (160002, None, CardRefused),
    (200000, None, CardRefused),
    (240000, None, CardRefused),
]
# The library waits for these by itself, and then the call goes through.
WAITED_FOR = {30046}


async def old(scene):
    """Let Mara ask, and so much time go by that her token is no longer young."""
    job = await scene.asks()
    await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    scene.clock.advance(60)
    return job


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize(("code", "http", "kind"), CODES)
async def test_a_code_means_the_same_on_every_route(scene, route, code, http, kind):
    job = await old(scene)
    scene.faults.add(ROUTES[route], refusal(code, http))
    outcome = await scene.replies.deliver(job, scene.attempt(job, route), scene.clip)
    assert isinstance(outcome, Posted if code in WAITED_FOR else kind), outcome
    assert getattr(outcome, "message_gone", False) == (code == 10008)
    assert getattr(outcome, "token_over", False) == (code in {10015, 50027})
    assert getattr(outcome, "blocked", False) == (code in {20009, 200000, 240000})


WALLS = {"40333": refusal(40333), "a 429 that is Cloudflare's": status(429, {"code": 0, "message": "banned"})}


@pytest.mark.parametrize("wall", WALLS)
async def test_cloudflares_wall_is_waited_for_by_everybody(scene, wall):
    job, other = await old(scene), await scene.asks()
    scene.faults.add(ROUTES[Route.TOKEN], WALLS[wall])
    first = await scene.replies.deliver(job, scene.attempt(job, Route.TOKEN), scene.clip)
    assert isinstance(first, NotNow)
    made = len(scene.discord.ledger.of("rest"))
    scene.clock.advance(100)
    outcome = await scene.replies.deliver(other, scene.attempt(other, Route.CHANNEL), scene.clip)
    assert isinstance(outcome, NotNow)
    assert outcome.after == pytest.approx(80, abs=5)
    assert isinstance(await scene.replies.ping(other), NotNow)
    assert len(scene.discord.ledger.of("rest")) == made
    scene.clock.advance(85)
    assert isinstance(await scene.replies.deliver(other, scene.attempt(other, Route.CHANNEL), scene.clip), Posted)


async def test_a_clock_that_is_set_back_keeps_nobody_before_the_wall():
    async def refuse() -> None:
        raise refused(403, 40333)

    async def answer() -> str:
        return "here"

    clock = SetClock()
    api = DiscordApi(discord.Client(intents=discord.Intents.none()), clock)
    assert isinstance(await api.call(1.0, refuse), NotNow)
    assert isinstance(await api.call(1.0, answer), NotNow)
    clock.at -= 3600
    assert await api.call(1.0, answer) == "here"


@pytest.mark.parametrize("route", ROUTES)
async def test_a_call_that_is_cut_off_while_it_waits_for_a_rate_limit_was_not_applied(scene, route):
    job = await old(scene)
    slow = {"message": "You are being rate limited.", "retry_after": 40.0, "global": False}
    scene.faults.add(ROUTES[route], status(429, slow, {"Via": "1.1 google", "Retry-After": "40"}))
    view = LayoutView().add_item(TextDisplay("words"))
    messages, reply = scene.api.messages, job.reply
    calls = {
        Route.TOKEN: lambda: messages.edit_by_token(reply, Body(view)),
        Route.BOT: lambda: messages.edit_as_bot(VIDEOS, reply.message_id, Body(view)),
        Route.CHANNEL: lambda: messages.post(VIDEOS, Body(view), "nonce", MARA),
    }
    outcome = await scene.api.call(0.3, calls[route])
    assert isinstance(outcome, NotNow)
    assert outcome.after == pytest.approx(39.7, abs=0.5)


async def test_a_call_that_was_repeated_and_then_cut_off_is_unclear(scene):
    job = await old(scene)
    slow = {"message": "You are being rate limited.", "retry_after": 0.1, "global": False}
    scene.faults.add(ROUTES[Route.TOKEN], status(429, slow, {"Via": "1.1 google", "Retry-After": "1"}))
    scene.faults.add(ROUTES[Route.TOKEN], HalfOpen())
    view = LayoutView().add_item(TextDisplay("words"))
    edit = scene.api.messages.edit_by_token
    assert isinstance(await scene.api.call(0.6, lambda: edit(job.reply, Body(view))), Unclear)
