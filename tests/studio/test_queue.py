"""Whose turn it is."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.job import Job
from bot.domain.pauses import PausedBy, PauseKind
from bot.studio.lifecycle.fair_line import HEAD, fair_order
from bot.studio.lifecycle.pauses import OLDEST, Pauses
from bot.studio.lifecycle.queue import Queue
from tests.studio.fakes import START, HeldClock, JumpingClock, KeptPauses, job, until
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import balance_with


class NoHistory:
    """A store of jobs in which nobody has used anything today, but for those in `used`."""

    def __init__(self) -> None:
        self.used: dict[int, int] = {}
        self.looks = 0

    async def used_since(self, since: float) -> dict[int, int]:
        self.looks += 1
        return dict(self.used)


def queue(slots: int, clock: JumpingClock, shown: list[Job] | None = None, history: NoHistory | None = None) -> Queue:
    pauses = Pauses(KeptPauses(), clock, FolderMedia(Path()).trouble)
    return queue_with(pauses, slots, clock, (shown if shown is not None else []).append, history)


def queue_with(
    pauses: Pauses, slots: int, clock: JumpingClock, show: Callable[[Job], object], history: NoHistory | None = None
) -> Queue:
    return Queue(slots, history or NoHistory(), clock, show, pauses, balance_with(pauses, clock))


def test_a_members_tenth_job_comes_after_everybody_elses_first() -> None:
    mine = [job(n, user_id=1) for n in range(10)]
    others = [job(100, user_id=2), job(101, user_id=3)]
    order = fair_order([*mine, *others], {}, {})
    assert order[:3] == [mine[0], others[0], others[1]]
    assert order[3:] == mine[1:]


def test_among_equals_who_used_less_today_comes_first_and_then_the_oldest() -> None:
    spender, saver, also = job(1, user_id=1), job(2, user_id=2), job(3, user_id=3)
    assert fair_order([spender, saver, also], {}, {1: 50}) == [saver, also, spender]


def test_who_has_a_job_running_waits_for_those_who_have_none() -> None:
    active, idle = job(1, user_id=1), job(2, user_id=2)
    assert fair_order([active, idle], {1: 1}, {2: 500}) == [idle, active]


async def test_turns_are_granted_up_to_the_slots_and_a_freed_slot_goes_on() -> None:
    line = queue(1, HeldClock())
    first, second = job(1), job(2, user_id=2)
    assert await line.wait_for_slot(first)
    waiting = asyncio.create_task(line.wait_for_slot(second))
    await until(lambda: line.place(second.id) is not None)
    assert (line.running, line.place(second.id)) == (1, 1)
    await line.release_slot(first)
    assert await waiting
    assert line.running == 1


async def test_a_withdrawn_job_gets_no_turn_and_takes_no_slot() -> None:
    line = queue(1, HeldClock())
    line.take_slot(job(9))
    waiting = asyncio.create_task(line.wait_for_slot(job(1)))
    await until(lambda: line.place(job(1).id) is not None)
    line.remove(job(1).id)
    assert not await waiting
    assert line.running == 1


async def test_a_job_that_waited_twelve_hours_gets_no_turn() -> None:
    clock = HeldClock()
    line = queue(1, clock)
    line.take_slot(job(9))
    waiting = asyncio.create_task(line.wait_for_slot(job(1)))
    await until(lambda: line.place(job(1).id) is not None)
    clock.advance(OLDEST + 1)
    assert not await waiting


async def test_nothing_is_sent_while_no_clip_could_be_stored() -> None:
    problems: list[str | None] = ["no disk", "no disk", None]
    seen: list[PausedBy | None] = []

    async def closed() -> str | None:
        return problems.pop(0)

    pauses = Pauses(KeptPauses(), JumpingClock(), closed)
    line = queue_with(pauses, 1, JumpingClock(), lambda one: seen.append(pauses.of(one)))
    assert await line.wait_for_slot(job(1))
    assert problems == []
    assert seen == [None, PausedBy.STORAGE, None], "its place, then that it is paused, and that it goes on"


async def test_what_a_pause_holds_waits_while_the_jobs_of_other_servers_go_on() -> None:
    clock, kept, shown = HeldClock(), KeptPauses(), list[Job]()
    pauses = Pauses(kept, clock, FolderMedia(Path()).trouble)
    line = queue_with(pauses, 5, clock, shown.append)
    here, there = job(1, charged_to=2001), job(2, charged_to=2002)
    await kept.begin(PauseKind.ADMIN, 2001, START)
    waiting = asyncio.create_task(line.wait_for_slot(here))
    assert await line.wait_for_slot(there)
    assert (pauses.of(here), pauses.of(there)) == (PausedBy.SERVER, None)
    assert line.running == 1
    # Its twelve hours stand still, and it goes out as soon as the pause has ended.
    clock.advance(2 * OLDEST)
    await until(lambda: shown[-1].id == here.id)
    await kept.end(PauseKind.ADMIN, 2001, clock.now())
    await line.look()
    assert await waiting


async def test_nothing_is_sent_before_its_time() -> None:
    clock = JumpingClock()
    line = queue(5, clock)
    assert await line.wait_for_slot(replace(job(1), not_before=START + 100))
    assert clock.now() >= START + 100


@pytest.mark.parametrize("asked", [None, 30.0])
async def test_after_a_refusal_everybody_waits(asked: float | None) -> None:
    clock = JumpingClock()
    line = queue(5, clock)
    until = await line.pause(asked)
    assert until >= START + (asked or 5.0)
    assert await line.wait_for_slot(job(1))
    assert clock.now() >= until


async def test_a_pause_that_the_provider_asks_all_its_callers_for_is_spread() -> None:
    ends = {await queue(5, JumpingClock()).pause(60.0) - START for _ in range(20)}
    assert len(ends) == 20
    assert 59.99 < min(ends) <= max(ends) < 66.01


async def test_refusals_in_a_row_make_the_rest_longer() -> None:
    line = queue(5, JumpingClock())
    first, later = await line.pause(None), [await line.pause(None) for _ in range(4)][-1]
    assert later - START > 4 * (first - START)
    await line.note_accepted()
    assert await line.pause(None) - START <= 7.5


async def test_the_cards_in_line_are_woken_when_a_place_changes() -> None:
    shown: list[Job] = []
    line = queue(1, HeldClock(), shown)
    line.take_slot(job(9))
    tasks = [asyncio.create_task(line.wait_for_slot(job(n))) for n in (1, 2)]
    await until(lambda: line.place(job(2).id) is not None)
    shown.clear()
    line.remove(job(1).id)
    assert not await tasks[0]
    assert [each.id for each in shown] == [job(2).id]
    tasks[1].cancel()


async def test_of_many_in_line_an_arrival_and_an_end_wake_the_first_cards_alone() -> None:
    shown: list[Job] = []
    line = queue(1, HeldClock(), shown)
    line.take_slot(job(9999, user_id=9999))
    tasks = [asyncio.create_task(line.wait_for_slot(job(n, user_id=n))) for n in range(1, 501)]
    await until(lambda: line.waiting == 500)
    shown.clear()
    tasks.append(asyncio.create_task(line.wait_for_slot(job(501, user_id=501))))
    await until(lambda: line.waiting == 501)
    assert shown == [job(501, user_id=501)], "its own card shows its place"
    assert line.place(job(501).id) == 501
    line.remove(job(1).id)
    await tasks[0]
    assert [one.user_id for one in shown[1:]] == list(range(2, HEAD + 2))
    assert line.place(job(501).id) == 500, "a card behind them finds its place when it is drawn next"
    for task in tasks:
        task.cancel()


async def test_what_the_members_used_is_looked_up_only_where_it_decides_who_is_next() -> None:
    history = NoHistory()
    history.used = {1: 50}
    line = queue(1, HeldClock(), history=history)
    assert await line.wait_for_slot(job(9, user_id=9))
    assert history.looks == 0
    spender, saver = (asyncio.create_task(line.wait_for_slot(job(n, user_id=n))) for n in (1, 2))
    await until(lambda: line.waiting == 2)
    await line.release_slot(job(9, user_id=9))
    assert await saver
    assert (history.looks, spender.done(), line.place(job(1).id)) == (1, False, 1)
    spender.cancel()


async def test_those_who_come_while_the_line_is_looked_at_share_the_next_look() -> None:
    looks = 0
    gate = asyncio.Event()

    async def slowly() -> None:
        nonlocal looks
        looks += 1
        await gate.wait()

    line = queue_with(Pauses(KeptPauses(), HeldClock(), slowly), 3, HeldClock(), lambda _: None)
    tasks = [asyncio.create_task(line.wait_for_slot(job(n, user_id=n))) for n in range(1, 21)]
    await until(lambda: line.waiting == 20 and looks == 1)
    gate.set()
    await until(lambda: line.running == 3)
    await until(lambda: line.waiting == 17)
    assert looks == 2
    for task in tasks:
        task.cancel()


async def test_a_job_that_is_overdue_at_the_provider_holds_no_slot_any_more() -> None:
    clock = HeldClock()
    line = queue(1, clock)
    line.take_slot(replace(job(9), submitted=START), 4000.0)
    waiting = asyncio.create_task(line.wait_for_slot(job(1)))
    await until(lambda: line.place(job(1).id) is not None)
    clock.advance(3990.0)
    await until(lambda: line.running == 1)
    assert not waiting.done()
    clock.advance(200.0)
    assert await waiting
    assert line.has_slot(job(9).id)
    assert line.running == 1
