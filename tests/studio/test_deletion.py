"""Deleting the message with a reel, by whose media are in an earlier part of it alone."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.reply import Route
from bot.domain.shares import Share
from bot.domain.stages import Stage
from bot.storage import SqliteAudit, SqliteDeletions, SqliteOwnJobs, SqliteShares
from bot.studio.delivery.deletion import Deleted, Deletion
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, reply
from tests.studio.test_one_take import Messages


def deletion_of(studio: Studio) -> tuple[Deletion, Messages]:
    messages, tables = Messages(), (SqliteOwnJobs(studio.store), SqliteDeletions(studio.store))
    return Deletion(*tables, messages, studio.media, studio.clock, 840.0), messages


async def joined(studio: Studio) -> tuple[Job, Job]:
    """Store two videos, the first one of them from a picture of 55's, and a reel of both in message 41."""
    theirs = Medium(Role.FIRST_FRAME, StoredFile("c0", MediaFormat.PNG, 9, author_ids=(55,)))
    first = await studio.stored(job(1, stage=Stage.DELIVERED, request=replace(job().request, media=(theirs,))))
    last = await studio.stored(job(2, stage=Stage.DELIVERED, parent=first.id))
    shares = SqliteShares(studio.store)
    reel = await shares.add(Share("s" * 20, last.id, last.user_id, 9, 20, START, reply(), reel=(first.id, last.id)))
    attempt = DeliveryAttempt(Route.TOKEN, 20, "", START, 41)
    assert await shares.save(replace(reel, stage=Stage.DELIVERED, attempt=attempt, answered=True), Stage.READY)
    return first, last


async def test_the_author_of_an_earlier_part_deletes_the_reel_s_message_and_nothing_else(studio: Studio) -> None:
    first, last = await joined(studio)
    deletion, messages = deletion_of(studio)
    assert [await deletion.has_reels_alone(Caller(one), last) for one in (last.user_id, 55)] == [False, True]
    with pytest.raises(Refusal):
        await deletion.check(Caller(56), last.short)
    assert (await deletion.check(Caller(55), last.short)).id == last.id
    assert await deletion.delete(Caller(55), last.id) == Deleted(everywhere=True, reels=True)
    assert messages.deleted == [41]
    assert [(await studio.row(each)).deleted for each in (first, last)] == [False, False]
    assert await SqliteDeletions(studio.store).copies(last.id) == []
    [change] = await SqliteAudit(studio.store).latest(last.reply.guild_id or 0, 5)
    assert (change.actor_id, change.facts["video"]) == (55, last.short)
    with pytest.raises(Refusal):
        await deletion.check(Caller(55), last.short)


@pytest.mark.parametrize(("by", "gone"), [(55, [40, 41]), (1001, [40])])
async def test_with_a_part_that_its_author_deletes_goes_the_reel_and_with_its_owner_s_it_stays(
    studio: Studio, by: int, gone: list[int]
) -> None:
    first, last = await joined(studio)
    deletion, messages = deletion_of(studio)
    assert await deletion.delete(Caller(by), first.id) == Deleted(everywhere=True)
    assert messages.deleted == gone
    assert [(await studio.row(each)).deleted for each in (first, last)] == [True, False]
    assert len(await SqliteDeletions(studio.store).copies(last.id)) == (by != 55)
