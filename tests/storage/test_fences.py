"""What many processes write of one row: only the one that drives it moves it, and all read where its reply is now."""

from dataclasses import replace

from bot.domain.errors import StoreFull
from bot.domain.stages import Reason, Stage
from bot.storage.job_store import SqliteJobs
from bot.studio.lifecycle.job_moves import JobMoves
from tests.storage.samples import NOW, job, put, up_to
from tests.studio.fakes import JumpingClock


async def test_what_an_earlier_holder_saves_comes_to_nothing(store, jobs):
    queued = await put(store, job(), Stage.QUEUED)
    await store.run(lambda db: db.execute("UPDATE jobs SET fence = fence + 1"))
    assert await jobs.save(queued.failed(Reason.LOST, NOW), Stage.QUEUED) is None
    taken = await jobs.find(queued.id)
    assert taken == replace(queued, fence=1)
    assert await jobs.save(taken.failed(Reason.LOST, NOW), Stage.QUEUED) is not None


async def test_a_save_gives_a_slot_back_and_never_takes_one(store, jobs):
    waiting = await put(store, job())
    await store.run(lambda db: db.execute("UPDATE jobs SET slot = 1"))
    granted = await jobs.find(waiting.id)
    assert granted.slot
    sent = granted.sending(NOW)
    assert await jobs.save(sent, Stage.WAITING)
    assert await jobs.find(waiting.id) == sent
    back = sent.not_accepted(NOW, NOW)
    assert await jobs.save(back, Stage.SUBMITTING)
    assert not (await jobs.find(waiting.id)).slot
    # Who has not heard that it is gone writes nothing of it.
    assert await jobs.save(replace(back, slot=True), Stage.WAITING)
    assert not (await jobs.find(waiting.id)).slot


async def test_every_end_at_the_provider_gives_the_slot_back(store, jobs):
    for stage in (Stage.READY, Stage.FAILED, Stage.CANCELLED):
        made = await put(store, job(), stage)
        assert not made.slot
    granted = replace(job(), slot=True)
    assert [end.slot for end in (granted.cancelled(Reason.TOO_OLD, NOW), granted.failed(Reason.LOST, NOW))] == [
        False
    ] * 2


async def test_an_address_that_another_process_has_written_is_used_with_the_next_move(jobs):
    here, there = (JobMoves(jobs, JumpingClock()) for _ in range(2))
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    sent = await here.move(waiting.sending(NOW), Stage.WAITING)
    pressed = replace(waiting.reply, token="newer", token_at=NOW + 60)
    await there.save_address(waiting.id, pressed)
    queued = await here.move(sent.accepted("task", NOW), Stage.SUBMITTING)
    assert queued.reply == pressed
    # And one that is heard of, at once.
    again = replace(pressed, token="newest", token_at=NOW + 90)
    await there.save_address(waiting.id, again)
    assert (await here.look_at_address(waiting.id)).reply == again
    assert here.addressed(queued).reply == again


class NoRoomForAddresses(SqliteJobs):
    async def save_address(self, job_id, reply):
        raise StoreFull("full")


async def test_an_address_that_could_not_be_written_is_not_forgotten(store):
    jobs = NoRoomForAddresses(store)
    here = JobMoves(jobs, JumpingClock())
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    pressed = replace(waiting.reply, token="newer", token_at=NOW + 60, message_id=None)
    await here.save_address(waiting.id, pressed)
    assert (await here.move(waiting.sending(NOW), Stage.WAITING)).reply == pressed


def test_of_one_interaction_the_address_that_knows_its_message_counts():
    known = replace(job().reply, message_id=4)
    unknown = replace(known, message_id=None)
    assert unknown.or_later(known) is known
    assert known.or_later(unknown) is known
    later = replace(unknown, token_at=known.token_at + 1)
    assert known.or_later(later) is later
    assert later.or_later(known) is later
