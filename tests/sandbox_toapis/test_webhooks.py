"""The stand-in's own webhooks: signed as documented, until they are taken, and with every trouble that it can have."""

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from sandbox.clock import Clock
from sandbox.ledger import Ledger
from tests.sandbox_toapis.client import Client, client

SECRET, PREVIOUS = "signs-it-0123456789", "signed-it-0123456789"


class Receiver:
    """Takes what comes, and answers with the next of `statuses`, or 204."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.came: list[tuple[dict[str, str], bytes]] = []
        self.ledger = Ledger()

    async def take(self, request: web.Request) -> web.Response:
        self.came.append((dict(request.headers), await request.read()))
        self.ledger.touch()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 204)

    async def comes(self, count: int) -> None:
        await self.ledger.until(lambda: len(self.came) >= count, what=f"{count} events")

    def events(self) -> list[dict]:
        return [json.loads(body) for _, body in self.came]

    def signatures(self, number: int = -1) -> list[str]:
        return self.came[number][0]["X-ToAPIs-Webhook-Signature"].split(",")

    def expected(self, secret: str, number: int = -1) -> str:
        headers, body = self.came[number]
        signed = f"{headers['X-ToAPIs-Webhook-Id']}.{headers['X-ToAPIs-Webhook-Timestamp']}.".encode() + body
        return f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"


@asynccontextmanager
async def told(tmp_path, previous: str = "") -> AsyncIterator[tuple[Client, Receiver]]:
    receiver, app = Receiver(), web.Application()
    app.router.add_post("/told", receiver.take)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with client(tmp_path, clock=Clock(), time_scale=1000.0, run_seconds=(1e6, 1e6)) as one:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/told"
            one.provider.webhooks.send_to(url, SECRET, previous)
            yield one, receiver
    finally:
        await runner.cleanup()


async def test_an_end_is_told_once_with_its_address_and_its_failure_with_its_reason(tmp_path) -> None:
    async with told(tmp_path, PREVIOUS) as (one, receiver):
        made, failed = [(await one.submit("videos", client_business_id=name)).json["id"] for name in ("a", "b")]
        one.provider.finish_now(made)
        await receiver.comes(1)
        one.provider.fail(failed)
        await receiver.comes(2)
        assert receiver.signatures() == [receiver.expected(SECRET), receiver.expected(PREVIOUS)]
        good, bad = receiver.events()
        assert (good["type"], good["data"]["status"]) == ("generation.completed", "SUCCESS")
        assert (good["data"]["task_id"], good["data"]["client_business_id"]) == (made, "a")
        assert good["data"]["result"]["data"][0]["url"].startswith(one.provider.url)
        assert (bad["type"], bad["data"]["status"], bad["data"]["result"]) == ("generation.failed", "FAILURE", None)
        assert bad["data"]["error"]["code"] == "generation_failed"
        assert good["id"] != bad["id"]
        assert await one.provider.webhooks.test() == 204
        assert receiver.events()[-1]["type"] == "endpoint.test"


async def test_it_is_sent_again_after_growing_pauses_until_it_is_taken(tmp_path) -> None:
    async with told(tmp_path) as (one, receiver):
        receiver.statuses = [500, 302, 404]
        task = await one.task()
        one.provider.finish_now(task)
        await one.provider.ledger.until(lambda: len(one.provider.ledger.of("webhook")) == 4)
        assert len({event["id"] for event in receiver.events()}) == 1
        times = [entry.at for entry in one.provider.ledger.of("webhook")]
        for pause, before, after in zip((10, 30, 120), times, times[1:], strict=False):
            assert after - before >= pause / 1000


@pytest.mark.parametrize("trouble", ["copied", "forged", "stale", "late"])
async def test_each_trouble_comes_as_often_as_it_was_asked_for(tmp_path, trouble) -> None:
    async with told(tmp_path) as (one, receiver):
        setattr(one.provider.webhooks.troubles, trouble, 1)
        tasks = [await one.task(prompt=name) for name in ("a", "b")]
        one.provider.webhooks.early(tasks[0])
        await receiver.comes(2 if trouble == "copied" else 1)
        match trouble:
            case "copied":
                assert len({event["id"] for event in receiver.events()}) == 1
            case "forged":
                assert receiver.signatures() != [receiver.expected(SECRET)]
            case "stale":
                stamp = float(receiver.came[0][0]["X-ToAPIs-Webhook-Timestamp"])
                assert one.provider.clock.now() - stamp > 590
            case "late":
                assert one.provider.tasks[tasks[0]].status == "queued"
        before = len(receiver.came)
        one.provider.webhooks.early(tasks[1])
        await receiver.comes(before + 1)
        assert receiver.signatures() == [receiver.expected(SECRET)]


async def test_one_that_is_lost_never_comes_and_one_can_be_sent_again_byte_for_byte(tmp_path) -> None:
    async with told(tmp_path) as (one, receiver):
        one.provider.webhooks.troubles.lost = 1
        lost, sent = [await one.task(prompt=name) for name in ("a", "b")]
        one.provider.finish_now(lost)
        await one.provider.ledger.until(lambda: one.provider.webhooks.troubles.lost == 0)
        one.provider.finish_now(sent)
        await one.provider.ledger.until(lambda: one.provider.ledger.of("webhook"))
        assert await one.provider.webhooks.again() == 204
        assert receiver.came[0][1] == receiver.came[1][1]
        assert receiver.signatures(0) == receiver.signatures(1)
        assert {event["data"]["task_id"] for event in receiver.events()} == {sent}
