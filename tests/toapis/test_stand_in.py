"""Against the stand-in of the provider: every form of its answers and every row of its errors."""

import asyncio
from contextlib import aclosing
from pathlib import Path

import pytest

from bot.domain.errors import NotAccepted, SubmitRefused, SubmitUnclear
from bot.domain.models import Dialect
from bot.domain.progress import TaskStatus
from bot.domain.stages import Reason
from bot.toapis.dialects import CheckResult
from sandbox.toapis.answers import FORMS
from sandbox.toapis.settings import Dialect as CurrentDialect
from tests.toapis.fakes import a_job
from tests.toapis.stand_in import stand_in

ENDS = {
    "invalid": Reason.INVALID,
    "privacy": Reason.PRIVACY,
    "balance": Reason.NO_BALANCE,
    "quota": Reason.NO_BALANCE,
    "policy": Reason.REFUSED,
    "model": Reason.MODEL,
    "user_quota": Reason.NO_BALANCE,
    "key_quota": Reason.NO_BALANCE,
    "overdue": Reason.NO_BALANCE,
    "channel": Reason.MODEL,
    "wrapped_451": Reason.PRIVACY,
    "wrapped_500": Reason.REFUSED,
    "input_image": Reason.REFUSED,
    "input_text": Reason.REFUSED,
}
WITH_CODE = ["error", "error_without_type", "error_nested", "message_object", "message_json", "code_message"]


async def test_a_paid_task_is_followed_to_its_clip_in_every_form(tmp_path: Path) -> None:
    async with stand_in(tmp_path) as (it, api):
        task_id = await api.submit(a_job())
        assert [entry.detail["task"] for entry in it.ledger.of("paid")] == [task_id]
        it.stage(task_id, "in_progress", 40)
        async with aclosing(api.follow(a_job(task_id=task_id))) as words:
            working = await anext(words)
            assert (working.status, working.percent) == (TaskStatus.WORKING, 40)
            await asyncio.wait_for(it.tasks[task_id].footage, 60)
            it.finish_now(task_id)
            done = await anext(words)
            assert done.status is TaskStatus.COMPLETED
            with pytest.raises(StopAsyncIteration):
                await anext(words)
        for form in FORMS:
            it.answer_as(form)
            again = await api.ask(task_id)
            assert (again.clip_url, again.clip_dies) == (it.clip_url(it.tasks[task_id]), done.clip_dies), form
        it.expire_urls()
        assert (await api.ask(task_id)).clip_url != done.clip_url


@pytest.mark.parametrize("chinese", [False, True])
async def test_every_refusal_is_understood_in_every_shape_that_has_its_code(tmp_path: Path, chinese) -> None:
    async with stand_in(tmp_path, chinese=chinese, limited=False) as (it, api):
        for kind, reason in ENDS.items():
            it.refuse_next(kind)
            it.refuse_as(WITH_CODE[list(ENDS).index(kind) % len(WITH_CODE)])
            with pytest.raises(SubmitRefused) as refused:
                await api.submit(a_job())
            assert (refused.value.reason, bool(refused.value.provider_message)) == (reason, True), kind
        assert it.ledger.of("paid") == []


async def test_what_did_not_count_and_what_is_unclear(tmp_path: Path) -> None:
    async with stand_in(tmp_path) as (it, api):
        it.limiter_down(on=True)
        with pytest.raises(NotAccepted):
            await api.submit(a_job())
        it.limiter_down(on=False)
        for kind, error in (("rate", NotAccepted), ("internal", SubmitUnclear)):
            it.refuse_next(kind)
            with pytest.raises(error):
                await api.submit(a_job())
        it.change_key("sk-another")
        with pytest.raises(SubmitRefused) as refused:
            await api.submit(a_job())
        assert refused.value.reason is Reason.KEY
        await it.close_port()
        with pytest.raises(NotAccepted):
            await api.submit(a_job())


async def test_a_server_of_both_dialects_is_known_as_one(tmp_path: Path) -> None:
    for dialect in Dialect:
        async with stand_in(tmp_path, dialect) as (it, api):
            assert await api.probe_dialects() == {Dialect.VIDEO: CheckResult.YES, Dialect.VIDEOS: CheckResult.YES}
            assert (await api.check_key()).accepted is CheckResult.YES
            assert it.ledger.of("paid") == []


@pytest.mark.parametrize("shape", ["error", "task_not_exist"])
async def test_its_dialects_are_told_apart(tmp_path: Path, shape) -> None:
    async with stand_in(tmp_path, dialects=frozenset({CurrentDialect.VIDEO}), no_such_task=shape) as (_, api):
        assert await api.probe_dialects() == {Dialect.VIDEO: CheckResult.YES, Dialect.VIDEOS: CheckResult.NO}
        assert (await api.ask("tsk_none")).status is TaskStatus.MISSING
