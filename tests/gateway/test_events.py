"""One frame that the library cannot read costs that frame: not the process, and the session only where it must."""

import pytest

from sandbox import faults
from sandbox.discord.gateway_faults import without
from sandbox.faults import Garbled

NOT_JSON = "<html>what a member wrote</html>"
FRAMES = {
    "a text that is no JSON": NOT_JSON,
    "JSON that is a list": '["what a member wrote"]',
    "half a frame": '{"op": 0, "t": "INTERACTION_CREATE", "d": {"id": "what a mem',
    "bytes that were never compressed": b"\x00what a member wrote\x00\x00\xff\xff",
}


def unreadable(caplog) -> list[str]:
    return [record.getMessage() for record in caplog.records if "can't read" in record.getMessage()]


@pytest.mark.parametrize("name", FRAMES)
async def test_a_broken_frame_costs_the_connection_and_the_session_is_resumed(bot, name, caplog) -> None:
    gateway = bot.stand_in.gateway
    async with bot.online() as task:
        await gateway.send_raw(FRAMES[name])
        await bot.stand_in.ledger.until(lambda: gateway.resumes == 1 and gateway.connected)
        assert not task.done()
    assert gateway.identifies == 1
    assert len(unreadable(caplog)) == 1
    assert "a member wrote" not in caplog.text


async def test_an_event_without_what_the_library_needs_is_dropped_by_name_and_keys(bot, caplog) -> None:
    gateway = bot.stand_in.gateway
    async with bot.online() as task:
        for _ in range(3):
            gateway.dispatch("CHANNEL_PINS_UPDATE", {"topic": "what a member wrote"}, 0)
        gateway.dispatch("CHANNEL_PINS_UPDATE", {"topic": "what a member wrote", "channel_id": [1]}, 0)
        seen: list[str] = []
        await bot.client.wait_for("unreadable", check=lambda event: seen.append(event) or len(seen) == 4, timeout=20)
        assert not task.done()
    assert len(gateway.closes) == 1
    assert "Keys: topic" in unreadable(caplog)[0]
    assert "a member wrote" not in caplog.text


@pytest.mark.parametrize("key", ["session_id", "resume_gateway_url", "user", "shard"])
async def test_a_ready_that_cannot_be_read_begins_a_session_anew(bot, key) -> None:
    gateway = bot.stand_in.gateway
    gateway.faults.change("READY", without(key))
    async with bot.running() as task:
        await bot.stand_in.ledger.until(lambda: gateway.identifies == 2 and gateway.connected)
        assert not task.done()
    bot.stand_in.violations.clear()


@pytest.mark.parametrize(
    "fault", [Garbled(), faults.html(), faults.status(200, []), faults.status(200, {"url": "x"}), faults.status(503)]
)
async def test_another_answer_about_the_gateway_is_asked_for_again(bot, fault) -> None:
    bot.faults.add("GET /api/v10/gateway/bot", fault, times=3)
    async with bot.online():
        pass
    assert bot.stand_in.gateway.identifies == 1


async def test_another_answer_about_the_gateway_while_running_changes_nothing(bot) -> None:
    gateway = bot.stand_in.gateway
    async with bot.online():
        bot.faults.add("GET /api/v10/gateway/bot", Garbled(), times=None)
        await gateway.invalidate()
        await bot.stand_in.ledger.until(lambda: gateway.identifies == 2 and gateway.connected)
