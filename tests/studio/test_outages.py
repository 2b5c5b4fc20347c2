"""What lasts longer than any retry: Discord down, the store full, a clip gone, a backup restored."""

import asyncio
from dataclasses import replace

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.clip_errors import ClipGone
from bot.domain.errors import Refusal, Restarting, StoreFull
from bot.domain.job import Job
from bot.domain.reply import Route, Variant
from bot.domain.stages import Reason, Stage
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.delivery.routes import plan_attempt
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.lifecycle.pauses import OLDEST
from bot.studio.ports import CannotSearch, Closed, Posted, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, NoAssets, NoDrafts, job, picture, reply, until

FIELDS = {"task_id": "t", "submitted": START, "clip_url": "https://files.test/a.mp4", "clip_dies": START + 80_000}


async def delivering(studio: Studio, route: Route, *, clip: bool = True, **changes: object) -> Job:
    if clip:
        (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    ready = await studio.stored(job(stage=Stage.READY, clip_bytes=MEGABYTE, **FIELDS, **changes))
    attempt = plan_attempt(ready, route, Variant.FILE, START)
    assert await studio.jobs.save(ready.delivering(attempt, START), Stage.READY)
    return await studio.row(ready)


async def test_an_outage_of_looks_is_waited_out(studio: Studio) -> None:
    studio.replies.looks = [CannotSearch("503")] * 40 + [Posted(20, 40)]
    done = await studio.running.deliverer.deliver(await delivering(studio, Route.BOT))
    assert (done.stage, studio.replies.routes()) == (Stage.DELIVERED, [])


async def test_where_nobody_will_ever_look_again_the_clip_is_held(studio: Studio) -> None:
    studio.replies.looks = [CannotSearch("50001", for_good=True)] * 40
    done = await studio.running.deliverer.deliver(await delivering(studio, Route.BOT))
    assert (done.stage, studio.replies.routes()) == (Stage.HELD, [])


async def test_an_end_is_told_after_any_outage(studio: Studio) -> None:
    studio.replies.ends = {Route.TOKEN: [Unclear("503")] * 6 + [Closed("50027")], Route.BOT: [Unclear("503")] * 60}
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.GENERATION))
    await studio.running.notifier.end_of(failed)
    assert len(studio.replies.did("ping")) == 1
    assert (await studio.row(failed)).notified_at is not None


async def test_nothing_counts_as_told_while_discord_is_down(studio: Studio) -> None:
    studio.clock.still = True
    studio.replies.ends = {Route.TOKEN: [Unclear("503")] * 3}
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.GENERATION))
    telling = asyncio.create_task(studio.running.notifier.end_of(failed))
    await until(lambda: studio.replies.did("end"))
    telling.cancel()
    assert (await studio.row(failed)).notified_at is None


async def test_a_clip_that_left_disk_and_provider_while_it_was_delivered_ends_told(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 2000
    stranded = await delivering(studio, Route.BOT, clip=False)
    await studio.running.pipeline.run(stranded)
    row = await studio.row(stranded)
    assert (row.stage, row.reason, row.notified_at is None) == (Stage.FAILED, Reason.EXPIRED, False)
    assert len(studio.replies.did("look")) == 1


async def test_a_restored_backup_looks_everywhere_before_it_delivers(studio: Studio) -> None:
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    ready = await studio.stored(job(stage=Stage.READY, clip_bytes=MEGABYTE, **FIELDS))
    await studio.restored(START + 500)
    studio.replies.looks = [Posted(77, 78)]
    done = await studio.running.deliverer.deliver(ready)
    assert (done.stage, done.attempt.message_id, studio.replies.routes()) == (Stage.DELIVERED, 78, [])


async def test_a_restored_backup_delivers_what_nobody_has(studio: Studio) -> None:
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    ready = await studio.stored(job(stage=Stage.READY, clip_bytes=MEGABYTE, **FIELDS))
    await studio.restored(START + 500)
    done = await studio.running.deliverer.deliver(ready)
    assert [attempt.route for attempt in studio.replies.did("look")] == [Route.BOT, Route.CHANNEL, Route.DIRECT]
    assert (done.stage, len(studio.replies.routes())) == (Stage.DELIVERED, 1)


async def test_what_was_ordered_or_sent_since_a_backup_came_back_is_not_looked_for(studio: Studio) -> None:
    await studio.restored(START - 500)
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    studio.replies.looks = [CannotSearch("50001", for_good=True)] * 9
    ready = await studio.stored(job(stage=Stage.READY, clip_bytes=MEGABYTE, **FIELDS))
    done = await studio.running.deliverer.deliver(ready)
    assert (done.stage, studio.replies.did("look")) == (Stage.DELIVERED, [])


async def test_a_new_token_opens_the_route_that_the_old_one_closed(studio: Studio) -> None:
    private = await delivering(studio, Route.TOKEN, reply=reply(private=True))
    renewed = replace(private.reply, token="fresh")

    async def press(_job: Job) -> None:
        await studio.job_moves.save_address(private.id, renewed)

    studio.replies.before_drop = press
    studio.replies.attempts = [Closed("50027"), Posted(20, 40)]
    await studio.running.deliverer.deliver(private)
    assert studio.replies.routes() == [Route.TOKEN, Route.TOKEN]


async def test_a_shutdown_right_after_a_ping_leaves_nothing_to_be_told_again(studio: Studio) -> None:
    attempt = plan_attempt(job(), Route.TOKEN, Variant.FILE, START)
    done = await studio.stored(job(stage=Stage.DELIVERED, attempt=attempt))
    studio.clock.at += 60
    studio.replies.before_ping = studio.shutdown.begin_draining
    studio.runner.start(done)
    await until(lambda: studio.runner.live() == 0)
    assert (len(studio.replies.did("ping")), (await studio.row(done)).notified_at is None) == (1, False)


async def test_who_is_at_the_door_at_a_shutdown_is_told_to_come_again(studio: Studio) -> None:
    async def visit() -> None:
        async with studio.runner.visit():
            await asyncio.Event().wait()

    visitor = asyncio.create_task(visit())
    await asyncio.sleep(0)
    await studio.runner.drain()
    with pytest.raises(Refusal) as refused:
        await visitor
    assert refused.value.problem == Restarting()


async def test_a_shutdown_waits_for_an_answer_that_is_being_given(studio: Studio) -> None:
    begun, said, answered = asyncio.Event(), asyncio.Event(), []

    async def answer() -> None:
        async with studio.runner.answering():
            begun.set()
            await said.wait()
            answered.append("said")

    answering = asyncio.create_task(answer())
    await begun.wait()
    draining = asyncio.create_task(studio.runner.drain())
    await until(lambda: studio.runner.draining)
    said.set()
    await draining
    assert answered == ["said"]
    await answering


async def test_a_wait_of_twelve_hours_with_a_picture_is_cancelled_and_not_blamed_on_the_picture(studio: Studio) -> None:
    old = await studio.stored(job(request=replace(job().request, media=(picture(),))))
    studio.clock.at += OLDEST + 1
    await studio.running.pipeline.run(old)
    assert (await studio.row(old)).reason is Reason.TOO_OLD


async def test_no_pause_that_the_provider_asks_for_makes_a_hot_loop(studio: Studio) -> None:
    assert await studio.queue.pause(0.0) - START >= 5.0


class FullStore:
    """A store on a full disk, until it is not."""

    def __init__(self) -> None:
        self.asked = 0
        self.free = asyncio.Event()

    async def forget_tokens(self, before: float) -> int:
        self.asked += 1
        if self.asked < 5:
            raise StoreFull
        self.free.set()
        return 0

    async def stale_clips(self, before: float) -> list[Job]:
        raise StoreFull


async def test_sweeping_survives_a_full_disk(studio: Studio) -> None:
    store = FullStore()
    sweep = Cleanup(
        store,
        NoAssets(),
        NoDrafts(),
        studio.media,
        JobMoves(store, studio.clock),
        studio.clock,
        clip_days=7,
        input_days=30,
        token_seconds=TOKEN_USE_SECONDS,
    )
    sweeping = asyncio.create_task(sweep.run())
    await asyncio.wait_for(store.free.wait(), 5)
    assert not sweeping.done()
    sweeping.cancel()
