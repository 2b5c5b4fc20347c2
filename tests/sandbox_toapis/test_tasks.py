"""A task from its submit to its file, by the clock and by hand."""

import asyncio
from pathlib import Path

import pytest

from sandbox.toapis.settings import Dialect
from tests.sandbox_toapis.client import ORDER, client, inspected, still_clock


async def test_a_submit_answers_as_documented_and_is_paid_once(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        answer = (await asks.submit()).json
        assert answer.pop("id").startswith("tsk_vid_")
        assert isinstance(answer.pop("created_at"), int)
        assert answer == {
            "object": "generation.task",
            "model": "seedance-2",
            "status": "queued",
            "progress": 0,
            "metadata": {},
        }
        (paid,) = asks.provider.ledger.of("paid")
        assert (paid.detail["task"], paid.detail["body"]) == (next(iter(asks.provider.tasks)), ORDER)
        (seen,) = asks.provider.ledger.of("provider")
        assert (seen.route, seen.detail["status"]) == ("POST /v1/video/generations", 200)
        assert seen.detail["body"] == ORDER


async def test_a_task_goes_through_its_statuses_by_the_clock(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        task = await asks.task()
        await asyncio.wait_for(asks.provider.tasks[task].footage, 60)
        seen = []
        for _ in range(5):
            answer = (await asks.look(task)).json
            seen.append((answer["status"], answer["progress"]))
            clock.advance(25)
        assert [status for status, _ in seen] == ["queued", "in_progress", "in_progress", "in_progress", "completed"]
        assert [progress for _, progress in seen] == sorted(progress for _, progress in seen)
        assert seen[2][1] == pytest.approx(46, abs=3)
        last = (await asks.look(task)).json
        assert last["expires_at"] == last["completed_at"] + 86_400
        assert last["result"]["type"] == "video"
        assert last["result"]["data"][0]["format"] == "mp4"


async def test_time_scale_shortens_a_run(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock, time_scale=50) as asks:
        task = await asks.task()
        clock.advance(1)
        assert (await asks.look(task)).json["progress"] == pytest.approx(46, abs=5)


async def test_a_slow_provider_takes_six_times_as_long(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        task = await asks.task()
        clock.advance(50)
        asks.provider.be_slow(on=True)
        before = (await asks.look(task)).json["progress"]
        clock.advance(30)
        assert (await asks.look(task)).json["progress"] - before == pytest.approx(5, abs=2)


async def test_the_runs_repeat_with_their_seed(tmp_path: Path) -> None:
    runs = []
    for _ in range(2):
        async with client(tmp_path, run_seconds=(60, 300), seed=5) as asks:
            await asks.task()
            await asks.task()
            runs.append([(task.id, task.run) for task in asks.provider.tasks.values()])
    assert runs[0] == runs[1]
    assert all(60 <= run <= 300 for _, run in runs[0])
    assert runs[0][0] != runs[0][1]


async def test_failing_by_hand(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task = await asks.task()
        asks.provider.fail(task, "generation_failed", "no luck")
        answer = await asks.look(task)
        assert answer.status == 200
        assert answer.json["status"] == "failed"
        assert answer.json["error"] == {"code": "generation_failed", "message": "no luck"}


async def test_held_tasks_stay_until_released(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        asks.provider.hold()
        task = await asks.task()
        clock.advance(10_000)
        assert (await asks.look(task)).json["status"] == "queued"
        asks.provider.release()
        clock.advance(50)
        assert (await asks.look(task)).json["status"] == "in_progress"


async def test_a_staged_task_stays_there_and_goes_on_from_there(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        task = await asks.task()
        asks.provider.stage(task, "in_progress", 40)
        clock.advance(500)
        answer = (await asks.look(task)).json
        assert (answer["status"], answer["progress"]) == ("in_progress", 40)
        asks.provider.release(task)
        clock.advance(30)
        assert 50 < (await asks.look(task)).json["progress"] < 90
        with pytest.raises(ValueError, match="finish_now"):
            asks.provider.stage(task, "completed", 100)


async def test_an_unknown_status(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        task = await asks.task()
        asks.provider.stage(task, "in_progress", 40)
        asks.provider.unknown_status("processing")
        assert (await asks.look(task)).json["status"] == "processing"


async def test_both_dialects_answer_in_their_own_form(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        order = {"ratio": None, "aspect_ratio": "21:9", "resolution": "480p", "client_business_id": "mine-1"}
        answer = (await asks.submit("videos", **order)).json
        assert "metadata" not in answer
        assert answer["client_business_id"] == "mine-1"
        assert (await asks.look("mine-1", "videos")).json["id"] == answer["id"]
        assert (await asks.look("mine-1", "video")).status == 404
        assert (await asks.look(answer["id"], "video")).json["metadata"] == {}


@pytest.mark.parametrize(("replays", "paid"), [(True, 1), (False, 3)])
async def test_a_repeated_business_id(tmp_path: Path, replays: bool, paid: int) -> None:
    async with client(tmp_path, replays=replays) as asks:
        answers = await asyncio.gather(*(asks.submit("videos", client_business_id="mine") for _ in range(3)))
        assert len({answer.json["id"] for answer in answers}) == paid
        assert len(asks.provider.ledger.of("paid")) == paid
        assert len(asks.provider.ledger.of("replayed")) == 3 - paid


async def test_a_server_that_knows_one_dialect_shows_html_on_the_other(tmp_path: Path) -> None:
    async with client(tmp_path, dialects=frozenset({Dialect.VIDEO})) as asks:
        for answer in (await asks.submit("videos"), await asks.look("x", "videos")):
            assert (answer.status, answer.headers["Content-Type"][:9]) == (404, "text/html")
        assert (await asks.submit()).status == 200


@pytest.mark.parametrize(
    ("form", "at"),
    [
        ("video_url", lambda body: body["video_url"]),
        ("metadata_url", lambda body: body["metadata"]["url"]),
        ("content_video_url", lambda body: body["content"]["video_url"]),
        ("data_video_url", lambda body: body["result"]["data"][0]["video_url"]),
        ("image_type", lambda body: body["result"]["data"][0]["url"] * (body["result"]["type"] == "image")),
        ("data_wrapper", lambda body: body["data"]["result"]["data"][0]["url"]),
        ("task_id", lambda body: body["result"]["data"][0]["url"] * ("id" not in body and "task_id" in body)),
        ("success_words", lambda body: body["result"]["data"][0]["url"] * (body["status"] == "SUCCESS")),
        ("result_url", lambda body: body["result_url"]),
        ("output_list", lambda body: body["output"][0]),
        ("wrapped_content", lambda body: body["data"]["data"]["content"]["video_url"]),
        ("number_id", lambda body: body["result"]["data"][0]["url"]),
    ],
)
async def test_the_other_forms_of_a_result(tmp_path: Path, form: str, at: object) -> None:
    async with client(tmp_path) as asks:
        task, url = await asks.finished()
        asks.provider.answer_as(form)
        assert at((await asks.look(task)).json) == url


@pytest.mark.parametrize(
    ("percents", "seen"), [("linear", [0, 46, 87]), ("jumping", [0, 0, 50]), ("absent", [None, None, None])]
)
async def test_percents_rise_evenly_or_jump_or_are_absent(
    tmp_path: Path, percents: str, seen: list[int | None]
) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        asks.provider.behavior.percents = percents
        task = await asks.task()
        await asyncio.wait_for(asks.provider.tasks[task].footage, 60)
        told = []
        for _ in range(3):
            told.append((await asks.look(task)).json.get("progress"))
            clock.advance(45 if len(told) == 2 else 50)
        assert told == [percent if percent is None else pytest.approx(percent, abs=8) for percent in seen]
        assert (await asks.look(task)).json["progress"] == 100


async def test_a_task_may_never_end_until_it_is_finished_by_hand(tmp_path: Path) -> None:
    clock = still_clock()
    async with client(tmp_path, clock=clock) as asks:
        asks.provider.behavior.endless = 1
        stuck, other = await asks.task(), await asks.task()
        await asyncio.wait_for(asks.provider.tasks[stuck].footage, 60)
        await asyncio.wait_for(asks.provider.tasks[other].footage, 60)
        clock.advance(86_400)
        assert (await asks.look(stuck)).json["status"] == "queued"
        assert (await asks.look(other)).json["status"] == "completed"
        asks.provider.finish_now(stuck)
        assert (await asks.look(stuck)).json["status"] == "completed"


async def test_it_may_make_every_clip_wide_whatever_ratio_was_asked_for(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.behavior.ignores_ratio = True
        task = await asks.task(ratio="9:16")
        clip = await asyncio.wait_for(asks.provider.tasks[task].footage, 60)
        assert asks.provider.tasks[task].request.ratio == "9:16"
        _, (width, height), _, _ = inspected(clip.read_bytes(), tmp_path)
        assert width / height == pytest.approx(16 / 9, rel=0.05)


async def test_a_question_for_no_task_may_be_answered_so_that_nobody_can_tell(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.behavior.unsure = True
        answer = await asks.look("no-such-task")
        assert (answer.status, answer.json) == (400, {"message": "please try again"})


async def test_a_failure_may_be_told_in_capitals_with_its_reason_beside_it(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.answer_as("success_words")
        task = await asks.task()
        assert (await asks.look(task)).json["status"] == "QUEUED"
        asks.provider.fail(task, message="no luck")
        answer = (await asks.look(task)).json
        assert (answer["status"], answer["fail_reason"], "error" in answer) == ("FAILURE", "no luck", False)


async def test_an_id_may_be_a_number(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        asks.provider.answer_as("number_id")
        number = (await asks.submit()).json["id"]
        assert isinstance(number, int)
        assert (await asks.look(str(number))).json["id"] == number


async def test_an_answer_may_be_about_another_task_as_often_as_it_is_asked_to_be(tmp_path: Path) -> None:
    async with client(tmp_path) as asks:
        behavior = asks.provider.behavior
        behavior.mixed_questions = behavior.mixed_lookups = behavior.mixed_submits = 1
        first = await asks.task()
        # As long as there is no other, nothing is mixed up.
        assert (await asks.look(first)).json["id"] == first
        assert (await asks.submit("videos", client_business_id="mine")).json["id"] == first
        second = list(asks.provider.tasks)[1]
        for name, word in ((second, "video"), ("mine", "videos")):
            assert [(await asks.look(name, word)).json["id"] for _ in range(2)] == [first, second]
        assert len(asks.provider.ledger.of("paid")) == 2
        mixed = [entry.detail for entry in asks.provider.ledger.of("mixed_up")]
        assert mixed == [{"task": second, "answered": first}] * 3
