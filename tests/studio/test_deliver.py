"""The routes of a delivery: what each outcome leads to."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.caller import Caller
from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.job import Job
from bot.domain.reply import Route, Variant
from bot.domain.stages import Stage
from bot.storage import SqliteDeletions
from bot.studio.delivery.routes import plan_attempt
from bot.studio.ports import CannotSearch, CardRefused, Closed, NotNow, NotThere, Outcome, Posted, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, job, reply


async def ready(studio: Studio, **changes: object) -> Job:
    (studio.media.folder / f"{job().id}.mp4").write_bytes(b"clip")
    fields = {"clip_bytes": MEGABYTE, "clip_url": "https://files.test/a.mp4", "clip_dies": START + 80_000, **changes}
    return await studio.stored(job(stage=Stage.READY, task_id="t", submitted=START, completed=START, **fields))


async def test_the_clip_goes_into_the_reply_and_the_row_says_where(studio: Studio) -> None:
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.DELIVERED
    assert studio.replies.routes() == [Route.TOKEN]
    row = await studio.row(job)
    assert (row.stage, row.attempt.message_id) == (Stage.DELIVERED, 900)


async def test_delivering_is_on_disk_before_the_upload_leaves(studio: Studio) -> None:
    seen: list[Stage] = []

    async def look(job: Job) -> None:
        seen.append((await studio.row(job)).stage)

    studio.replies.before_drop = look
    await studio.running.deliverer.deliver(await ready(studio))
    assert seen == [Stage.DELIVERING]


async def test_each_closed_route_leads_down_to_held(studio: Studio) -> None:
    studio.replies.attempts = [Closed("no")] * 5
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert studio.replies.routes() == [Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT]
    assert (await studio.row(job)).stage is Stage.HELD


async def test_a_deleted_message_goes_to_its_requester_and_not_into_the_channel(studio: Studio) -> None:
    studio.replies.attempts = [Closed("10008", message_gone=True)]
    await studio.running.deliverer.deliver(await ready(studio))
    assert studio.replies.routes() == [Route.TOKEN, Route.DIRECT]


async def test_an_unclear_upload_that_arrived_is_not_sent_again(studio: Studio) -> None:
    studio.replies.attempts = [Unclear("reset")]
    studio.replies.looks = [Posted(20, 40)]
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert (job.stage, len(studio.replies.routes())) == (Stage.DELIVERED, 1)


async def test_an_unclear_upload_that_did_not_arrive_is_repeated_on_the_same_route(studio: Studio) -> None:
    studio.replies.attempts = [Unclear("reset"), Unclear("502")]
    studio.replies.looks = [NotThere(), CannotSearch("500"), NotThere()]
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.DELIVERED
    assert studio.replies.routes() == [Route.TOKEN] * 3


async def test_what_stays_unclear_is_looked_for_and_sent_in_longer_and_longer_waits(studio: Studio) -> None:
    sent: list[float] = []

    async def note(_job: Job) -> None:
        sent.append(studio.clock.at)

    studio.replies.before_drop = note
    studio.replies.attempts = [Unclear("reset")] * 5
    assert (await studio.running.deliverer.deliver(await ready(studio))).stage is Stage.DELIVERED
    waits = [later - sooner for sooner, later in pairwise(sent)]
    assert all(2.0**at <= wait <= 2.0 ** (at + 1) for at, wait in enumerate(waits))


async def test_where_nobody_can_look_the_clip_is_held(studio: Studio) -> None:
    studio.clock.at = START + TOKEN_USE_SECONDS - 1
    studio.replies.attempts = [Unclear("reset")]
    studio.replies.looks = [CannotSearch("401")] * 20
    job = await studio.running.deliverer.deliver(await ready(studio, reply=reply(private=True)))
    assert (job.stage, studio.replies.routes()) == (Stage.HELD, [Route.TOKEN])


async def test_a_restart_while_delivering_looks_before_it_sends(studio: Studio) -> None:
    first = await ready(studio)
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=_drop(first, Route.CHANNEL)), Stage.READY)
    studio.replies.looks = [Posted(20, 77)]
    job = await studio.running.deliverer.deliver(await studio.row(first))
    assert [name for name, _, _ in studio.replies.ledger] == ["look"]
    assert (await studio.row(job)).attempt.message_id == 77


async def test_a_restart_while_delivering_stays_on_its_route(studio: Studio) -> None:
    first = await ready(studio)
    await studio.jobs.save(replace(first, stage=Stage.DELIVERING, attempt=_drop(first, Route.CHANNEL)), Stage.READY)
    await studio.running.deliverer.deliver(await studio.row(first))
    assert studio.replies.routes() == [Route.CHANNEL]


@pytest.mark.parametrize("outcomes", [[NotNow(40, "429")], [NotNow(3, "x"), NotNow(3, "y")]])
async def test_what_may_be_repeated_is_repeated_after_its_time(studio: Studio, outcomes: list[Outcome]) -> None:
    studio.replies.attempts = list(outcomes)
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.DELIVERED
    assert sum(studio.clock.slept) >= sum(outcome.after for outcome in outcomes)


async def test_a_token_that_dies_while_waiting_is_not_used(studio: Studio) -> None:
    studio.replies.attempts = [NotNow(TOKEN_USE_SECONDS, "429")]
    await studio.running.deliverer.deliver(await ready(studio))
    assert studio.replies.routes() == [Route.TOKEN, Route.BOT]


async def test_a_refused_card_gets_through_in_the_plain_form(studio: Studio) -> None:
    studio.replies.attempts = [CardRefused("50035")]
    await studio.running.deliverer.deliver(await ready(studio))
    assert [attempt.variant for attempt in studio.replies.did("drop")] == [Variant.FILE, Variant.PLAIN]


async def test_a_held_clip_is_handed_over_and_is_delivered_then(studio: Studio) -> None:
    first = await ready(studio)
    await studio.jobs.save(replace(first, stage=Stage.HELD), Stage.READY)
    await studio.actions.send_privately(Caller(first.user_id), first.id, reply(channel_id=99, private=True))
    assert [
        (job.reply.channel_id, attempt.route) for name, job, attempt in studio.replies.ledger if name == "drop"
    ] == [(99, Route.ASKED)]
    given = await studio.row(first)
    assert given.stage is Stage.DELIVERED
    # Nor could it be made again once it is deleted.
    assert await SqliteDeletions(studio.store).erase(given.erased(START), given.stage, [], None)
    with pytest.raises(Refusal) as refused:
        await studio.actions.send_privately(Caller(first.user_id), first.id, reply(private=True))
    assert refused.value.problem == NoSuchJob()


def _drop(job: Job, route: Route) -> object:
    return plan_attempt(job, route, Variant.FILE, START)


async def test_a_clip_that_cannot_be_covered_is_held_and_shown_to_nobody_else(covering_studio: Studio) -> None:
    studio = covering_studio
    studio.replies.attempts = [CardRefused("spoiler"), CardRefused("is_spoiler")]
    job = await studio.running.deliverer.deliver(await ready(studio))
    assert job.stage is Stage.HELD
    tried = [(each.route, each.variant, each.spoiler) for each in studio.replies.did("drop")]
    assert tried == [(Route.TOKEN, Variant.FILE, True), (Route.TOKEN, Variant.PLAIN, True)]
    # The reply holds no clip for certain, so it is there that its owner reads of it.
    await studio.running.notifier.end_of(job)
    assert studio.replies.did("end") == [Route.TOKEN]
    # Its owner alone may see it as it is.
    await studio.running.deliverer.send_privately(replace(job, reply=reply(private=True)))
    assert [(each.route, each.spoiler) for each in studio.replies.did("drop")[2:]] == [(Route.ASKED, False)]


async def test_what_goes_into_direct_messages_is_not_covered(covering_studio: Studio) -> None:
    studio = covering_studio
    studio.replies.attempts = [Closed("no")] * 4
    await studio.running.deliverer.deliver(await ready(studio))
    tried = [(each.route, each.spoiler) for each in studio.replies.did("drop")]
    assert tried[-1] == (Route.DIRECT, False)
    assert all(spoiler for _, spoiler in tried[:-1])
