"""Restored rows: what a life after the backup has brought is neither covered nor contradicted."""

import pytest

from bot.domain.job import Job
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.studio.ports import CannotSearch, NotThere, Posted
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, reply

BACK = START + 500
THERE = Posted(20, 40)


async def unclear(studio: Studio, **changes: object) -> Job:
    """A job that was waiting at the backup and has failed as unclear over it."""
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR, **changes))
    await studio.restored(BACK)
    studio.clock.at = BACK
    return failed


def looked(studio: Studio) -> list[Route]:
    return [attempt.route for attempt in studio.replies.did("look")]


@pytest.mark.parametrize("before", [[], [NotThere()], [NotThere(), NotThere()], [CannotSearch("503")]])
async def test_a_video_that_is_there_is_not_covered_by_an_unclear_end(studio: Studio, before: list[object]) -> None:
    studio.replies.looks = [*before, THERE]
    failed = await unclear(studio)
    await studio.running.pipeline.run(failed)
    assert studio.replies.did("end") == studio.replies.did("ping") == []
    assert (await studio.row(failed)).notified_at is not None


async def test_where_it_is_nowhere_the_unclear_end_is_told(studio: Studio) -> None:
    failed = await unclear(studio)
    await studio.running.pipeline.run(failed)
    assert looked(studio) == [Route.TOKEN, Route.CHANNEL, Route.DIRECT]
    assert studio.replies.did("end") == [Route.TOKEN]


async def test_where_nobody_can_look_it_is_told_directly_and_the_reply_left_alone(studio: Studio) -> None:
    studio.replies.looks = [CannotSearch("50001", for_good=True)]
    failed = await unclear(studio)
    await studio.running.pipeline.run(failed)
    assert studio.replies.did("end") == [Route.DIRECT]


async def test_a_private_reply_whose_token_died_is_left_alone(studio: Studio) -> None:
    failed = await unclear(studio, reply=reply(private=True, token=None))
    await studio.running.pipeline.run(failed)
    assert looked(studio) == [Route.DIRECT]
    assert studio.replies.did("end") == [Route.DIRECT]


async def test_an_unclear_end_of_our_own_is_told_without_a_look(studio: Studio) -> None:
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR))
    await studio.running.pipeline.run(failed)
    assert looked(studio) == []
    assert studio.replies.did("end") == [Route.TOKEN]


async def test_what_came_after_the_backup_was_put_back_is_ours(studio: Studio) -> None:
    await studio.restored(START - 1)
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR))
    await studio.running.pipeline.run(failed)
    assert looked(studio) == []


@pytest.mark.parametrize("found", [[THERE], [CannotSearch("503")] * 3, [NotThere()]])
async def test_no_card_covers_a_reply_that_may_hold_the_video(studio: Studio, found: list[object]) -> None:
    queued = await studio.stored(job(stage=Stage.QUEUED, task_id="t", submitted=START))
    await studio.restored(BACK)
    studio.replies.looks = list(found)
    await studio.running.pipeline.run(queued)
    first = [name for name, *_ in studio.replies.ledger if name in {"look", "settle", "show"}]
    assert first[: len(found)] == ["look"] * len(found)
    assert (first[len(found)] == "settle") is (found != [NotThere()])
    assert (await studio.row(queued)).stage is Stage.DELIVERED
