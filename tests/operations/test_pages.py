"""The pages for operators, asked by a real client: what each says, and nothing else on that port."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import aiohttp
import pytest

from bot.domain.account import Account
from bot.domain.stages import Reason, Stage
from bot.operations.listening import Listener, listening
from bot.operations.metrics import PrometheusMetrics
from bot.operations.pages import OperatorPages
from bot.studio.ports.metrics import Acknowledgement, Answer, Call
from tests.journeys.pages import free_port, samples
from tests.toapis.fakes import PROMPT, a_job


def counting() -> PrometheusMetrics:
    return PrometheusMetrics("1.2.3", {"waiting": lambda: 2, "running": lambda: 1, "slots": lambda: 5})


def said(well: bool):
    async def look() -> bool:
        return well

    return look


@asynccontextmanager
async def asked(metrics=None, *, alive=True, part_seconds=5.0, **parts) -> AsyncIterator:
    """Open the pages on a port, and hand out a question: (status, body, content type) of a path."""
    it = OperatorPages(metrics or counting(), said(alive), parts, part_seconds)
    listener = Listener("HTTP_PORT", it.application(), "127.0.0.1", int(free_port()))
    async with listening(listener), aiohttp.ClientSession(f"http://127.0.0.1:{listener.port}") as session:

        async def ask(path: str, method: str = "GET"):
            async with session.request(method, path) as answer:
                return answer.status, await answer.text(), answer.headers["Content-Type"]

        yield ask


@pytest.mark.parametrize(("alive", "status"), [(True, 200), (False, 503)])
async def test_healthz_says_what_the_heartbeat_says(alive, status) -> None:
    async with asked(alive=alive) as ask:
        assert (await ask("/healthz"))[0] == status


async def test_readyz_names_each_part_and_is_503_when_one_does_not_work() -> None:
    async with asked(gateway=said(True), store=said(True), provider=said(True)) as ask:
        assert (await ask("/readyz"))[:2] == (200, '{"gateway": true, "store": true, "provider": true}')
    async with asked(gateway=said(True), store=said(False), provider=said(True)) as ask:
        assert (await ask("/readyz"))[:2] == (503, '{"gateway": true, "store": false, "provider": true}')
        assert samples((await ask("/metrics"))[1])['seedreel_ready{part="store"}'] == 0


async def test_a_part_that_hangs_is_not_ready_and_holds_nothing_up() -> None:
    async with asked(part_seconds=0.05, gateway=asyncio.Event().wait, store=said(True)) as ask:
        assert (await ask("/readyz"))[:2] == (503, '{"gateway": false, "store": true}')


@pytest.mark.parametrize("path", ["/", "/metrics/", "/healthz/x", "/videos"])
async def test_nothing_else_is_there(path) -> None:
    async with asked() as ask:
        assert (await ask(path))[0] == 404
        assert (await ask("/metrics", "POST"))[0] == 405


async def test_metrics_count_what_they_are_told() -> None:
    metrics, job = counting(), a_job()
    metrics.moved(replace(job, stage=Stage.SUBMITTING), Stage.WAITING, 12.0)
    metrics.moved(replace(job, stage=Stage.DELIVERED), Stage.DELIVERING, 2.0)
    metrics.moved(replace(job, stage=Stage.FAILED, reason=Reason.GENERATION), Stage.RENDERING, None)
    metrics.acknowledged(Acknowledgement.TAKEN, 0.2)
    metrics.provider_answered(Call.SUBMIT, Answer.BALANCE)
    metrics.account(Account(credits=420.0, key_credits=None))
    async with asked(metrics) as ask:
        status, page, content_type = await ask("/metrics")
    assert status == 200
    assert content_type.startswith("text/plain; version=")
    found = samples(page)
    assert found['seedreel_videos_ended_total{end="delivered",reason=""}'] == 1
    assert found['seedreel_videos_ended_total{end="failed",reason="generation"}'] == 1
    assert found['seedreel_videos_ended_total{end="cancelled",reason="owner"}'] == 0
    assert found['seedreel_stage_seconds_sum{stage="waiting"}'] == 12
    assert found['seedreel_stage_seconds_count{stage="rendering"}'] == 0
    assert found['seedreel_acknowledgement_seconds_count{outcome="taken"}'] == 1
    assert found['seedreel_provider_calls_total{answer="balance",call="submit"}'] == 1
    assert found['seedreel_balance_credits{of="account"}'] == 420
    assert 'seedreel_balance_credits{of="key"}' not in found
    assert (found["seedreel_queue_waiting"], found["seedreel_queue_slots"]) == (2, 5)
    assert found['seedreel_build_info{version="1.2.3"}'] == 1
    assert PROMPT not in page
    assert job.id not in page


async def test_no_series_is_made_by_what_happens() -> None:
    """Whatever comes, there are as many series as at the start: no label takes its value from outside."""
    metrics = counting()
    before = samples(metrics.page("")[0].decode()).keys()
    for number, stage in enumerate(Stage):
        for reason in (None, *Reason):
            moved = replace(a_job(), id=f"{number:020}", user_id=number, stage=stage, reason=reason)
            if (stage in (Stage.FAILED, Stage.CANCELLED)) == (reason is not None):
                metrics.moved(moved, Stage.RENDERING, 1.0)
    for call in Call:
        for answer in Answer:
            metrics.provider_answered(call, answer)
    for outcome in Acknowledgement:
        metrics.acknowledged(outcome, 1.0)
    assert samples(metrics.page("")[0].decode()).keys() == before


async def test_the_lag_of_the_loop_is_measured() -> None:
    metrics, now, late = counting(), 1000.0, [0.0, 2.0]

    async def sleep(seconds: float) -> None:
        nonlocal now
        if not late:
            raise asyncio.CancelledError
        now += seconds + late.pop(0)

    with pytest.raises(asyncio.CancelledError):
        await metrics.watch_loop(sleep, lambda: now)
    found = samples(metrics.page("")[0].decode())
    assert (found["seedreel_loop_lag_seconds_count"], found["seedreel_loop_lag_seconds_sum"]) == (2, 2)
    assert found['seedreel_loop_lag_seconds_bucket{le="1.0"}'] == 1
