"""The scene after another: written down once, with the seconds that the one before has kept for it."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.errors import Refusal
from bot.domain.job import DeliveryAttempt
from bot.domain.limits import LimitReached, Limits, OwnerLimits
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.privacy import BeingForgotten
from bot.domain.reply import Route, Variant
from bot.domain.scenes import Scene
from bot.domain.shares import OtherChannel, Share
from bot.domain.spending import Payer
from bot.domain.stages import Reason, Stage
from bot.storage.forget_store import SqliteForgetting
from bot.storage.job_store import SqliteJobs
from bot.storage.scene_store import SqliteScenes
from bot.storage.share_store import SqliteShares
from tests.storage.samples import NOW, job, put, reply, steps_to

LATER, ASKED = NOW + 50.0, NOW + 9000.0


@pytest.fixture
def scenes(store):
    return SqliteScenes(store)


async def held(store):
    """Write the first of three scenes down, done, with two times 5 seconds reserved."""
    first = replace(job(), scene=Scene(1, ("two", "three")).with_reserve(5), charged=15)
    return await put(store, first, Stage.HELD)


def after(done):
    following = job(user_id=done.user_id, interaction_id=-9, parent=done.id, created=LATER)
    return replace(following, scene=done.scene.following(5), charged=done.scene.reserved)


async def test_the_next_scene_takes_the_seconds_over_and_follows_once(store, jobs, scenes):
    done = await held(store)
    following = after(done)
    assert await scenes.go_on(done, following, LATER)
    first, second = await jobs.find(done.id), await jobs.find(following.id)
    assert (first.charged, first.scene, first.notified_at) == (5, Scene(1, ("two", "three")), LATER)
    assert (second.charged, second.scene, second.parent) == (10, Scene(2, ("three",), 5), done.id)
    # The same once more, as after a lost answer, and another one after the same.
    assert await scenes.go_on(done, following, LATER)
    assert not await scenes.go_on(done, replace(after(done), id="another", interaction_id=-10), LATER)
    assert await jobs.find("another") is None


async def test_who_was_forgotten_while_a_scene_was_made_is_not_named_by_the_next_one(store, jobs, scenes):
    file = StoredFile("c0", MediaFormat.PNG, 9, author_ids=(55, 56))
    asked = replace(job().request, media=(Medium(Role.FIRST_FRAME, file),))
    first = replace(job(), request=asked, scene=Scene(1, ("two",)).with_reserve(5), charged=10)
    # Its process has read it before, and goes on from that.
    done = await put(store, first, Stage.HELD)
    await SqliteForgetting(store).unname(BeingForgotten(55, ASKED))
    following = replace(after(done), request=asked)
    assert await scenes.go_on(done, following, LATER)
    assert (await jobs.find(following.id)).request.authors == (56,)


async def test_nothing_follows_where_another_process_has_the_row_or_it_moved(store, jobs, scenes):
    done = await held(store)
    assert not await scenes.go_on(replace(done, fence=done.fence + 1), after(done), LATER)
    assert (await jobs.find(done.id)).charged == 15
    assert await jobs.save(done.failed(Reason.EXPIRED, LATER), Stage.HELD)
    assert not await scenes.go_on(done, after(done), LATER)


async def test_what_its_owner_is_handed_meanwhile_is_not_forgotten(store, jobs, scenes):
    done = await held(store)
    attempt = DeliveryAttempt(Route.ASKED, 3, "seedreel", LATER, None, Variant.FILE)
    under_way = done.delivering(attempt, LATER)
    assert await jobs.save(under_way, Stage.HELD)
    assert await scenes.go_on(done, after(done), LATER)
    row = await jobs.find(done.id)
    assert (row.stage, row.attempt, row.changed) == (Stage.DELIVERING, attempt, LATER)
    assert (row.charged, row.scene, row.notified_at) == (5, Scene(1, ("two", "three")), LATER)


@pytest.mark.parametrize("stage", [Stage.DELIVERED, Stage.HELD])
async def test_who_hands_it_over_meanwhile_does_not_reserve_the_seconds_again(store, jobs, scenes, stage):
    done = await held(store)
    under_way = done.delivering(DeliveryAttempt(Route.ASKED, 3, "seedreel", LATER, None, Variant.FILE), LATER)
    assert await jobs.save(under_way, Stage.HELD)
    following = after(done)
    assert await scenes.go_on(done, following, LATER)
    # Its value is that from before.
    handed = under_way.delivered(6, LATER) if stage is Stage.DELIVERED else under_way.held(LATER)
    assert await jobs.save(handed, Stage.DELIVERING)
    assert await jobs.save(handed, Stage.DELIVERING)  # as after a lost answer
    row = await jobs.find(done.id)
    assert (row.stage, row.charged, row.scene) == (stage, 5, Scene(1, ("two", "three")))
    assert row.charged + (await jobs.find(following.id)).charged == 15


async def test_where_none_follows_nothing_is_reserved_and_what_its_owner_is_handed_stays(store, jobs, scenes):
    done = await held(store)
    under_way = done.delivering(DeliveryAttempt(Route.ASKED, 3, "seedreel", LATER, None, Variant.FILE), LATER)
    assert await jobs.save(under_way, Stage.HELD)
    assert await scenes.end(done, None)
    row = await jobs.find(done.id)
    assert (row.stage, row.charged, row.scene.reserved, row.notified_at) == (Stage.DELIVERING, 5, 0, None)
    assert await jobs.save(under_way.held(LATER), Stage.DELIVERING)
    assert await scenes.end(done, LATER)
    row = await jobs.find(done.id)
    assert (row.stage, row.charged, row.scene.reserved, row.notified_at) == (Stage.HELD, 5, 0, LATER)
    assert not await scenes.end(done, LATER + 1)


async def test_all_scenes_count_before_the_first_is_sent(store, jobs):
    first = replace(job(), scene=Scene(1, ("two", "three")).with_reserve(5), charged=15)
    with pytest.raises(Refusal) as refused:
        await jobs.accept(first, seconds_a_day(14))
    assert isinstance(refused.value.problem, LimitReached)
    assert (await jobs.accept(first, seconds_a_day(15))).charged == 15


def seconds_a_day(seconds):
    return Payer(limits=OwnerLimits(member=Limits(day=seconds)))


async def test_scenes_are_forgotten_together_once_the_last_was_told_of(store, jobs, scenes):
    done, forgetting = await held(store), SqliteForgetting(store)
    following, member = after(done), BeingForgotten(done.user_id, ASKED)
    assert await scenes.go_on(done, following, LATER)
    asked = (member, NOW - 1, ASKED, 9)
    assert await forgetting.over(*asked) == []
    failed = following.failed(Reason.LOST, LATER)
    assert await jobs.save(failed, following.stage)
    assert await forgetting.over(*asked) == []
    await jobs.mark_notified(failed.id, LATER)
    assert set(await forgetting.over(*asked)) == {done.id, failed.id}


async def test_no_scene_is_forgotten_before_the_film_was_posted_however_long_the_bot_was_down(store, jobs, scenes):
    done, forgetting = await held(store), SqliteForgetting(store)
    following, member = after(done), BeingForgotten(done.user_id, ASKED)
    much_later = (member, ASKED + 9000, ASKED + 9000, 9)
    assert await forgetting.over(*much_later) == []
    assert await scenes.go_on(done, following, LATER)
    # The last one, and one that failed, before the message with those that there are was written down.
    last = await brought_to_held(jobs, following)
    assert await forgetting.over(*much_later) == []
    failed = last.failed(Reason.EXPIRED, LATER)
    assert await jobs.save(failed, Stage.HELD)
    assert await forgetting.over(*much_later) == []
    await jobs.mark_notified(failed.id, LATER)
    assert set(await forgetting.over(*much_later)) == {done.id, failed.id}


async def brought_to_held(jobs, waiting):
    steps = steps_to(waiting, Stage.HELD)
    for before, then in pairwise(steps):
        assert await jobs.save(then, before.stage)
    return steps[-1]


async def test_what_a_reel_is_joined_of_is_forgotten_after_it(store):
    parts = [await put(store, job(), Stage.DELIVERED) for _ in range(2)]
    for part in parts:
        await SqliteJobs(store).mark_notified(part.id, NOW)
    member, ids = BeingForgotten(parts[0].user_id, ASKED), tuple(part.id for part in parts)
    shares, forgetting = SqliteShares(store), SqliteForgetting(store)
    share = Share("reel", ids[1], member.user_id, 9, 7, NOW, reply(), channel=OtherChannel(7), reel=ids)
    share = await shares.add(share)
    assert await forgetting.over(member, NOW - 1, ASKED, 9) == []
    assert await shares.save(replace(share, stage=Stage.HELD, answered=True), share.stage)
    assert set(await forgetting.over(member, NOW - 1, ASKED, 9)) == set(ids)
