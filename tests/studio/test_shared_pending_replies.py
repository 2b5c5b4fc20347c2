"""Pending replies of many processes: one answers each, and only what a dead one left is apologized for."""

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.errors import Duplicate, Refusal, Restarting
from bot.domain.pending_reply import PendingReply
from bot.domain.spending import Payer
from bot.storage import SharedPendingReplies, SqliteJobs, Store
from bot.storage.postgres import PostgresStore
from bot.studio.intake.pending_replies import PendingReplies
from tests.studio.fakes import JumpingClock, job, reply, until
from tests.studio.pending_reply_fakes import ScriptedApologies

ONE, TWO = PendingReply(100, reply()), PendingReply(101, reply())
SEEN = "INSERT INTO processes (id, role, host, started, seen) VALUES (:id, 'gateway', 'here', 0, :seen)"
NOW, LONG_AGO = 4e9, 0.0


@pytest.fixture(params=["sqlite", "postgres"])
async def shared(request, tmp_path):
    file = tmp_path / "bot.db"
    opened = Store(file) if request.param == "sqlite" else PostgresStore(request.getfixturevalue("database_url"), file)
    async with opened as store:
        yield store


@pytest.fixture
async def process(shared):
    opened = []
    apologies = ScriptedApologies()

    def made(name):
        rows = SharedPendingReplies(shared, lambda: name)
        opened.append(PendingReplies(rows, apologies, JumpingClock(), TOKEN_USE_SECONDS))
        return opened[-1]

    made.apologies = apologies
    made.rows = SharedPendingReplies(shared, lambda: "looks")
    yield made
    for each in opened:
        await each.close()


async def seen(store, name, at):
    await store.run(lambda db: db.execute(SEEN, {"id": name, "seen": at}) and None)


async def test_of_two_processes_that_hear_of_an_interaction_one_answers(process):
    async with process("a").record(ONE, lambda: True):
        with pytest.raises(Duplicate):
            async with process("b").record(ONE, lambda: True):
                raise AssertionError("answered twice")
    assert not await process.rows.has(100)


async def test_only_what_a_dead_process_left_is_apologized_for(process, shared):
    await seen(shared, "alive", NOW)
    await seen(shared, "dead", LONG_AGO)
    await SharedPendingReplies(shared, lambda: "alive").begin(ONE)
    await SharedPendingReplies(shared, lambda: "dead").begin(TWO)
    leader = process("leader")
    assert await leader.recover() == 1
    await until(lambda: process.apologies.sent)
    await leader.close()
    assert (await process.rows.has(100), await process.rows.has(101)) == (True, False)
    assert await process("next leader").recover() == 0


async def test_what_a_leader_did_not_get_to_is_left_to_the_next(process, shared):
    await SharedPendingReplies(shared, lambda: "never seen").begin(ONE)
    assert [one.interaction_id for one in await process.rows.left()] == [100]
    # It may have died before a word was sent.
    assert await process("next leader").recover() == 1
    await until(lambda: process.apologies.sent)


async def test_a_request_that_is_apologized_for_becomes_no_job(process, shared):
    made = job(interaction_id=100)
    zombie = SharedPendingReplies(shared, lambda: "zombie")
    assert await zombie.begin(ONE)
    await process.rows.left()
    with pytest.raises(Refusal) as refused:
        await SqliteJobs(shared).accept(made, Payer())
    assert refused.value.problem == Restarting()
    assert await SqliteJobs(shared).find(made.id) is None
    assert await process.rows.has(100), "its apology is still due"


async def test_one_that_is_a_job_already_is_not_begun_again(shared):
    rows = SharedPendingReplies(shared, lambda: "a")
    assert await rows.begin(ONE)
    await SqliteJobs(shared).accept(job(interaction_id=100), Payer())
    assert not await rows.has(100)
    assert not await rows.begin(ONE)
