"""Moving a job's row: one statement, which takes place only where the row still stands."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.job import DeliveryAttempt
from bot.domain.media import InputUrl
from bot.domain.money import Price
from bot.domain.reply import Route, Variant
from bot.domain.stages import MOVES, Reason, Stage, allowed
from tests.storage.samples import NOW, job, put, reply, up_to


async def test_a_move_is_written(jobs):
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    sent = waiting.sending(NOW + 1)
    assert await jobs.save(sent, Stage.WAITING)
    assert await jobs.find(waiting.id) == sent


async def test_a_price_stands_in_columns_and_is_settled_with_the_seconds(store, jobs):
    waiting = job(charged=5, price=Price(500_000, "USD"))
    ready = await put(store, waiting, Stage.READY)
    assert ready.price == Price(500_000, "USD")
    fetched = ready.fetched(1000, 4.0)
    assert await jobs.save(fetched, Stage.READY)
    assert await jobs.find(waiting.id) == fetched
    assert await store.run(_money, waiting.id) == (4, 400_000, "USD")
    gone = job(charged=5, price=Price(500_000, "USD"))
    await put(store, gone, Stage.CANCELLED)
    assert await store.run(_money, gone.id) == (0, None, None)


def _money(db, job_id):
    return db.execute("SELECT charged, price, currency FROM jobs WHERE id = ?", [job_id]).fetchone()


async def test_a_move_from_where_the_row_no_longer_stands_writes_nothing(jobs):
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    cancelled = waiting.cancelled(Reason.OWNER, NOW + 1)
    assert await jobs.save(cancelled, Stage.WAITING)
    assert not await jobs.save(waiting.sending(NOW + 2), Stage.WAITING)
    assert await jobs.find(waiting.id) == cancelled


async def test_a_job_that_is_not_there_cannot_be_moved(jobs):
    assert not await jobs.save(job().sending(NOW), Stage.WAITING)
    assert await jobs.unfinished() == []


@pytest.mark.parametrize("was", Stage)
@pytest.mark.parametrize("to", Stage)
async def test_every_pair_of_stages(store, jobs, was, to):
    start = await put(store, job(), was)
    moved = replace(start, stage=to, changed=NOW + 500)
    if was is to or to in MOVES[was]:
        assert await jobs.save(moved, was)
        assert await jobs.find(start.id) == moved
    else:
        assert not allowed(was, to)
        with pytest.raises(ValueError, match="No job goes from"):
            await jobs.save(moved, was)
        assert await jobs.find(start.id) == start


async def test_fifty_race_for_one_move_and_one_wins(jobs):
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    racers = [waiting.sending(NOW + number) for number in range(50)]
    won = await asyncio.gather(*(jobs.save(racer, Stage.WAITING) for racer in racers))
    (winner,) = [racer for racer, reply in zip(racers, won, strict=True) if reply is not None]
    assert await jobs.find(waiting.id) == winner


async def test_the_rest_of_the_state_is_saved_without_a_move(store, jobs):
    ready = await put(store, job(), Stage.READY)
    attempt = DeliveryAttempt(Route.CHANNEL, 9, "nonce", NOW, message_id=77, variant=Variant.LINK)
    input_url = InputUrl("a" * 64, "https://cdn.example/i.png", NOW)
    last_picture = "https://cdn.example/last.png"
    fetched = replace(ready.fetched(1234), attempt=attempt, input_urls=(input_url,), last_picture_url=last_picture)
    assert await jobs.save(fetched, Stage.READY)
    assert await jobs.find(ready.id) == fetched


async def test_the_address_and_told_have_calls_of_their_own(jobs):
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    await jobs.save_address(waiting.id, reply(message_id=55, token="newer", private=True))
    assert await jobs.mark_notified(waiting.id, NOW + 3)
    assert await jobs.save(replace(waiting.sending(NOW), notified_at=1.0), Stage.WAITING)
    found = await jobs.find(waiting.id)
    assert found.reply == reply(message_id=55, token="newer", private=True)
    assert found.notified_at == NOW + 3


async def test_told_is_written_once(jobs):
    waiting = job()
    await jobs.accept(waiting, up_to(5))
    told = await asyncio.gather(*(jobs.mark_notified(waiting.id, NOW + number) for number in range(10)))
    assert told.count(True) == 1
    assert (await jobs.find(waiting.id)).notified_at == NOW + told.index(True)


async def test_only_dead_tokens_are_forgotten(jobs):
    old, young = job(reply=reply(token_at=NOW - 900)), job(reply=reply(token_at=NOW))
    await jobs.accept(old, up_to(5))
    await jobs.accept(young, up_to(5))
    assert await jobs.forget_tokens(NOW) == 1
    assert await jobs.forget_tokens(NOW) == 0
    assert (await jobs.find(old.id)).reply == reply(token_at=NOW - 900, token=None)
    assert await jobs.find(young.id) == young


async def test_half_a_surrogate_pair_does_not_stop_a_move(store, jobs):
    queued = await put(store, job(), Stage.QUEUED)
    assert await jobs.save(queued.failed(Reason.GENERATION, NOW, "cut here \ud83d"), Stage.QUEUED)
    assert (await jobs.find(queued.id)).provider_message == "cut here ?"
