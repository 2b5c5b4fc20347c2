"""A stand-in, a bot, and a way to speak raw REST."""

import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Settings, Use
from sandbox.ledger import Ledger
from tests.sandbox_discord.film_bot import FilmBot, running

OPENAPI = Path(os.environ.get("DISCORD_OPENAPI", Path(__file__).parents[3] / "shared" / "discord-openapi.json"))
LIFTED = Settings(webhook_rate=None, webhook_channel_rate=None, post_rate=None)


class Raw:
    """Raw REST with the bot's token: (status, headers, JSON)."""

    def __init__(self, stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
        self._stand_in = stand_in
        self._session = session

    async def __call__(
        self, method: str, path: str, body: Any = None, *, token: str | None = None, data: Any = None
    ) -> tuple[int, Any, Any]:
        """Send one request under /api/v10."""
        headers = {"Authorization": f"Bot {token or self._stand_in.token}"}
        url = f"{self._stand_in.url}/api/v10{path}"
        more = {"data": data} if data is not None else {"json": body} if body is not None else {}
        async with self._session.request(method, url, headers=headers, **more) as answer:
            json_given = answer.headers.get("Content-Type") == "application/json"
            return answer.status, answer.headers, await answer.json() if json_given else await answer.text()


class Reply:
    """A reply that is edited by raw requests."""

    def __init__(self, raw: Raw, use: Use, application_id: str) -> None:
        self.raw = raw
        self.use = use
        self.path = f"/webhooks/{application_id}/{use.token}/messages/@original"

    async def edit(self, body: Any = None, *, data: Any = None) -> tuple[int, Any]:
        status, _, answer = await self.raw("PATCH", self.path, body, data=data)
        return status, answer


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings() -> Settings:
    return LIFTED


@pytest_asyncio.fixture
async def stand_in(clock: Clock, settings: Settings) -> AsyncIterator[DiscordStandIn]:
    openapi = OPENAPI if OPENAPI.exists() else None
    async with DiscordStandIn(clock=clock, ledger=Ledger(clock), openapi=openapi, settings=settings) as made:
        yield made
        assert made.violations == []


@pytest_asyncio.fixture
async def bot(stand_in: DiscordStandIn) -> AsyncIterator[FilmBot]:
    async with running(stand_in) as made:
        yield made


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as made:
        yield made


@pytest_asyncio.fixture
async def raw(stand_in: DiscordStandIn) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as session:
        yield Raw(stand_in, session)


@pytest.fixture
def mara(stand_in: DiscordStandIn) -> Member:
    return stand_in.member("Mara")


@pytest.fixture
def tomas(stand_in: DiscordStandIn) -> Member:
    return stand_in.member("Tomas")


VIDEO = {
    "name": "video",
    "description": "Make a video",
    "contexts": [0, 1, 2],
    "integration_types": [0, 1],
    "options": [
        {"type": 3, "name": "prompt", "description": "What to show", "required": True, "max_length": 6000},
        {"type": 11, "name": "image", "description": "First frame"},
        {"type": 4, "name": "duration", "description": "Seconds", "min_value": 4, "max_value": 15},
        {
            "type": 3,
            "name": "ratio",
            "description": "Shape",
            "choices": [{"name": "wide", "value": "16:9"}, {"name": "tall", "value": "9:16"}],
        },
        {"type": 3, "name": "job", "description": "Which job", "autocomplete": True},
    ],
}


@pytest_asyncio.fixture
async def synced(raw: Raw, stand_in: DiscordStandIn) -> Raw:
    """Raw REST with /video synced, and nobody at the gateway: a test answers interactions itself."""
    status, _, _ = await raw("PUT", f"/applications/{stand_in.application_id}/commands", [VIDEO])
    assert status == 200
    return raw


@pytest_asyncio.fixture
async def reply(synced: Raw, stand_in: DiscordStandIn, mara: Member) -> AsyncIterator[Reply]:
    use = await mara.use("video", prompt="x", wait=False)
    await synced("POST", f"/interactions/{use.id}/{use.token}/callback", {"type": 5})
    yield Reply(synced, use, stand_in.application_id)
