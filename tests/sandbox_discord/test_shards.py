"""Shards: whose events come where, when each may identify, and how each resumes (Discord, "Gateway", Sharding)."""

import aiohttp
import pytest

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Settings
from tests.sandbox_discord.conftest import Raw
from tests.sandbox_discord.frames import Wire, connect

pytestmark = pytest.mark.usefixtures("synced")


@pytest.fixture
def settings() -> Settings:
    return Settings(shards=4, max_concurrency=2, identify_gap=5.0)


async def identified(stand_in: DiscordStandIn, session: aiohttp.ClientSession, shard: int, shards: int) -> Wire:
    wire = await connect(stand_in, session)
    await wire.identify(shard=[shard, shards])
    assert (await wire.get("READY"))["d"]["shard"] == [shard, shards]
    return wire


async def test_the_gateway_says_how_many_shards_and_how_many_at_once(raw: Raw) -> None:
    status, _, answer = await raw("GET", "/gateway/bot")
    limit = answer["session_start_limit"]
    assert (status, answer["shards"], limit["max_concurrency"], limit["remaining"]) == (200, 4, 2, 1000)


async def test_a_bucket_takes_one_identify_in_five_seconds_whoever_sends_it(
    stand_in: DiscordStandIn, session: aiohttp.ClientSession, clock: Clock, raw: Raw
) -> None:
    wires = [await identified(stand_in, session, shard, 4) for shard in (0, 1)]
    for shard in (2, 3):
        early = await connect(stand_in, session)
        await early.identify(shard=[shard, 4])
        assert (await early.get())["op"] == 9
    clock.advance(5)
    wires += [await identified(stand_in, session, shard, 4) for shard in (2, 3)]
    await stand_in.gateway.wait_shards((0, 4), (1, 4), (2, 4), (3, 4))
    noted = [(one.detail["shard"], one.detail["bucket"], one.detail["early"]) for one in begun(stand_in)]
    assert sorted(noted) == [
        *((0, 0, False), (1, 1, False), (2, 0, False), (2, 0, True)),
        *((3, 1, False), (3, 1, True)),
    ]
    assert not any(wire.socket.closed for wire in wires)
    # An early one is an IDENTIFY of the day all the same.
    assert (await raw("GET", "/gateway/bot"))[2]["session_start_limit"]["remaining"] == 1000 - 6


def begun(stand_in: DiscordStandIn):
    return stand_in.ledger.of("gateway", "identify")


async def test_an_event_goes_to_the_shard_of_its_server_alone(
    stand_in: DiscordStandIn, session: aiohttp.ClientSession, mara: Member
) -> None:
    place = stand_in.world.add_server("Second", [stand_in.world.user("Mara")], shard=(1, 2))
    wires = [await identified(stand_in, session, shard, 2) for shard in (0, 1)]
    stand_in.world.user("Mara").app_installed = True
    # One server on shard 1; direct messages, and a server where only the member has the app, on shard 0.
    sent = [await mara.use("video", prompt="x", channel=channel, wait=False) for channel in (place.id, "dm", "lounge")]
    here, there, elsewhere = [use.id for use in sent]
    assert (await wires[1].get("INTERACTION_CREATE"))["d"]["id"] == here
    assert [(await wires[0].get("INTERACTION_CREATE"))["d"]["id"] for _ in range(2)] == [there, elsewhere]
    assert len(stand_in.ledger.of("gateway", "sent INTERACTION_CREATE")) == 3


async def test_each_shard_resumes_its_own_session(
    stand_in: DiscordStandIn, session: aiohttp.ClientSession, mara: Member
) -> None:
    place = stand_in.world.add_server("Second", [stand_in.world.user("Mara")], shard=(1, 2))
    wires = []
    for shard in (0, 1):
        wire = await connect(stand_in, session)
        await wire.identify(shard=[shard, 2])
        wires.append((wire, (await wire.get("READY"))["d"]["session_id"]))
    lost, session_id = wires[1]
    await lost.socket.close(code=4000)
    await stand_in.gateway.wait_shards((0, 2))
    use = await mara.use("video", prompt="missed", channel=place.id, wait=False)
    again = await connect(stand_in, session)
    await again.send(6, {"token": stand_in.token, "session_id": session_id, "seq": 1})
    assert (await again.get("INTERACTION_CREATE"))["d"]["id"] == use.id
    assert (await again.get())["t"] == "RESUMED"
    assert (stand_in.gateway.resumes, stand_in.gateway.identifies) == (1, 2)
    await stand_in.gateway.wait_shards((0, 2), (1, 2))


async def test_a_shard_beyond_its_count_is_none(stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> None:
    wire = await connect(stand_in, session)
    await wire.identify(shard=[4, 4])
    assert await wire.closed() == 4010
