"""What is counted of the provider, and whether it is ready: asked only where nothing else has just shown it."""

import asyncio

import pytest

from bot.domain.account import Account
from bot.domain.models import Dialect
from bot.studio.ports.metrics import Answer, Call, NoMetrics
from bot.toapis.api_client import answer_of
from bot.toapis.provider import ToapisProvider
from bot.toapis.responses import NoResponse, Response
from sandbox.faults import HalfOpen, Reset
from tests.toapis.fakes import KEY, SHORT, FakeClock, a_job, provider, scripted_server

MISSING = (404, {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}})


class Counted(NoMetrics):
    def __init__(self) -> None:
        self.calls, self.accounts = [], []

    def provider_answered(self, call, answer) -> None:
        self.calls.append((call, answer))

    def account(self, account) -> None:
        self.accounts.append(account)


@pytest.mark.parametrize(
    ("status", "call", "answer"),
    [
        (200, Call.SUBMIT, Answer.WELL),
        (404, Call.QUERY, Answer.WELL),
        (400, Call.QUERY, Answer.WELL),
        (400, Call.SUBMIT, Answer.REFUSED),
        (404, Call.ASSET, Answer.REFUSED),
        (422, Call.SUBMIT, Answer.REFUSED),
        (401, Call.QUERY, Answer.KEY),
        (403, Call.SUBMIT, Answer.KEY),
        (402, Call.SUBMIT, Answer.BALANCE),
        (429, Call.QUERY, Answer.RATE_LIMIT),
        (500, Call.UPLOAD, Answer.SERVER_ERROR),
        (503, Call.SUBMIT, Answer.SERVER_ERROR),
    ],
)
def test_an_answer_has_its_kind(status, call, answer) -> None:
    assert answer_of(Response(status), call) is answer
    assert answer_of(NoResponse("reset", body_sent=True), call) is Answer.NO_RESPONSE


async def test_calls_and_the_balance_are_counted() -> None:
    counted = Counted()
    async with scripted_server() as server:
        async with ToapisProvider(server.url, KEY, Dialect.VIDEO, FakeClock(), SHORT, metrics=counted) as api:
            server.says({"id": "tsk_1", "status": "queued"})
            assert await api.submit(a_job()) == "tsk_1"
            server.faults.add("GET /v1/*/generations/tsk_1", Reset.BEFORE, times=2)
            await api.ask("tsk_1")
            server.says({"success": True, "remain_balance": 1.05, "used_balance": 0, "remain_credits": 210})
            await api.account()
    assert counted.calls[:2] == [(Call.SUBMIT, Answer.WELL), (Call.QUERY, Answer.NO_RESPONSE)]
    assert counted.accounts == [Account(210.0, 210.0)]


async def test_it_is_ready_while_it_answers_and_asked_at_most_every_five_seconds() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(MISSING)
        assert await api.is_ready()
        assert await api.is_ready()
        assert len(server.asked("GET")) == 1, "what was just answered is not asked again"
        server.says((502, b"<html>"))
        clock.time += 60
        assert not await api.is_ready()
        assert not await api.is_ready()
        assert len(server.asked("GET")) == 2, "nor is a provider that is away asked by every look"
        server.says(MISSING)
        clock.time += 5
        assert await api.is_ready()


async def test_a_provider_that_keeps_one_waiting_is_not_ready() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(MISSING)
        assert await api.is_ready()
        clock.time += 60
        server.faults.add("GET /v1/*/generations/*", HalfOpen())
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(api.is_ready(), 0.2)
        assert not await api.is_ready()
