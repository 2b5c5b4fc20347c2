"""A process trusts its lease only as long as no other can take it for dead."""

import asyncio

from bot.domain.errors import StoreClosed
from bot.engine.lease import Lease

SECONDS = 10


class Rows:
    """Processes as rows, with a database's clock of its own."""

    def __init__(self):
        self.now, self.seen, self.down, self.renewals = 0.0, {}, False, asyncio.Queue()

    async def register(self, process_id, role, host):
        self._answer()
        self.seen[process_id] = self.now

    async def renew(self, process_id):
        try:
            self._answer()
            alive = self.now - self.seen.get(process_id, -100.0) <= 20
            if alive:
                self.seen[process_id] = self.now
            return alive
        finally:
            self.renewals.put_nowait(process_id)

    async def leave(self, process_id):
        self._answer()
        self.seen.pop(process_id, None)

    def _answer(self):
        if self.down:
            raise StoreClosed("not there")

    async def renewed(self, times=1):
        for _ in range(times):
            await asyncio.wait_for(self.renewals.get(), SECONDS)


class Process:
    def __init__(self, clock):
        self.rows, self.time, self.lapses = Rows(), 0.0, asyncio.Queue()
        self.lease = Lease(
            self.rows, "worker", clock, self.lapsed, now=lambda: self.time, renew_seconds=0.01, trust_seconds=15.0
        )
        self.held_in_lapse = []

    async def lapsed(self):
        self.held_in_lapse.append((self.lease.holds(), self.lease.id in self.rows.seen))
        self.lapses.put_nowait(self.lease.id)

    def pass_by(self, seconds):
        self.time += seconds
        self.rows.now += seconds


async def test_it_holds_from_its_registration_to_its_end(clock):
    process = Process(clock)
    assert not process.lease.holds()
    async with process.lease:
        assert process.lease.holds()
        assert process.lease.id in process.rows.seen
    assert not process.lease.holds()
    assert process.rows.seen == {}


async def test_renewals_keep_it_and_its_id(clock):
    process = Process(clock)
    async with process.lease:
        before = process.lease.id
        for _ in range(5):
            process.pass_by(10)
            await process.rows.renewed(2)
        assert process.lease.holds()
        assert process.lease.id == before
    assert process.lapses.empty()


async def test_without_the_database_it_is_over_after_its_time_and_no_later(clock):
    process = Process(clock)
    async with process.lease:
        process.rows.down = True
        process.time += 14.9
        await process.rows.renewed(2)
        assert process.lease.holds()
        process.time += 0.2
        assert not process.lease.holds()
        process.rows.down = False


async def test_after_a_stop_all_is_let_go_before_a_new_id_holds(clock):
    process = Process(clock)
    async with process.lease:
        before = process.lease.id
        process.pass_by(25)
        assert not process.lease.holds()
        assert await asyncio.wait_for(process.lapses.get(), SECONDS) != before
        await process.rows.renewed()
        # What is begun in between is of an id that is not alive.
        assert process.held_in_lapse == [(False, False)]
        assert process.lease.holds()
        assert process.lease.id != before
        assert set(process.rows.seen) == {process.lease.id}


async def test_one_who_was_away_too_long_by_its_own_clock_is_no_longer_itself_though_its_row_lives(clock):
    process = Process(clock)
    async with process.lease:
        before = process.lease.id
        process.time += 16
        assert await asyncio.wait_for(process.lapses.get(), SECONDS) != before
        await process.rows.renewed()
        assert process.lease.id != before


async def test_what_was_begun_under_one_lease_may_not_go_on_under_the_next(clock):
    process = Process(clock)
    async with process.lease:
        before = process.lease.permit()
        assert before()
        process.pass_by(25)
        assert not before()
        await asyncio.wait_for(process.lapses.get(), SECONDS)
        await process.rows.renewed()
        assert process.lease.permit()()
        assert not before()
