"""Following a task for as long as it takes, over real HTTP."""

import asyncio
from contextlib import aclosing

import pytest

from bot.domain.errors import NotAccepted
from bot.domain.models import Dialect
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.toapis.polling import OPENS_AFTER
from sandbox.faults import Cut, Garbled, HalfOpen, Reset, empty, html, redirect, status
from tests.toapis.fakes import START, FakeClock, a_job, provider, scripted_server

URL = "https://files.example/a.mp4"
WORKING = {"id": "tsk_1", "status": "in_progress", "progress": 40}
DONE = {"id": "tsk_1", "status": "completed", "progress": 100, "result": {"data": [{"url": URL}]}}
FAILED = {"id": "tsk_1", "status": "failed", "error": {"message": "no luck"}}
MISSING = (404, {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}})
ONCE = "GET /v1/video/generations/tsk_1"


async def heard(api, job=None) -> list[Snapshot | Silence]:
    async with aclosing(api.follow(job or a_job())) as saying:
        return [word async for word in saying]


async def test_a_task_is_followed_to_its_end() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says({**WORKING, "status": "queued", "progress": 0}, WORKING, {**WORKING, "status": "odd"}, DONE)
        words = await heard(api)
        assert [word.status for word in words] == [
            TaskStatus.QUEUED,
            TaskStatus.WORKING,
            TaskStatus.WORKING,
            TaskStatus.COMPLETED,
        ]
        assert words[1].percent == 40
        assert words[-1].clip_url == URL
        assert [entry.route for entry in server.asked("GET")] == [ONCE] * 4
        assert 5.0 <= clock.slept[0] <= 6.0
        assert all(wait >= 5.0 for wait in clock.slept)


async def test_the_provider_s_failed_ends_it() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(WORKING, FAILED)
        assert (await heard(api))[-1] == Snapshot(TaskStatus.FAILED, provider_message="no luck")


@pytest.mark.parametrize(
    "fault",
    [
        Reset.BEFORE,
        Reset.AFTER,
        HalfOpen(),
        Cut(),
        Cut(framed=True),
        Garbled(),
        html(),
        empty(),
        redirect("http://127.0.0.1:9/"),
        status(401),
        status(403),
        status(404),
        html(404),
        status(400),
        status(429),
        status(500),
        status(502),
        status(200, {"success": False, "status": "failed"}),
        status(200, [1, 2]),
    ],
    ids=str,
)
async def test_a_question_that_errs_says_nothing_of_the_task(fault) -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(DONE)
        server.faults.add("GET /v1/*/generations/tsk_1", fault, times=6)
        silence, done = await heard(api)
        assert isinstance(silence, Silence)
        assert START < silence.since < clock.time
        assert done.status is TaskStatus.COMPLETED


async def test_one_question_that_errs_is_no_silence() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(DONE)
        server.faults.add(ONCE, status(500))
        assert [word.status for word in await heard(api)] == [TaskStatus.COMPLETED]


async def test_each_time_of_silence_is_told_once() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(WORKING, DONE)
        server.faults.add(ONCE, status(500), times=12)
        server.faults.add(ONCE, status(500), times=12, skip=1)
        kinds = [type(word) for word in await heard(api)]
        assert kinds == [Silence, Snapshot, Silence, Snapshot]


async def test_a_missing_task_is_told_as_that_and_followed_on() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        # It is asked for in both dialects each time.
        not_there = (400, {"message": "task_not_exist"})
        server.says(MISSING, MISSING, not_there, (404, b"<html>"), DONE)
        words = await heard(api)
        assert [word.status for word in words] == [TaskStatus.MISSING, TaskStatus.MISSING, TaskStatus.COMPLETED]


@pytest.mark.parametrize(("spoken", "other"), [(Dialect.VIDEO, Dialect.VIDEOS), (Dialect.VIDEOS, Dialect.VIDEO)])
async def test_a_task_that_was_sent_in_the_other_dialect_is_followed_there(spoken, other) -> None:
    async with scripted_server() as server, provider(server.url, dialect=spoken) as api:
        server.says(MISSING, WORKING, MISSING, DONE, MISSING, DONE)
        assert [word.status for word in await heard(api)] == [TaskStatus.WORKING, TaskStatus.COMPLETED]
        assert (await api.ask("tsk_1")).clip_url == URL
        routes = [f"GET /v1/{dialect}/generations/tsk_1" for dialect in (spoken, other)]
        assert [entry.route for entry in server.asked("GET")] == routes * 3


async def test_a_refused_key_is_logged_once_for_each_change(caplog) -> None:
    caplog.set_level("INFO")
    async with scripted_server() as server, provider(server.url) as api:
        server.says(WORKING, WORKING, DONE)
        server.faults.add(ONCE, status(401), times=4)
        server.faults.add(ONCE, status(401), times=4, skip=1)
        await heard(api)
    lines = [record.getMessage() for record in caplog.records if "key" in record.getMessage()]
    assert ["rejected" in line for line in lines] == [True, False, True, False]


async def test_a_pause_that_is_asked_for_is_kept() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(DONE)
        server.faults.add(ONCE, status(429, headers={"Retry-After": "90"}))
        await heard(api)
        assert 90.0 <= max(clock.slept) <= 99.0


@pytest.mark.parametrize("headers", [{}, {"Retry-After": "0"}, {"Retry-After": "-1"}])
async def test_no_pause_is_shorter_than_the_provider_s_own_pace(headers) -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(DONE)
        server.faults.add(ONCE, status(429, headers=headers), times=4)
        await heard(api)
        assert len(clock.slept) == 5
        assert all(wait >= 5.0 for wait in clock.slept)


async def test_a_provider_that_is_down_is_asked_by_one_at_a_time() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(DONE)
        handle = server.faults.add("GET *", status(503), times=30)
        jobs = [a_job(task_id="tsk_1") for _ in range(8)]
        heard_by_all = await asyncio.gather(*(heard(api, job) for job in jobs))
        assert all(isinstance(words[0], Silence) and len(words) == 2 for words in heard_by_all)
        assert handle.fired == 30
        # All eight had asked before it counted as down, and then one after the other, further and further apart.
        assert max(clock.slept) > 25


async def test_nothing_is_paid_while_the_provider_is_down() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(DONE)
        down = server.faults.add("* *", status(503), times=None)
        for _ in range(OPENS_AFTER):
            assert isinstance(await api.ask("tsk_1"), Silence)
        with pytest.raises(NotAccepted):
            await api.submit(a_job())
        assert [entry.route for entry in server.ledger.of("fault", "POST")] == []
        down.remove()
        server.says(MISSING, {"id": "tsk_2"})
        assert await api.submit(a_job()) == "tsk_2"
        assert len(server.asked("POST")) == 1


async def test_asking_once_asks_once() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(DONE, (500, {}), DONE)
        assert (await api.ask("tsk_1")).clip_url == URL
        assert isinstance(await api.ask("tsk_1"), Silence)
        assert len(server.asked("GET")) == 2


async def test_a_task_is_asked_for_in_the_dialect_it_was_sent_in() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEO) as api:
        server.says(DONE)
        # The route of the dialect in force may be out of order, which says nothing of the task.
        server.faults.add("GET /v1/video/*", status(503), times=None)
        assert isinstance(await api.ask("tsk_1"), Silence)
        assert (await api.ask("tsk_1", Dialect.VIDEOS)).clip_url == URL


async def test_a_task_is_found_in_the_other_dialect_where_the_route_of_its_own_is_gone() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEO) as api:
        server.says(*[WORKING] * OPENS_AFTER, DONE)
        server.faults.add("GET /v1/video/*", html(404), times=None)
        words = await heard(api)
        assert [word.status for word in words] == [TaskStatus.WORKING] * OPENS_AFTER + [TaskStatus.COMPLETED]


async def test_an_id_may_hold_anything() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(DONE)
        await api.ask("a/../b?c#d%2F é")
        assert server.asked("GET")[0].route == "GET /v1/video/generations/a/../b?c#d%2F é"


async def test_a_follower_can_be_stopped_while_it_waits() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        server.says(WORKING)
        seen = asyncio.Event()

        async def follow() -> None:
            async for _ in api.follow(a_job()):
                seen.set()

        task = asyncio.create_task(follow())
        await seen.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_how_long_a_task_ran_is_told_with_its_end() -> None:
    clock = FakeClock()
    async with scripted_server() as server, provider(server.url, clock) as api:
        server.says(WORKING, DONE)
        *_, done = await heard(api)
        assert isinstance(done, Snapshot)
        first, second = clock.slept
        assert done.ran == pytest.approx(first + second / 2)
