"""Any sequence of events, with restarts between them, against the real store.

Only a move that the stages allow ever takes place, once, and every job that was accepted is there, as it was left.
"""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.limits import LimitReached, Measure, Scope
from bot.domain.stages import AT_PROVIDER, ENDS, Stage, allowed
from bot.storage.job_store import SqliteJobs
from tests.storage.samples import NOW, job, up_to

MAX = 3
MEMBERS = (1, 2)


class StagesAgainstTheStore(RuleBasedStateMachine):
    jobs = Bundle("jobs")

    def __init__(self, place):
        super().__init__()
        self.runner = asyncio.Runner()
        self.place = place
        self.place.empty()
        self.rows: dict[str, Job] = {}
        self.now = NOW

    @initialize()
    def start(self):
        self.store = self.place.open()
        self.runner.run(self.store.__aenter__())
        self.port = SqliteJobs(self.store)

    @rule()
    def restart(self):
        self.runner.run(self.store.__aexit__(None, None, None))
        self.start()

    @rule(target=jobs, user_id=st.sampled_from(MEMBERS))
    def accept(self, user_id):
        self.now += 1
        new = job(user_id=user_id, created=self.now)
        made = [
            row for row in self.rows.values() if row.user_id == user_id and row.stage in {Stage.WAITING, *AT_PROVIDER}
        ]
        if len(made) >= MAX:
            with pytest.raises(Refusal) as refused:
                self.runner.run(self.port.accept(new, up_to(MAX)))
            assert refused.value.problem == LimitReached(Scope.MEMBER, Measure.AT_ONCE, MAX, 0, 1)
            return multiple()
        assert self.runner.run(self.port.accept(new, up_to(MAX))) == new
        self.rows[new.id] = new
        return new.id

    @rule(job_id=jobs, user_id=st.sampled_from(MEMBERS))
    def accept_the_same_press(self, job_id, user_id):
        again = job(user_id=user_id, interaction_id=self.rows[job_id].interaction_id)
        assert self.runner.run(self.port.accept(again, up_to(MAX))) == self.rows[job_id]

    @rule(job_id=jobs, was=st.sampled_from(Stage), to=st.sampled_from(Stage))
    def move_from_any_belief(self, job_id, was, to):
        self.move(job_id, was, to)

    @rule(job_id=jobs, data=st.data())
    def move_as_the_stages_allow(self, job_id, data):
        was = self.rows[job_id].stage
        self.move(job_id, was, data.draw(st.sampled_from([to for to in Stage if allowed(was, to)])))

    def move(self, job_id, was, to):
        self.now += 1
        row = self.rows[job_id]
        moved = replace(row, stage=to, changed=self.now)
        if not allowed(was, to):
            with pytest.raises(ValueError, match="No job goes from"):
                self.runner.run(self.port.save(moved, was))
            return
        done = self.runner.run(self.port.save(moved, was))
        assert (done is not None) == (row.stage is was)
        if done:
            self.rows[job_id] = moved

    @rule(job_id=jobs, to=st.sampled_from([Stage.SUBMITTING, Stage.CANCELLED, Stage.FAILED]))
    def race_out_of_waiting(self, job_id, to):
        self.now += 1
        row = self.rows[job_id]
        # Whichever wins, the stage is the same: what is drawn after it depends on nothing else.
        racers = [replace(row, stage=to, changed=self.now + number / 8) for number in range(3)]

        async def race():
            return await asyncio.gather(*(self.port.save(racer, Stage.WAITING) for racer in racers))

        won = self.runner.run(race())
        winners = [racer for racer, reply in zip(racers, won, strict=True) if reply is not None]
        assert len(winners) == (row.stage is Stage.WAITING)
        for winner in winners:
            self.rows[job_id] = winner

    @rule(job_id=jobs)
    def tell(self, job_id):
        self.now += 1
        row = self.rows[job_id]
        assert self.runner.run(self.port.mark_notified(job_id, self.now)) == (row.notified_at is None)
        self.rows[job_id] = replace(row, notified_at=self.now if row.notified_at is None else row.notified_at)

    @invariant()
    def nothing_is_lost(self):
        async def all_of_them():
            return {job_id: await self.port.find(job_id) for job_id in self.rows}

        assert self.runner.run(all_of_them()) == self.rows
        unfinished = self.runner.run(self.port.unfinished())
        assert {row.id for row in unfinished} == {
            row.id for row in self.rows.values() if row.stage not in ENDS or row.notified_at is None
        }

    def teardown(self):
        self.runner.run(self.store.__aexit__(None, None, None))
        self.runner.close()


def test_any_sequence_of_events(place):
    about = settings(max_examples=30, stateful_step_count=25, deadline=None, print_blob=True)
    run_state_machine_as_test(lambda: StagesAgainstTheStore(place), settings=about)
