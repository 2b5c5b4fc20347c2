"""What `check` can tell from outside, for nothing."""

import pytest

from bot.domain.models import Dialect
from bot.toapis.account import KeyCheck
from bot.toapis.dialects import CheckResult
from sandbox.faults import Reset, html
from tests.toapis.fakes import provider, scripted_server

BALANCE = {"success": True, "remain_balance": 10.5, "used_balance": 2.3}
MISSING = (404, {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}})


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (BALANCE, CheckResult.YES),
        ({**BALANCE, "remain_balance": -1}, CheckResult.YES),
        ((401, {"error": {"code": "unauthorized", "message": "Invalid API key"}}), CheckResult.NO),
        ((403, {}), CheckResult.NO),
        ({"success": False, "error": {"type": "authentication_error"}}, CheckResult.NO),
        ({"success": False, "message": "no"}, CheckResult.CANNOT_TELL),
        ((500, {}), CheckResult.CANNOT_TELL),
        ((200, b"<html></html>"), CheckResult.CANNOT_TELL),
        ([], CheckResult.CANNOT_TELL),
    ],
)
async def test_the_key_is_judged_by_its_balance(answer, accepted) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(answer)
        check = await api.check_key()
        assert (check.reachable, check.accepted) == (True, accepted)
        assert [entry.route for entry in server.ledger.entries] == ["GET /v1/balance"]


async def test_no_response_is_told_apart_from_a_refused_key() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.faults.add("*", Reset.BEFORE, times=None)
        check = await api.check_key()
        assert isinstance(check, KeyCheck)
        assert (check.reachable, check.accepted) == (False, CheckResult.CANNOT_TELL)
        assert check.detail


async def test_dialects_are_told_by_who_knows_that_a_task_does_not_exist() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(MISSING)
        server.faults.add("GET /v1/videos/*", html(404))
        assert await api.probe_dialects() == {Dialect.VIDEO: CheckResult.YES, Dialect.VIDEOS: CheckResult.NO}
        server.says((400, {"message": "task_not_exist"}), (401, {}))
        assert await api.probe_dialects() == {Dialect.VIDEO: CheckResult.YES, Dialect.VIDEOS: CheckResult.CANNOT_TELL}
        server.says((500, {}), (404, {"detail": "Not Found"}))
        assert set((await api.probe_dialects()).values()) == {CheckResult.CANNOT_TELL}
        assert server.asked("POST") == []
