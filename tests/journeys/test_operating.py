"""What an operator's monitoring sees: counts that agree with both ledgers, and parts that are away by their names."""

import asyncio
import json
import re
import socket
from contextlib import suppress

from sandbox.discord.gateway_faults import GatewayFault
from tests.conventions.source import ROOT
from tests.journeys.pages import free_port, page, samples
from tests.journeys.scene import Scene
from tests.journeys.script import with_script

PORT = free_port()
CALLBACKS = "POST /interactions/"


def metric_names(expression: str) -> set[str]:
    """Return the metrics that an expression of Prometheus names."""
    return set(re.findall(r"\b(?:seedreel|process)_\w+", expression))


async def three_ends(scene: Scene) -> None:
    """Have one video delivered, one failed at the provider, and one refused by it."""
    await scene.video(await scene.mara.use("/video", prompt="a fox to count", duration=4))
    scene.provider.hold()
    failing = await scene.mara.use("/video", prompt="a fox that fails", duration=4)
    await scene.paid_for(2)
    scene.provider.fail()
    await scene.says(failing, "couldn't be made")
    scene.provider.release()
    scene.provider.refuse_next("policy")
    await scene.says(await scene.tomas.use("/video", prompt="a fox refused", duration=4), "content rules")


async def counted(scene: Scene) -> dict[str, float]:
    status, text = await page(PORT, "/metrics")
    assert status == 200
    found = samples(text)
    # In their values the numbers of an id may be there by chance.
    named = " ".join(found)
    assert not [words for words in ("a fox", str(scene.mara.user.id), str(scene.tomas.user.id)) if words in named]
    return found


@with_script(bot={"HTTP_PORT": PORT})
async def test_metrics_agree_with_the_ledgers_and_alerts_name_them(scene: Scene) -> None:
    await three_ends(scene)
    found = await counted(scene)
    ends = {name: value for name, value in found.items() if name.startswith("seedreel_videos_ended_total") and value}
    assert ends == {
        'seedreel_videos_ended_total{end="delivered",reason=""}': len(scene.uploads()),
        'seedreel_videos_ended_total{end="failed",reason="generation"}': 1,
        'seedreel_videos_ended_total{end="failed",reason="refused"}': 1,
    }
    calls = {name: value for name, value in found.items() if 'call="submit"' in name and value}
    assert calls == {
        'seedreel_provider_calls_total{answer="well",call="submit"}': len(scene.paid()),
        'seedreel_provider_calls_total{answer="refused",call="submit"}': len(scene.posts()) - len(scene.paid()),
    }
    answered = [entry for entry in scene.ledger.of("rest", CALLBACKS) if entry.detail["status"] < 300]
    assert found['seedreel_acknowledgement_seconds_count{outcome="taken"}'] == len(answered) == 3
    # The first video went through every stage but `held`, once.
    assert found['seedreel_stage_seconds_count{stage="delivering"}'] == 1
    assert found['seedreel_stage_seconds_sum{stage="rendering"}'] > 0
    assert (found["seedreel_queue_waiting"], found["seedreel_queue_running"], found["seedreel_queue_slots"]) == (
        0,
        0,
        5,
    )
    assert found["seedreel_loop_lag_seconds_count"] > 0
    assert found["process_resident_memory_bytes"] > 0

    document = (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")
    alerts = document.split("- alert: ")[1:]
    assert len(alerts) == 5
    shown = {name.partition("{")[0] for name in found}
    for alert in alerts:
        named = metric_names(alert)
        assert named, alert
        assert named <= shown, alert
        labels = set(re.findall(r"(\w+)=~?\"", alert))
        assert all(any(f'{label}="' in name for name in found) for label in labels), alert


@with_script(bot={"HTTP_PORT": PORT}, starts=False, expects_error="can't be opened")
async def test_readyz_names_what_is_away_and_healthz_lives_on(scene: Scene) -> None:
    async def parts(**expected: bool) -> None:
        wanted = {"gateway": True, "store": True, "provider": True, **expected}
        status, text = 0, ""
        with suppress(TimeoutError):
            async with asyncio.timeout(20.0):
                while not text or json.loads(text) != wanted:
                    status, text = await page(PORT, "/readyz")
        assert json.loads(text) == wanted, scene.bot.tail()
        assert status == (200 if all(wanted.values()) else 503)

    # A port that is taken costs no video: the bot runs, and opens it once it can.
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", int(PORT)))
        taken.listen()
        await scene.bot.start()
        await scene.bot.says("HTTP_PORT: 127.0.0.1 port")
        await scene.bot.says("can't be opened (")
    await scene.bot.says(f"Listening on HTTP_PORT: 127.0.0.1 port {PORT}")
    await parts()
    await scene.provider.close_port()
    await parts(provider=False)
    await scene.provider.open_port()
    await parts()
    database = scene.bot.data / "seedreel.db"
    database.rename(moved := scene.bot.data / "moved.db")
    await parts(store=False)
    moved.rename(database)
    await parts()
    scene.discord.gateway.faults.now = GatewayFault.NO_HELLO
    await scene.discord.gateway.drop(4000)
    await parts(gateway=False)
    scene.discord.gateway.faults.now = None
    await parts()
    assert (await page(PORT, "/healthz"))[0] == 200
    assert (await page(PORT, "/nothing"))[0] == 404
