"""What `check` can tell from outside, for nothing."""

import pytest

from bot.domain.models import Dialect
from bot.toapis.probe import Answer, KeyCheck
from sandbox.faults import Reset, html
from tests.toapis.fakes import provider, shop

BALANCE = {"success": True, "remain_balance": 10.5, "used_balance": 2.3}
MISSING = (404, {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}})


@pytest.mark.parametrize(
    ("answer", "accepted"),
    [
        (BALANCE, Answer.YES),
        ({**BALANCE, "remain_balance": -1}, Answer.YES),
        ((401, {"error": {"code": "unauthorized", "message": "Invalid API key"}}), Answer.NO),
        ((403, {}), Answer.NO),
        ({"success": False, "error": {"type": "authentication_error"}}, Answer.NO),
        ({"success": False, "message": "no"}, Answer.CANNOT_TELL),
        ((500, {}), Answer.CANNOT_TELL),
        ((200, b"<html></html>"), Answer.CANNOT_TELL),
        ([], Answer.CANNOT_TELL),
    ],
)
async def test_the_key_is_judged_by_its_balance(answer, accepted) -> None:
    async with shop() as place, provider(place.url) as api:
        place.says(answer)
        check = await api.check_key()
        assert (check.reachable, check.accepted) == (True, accepted)
        assert [entry.route for entry in place.ledger.entries] == ["GET /v1/balance"]


async def test_nobody_there_is_told_apart_from_a_refused_key() -> None:
    async with shop() as place, provider(place.url) as api:
        place.faults.add("*", Reset.BEFORE, times=None)
        check = await api.check_key()
        assert isinstance(check, KeyCheck)
        assert (check.reachable, check.accepted) == (False, Answer.CANNOT_TELL)
        assert check.heard


async def test_dialects_are_told_by_who_knows_that_a_task_does_not_exist() -> None:
    async with shop() as place, provider(place.url) as api:
        place.says(MISSING)
        place.faults.add("GET /v1/videos/*", html(404))
        assert await api.which_dialects() == {Dialect.VIDEO: Answer.YES, Dialect.VIDEOS: Answer.NO}
        place.says((400, {"message": "task_not_exist"}), (401, {}))
        assert await api.which_dialects() == {Dialect.VIDEO: Answer.YES, Dialect.VIDEOS: Answer.CANNOT_TELL}
        place.says((500, {}), (404, {"detail": "Not Found"}))
        assert set((await api.which_dialects()).values()) == {Answer.CANNOT_TELL}
        assert place.asked("POST") == []
