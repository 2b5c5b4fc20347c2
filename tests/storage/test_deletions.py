"""A video is deleted only while nobody posts it once more, and what is deleted is posted nowhere."""

from dataclasses import replace

import pytest

from bot.domain.errors import NoSuchJob, Refusal
from bot.domain.job import DeliveryAttempt
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.reply import PublicMessage, Route
from bot.domain.share_problems import AlreadyShown, NotDeleted
from bot.domain.shares import OtherChannel, ScenesEnd, Share
from bot.domain.stages import Stage
from bot.domain.storage_limits import REEL
from bot.storage.deletion_store import SqliteDeletions
from bot.storage.forget_store import SqliteForgetting
from bot.storage.job_store import SqliteJobs
from bot.storage.opt_out_store import SqliteOptOuts
from bot.storage.share_store import SqliteShares
from tests.storage.samples import NOW, job, put, reply

LATER = NOW + 100.0


@pytest.fixture
def shares(store):
    return SqliteShares(store)


@pytest.fixture
def deletions(store):
    return SqliteDeletions(store)


@pytest.fixture
async def made(store):
    return await put(store, job(), Stage.DELIVERED)


def share_of(made, number=1):
    return Share(f"share{number}", made.id, made.user_id, 9000 + number, 7, LATER, reply(), channel=OtherChannel(7))


async def posted(shares, share, message_id):
    """Bring a share to its end."""
    attempt = DeliveryAttempt(Route.CHANNEL, 7, share.id, LATER, message_id)
    ended = replace(share, stage=Stage.DELIVERED, attempt=attempt, answered=True)
    assert await shares.save(ended, share.stage)


async def test_whose_video_a_file_is_tells_the_id_in_its_name(shares, made):
    share = await shares.add(share_of(made))
    owner = made.user_id
    assert [list(await shares.authors_of(each)) for each in (made.id, share.id, "x" * 20)] == [[owner], [owner], []]


async def test_what_was_made_from_members_media_is_found_for_each_and_who_opted_out_is_known(store, deletions, shares):
    theirs = [
        StoredFile(name, MediaFormat.PNG, 9, author_ids=whose) for name, whose in (("c0", (55, 56)), ("c1", (57,)))
    ]
    request = replace(job().request, media=tuple(Medium(Role.REFERENCE_IMAGE, each) for each in theirs))
    made = await put(store, replace(job(), request=request), Stage.DELIVERED)
    for author in (55, 56, 57):
        assert (await deletions.find_made_from(author, made.short)).request.others(made.user_id) == (55, 56, 57)
    assert await deletions.find_made_from(made.user_id, made.short) is None
    assert list(await shares.authors_of(made.id)) == [made.user_id, 55, 56, 57]
    opt_outs = SqliteOptOuts(store)
    await opt_outs.set_opted_out(55, LATER, out=True)
    await opt_outs.set_opted_out(55, LATER, out=True)
    assert await opt_outs.opted_out([1, 55]) == {55}
    await opt_outs.set_opted_out(55, LATER, out=False)
    assert await opt_outs.opted_out([1, 55]) == frozenset()


async def with_media_of(store, author, **fields):
    file = StoredFile("c0", MediaFormat.PNG, 9, author_ids=(author,))
    asked = replace(job().request, media=(Medium(Role.REFERENCE_IMAGE, file),))
    return await put(store, replace(job(**fields), request=asked), Stage.DELIVERED)


async def test_whose_media_are_in_an_earlier_part_finds_the_reels_and_takes_these_alone(store, deletions, shares, jobs):
    first = await with_media_of(store, 55)
    last = await put(store, job(user_id=8, parent=first.id), Stage.DELIVERED)
    reel = await shares.add(replace(share_of(last), reel=(first.id, last.id)))
    assert list(await shares.authors_of(reel.id)) == [8, first.user_id, 55]
    for not_yet in (deletions.reels_with(55, last.id), deletions.reels_holding(first.id)):
        with pytest.raises(Refusal) as refused:
            await not_yet
        assert refused.value.problem == NotDeleted()
    await posted(shares, reel, 40)
    held = [await deletions.reels_holding(each.id) for each in (first, last)]
    assert [[each.id for each in reels] for reels in held] == [[reel.id], []]
    alone = await shares.add(replace(share_of(last, 2), channel_id=8, channel=OtherChannel(8)))
    await posted(shares, alone, 41)
    assert await deletions.find_in_reel(56, last.short) is None
    assert await deletions.find_in_reel(first.user_id, last.short) is None
    assert (await deletions.find_in_reel(55, last.short)).id == last.id
    # Also where the first was deleted for it before.
    assert await deletions.erase(first.erased(LATER, 55), first.stage, [], None)
    reels = await deletions.reels_with(55, last.id)
    assert [each.id for each in reels] == [reel.id]
    await deletions.erase_reels(reels, None)
    assert await deletions.copies(last.id) == [(8, 41)]
    assert await deletions.find_in_reel(55, last.short) is None
    assert not (await jobs.find(last.id)).deleted


async def erase(deletions, made, copies):
    return await deletions.erase(made.erased(LATER), made.stage, copies, None)


@pytest.mark.parametrize("stage", [Stage.READY, Stage.DELIVERING])
async def test_while_it_is_being_shared_it_is_not_deleted(shares, deletions, jobs, made, stage):
    share = await shares.add(share_of(made))
    if stage is Stage.DELIVERING:
        share = replace(share, stage=stage)
        assert await shares.save(share, Stage.READY)
    with pytest.raises(Refusal) as refused:
        await deletions.copies(made.id)
    assert refused.value.problems == (NotDeleted(),)
    assert not await erase(deletions, made, [])
    assert not (await jobs.find(made.id)).deleted
    await posted(shares, share, 70)
    assert await deletions.copies(made.id) == [(7, 70)]
    assert await erase(deletions, made, [(7, 70)])


async def test_a_copy_that_came_meanwhile_is_deleted_too_first(shares, deletions, jobs, made):
    known = await deletions.copies(made.id)
    await posted(shares, await shares.add(share_of(made)), 70)
    assert not await erase(deletions, made, known)
    assert not (await jobs.find(made.id)).deleted


async def test_a_video_is_shown_off_once_and_a_share_is_no_showcase(shares, made):
    await posted(shares, await shares.add(share_of(made)), 70)
    assert await shares.shown(made.id) is None
    place = OtherChannel(7, guild_id=2002)
    showing = replace(share_of(made, 2), channel=place, showcase=True, created=LATER + 60)
    await shares.add(showing)
    assert await shares.shown(made.id) is None
    await posted(shares, showing, 71)
    assert await shares.shown(made.id) == PublicMessage(2002, 7, 71)
    with pytest.raises(Refusal) as refused:
        await shares.add(replace(showing, id="another", interaction_id=9003, created=LATER + 600))
    assert refused.value.problem == AlreadyShown(PublicMessage(2002, 7, 71))


async def test_a_share_that_took_nothing_is_no_obstacle(shares, deletions, jobs, made):
    share = await shares.add(share_of(made))
    assert await shares.save(replace(share, stage=Stage.HELD), Stage.READY)
    assert await erase(deletions, made, await deletions.copies(made.id))
    assert (await jobs.find(made.id)).deleted


async def test_what_is_deleted_is_shared_no_more_though_it_was_looked_up_before(shares, deletions, made):
    assert await erase(deletions, made, [])
    with pytest.raises(Refusal) as refused:
        await shares.add(share_of(made))
    assert refused.value.problems == (NoSuchJob(),)
    assert await shares.unfinished("share1") is None


async def test_a_reel_comes_back_as_it_was_and_holds_nothing_that_was_deleted(store, shares, deletions, made):
    other = await put(store, job(), Stage.DELIVERED)
    reel = replace(share_of(other), reel=(made.id, other.id))
    await shares.add(reel)
    assert await shares.unfinished(reel.id) == reel
    assert await erase(deletions, made, [])
    with pytest.raises(Refusal) as refused:
        await shares.add(replace(reel, id="share2", interaction_id=9002))
    assert refused.value.problems == (NoSuchJob(),)


async def test_what_is_gone_is_told_to_those_who_have_copies_of_it(store, shares, deletions, made):
    stays, before = await put(store, job(), Stage.DELIVERED), await deletions.latest()
    reel = await shares.add(replace(share_of(stays), reel=(made.id, stays.id)))
    ids = [made.id, stays.id, f"{reel.id}{REEL}", "never-there"]
    assert await deletions.gone(ids) == {"never-there"}
    await store.run(lambda db: db.execute("UPDATE jobs SET clip_bytes = 9"))
    assert await deletions.past_their_days(ids) == set()
    await SqliteJobs(store).forget_clip(stays.id)
    assert await deletions.past_their_days(ids) == {stays.id}
    assert await erase(deletions, made, [])
    assert await deletions.gone(ids) == {made.id, "never-there"}
    await posted(shares, reel, 70)
    assert await deletions.gone(ids) == {made.id, f"{reel.id}{REEL}", "never-there"}
    notes = [before, await deletions.latest()]
    forgetting = SqliteForgetting(store)
    await forgetting.drop_jobs([stays.id], 0.0)
    notes.append(await deletions.latest())
    await forgetting.forget_uploads(["c0"])
    assert len({*notes, await deletions.latest()}) == 4
    assert await deletions.gone(ids) == set(ids)


@pytest.mark.parametrize("is_reel", [True, False])
async def test_a_reel_is_gone_on_with_until_its_file_is_gone(store, shares, made, is_reel):
    parts = (made.id, (await put(store, job(), Stage.DELIVERED)).id) if is_reel else ()
    share = await shares.add(replace(share_of(made), channel=None, reel=parts))
    delivered = replace(share, stage=Stage.DELIVERED)
    assert await shares.save(delivered, share.stage)
    assert await shares.take_left() == ([delivered] if is_reel else [])
    assert await shares.save(replace(delivered, answered=True), Stage.DELIVERED)
    assert await shares.take_left() == []


async def test_scenes_that_only_their_owner_sees_are_shared_with_nobody(shares, deletions, made):
    private = replace(share_of(made), channel=None, reply=reply(private=True), scenes=ScenesEnd.WHOLE)
    await posted(shares, await shares.add(private), 71)
    assert not await shares.is_shared(made.id)
    assert await deletions.copies(made.id) == [(7, 71)]
    await posted(shares, await shares.add(replace(share_of(made, 2), created=LATER + 100)), 72)
    assert await shares.is_shared(made.id)
