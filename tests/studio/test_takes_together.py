"""Takes that wait for each other: what goes out together, what does not, and which one is kept."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.clip_errors import ClipUnkeepable
from bot.domain.errors import ClipNotPosted, NoSuchJob, NotYours, Refusal
from bot.domain.progress import Snapshot, TaskStatus
from bot.domain.share_problems import OtherTakeChosen, StillRunning
from bot.domain.stages import Reason, Stage
from bot.domain.takes import numbered
from bot.storage import SqliteTakes
from bot.studio.delivery.choosing import TakeChoice
from bot.studio.ports import Closed, Posted, TooLarge, Unclear
from bot.studio.running.actions import JobActions
from tests.storage.samples import up_to
from tests.studio.conftest import Studio
from tests.studio.fakes import LIMITS, MEGABYTE, JumpingClock, job, reply, until


async def ordered(studio: Studio, count: int):
    """Write takes down that wait."""
    made = [job(number, interaction_id=7, charged=5) for number in range(1, count + 1)]
    first, *others = numbered(made)
    await studio.jobs.accept(first, up_to(9), None, others)
    return [first, *others]


async def ended(studio: Studio, takes):
    """Let them be driven to their end, and return their rows."""
    for take in takes:
        studio.runner.start(take)
    await until(lambda: not studio.runner.live())
    return await SqliteTakes(studio.store).of(takes[0].id)


async def test_what_is_too_large_together_is_made_smaller_each_to_its_share(studio: Studio) -> None:
    studio.media.fetches = [2 * MEGABYTE, 30 * MEGABYTE, 40 * MEGABYTE]
    studio.replies.attempts = [TooLarge(), Posted(20, 900)]
    rows = await ended(studio, await ordered(studio, 3))
    assert {row.stage for row in rows} == {Stage.DELIVERED}
    assert len(studio.replies.routes()) == 2
    sizes = {row.clip_bytes: row.attempt for row in rows}
    assert sizes[2 * MEGABYTE].shrunk is None
    share = min(reply().limit, (LIMITS.request_bytes - 2 * MEGABYTE) // 2)
    assert studio.media.limits[:2] == [share, share]
    # The place takes less than it stated.
    sent = [sizes[size].shrunk.size if sizes[size].shrunk else size for size in sizes]
    assert sum(sent) <= LIMITS.usual_file_bytes
    assert {row.attempt.message_id for row in rows} == {900}


async def test_one_that_our_disk_does_not_take_is_held_and_the_others_come(studio: Studio) -> None:
    studio.media.fetches = [MEGABYTE, ClipUnkeepable("read-only"), MEGABYTE]
    rows = await ended(studio, await ordered(studio, 3))
    assert sorted(row.stage for row in rows) == [Stage.DELIVERED, Stage.DELIVERED, Stage.HELD]
    assert all(row.notified_at for row in rows)
    [shown] = [each for name, each, _ in studio.replies.ledger if name == "drop"]
    assert sorted(take.stage for take in shown.group if take.stage is Stage.HELD) == [Stage.HELD]


async def test_where_no_place_takes_them_all_are_held_and_told_of_once(studio: Studio) -> None:
    studio.replies.attempts = [Closed("50001")] * 9
    rows = await ended(studio, await ordered(studio, 2))
    assert {row.stage for row in rows} == {Stage.HELD}
    assert all(row.notified_at for row in rows)
    assert len(studio.replies.did("end")) == 1


async def test_an_unclear_upload_is_looked_for_and_not_repeated(studio: Studio) -> None:
    studio.replies.attempts = [Unclear("reset")]
    studio.replies.looks = [Posted(20, 900)]
    rows = await ended(studio, await ordered(studio, 2))
    assert {row.stage for row in rows} == {Stage.DELIVERED}
    assert len(studio.replies.did("drop")) == 1


async def test_cancel_takes_back_all_that_were_not_sent(studio: Studio) -> None:
    takes = await ordered(studio, 3)
    sent = takes[0].sending(studio.clock.now())
    assert await studio.jobs.save(sent, Stage.WAITING)
    assert await studio.jobs.save(sent.accepted("task", studio.clock.now()), Stage.SUBMITTING)
    with pytest.raises(Refusal, match="not yours"):
        await studio.actions.cancel(Caller(5), takes[0].id)
    studio.provider.snapshots = [Snapshot(TaskStatus.FAILED)]
    cancelled = await studio.actions.cancel(Caller(takes[0].user_id), takes[0].id)
    assert (cancelled.takes, cancelled.too_late) == ((2, 3), (1,))
    rows = await ended(studio, [await studio.row(takes[0])])
    assert [row.reason for row in rows] == [Reason.GENERATION, Reason.OWNER, Reason.OWNER]
    assert all(row.notified_at and not row.charged for row in rows)
    assert studio.provider.submitted == []


async def test_one_that_leaves_just_then_is_told_of_beside_those_that_were_cancelled(studio: Studio) -> None:
    takes, store = await ordered(studio, 3), SqliteTakes(studio.store)

    class Late(SqliteTakes):
        """Takes of which the one that is pressed on is sent right after they were read."""

        async def of(self, lead_id):
            read = await super().of(lead_id)
            sent = takes[0].sending(studio.clock.now())
            if await studio.jobs.save(sent, Stage.WAITING):
                await studio.jobs.save(sent.accepted("task", studio.clock.now()), Stage.SUBMITTING)
            return read

    nobody = studio.replies
    parts = (studio.jobs, studio.job_moves, studio.runner, nobody, nobody, studio.media, studio.clock)
    cancelled = await JobActions(*parts, Late(studio.store)).cancel(Caller(takes[0].user_id), takes[0].id)
    assert (cancelled.takes, cancelled.too_late) == ((2, 3), (1,))
    assert [row.stage for row in await store.of(takes[0].id)] == [Stage.QUEUED, Stage.CANCELLED, Stage.CANCELLED]


class ReadBefore:
    """Rows as they were read before another press."""

    def __init__(self, rows) -> None:
        self.rows = rows

    async def find(self, job_id):
        return next(row for row in self.rows if row.id == job_id)


class Cards:
    """A message with takes, whose edits end as a test says."""

    def __init__(self, *outcomes) -> None:
        self.outcomes = list(outcomes)
        self.shown: list[int] = []

    async def show_chosen(self, take):
        self.shown.append(take.take)
        return self.outcomes.pop(0) if self.outcomes else Posted(20, 900)


async def test_a_take_is_kept_by_its_member_alone_and_the_others_leave_the_message(studio: Studio) -> None:
    rows = await ended(studio, await ordered(studio, 3))
    takes, cards = SqliteTakes(studio.store), Cards()
    choice = TakeChoice(studio.jobs, takes, cards, studio.clock)
    with pytest.raises(Refusal) as refused:
        await choice.keep(Caller(5), rows[1].id, reply())
    assert refused.value.problem == NotYours()
    await choice.keep(Caller(rows[1].user_id), rows[1].id, reply())
    kept = await takes.of(rows[0].id)
    assert [each.public_message is None for each in kept] == [True, False, True]
    assert cards.shown == [2]
    alone = await studio.jobs.accept(replace(job(9), charged=5), up_to(9))
    with pytest.raises(Refusal) as refused:
        await choice.keep(Caller(alone.user_id), alone.id, reply())
    assert refused.value.problem == NoSuchJob()


async def test_a_press_on_a_message_that_has_just_come_waits_until_its_rows_say_so(studio: Studio) -> None:
    takes = SqliteTakes(studio.store)
    rows = await ended(studio, await ordered(studio, 2))
    back = "UPDATE jobs SET stage = 'delivering', ended = 0"
    await studio.store.run(lambda db: db.execute(back))

    class Written(JumpingClock):
        async def sleep(self, seconds):
            await takes.move(rows[0], [replace(each, changed=each.changed + 1) for each in rows], Stage.DELIVERING)

    cards = Cards()
    await TakeChoice(studio.jobs, takes, cards, Written()).keep(Caller(rows[0].user_id), rows[1].id, reply())
    assert cards.shown == [2]
    await studio.store.run(lambda db: db.execute(back))
    with pytest.raises(Refusal) as refused:
        await TakeChoice(studio.jobs, takes, cards, JumpingClock()).keep(Caller(rows[0].user_id), rows[1].id, reply())
    assert refused.value.problem == StillRunning(Stage.DELIVERING)


@pytest.mark.parametrize(("outcome", "chosen"), [(Closed("50027"), 0), (Unclear("reset"), 2)])
async def test_where_the_message_stays_as_it_is_so_do_the_rows(studio: Studio, outcome, chosen) -> None:
    rows = await ended(studio, await ordered(studio, 2))
    takes = SqliteTakes(studio.store)
    choice = TakeChoice(studio.jobs, takes, Cards(*[outcome] * 9), studio.clock)
    with pytest.raises(Refusal) as refused:
        await choice.keep(Caller(rows[1].user_id), rows[1].id, reply())
    assert refused.value.problem == ClipNotPosted()
    assert {each.chosen for each in await takes.of(rows[0].id)} == {chosen}


async def test_of_two_presses_at_once_the_last_that_is_written_down_is_shown_last(studio: Studio) -> None:
    rows = await ended(studio, await ordered(studio, 3))
    takes, cards = SqliteTakes(studio.store), Cards()

    class Pressed(Cards):
        async def show_chosen(self, take):
            if not self.shown:
                await takes.choose(rows[0].id, 3)
            return await super().show_chosen(take)

    cards = Pressed()
    await TakeChoice(studio.jobs, takes, cards, studio.clock).keep(Caller(rows[0].user_id), rows[0].id, reply())
    assert cards.shown == [1, 3]
    # Also where the first one's edit came to nothing.
    for cards in (Pressed(Closed("50027")), Cards(Closed("50027"))):
        choice = TakeChoice(ReadBefore(rows), takes, cards, studio.clock)
        with pytest.raises(Refusal) as refused:
            await choice.keep(Caller(rows[1].user_id), rows[1].id, reply())
        assert refused.value.problem == OtherTakeChosen(3)
        assert {each.chosen for each in await takes.of(rows[0].id)} == {3}
