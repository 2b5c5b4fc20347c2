"""What became of a submit, asked for by our own id; and what else is different in the second dialect."""

from contextlib import aclosing

import pytest

from bot.domain.errors import SubmitRefused
from bot.domain.media import Role
from bot.domain.models import Dialect, Model, Resolution
from bot.domain.progress import NotKnown, Silence, TaskStatus
from bot.domain.stages import Reason
from sandbox.faults import HalfOpen, Reset, empty, html, status
from tests.toapis.fakes import KEY, a_job, asset, provider, scripted_server

PATH = "/v1/videos/generations"
TASK = {"id": "tsk_9", "object": "generation.task", "status": "queued", "progress": 0}
SIZED = {"resolution": Resolution.P720}
MISSING = {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}}


async def test_a_submit_carries_our_id_and_a_task_is_asked_for_by_it() -> None:
    job = a_job(choices=SIZED, task_id=None)
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        assert api.can_find_by_own_id(job)
        server.says({**TASK, "client_business_id": job.id})
        assert await api.submit(job) == "tsk_9"
        assert await api.find_by_own_id(job) == "tsk_9"
        sent, asked = server.asked("")
        assert (sent.route, sent.detail["body"]["client_business_id"]) == (f"POST {PATH}", job.id)
        assert (asked.route, asked.detail["headers"]["Authorization"]) == (f"GET {PATH}/{job.id}", f"Bearer {KEY}")


@pytest.mark.parametrize(
    "answer",
    [
        {**TASK, "status": "failed", "error": {"message": "no"}},
        {"data": TASK},
        {"success": True, "data": {**TASK, "id": None, "task_id": "tsk_9"}},
        {**TASK, "status": "reticulating"},
    ],
)
async def test_a_task_that_is_there_is_found_however_it_stands(answer) -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says(answer)
        assert await api.find_by_own_id(a_job(choices=SIZED)) == "tsk_9"


async def test_a_task_that_is_not_named_is_known_by_our_id() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says({"status": "in_progress", "progress": 4})
        assert await api.find_by_own_id(a_job(choices=SIZED)) == a_job(choices=SIZED).id


@pytest.mark.parametrize("answer", [(404, MISSING), (400, {"message": "task_not_exist"})])
async def test_only_the_provider_s_own_word_makes_it_not_known(answer) -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says(answer)
        assert await api.find_by_own_id(a_job(choices=SIZED)) == NotKnown()
        assert len(server.asked("GET")) == 1


@pytest.mark.parametrize(
    "fault",
    [
        Reset.AFTER,
        HalfOpen(),
        status(401, {"error": {"code": "unauthorized"}}),
        status(404, {}),
        status(404, {"detail": "Not Found"}),
        html(404),
        status(429),
        status(500, MISSING),
        html(200),
        empty(200),
        status(200, {}),
        status(200, {"success": False, "message": "busy", "data": TASK}),
    ],
    ids=str,
)
async def test_everything_else_is_silence(fault) -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says(TASK)
        server.faults.add("GET *", fault, times=None)
        assert isinstance(await api.find_by_own_id(a_job(choices=SIZED)), Silence)


async def test_where_our_id_is_not_sent_nothing_can_be_looked_up() -> None:
    async with scripted_server() as server, provider(server.url) as api:
        assert not api.can_find_by_own_id(a_job(choices=SIZED, dialect=Dialect.VIDEO))
        with pytest.raises(ValueError, match="dialect"):
            await api.find_by_own_id(a_job(choices=SIZED, dialect=Dialect.VIDEO))
        assert server.asked("") == []


async def test_what_was_sent_in_the_other_dialect_cannot_be_looked_up_in_this_one() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        assert not api.can_find_by_own_id(a_job())
        with pytest.raises(ValueError, match="dialect"):
            await api.find_by_own_id(a_job())
        assert server.asked("") == []


async def test_it_is_followed_at_its_own_path_to_its_clip_and_last_picture() -> None:
    url, picture = "https://files.example/a.mp4?sign=1", "https://files.example/a.jpg?sign=2"
    done = {**TASK, "status": "completed", "result": {"data": [{"url": url, "last_frame_url": picture}]}}
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS) as api:
        server.says(TASK, done)
        async with aclosing(api.follow(a_job(choices=SIZED, task_id="tsk_9"))) as words:
            heard = [word async for word in words]
        assert [word.status for word in heard] == [TaskStatus.QUEUED, TaskStatus.COMPLETED]
        assert (heard[1].clip_url, heard[1].last_picture_url) == (url, picture)
        assert (await api.ask("tsk_9")).last_picture_url == picture
        assert {entry.route for entry in server.asked("GET")} == {f"GET {PATH}/tsk_9"}


async def test_a_review_is_asked_for_where_it_is_set() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEOS, review=True) as api:
        server.says(TASK)
        await api.submit(a_job((asset("as_1", Role.REFERENCE_IMAGE),)))
        assert server.asked("POST")[0].detail["body"]["private_asset_review"] is True


@pytest.mark.parametrize("choices", [{"model": Model.SEEDANCE_2_MINI}, {"seed": 4}])
async def test_a_job_of_the_other_dialect_is_refused_rather_than_cut_down(choices) -> None:
    async with scripted_server() as server, provider(server.url) as api:
        with pytest.raises(SubmitRefused) as refused:
            await api.submit(a_job(choices=choices))
        assert refused.value.reason is Reason.INVALID
        assert server.asked("") == []


async def test_a_job_keeps_the_dialect_that_it_was_sent_in() -> None:
    async with scripted_server() as server, provider(server.url, dialect=Dialect.VIDEO) as api:
        job = a_job(dialect=Dialect.VIDEOS, task_id="tsk_9")
        assert api.can_find_by_own_id(job)
        server.says({**TASK, "status": "completed", "result": {"data": [{"url": "https://files.example/a.mp4"}]}})
        assert await api.find_by_own_id(job) == "tsk_9"
        async with aclosing(api.follow(job)) as words:
            assert [word.status async for word in words] == [TaskStatus.COMPLETED]
        assert [entry.route for entry in server.asked("GET")] == [f"GET {PATH}/{job.id}", f"GET {PATH}/tsk_9"]
