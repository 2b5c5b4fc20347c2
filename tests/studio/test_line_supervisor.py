"""Turns that are granted from rows: in the order of one process alone, and heeding what that one heeds."""

import asyncio
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.domain.job import Job
from bot.domain.pauses import PauseKind
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.deadline import LOOKS_APART
from bot.studio.lifecycle.pauses import OLDEST, Pauses
from tests.studio.fakes import START, HeldClock, KeptPauses, completed, job, until
from tests.studio.folder_media import FolderMedia
from tests.studio.sharing import Sharing, sharing
from tests.studio.test_queue import NoHistory, queue_with

ARRIVES = st.tuples(st.integers(1, 4), st.integers(0, 9), st.integers(4, 12))
EVENTS = st.lists(st.one_of(ARRIVES, st.none()), min_size=1, max_size=14)
USED = st.dictionaries(st.integers(1, 4), st.integers(0, 30))


async def in_one_process(jobs: list[Job | None], slots: int, used: dict[int, int]) -> list[str]:
    """Return the order of the turns that the queue grants; None: the job whose turn came first of those ends."""
    clock = HeldClock()
    history = NoHistory()
    history.used = used
    line = queue_with(Pauses(KeptPauses(), clock, FolderMedia(Path()).trouble), slots, clock, lambda _: None, history)
    granted: list[str] = []
    running: list[Job] = []

    async def wait(one: Job) -> None:
        if await line.wait_for_slot(one):
            granted.append(one.id)
            running.append(one)

    tasks = []
    for each in jobs:
        if each is not None:
            tasks.append(asyncio.create_task(wait(each)))
        elif running:
            await line.release_slot(running.pop(0))
        for _ in range(40):
            await asyncio.sleep(0)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return granted


async def over_rows(jobs: list[Job | None], slots: int, used: dict[int, int], leaders: int) -> list[str]:
    """Return the order of the turns that processes grant, which lead one after the other."""
    with tempfile.TemporaryDirectory() as folder:
        async with sharing(Path(folder), slots) as scene:
            scene.used = used
            leader = await scene.process("0")
            ended = 0
            for number, each in enumerate(jobs, 1):
                if each is not None:
                    await scene.accept(each)
                elif ended < len(scene.deferred):
                    await end(scene, scene.deferred[ended])
                    ended += 1
                if number <= leaders:
                    await scene.dies(leader)
                    leader = await scene.process(str(number))
                assert await leader.lead()
            return scene.deferred


async def end(scene: Sharing, job_id: str) -> None:
    found = await scene.row(job_id)
    sent = found.sending(START)
    queued = sent.accepted(f"task of {job_id}", START)
    for before, after in [(found, sent), (sent, queued), (queued, queued.seen(completed(), START))]:
        assert await scene.tables.jobs.save(after, before.stage)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
@given(events=EVENTS, slots=st.integers(1, 3), used=USED, leaders=st.integers(0, 3))
async def test_turns_are_granted_in_the_order_of_one_process(events, slots, used, leaders):
    jobs = [
        None if each is None else job(number, each[0], created=START - each[1], charged=each[2])
        for number, each in enumerate(events)
    ]
    assert await over_rows(jobs, slots, used, leaders) == await in_one_process(jobs, slots, used)


@pytest.fixture
async def scene(tmp_path):
    async with sharing(tmp_path, 2) as scene:
        yield scene


async def test_the_cards_of_those_in_line_are_shown_and_let_go_before_their_turn(scene):
    leader = await scene.process("a")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(4)]
    await leader.lead()
    assert {each.id for each in scene.shown} == {each.id for each in jobs}
    assert [leader.supervisor.place(each.id) for each in jobs] == [None, None, 1, 2]
    assert scene.cards.writers.keys() == {each.id for each in jobs[2:]}
    await leader.supervisor.end()
    assert scene.cards.writers == {}


async def test_the_card_of_a_job_that_another_process_has_moved_is_let_go_at_once(scene):
    leader = await scene.process("a")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(4)]
    await leader.lead()
    leader.supervisor.moved(jobs[2].id)
    leader.supervisor.moved("unknown")
    assert [leader.supervisor.place(each.id) for each in jobs] == [None, None, None, 1]
    await until(lambda: scene.cards.writers.keys() == {jobs[3].id})


async def test_a_press_on_another_process_has_the_card_drawn_with_its_address(scene):
    leader, gateway = await scene.process("a"), await scene.process("b")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(4)]
    for _ in range(2):
        await leader.lead()
    scene.shown.clear()
    pressed = replace(jobs[3].reply, token="newer", token_at=START + 60)
    await gateway.moves.save_address(jobs[3].id, pressed)
    await leader.lead()
    assert [(each.id, each.reply) for each in scene.shown] == [(jobs[3].id, pressed)]


async def test_the_card_of_what_is_cancelled_is_let_go(scene):
    leader = await scene.process("a")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(4)]
    await leader.lead()
    assert await scene.tables.jobs.save(jobs[3].cancelled(Reason.OWNER, START), Stage.WAITING)
    await leader.lead()
    await until(lambda: jobs[3].id not in scene.cards.writers)
    assert leader.supervisor.place(jobs[3].id) is None


async def test_a_paused_server_is_passed_over_and_its_card_shown(scene):
    leader = await scene.process("a")
    for number in (1, 2):
        await scene.accept(job(number, user_id=number, charged_to=None))
    await scene.tables.pauses.begin(PauseKind.OWNER, None, START)
    await leader.lead()
    assert scene.deferred == []
    scene.shown.clear()
    await scene.tables.pauses.end(PauseKind.OWNER, None, START)
    await leader.lead()
    assert len(scene.deferred) == len(scene.shown) == 2


async def test_what_is_to_be_sent_later_waits_and_others_pass(scene):
    leader = await scene.process("a")
    later, now = [await scene.accept(job(number, not_before=START + 60 * (2 - number))) for number in (1, 2)]
    await leader.lead()
    assert scene.deferred == [now.id]
    scene.clock.advance(61)
    await leader.lead()
    assert scene.deferred == [now.id, later.id]


async def test_a_refusal_that_one_process_hears_of_rests_all(scene):
    leader, worker = await scene.process("a"), await scene.process("b")
    await scene.accept(job(1))
    over = await worker.line.pause(60.0)
    assert over >= START + 60
    # What another hears meanwhile makes no rest shorter.
    assert await (await scene.process("c")).line.pause(None) >= over - 1e-6
    await leader.lead()
    assert scene.deferred == []
    scene.clock.advance(over - START + 1)
    await leader.lead()
    assert len(scene.deferred) == 1


async def test_refusals_in_a_row_make_the_rest_longer_whoever_hears_them(scene):
    workers = [await scene.process(name) for name in "abcde"]
    first, *_, last = [await worker.line.pause(None) for worker in workers]
    assert last - START > 4 * (first - START)
    await workers[-1].line.note_accepted()
    scene.clock.advance(last - START)
    assert await workers[0].line.pause(None) - scene.clock.now() <= 7.5


async def test_what_waits_for_too_long_is_cancelled_after_a_second_look(scene):
    leader = await scene.process("a")
    await scene.tables.pauses.begin(PauseKind.OWNER, 5, START)
    old = await scene.accept(job(1))
    await scene.store.run(lambda db: db.execute("UPDATE jobs SET slot = 0"))
    rest = await leader.line.pause(OLDEST + LOOKS_APART)
    scene.clock.advance(OLDEST + 1)
    await leader.lead()
    assert (await scene.row(old)).stage is Stage.WAITING
    scene.clock.advance(LOOKS_APART)
    await leader.lead()
    gone = await scene.row(old)
    assert (gone.stage, gone.reason) == (Stage.CANCELLED, Reason.TOO_OLD)
    assert scene.deferred == [old.id], "somebody has to tell its member"
    assert rest > START
    assert old.id not in scene.cards.writers


async def test_who_was_taken_for_dead_grants_nothing_though_it_goes_on(scene):
    zombie, leader = await scene.process("a"), await scene.process("b")
    await zombie.lead()
    await scene.dies(zombie)
    assert await leader.lead()
    await scene.accept(job(1))
    await zombie.supervisor.look(zombie.office)
    assert scene.deferred == []
    await leader.lead()
    assert len(scene.deferred) == 1


async def test_a_job_that_comes_back_is_in_line_again(scene):
    leader, worker = await scene.process("a"), await scene.process("b")
    one = await scene.accept(job(1))
    await leader.lead()
    taken = await worker.take(one.id)
    assert await worker.line.wait_for_slot(taken)
    sent = await worker.moves.move(taken.sending(START), Stage.WAITING)
    back = await worker.moves.move(sent.not_accepted(START, START), Stage.SUBMITTING)
    assert not await worker.line.wait_for_slot(back)
    await leader.lead()
    assert scene.deferred == [one.id], "it is still driven"
    await worker.let_go(one.id)
    await leader.lead()
    assert scene.deferred == [one.id] * 2
    assert (await worker.take(one.id)).fence == 2


async def test_a_turn_is_given_back_where_something_is_paused_by_then(scene):
    leader, worker = await scene.process("a"), await scene.process("b")
    one = await scene.accept(job(1))
    await leader.lead()
    taken = await worker.take(one.id)
    await scene.tables.pauses.begin(PauseKind.OWNER, None, START)
    assert not await worker.line.wait_for_slot(taken)
    assert not (await scene.row(one)).slot
    assert replace(taken, slot=False) == await scene.row(one)


async def test_places_of_a_process_that_does_not_lead_are_those_of_the_rows(scene):
    leader, gateway = await scene.process("a"), await scene.process("b")
    jobs = [await scene.accept(job(number, user_id=number)) for number in range(4)]
    await leader.lead()
    await gateway.line.look_at_places()
    assert [gateway.line.place(each.id) for each in jobs] == [None, None, 1, 2]
    assert (gateway.line.running, gateway.line.waiting) == (2, 2)
    await end(scene, jobs[0].id)
    await leader.lead()
    await gateway.line.look_at_places()
    assert gateway.line.waiting == 2, "they are read again after a moment"
    scene.clock.advance(2)
    await gateway.line.look_at_places()
    assert [gateway.line.place(each.id) for each in jobs] == [None, None, None, 1]


async def test_a_rest_that_a_clock_ahead_of_the_others_has_begun_is_no_longer_for_that(scene):
    leader, worker = await scene.process("a"), await scene.process("b")
    await scene.accept(job(1))
    scene.clock.advance(7200)
    await worker.line.pause(60.0)
    scene.clock.advance(-7200)
    await leader.lead()
    assert scene.deferred == []
    scene.clock.advance(91)
    await leader.lead()
    assert len(scene.deferred) == 1
