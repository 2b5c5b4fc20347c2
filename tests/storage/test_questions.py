"""What the studio asks about all jobs: who is unfinished, who waits, what was used, how long it took, what may go."""

from dataclasses import replace

from bot.domain.media import AssetUse, Kind, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Model, Resolution
from bot.domain.stages import ENDS, Reason, Stage
from bot.storage.own_job_store import SqliteOwnJobs
from tests.storage.samples import ADA, BO, NOW, job, put, rendered, request


async def test_unfinished_holds_what_has_not_ended_and_what_nobody_was_told(store, jobs):
    placed = [await put(store, job(created=NOW - number), stage) for number, stage in enumerate(Stage)]
    assert await jobs.unfinished() == placed[::-1]
    for each in placed:
        assert await jobs.mark_notified(each.id, NOW)
    remaining = await jobs.unfinished()
    assert [each.stage for each in remaining] == [stage for stage in list(Stage)[::-1] if stage not in ENDS]


async def test_jobs_of_the_same_instant_have_an_order(store, jobs):
    placed = [await put(store, job()) for _ in range(8)]
    in_order = sorted(placed, key=lambda each: each.id)
    assert await jobs.unfinished() == in_order
    assert (await SqliteOwnJobs(store).mine(ADA, "", 1, 10)).jobs == tuple(in_order[::-1])


async def test_used_seconds_are_those_sent_and_not_given_back(store, jobs):
    for number, stage in enumerate(Stage):
        await put(store, job(user_id=number, request=request(duration=4 + number)), stage)
    counted = set(Stage) - {Stage.WAITING, Stage.FAILED, Stage.CANCELLED}
    assert await jobs.used_since(NOW) == {number: 4 + number for number, stage in enumerate(Stage) if stage in counted}
    assert await jobs.used_since(NOW + 1) == {}


async def test_used_seconds_add_up_by_member(store, jobs):
    for user_id, duration in [(ADA, 5), (ADA, 10), (BO, 15)]:
        await put(store, job(user_id=user_id, request=request(duration=duration)), Stage.QUEUED)
    assert await jobs.used_since(NOW - 1) == {ADA: 15, BO: 15}


async def test_what_failed_after_it_was_rendered_counts_as_used(store, jobs):
    ready = await put(store, job(), Stage.READY)
    assert await jobs.save(ready.failed(Reason.EXPIRED, NOW), Stage.READY)
    assert await jobs.used_since(NOW) == {ADA: 5}


async def test_what_went_back_to_waiting_is_not_used(store, jobs):
    sent = await put(store, job(), Stage.SUBMITTING)
    assert await jobs.used_since(NOW) == {ADA: 5}
    assert await jobs.save(sent.not_accepted(NOW, NOW + 9), Stage.SUBMITTING)
    assert await jobs.used_since(NOW) == {}


async def test_runs_are_of_the_same_model_and_length_newest_first(store, jobs):
    async def ran(seconds, at, **fields):
        queued = await put(store, job(created=at - seconds, request=request(**fields)), Stage.QUEUED)
        assert await jobs.save(queued.seen(rendered(at), at), Stage.QUEUED)

    await ran(30, NOW + 100)
    await ran(50, NOW + 300)
    await ran(40, NOW + 200)
    await ran(70, NOW + 400, duration=10)
    await ran(80, NOW + 500, model=Model.SEEDANCE_2_FAST)
    await put(store, job(), Stage.QUEUED)
    assert await jobs.runs(Model.SEEDANCE_2, 5, None, 10) == [50, 40, 30]
    assert await jobs.runs(Model.SEEDANCE_2, 5, None, 2) == [50, 40]
    assert await jobs.runs(Model.SEEDANCE_2_FAST, 5, None, 10) == [80]
    assert await jobs.runs(Model.SEEDANCE_2_FAST, 10, None, 10) == []
    await ran(90, NOW + 600, resolution=Resolution.UHD)
    assert await jobs.runs(Model.SEEDANCE_2, 5, Resolution.UHD, 10) == [90]
    assert await jobs.runs(Model.SEEDANCE_2, 5, None, 10) == [50, 40, 30]


async def test_a_run_that_ended_before_it_began_says_nothing(store, jobs):
    queued = await put(store, job(), Stage.QUEUED)
    assert await jobs.save(queued.seen(rendered(NOW - 5), NOW), Stage.QUEUED)
    assert await jobs.runs(Model.SEEDANCE_2, 5, None, 10) == []


async def test_stale_clips_are_those_on_the_disk_from_before(store, jobs):
    old, new, gone = [
        await put(store, job(created=NOW + at), Stage.DELIVERED, clip_bytes=size)
        for at, size in [(0, 10), (1000, 10), (0, None)]
    ]
    before = NOW + 500
    assert await jobs.stale_clips(before) == [old]
    await jobs.forget_clip(old.id)
    assert await jobs.stale_clips(before) == []
    assert await jobs.find(old.id) == replace(old, clip_bytes=None)
    assert await jobs.stale_clips(NOW + 5000) == [new]
    assert (await jobs.find(gone.id)).clip_bytes is None


async def test_files_are_in_use_for_their_days_and_while_a_job_runs(store, jobs):
    def with_files(*names):
        files = [Medium(Role.REFERENCE_IMAGE, StoredFile(name * 64, MediaFormat.PNG, 10, 20, 30)) for name in names]
        asset = Medium(Role.REFERENCE_AUDIO, AssetUse("pa_1", Kind.AUDIO, "song"))
        return request(media=(*files, asset))

    await put(store, job(created=NOW - 100, request=with_files("a")), Stage.DELIVERED)
    await put(store, job(created=NOW - 100, request=with_files("b", "d")), Stage.HELD)
    await put(store, job(created=NOW, request=with_files("c")), Stage.DELIVERED)
    await put(store, job(created=NOW - 100, request=with_files("c")), Stage.DELIVERED)
    await put(store, job(created=NOW, request=with_files()))
    await put(store, job(created=NOW))
    assert await jobs.files_in_use(NOW) == {"b" * 64, "c" * 64, "d" * 64}
    assert await jobs.files_in_use(NOW - 100) == {"a" * 64, "b" * 64, "c" * 64, "d" * 64}


async def test_a_member_s_files_and_clips_are_counted_once_and_for_the_member_alone(store, jobs):
    def with_files(**sizes):
        files = [StoredFile(name * 64, MediaFormat.PNG, size, 20, 30) for name, size in sizes.items()]
        return request(media=tuple(Medium(Role.REFERENCE_IMAGE, file) for file in files))

    await put(store, job(created=NOW, request=with_files(a=10, b=20)), Stage.DELIVERED, clip_bytes=300)
    await put(store, job(created=NOW, request=with_files(b=20)), Stage.DELIVERED, clip_bytes=None)
    await put(store, job(created=NOW - 100, request=with_files(c=30)), Stage.DELIVERED, clip_bytes=500)
    await put(store, job(created=NOW - 100, request=with_files(d=40)), Stage.HELD, clip_bytes=7)
    await put(store, job(user_id=BO, created=NOW, request=with_files(e=50)), Stage.DELIVERED, clip_bytes=1000)
    assert await jobs.stored_by(ADA, NOW) == ({"a" * 64: 10, "b" * 64: 20, "d" * 64: 40}, 807)
    assert await jobs.stored_by(BO, NOW) == ({"e" * 64: 50}, 1000)
    assert await jobs.stored_by(9, NOW) == ({}, 0)
