"""The job runner and the intake: accepting, cancelling, draining."""

import asyncio
from dataclasses import replace
from itertools import pairwise

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.alerts import JobStuck
from bot.domain.caller import Caller
from bot.domain.disk_problems import NoSpace
from bot.domain.drafts import Draft
from bot.domain.errors import (
    ClipNotPosted,
    NoSuchJob,
    NotAccepted,
    NotYours,
    PromptEmpty,
    Refusal,
    Restarting,
    TooLateToCancel,
)
from bot.domain.job import Job
from bot.domain.limits import LimitReached, Measure, Scope
from bot.domain.models import Model, Ratio
from bot.domain.prices import PriceList
from bot.domain.reply import Route
from bot.domain.request import RequestDraft
from bot.domain.stages import Reason, Stage
from bot.domain.storage_limits import MIN_FREE_BYTES
from bot.storage import SqliteAudit, SqliteDrafts, SqliteJobs, SqlitePendingReplies, SqliteServerJobs
from bot.studio.intake.accept import Intake
from bot.studio.intake.drafts import Drafts
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.job_moves import JobMoves
from bot.studio.ports import Unclear
from bot.studio.ports.takes import NoTakes
from bot.studio.running.actions import JobActions
from bot.studio.running.server_videos import ServerVideos
from bot.toapis.model_table import catalogue
from tests.storage.samples import up_to
from tests.studio.conftest import Studio
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import START, NoAssets, job, reply, until
from tests.studio.pending_reply_fakes import ScriptedApologies
from tests.studio.spending_fakes import AT_ONCE, spending_for_all

DRAFT = RequestDraft("a fox in snow", Model.SEEDANCE_2, 5, Ratio.WIDE)
TYPED = Draft("d" * 20, 1, START, DRAFT)


async def never_shared(_job_id: str) -> bool:
    return False


def intake_of(studio: Studio, spending: Spending | None = None, prices: PriceList | None = None) -> Intake:
    pending_replies = PendingReplies(
        SqlitePendingReplies(studio.store), ScriptedApologies(), studio.clock, TOKEN_USE_SECONDS
    )
    store = SqliteDrafts(studio.store)
    disk_quota = disk_quota_over(studio.media, studio.clock, studio.jobs, drafts=store)
    return Intake(
        is_shared=never_shared,
        jobs=studio.jobs,
        drafts=Drafts(store, disk_quota, studio.clock),
        disk_quota=disk_quota,
        asset_lookup=NoAssets(),
        runner=studio.runner,
        driver=studio.runner,
        pending_replies=pending_replies,
        spending=spending or spending_for_all(studio.clock),
        clock=studio.clock,
        catalogue=catalogue(),
        prices=prices or PriceList(),
    )


def fill_slots(studio: Studio) -> None:
    for number in (8, 9):
        studio.queue.take_slot(job(number, user_id=9))


async def until_live(studio: Studio, count: int) -> None:
    await until(lambda: studio.runner.live() == count)


async def test_a_draft_becomes_a_job_that_runs(studio: Studio) -> None:
    taken = await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    await until_live(studio, 0)
    assert (await studio.row(taken)).stage is Stage.DELIVERED


async def test_one_interaction_is_one_job(studio: Studio) -> None:
    first, second = [await intake_of(studio).submit(Caller(1), TYPED, 100, reply()) for _ in range(2)]
    await until_live(studio, 0)
    assert first.id == second.id
    assert len(studio.provider.submitted) == 1


async def test_the_sixth_waiting_job_is_refused(studio: Studio) -> None:
    for number in range(AT_ONCE):
        await studio.jobs.accept(job(number, user_id=1), up_to(AT_ONCE))
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    assert refused.value.problem == LimitReached(Scope.MEMBER, Measure.AT_ONCE, AT_ONCE, 0, 1)


async def test_a_full_disk_takes_nothing_on(studio: Studio) -> None:
    studio.media.free = MIN_FREE_BYTES - 1
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    assert refused.value.problem == NoSpace(1)


async def test_what_is_wrong_is_said_before_anything(studio: Studio) -> None:
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).check(Caller(1), replace(TYPED, request=replace(DRAFT, prompt=" \x00 ")))
    assert refused.value.problem == PromptEmpty()


async def test_cancel_takes_a_waiting_job_out_of_the_line(studio: Studio) -> None:
    fill_slots(studio)
    stored = await studio.stored(job())
    studio.clock.still = True
    studio.runner.start(stored)
    await until(lambda: studio.queue.place(stored.id) is not None)
    await studio.actions.cancel(Caller(stored.user_id), stored.id)
    await until_live(studio, 0)
    row = await studio.row(stored)
    assert (row.stage, row.reason, studio.provider.submitted) == (Stage.CANCELLED, Reason.OWNER, [])
    assert studio.replies.did("end") == [Route.TOKEN]
    assert studio.replies.did("ping") == []


async def test_a_manager_cancels_what_waits_in_their_server_and_it_is_written_down_who(studio: Studio) -> None:
    fill_slots(studio)
    stored = await studio.stored(job())
    studio.clock.still = True
    studio.runner.start(stored)
    await until(lambda: studio.queue.place(stored.id) is not None)
    videos = ServerVideos(
        SqliteServerJobs(studio.store), studio.assembly.forecasts, studio.job_moves, studio.actions, studio.clock
    )
    with pytest.raises(Refusal) as refused:
        await videos.cancel(31, 7, stored.id)
    assert refused.value.problem == NoSuchJob()
    assert [each.job.id for each in (await videos.page(30, 1)).listed] == [stored.id]
    assert (await videos.page(31, 1)).listed == ()
    await videos.cancel(30, 7, stored.id)
    await until_live(studio, 0)
    row = await studio.row(stored)
    assert (row.stage, row.reason, row.charged, studio.provider.submitted) == (Stage.CANCELLED, Reason.MANAGER, 0, [])
    assert studio.replies.did("end") == [Route.TOKEN]
    [change] = await SqliteAudit(studio.store).latest(30, 10)
    assert (change.actor_id, change.action) == (7, "cancel")
    assert change.facts == {"video": stored.short, "member": stored.user_id}
    with pytest.raises(Refusal) as refused:
        await videos.cancel(None, 7, stored.id)
    assert refused.value.problem == TooLateToCancel(Stage.CANCELLED)
    assert len(await SqliteAudit(studio.store).latest(30, 10)) == 1


async def test_only_the_owner_cancels_and_only_what_waits(studio: Studio) -> None:
    stored = await studio.stored(job(stage=Stage.QUEUED, task_id="t", submitted=START))
    with pytest.raises(Refusal) as stranger:
        await studio.actions.cancel(Caller(4), stored.id)
    with pytest.raises(Refusal) as late:
        await studio.actions.cancel(Caller(stored.user_id), stored.id)
    with pytest.raises(Refusal) as nobody:
        await studio.actions.cancel(Caller(stored.user_id), "x" * 20)
    problems = [caught.value.problem for caught in (stranger, late, nobody)]
    assert problems == [NotYours(), TooLateToCancel(Stage.QUEUED), NoSuchJob()]


async def test_a_job_whose_task_broke_is_taken_up_again_from_its_row(studio: Studio) -> None:
    studio.provider.submits = [RuntimeError("a fault of ours")]
    taken = await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    await until_live(studio, 0)
    row = await studio.row(taken)
    assert (row.stage, row.reason, len(studio.provider.submitted)) == (Stage.FAILED, Reason.UNCLEAR, 1)


async def test_a_drain_lets_a_post_finish_and_refuses_new_requests(studio: Studio) -> None:
    studio.provider.gate = asyncio.Event()
    taken = await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    await until(lambda: studio.provider.submitted)
    draining = asyncio.create_task(studio.runner.drain())
    await until(lambda: studio.runner.draining)
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).check(Caller(1), TYPED)
    studio.provider.gate.set()
    await draining
    assert refused.value.problem == Restarting()
    assert (await studio.row(taken)).stage is Stage.QUEUED


async def test_a_job_that_breaks_again_and_again_is_taken_up_after_growing_pauses(studio: Studio) -> None:
    shown: list[float] = []

    def break_thrice(_: Job) -> None:
        shown.append(studio.clock.at)
        if len(shown) <= 3:
            raise RuntimeError("a fault of ours")

    studio.replies.on_show = break_thrice
    taken = await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    await until_live(studio, 0)
    assert (await studio.row(taken)).stage is Stage.DELIVERED
    pauses = [after - before for before, after in pairwise(shown[:4])]
    assert all(first <= pause <= 2 * first for first, pause in zip((30, 60, 120), pauses, strict=True)), pauses
    assert studio.alerts == [JobStuck(taken.short)]


async def test_a_press_on_the_jobs_own_message_brings_its_new_token(studio: Studio) -> None:
    stored = await studio.stored(job())
    fresh = reply(token="fresh", token_at=START + 1000)
    await studio.actions.renew(Caller(stored.user_id), stored.id, fresh)
    await studio.actions.renew(Caller(stored.user_id), stored.id, reply(token="elsewhere", message_id=41))
    assert (await studio.row(stored)).reply.token == "fresh"


async def test_bring_it_here_hands_a_held_clip_over_in_the_pressed_message(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, reply=reply(private=True), notified_at=START, clip_bytes=4))
    (studio.media.folder / held.clip_name.removeprefix("seedreel-")).write_bytes(b"clip")
    assert await studio.actions.move_here(Caller(held.user_id), held.id, reply(private=True, token="fresh"))
    assert [(sent.reply.token, attempt.route) for name, sent, attempt in studio.replies.ledger if name == "drop"] == [
        ("fresh", Route.ASKED)
    ]
    assert (await studio.row(held)).stage is Stage.DELIVERED


async def test_bring_it_here_goes_on_with_a_running_job(studio: Studio) -> None:
    running = await studio.stored(job(stage=Stage.RENDERING, task_id="t", submitted=START))
    assert await studio.actions.move_here(Caller(running.user_id), running.id, reply(token="fresh"))
    assert [shown.reply.token for name, shown, _ in studio.replies.ledger if name == "show"] == ["fresh"]


async def test_a_clip_that_discord_does_not_take_now_stays_held(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, notified_at=START, clip_bytes=4))
    (studio.media.folder / f"{held.id}.mp4").write_bytes(b"clip")
    studio.replies.attempts = [Unclear("reset")]
    with pytest.raises(Refusal) as refused:
        await studio.actions.send_privately(Caller(held.user_id), held.id, reply(private=True))
    assert refused.value.problem == ClipNotPosted()
    assert (await studio.row(held)).stage is Stage.HELD


class SentMeanwhile(SqliteJobs):
    """A store in which a job is sent, and not taken, just before its cancelling is written down."""

    races = 0

    async def save(self, job: Job, was: Stage) -> bool:
        if job.stage is not Stage.CANCELLED or self.races == 0:
            return await super().save(job, was)
        self.races -= 1
        waiting = await self.find(job.id)
        await super().save(sent := waiting.sending(START), Stage.WAITING)
        saved = await super().save(job, was)
        await super().save(sent.not_accepted(START, START), Stage.SUBMITTING)
        return saved


@pytest.mark.parametrize("races", [1, 4])
async def test_a_cancel_that_meets_another_try_is_tried_again(studio: Studio, races: int) -> None:
    waiting = await studio.stored(job(stage=Stage.WAITING))
    jobs = SentMeanwhile(studio.store)
    jobs.races = races
    job_moves = JobMoves(jobs, studio.clock)
    parts = (studio.runner, studio.running.deliverer, studio.replies, studio.media, studio.clock, NoTakes())
    actions = JobActions(jobs, job_moves, *parts)
    assert (await actions.cancel(Caller(waiting.user_id), waiting.id)).job.stage is Stage.CANCELLED
    assert (await studio.row(waiting)).stage is Stage.CANCELLED


async def test_cancel_waits_for_a_post_that_the_provider_does_not_take(studio: Studio) -> None:
    studio.clock.still = True
    studio.provider.gate = asyncio.Event()
    studio.provider.submits = [NotAccepted("refused")]
    taken = await intake_of(studio).submit(Caller(1), TYPED, 100, reply())
    await until(lambda: studio.provider.submitted)
    cancelling = asyncio.create_task(studio.actions.cancel(Caller(taken.user_id), taken.id))
    await asyncio.sleep(0)
    studio.provider.gate.set()
    assert (await cancelling).job.stage is Stage.CANCELLED
    assert (await studio.row(taken)).reason is Reason.OWNER
