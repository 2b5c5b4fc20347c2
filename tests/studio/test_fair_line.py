"""The line kept as it changes, beside the pure order of the whole line."""

import random
from collections import Counter
from dataclasses import replace

import pytest

from bot.domain.job import Job
from bot.studio.lifecycle.fair_line import HEAD, FairLine, fair_order
from bot.studio.lifecycle.slots import Slots
from tests.faults.conftest import seed_of
from tests.studio.fakes import START, HeldClock, job


class History:
    """Random changes of a line: what comes, goes, runs and was used, each with its seed."""

    def __init__(self, seed: int, members: int) -> None:
        self.rng = random.Random(seed)
        self.members = range(1, members + 1)
        self.running, self.used = Counter[int](), dict[int, int]()
        self.line = FairLine(self.running, self.used)
        self.waiting: dict[str, Job] = {}
        self.made = 0

    def step(self) -> None:
        self.rng.choice([self.comes, self.comes, self.goes, self.runs, self.ends, self.uses, self.comes_back])()

    def comes(self) -> None:
        self.made += 1
        fresh = job(self.made, self.rng.choice(self.members), created=START + self.rng.randrange(30))
        self.add(replace(fresh, charged=self.rng.choice([4, 5, 12])))

    def comes_back(self) -> None:
        """One that the provider did not take: older than those that came meanwhile."""
        self.made += 1
        if self.waiting:
            self.add(replace(self.any(), id=f"again-{self.made}"))

    def add(self, fresh: Job) -> None:
        self.waiting[fresh.id] = fresh
        self.line.add(fresh)

    def any(self) -> Job:
        return self.rng.choice(list(self.waiting.values()))

    def goes(self) -> None:
        if self.waiting:
            gone = self.any()
            del self.waiting[gone.id]
            self.line.discard(gone.id)

    def runs(self) -> None:
        """Grant the first turn."""
        for first in self.line.first(1):
            del self.waiting[first.id]
            self.running[first.user_id] += 1
            self.line.discard(first.id)
            self.line.member_changed(first.user_id)

    def ends(self) -> None:
        member = self.rng.choice(self.members)
        self.running[member] = max(self.running[member] - 1, 0)
        self.line.member_changed(member)

    def uses(self) -> None:
        member = self.rng.choice(self.members)
        self.used[member] = self.rng.randrange(60)
        self.line.member_changed(member)


@pytest.mark.parametrize("members", [1, 4, 40])
def test_what_is_kept_is_the_order_of_the_whole_line(members: int, request: pytest.FixtureRequest) -> None:
    seed = seed_of(request.config)
    history = History(seed, members)
    for _ in range(400):
        history.step()
        order = fair_order(history.waiting.values(), history.running, history.used)
        assert history.line.first(len(history.line)) == order
        if order:
            at = history.rng.randrange(len(order))
            assert history.line.place(order[at].id) == at + 1


def test_what_is_not_in_line_has_no_place_and_comes_in_once() -> None:
    line = FairLine(Counter(), {})
    line.discard(job(1).id)
    assert line.place(job(1).id) is None
    for _ in range(2):
        line.add(job(1))
    assert (len(line), job(1).id in line, line.first(5)) == (1, True, [job(1)])


def test_those_whose_place_has_changed_are_named_at_the_head_alone() -> None:
    line = FairLine(Counter(), {})
    jobs = [job(number, user_id=number) for number in range(1, 2 * HEAD)]
    for one in jobs:
        line.add(one)
    assert line.moved() == jobs[:HEAD]
    assert line.moved() == []
    line.add(job(1000, user_id=1000))
    assert line.moved() == [], "it stands at the end"
    line.discard(jobs[2].id)
    assert line.moved() == jobs[3 : HEAD + 1], "these have moved up"
    for one in jobs[5:]:
        line.discard(one.id)
    assert line.moved() == [job(1000, user_id=1000)]
    line.discard(job(1000).id)
    assert line.moved() == []


def test_slots_are_counted_by_member_until_they_are_overdue() -> None:
    clock, changed = HeldClock(), list[int]()
    slots = Slots(clock, changed.append)
    slots.take(job(1, user_id=1), 100.0)
    slots.take(replace(job(2, user_id=1), submitted=START - 50), 100.0)
    slots.take(job(3, user_id=2), 300.0)
    slots.take(job(3, user_id=2), 200.0)
    assert (slots.count, slots.of_members) == (3, {1: 2, 2: 1})
    changed.clear()
    clock.advance(60)
    assert (slots.count, slots.of_members, changed) == (2, {1: 1, 2: 1}, [1])
    clock.advance(60)
    assert (slots.count, slots.of_members, changed) == (1, {2: 1}, [1, 1])
    assert job(1).id in slots, "an overdue job has its slot until it gives it back"
    assert [slots.release(job(1).id), slots.release(job(1).id)] == [True, False]
    assert (slots.count, slots.release(job(3).id), slots.count, slots.of_members) == (1, True, 0, {})
    slots.take(job(2, user_id=1), 400.0)
    assert slots.count == 1, "what is taken again counts again"
    slots.take(replace(job(4), submitted=START), 100.0)
    assert slots.count == 1, "one that is overdue when it is found at a start"
