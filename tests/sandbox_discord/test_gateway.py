"""The gateway: log in, leave, resume, and every refusal; seen by the real library and by raw frames."""

import asyncio
import json
import socket
import zlib
from typing import Any

import aiohttp
import discord
import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Settings
from tests.sandbox_discord.conftest import Raw
from tests.sandbox_discord.film_bot import FilmBot, running
from tests.sandbox_discord.frames import connect


async def test_leaving_with_1000_shows_the_bot_offline_at_once(stand_in: DiscordStandIn) -> None:
    async with running(stand_in) as bot:
        assert stand_in.online
        assert bot.shard_count == 1
        assert stand_in.gateway.identifies == 1
    await stand_in.gateway.wait_offline()
    assert stand_in.closes == [1000]
    assert not stand_in.online


async def test_a_dropped_connection_resumes_and_gets_what_it_missed(
    stand_in: DiscordStandIn, bot: FilmBot, mara: Member
) -> None:
    async def answer(interaction: discord.Interaction, _options: dict[str, Any]) -> None:
        await interaction.response.send_message("late but there")

    bot.on_video = answer
    await stand_in.drop_gateway(4000)
    assert stand_in.online
    use = await mara.use("video", prompt="while away")
    assert (use.state, stand_in.gateway.resumes) == ("answered", 1)
    assert use.reply is not None
    assert use.reply.content == "late but there"
    assert stand_in.gateway.identifies == 1


async def test_an_invalid_session_identifies_anew(stand_in: DiscordStandIn, bot: FilmBot) -> None:
    await stand_in.invalidate_session()
    await stand_in.ledger.until(lambda: stand_in.gateway.identifies == 2 and stand_in.gateway.connected)


@pytest.mark.parametrize("refusal", [4004, 4010, 4014])
async def test_final_refusals_end_the_library(stand_in: DiscordStandIn, refusal: int) -> None:
    stand_in.refuse_identify(refusal)
    kind = discord.PrivilegedIntentsRequired if refusal == 4014 else discord.ConnectionClosed
    with pytest.raises(kind):
        async with running(stand_in):
            pass


async def test_a_dropped_process_is_shown_online_for_minutes(
    stand_in: DiscordStandIn, clock: Clock, session: aiohttp.ClientSession
) -> None:
    wire = await connect(stand_in, session)
    await wire.identify(shard=[0, 1])
    ready = (await wire.get("READY"))["d"]
    assert ready["shard"] == [0, 1]
    assert ready["resume_gateway_url"].startswith(stand_in.url.replace("http", "ws"))
    wire.socket.get_extra_info("socket").shutdown(socket.SHUT_RDWR)  # what a killed process leaves behind
    await stand_in.gateway.wait_offline()
    assert (stand_in.closes, stand_in.online) == ([1006], True)
    clock.advance(181)
    assert not stand_in.online
    # Its session is gone after a while, too.
    clock.advance(300)
    again = await connect(stand_in, session)
    await again.send(6, {"token": stand_in.token, "session_id": ready["session_id"], "seq": 1})
    assert (await again.get())["op"] == 9


async def test_wrong_token_shard_intents_and_order(stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
    expected = [
        ({"token": "wrong"}, 4004),
        ({"shard": [1, 1]}, 4010),
        ({"intents": -1}, 4013),
        ({"intents": 1 << 15}, 4014),
    ]
    for more, code in expected:
        wire = await connect(stand_in, session)
        await wire.identify(**more)
        assert await wire.closed() == code
    wire = await connect(stand_in, session)
    await wire.send(3, {"status": "online", "afk": False})
    assert await wire.closed() == 4003
    assert any("intents" in one or "minimum" in one for one in stand_in.violations)
    stand_in.violations.clear()


async def test_heartbeats_and_compressed_frames(stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
    wire = await connect(stand_in, session)
    await wire.send(1, None)
    assert (await wire.get())["op"] == 11
    packed = await session.ws_connect(stand_in.gateway.url + "?v=10&encoding=json&compress=zlib-stream")
    hello = zlib.decompressobj().decompress(await packed.receive_bytes())
    assert json.loads(hello)["op"] == 10


async def test_servers_and_messages_come_only_with_their_intents(
    stand_in: DiscordStandIn, session: aiohttp.ClientSession, mara: Member
) -> None:
    curious = await connect(stand_in, session)
    await curious.identify(intents=1 | 1 << 9 | 1 << 12)
    guild = (await curious.get("GUILD_CREATE"))["d"]
    assert [one["name"] for one in guild["channels"]] == ["videos", "general"]
    quiet = await connect(stand_in, session)
    await quiet.identify(shard=[0, 1])
    await quiet.get("READY")
    await mara.say("hidden")
    await mara.say("shown", channel="dm")
    assert [(await curious.get("MESSAGE_CREATE"))["d"]["content"] for _ in range(2)] == ["", "shown"]
    sent = [one.route for one in stand_in.ledger.of("gateway", "sent MESSAGE_CREATE")]
    assert len(sent) == 2


class TestLatency:
    """A heartbeat's acknowledgement takes its way."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(heartbeat_latency=3600.0)

    async def test_what_was_asked_after_a_heartbeat_is_answered_before_it(
        self, stand_in: DiscordStandIn, session: aiohttp.ClientSession
    ) -> None:
        wire = await connect(stand_in, session)
        await wire.send(1, None)
        await wire.identify()
        assert (await wire.get())["t"] == "READY"


class TestStarts:
    """Limits on starting sessions."""

    @pytest.fixture
    def settings(self) -> Settings:
        return Settings(identifies_a_day=2, identify_gap=5.0)

    async def test_too_many_starts_cost_the_token(
        self, stand_in: DiscordStandIn, clock: Clock, session: aiohttp.ClientSession, raw: Raw
    ) -> None:
        first = await connect(stand_in, session)
        await first.identify()
        await first.get("READY")
        limit = (await raw("GET", "/gateway/bot"))[2]["session_start_limit"]
        assert (limit["total"], limit["remaining"], limit["max_concurrency"]) == (2, 1, 1)
        early = await connect(stand_in, session)
        await early.identify()
        assert (await early.get())["op"] == 9
        clock.advance(5)
        late = await connect(stand_in, session)
        await late.identify()
        assert await late.closed() == 4004
        assert (await raw("GET", "/users/@me"))[0] == 401


async def test_two_at_once_are_told_apart_by_shard(stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
    wires = [await connect(stand_in, session) for _ in range(2)]
    for at, wire in enumerate(wires):
        await wire.identify(shard=[at, 2])
    guilds = [(await wire.get("READY"))["d"]["guilds"] for wire in wires]
    assert [len(one) for one in guilds] == [1, 0]
    await asyncio.gather(*(wire.socket.close() for wire in wires))


async def test_what_the_bot_identifies_with_is_seen_until_it_leaves(
    stand_in: DiscordStandIn, session: aiohttp.ClientSession
) -> None:
    custom = {"name": "Custom Status", "type": 4, "state": "/video"}
    wire = await connect(stand_in, session)
    await wire.identify(presence={"status": "online", "since": 0, "afk": False, "game": custom})
    await wire.get("READY")
    assert stand_in.gateway.activity == "/video"
    await wire.socket.close()
    await stand_in.gateway.wait_offline()
    assert stand_in.gateway.activity == ""
