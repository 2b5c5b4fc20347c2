"""A job's verbs and moves."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.ids import new_job_id
from bot.domain.money import Price
from bot.domain.progress import Snapshot, TaskStatus, expected_end
from bot.domain.stages import ENDS, MOVES, RENDERED, Reason, Stage, allowed
from tests.studio.fakes import START, completed, job


def test_nothing_leads_on_from_an_end() -> None:
    assert all(not MOVES[end] for end in ENDS)


def test_only_what_waits_can_be_cancelled() -> None:
    assert [stage for stage in Stage if stage is not Stage.CANCELLED and allowed(stage, Stage.CANCELLED)] == [
        Stage.WAITING
    ]


def test_nothing_that_was_rendered_goes_back_to_the_provider() -> None:
    early = {Stage.WAITING, Stage.SUBMITTING, Stage.QUEUED, Stage.RENDERING}
    assert not any(MOVES[stage] & early for stage in RENDERED)


def test_only_a_definite_no_leads_back_to_waiting() -> None:
    assert [stage for stage in Stage if Stage.WAITING in MOVES[stage]] == [Stage.SUBMITTING]


@given(st.lists(st.one_of(st.none(), st.integers(0, 100)), max_size=20))
def test_the_percent_never_falls(percents: list[int | None]) -> None:
    running, shown = job(stage=Stage.QUEUED), -1
    for percent in percents:
        running = running.seen(Snapshot(TaskStatus.WORKING, percent), START)
        assert (running.percent or 0) >= max(shown, 0)
        shown = running.percent or 0


@pytest.mark.parametrize("status", [TaskStatus.QUEUED, TaskStatus.MISSING])
def test_a_rendering_job_stays_so_whatever_the_line_says(status: TaskStatus) -> None:
    running = job(stage=Stage.RENDERING, percent=40)
    assert running.seen(Snapshot(status), START) == running


def test_a_completed_task_makes_the_job_ready() -> None:
    done = job(stage=Stage.RENDERING).seen(completed(), START + 70)
    assert (done.stage, done.completed, done.clip_url) == (Stage.READY, START + 70, "https://files.test/clip.mp4")


@pytest.mark.parametrize("bogus", [0.0, 1.0, START - 10 * 86400, START + 10 * 365 * 86400])
def test_the_providers_clock_does_not_say_how_long_a_clip_is_kept(bogus: float) -> None:
    snapshot = Snapshot(TaskStatus.COMPLETED, clip_url="https://files.test/c.mp4", clip_dies=START + 9, completed=bogus)
    done = job(stage=Stage.RENDERING).seen(snapshot, START + 70)
    assert (done.completed, done.clip_dies) == (START + 70, START + 9)


def test_ids_are_long_enough_to_be_made_anywhere_and_fit_a_nonce() -> None:
    made = {new_job_id() for _ in range(1000)}
    assert len(made) == 1000
    assert {len(each) for each in made} == {20}
    assert len(job().nonce("p")) <= 25


@pytest.mark.parametrize(("runs", "expected"), [([], None), ([60], None), ([60, 70, 200], 70), ([5, 5], None)])
def test_an_end_is_expected_only_where_there_is_something_to_go_by(runs: list[float], expected: float | None) -> None:
    assert expected_end(START, runs, START + 10) == (None if expected is None else START + expected)


def test_a_fresh_answer_renews_the_address_of_the_last_picture_too() -> None:
    old = "https://files.test/old.png"
    rendered = job().seen(replace(completed(), last_picture_url=old), START)
    fresh = rendered.refreshed(replace(completed("https://files.test/new.mp4"), last_picture_url="https://new.test/p"))
    assert (fresh.clip_url, fresh.last_picture_url) == ("https://files.test/new.mp4", "https://new.test/p")
    assert fresh.refreshed(completed()).last_picture_url == "https://new.test/p"


PRICED = job(stage=Stage.SUBMITTING, charged=5, price=Price(500_000, "USD"))


def test_a_price_is_settled_to_the_length_that_counts_and_once() -> None:
    ready = PRICED.accepted("t", START).seen(completed(), START)
    assert ready.fetched(1000, 5.04).price == Price(500_000, "USD")
    short = ready.fetched(1000, 3.9)
    assert (short.charged, short.price) == (4, Price(400_000, "USD"))
    assert short.fetched(1000, 3.9) == short
    assert ready.fetched(1000).price == ready.fetched(1000, 3.0, incomplete=True).price == Price(500_000, "USD")
    assert short.failed(Reason.EXPIRED, START).price == Price(400_000, "USD")
    assert replace(ready, price=None).fetched(1000, 3.9).price is None


@pytest.mark.parametrize("reason", [Reason.REFUSED, Reason.NOT_TAKEN, Reason.GENERATION, Reason.LOST])
def test_what_was_never_made_has_no_price(reason: Reason) -> None:
    assert PRICED.failed(reason, START).price is None
    assert replace(PRICED, stage=Stage.WAITING).cancelled(Reason.OWNER, START).price is None


def test_what_may_have_been_made_keeps_its_price() -> None:
    assert PRICED.failed(Reason.UNCLEAR, START).price == Price(500_000, "USD")
