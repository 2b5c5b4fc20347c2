"""What a forgotten member leaves in the database: what limits count, under a number, and what is named here."""

from dataclasses import replace
from itertools import pairwise

import pytest

from bot.domain.administration import Authority, Target
from bot.domain.errors import Refusal
from bot.domain.job import Origin
from bot.domain.limits import LimitReached, Limits, Measure, OwnerLimits, Scope
from bot.domain.media import InputUrl, Medium, Role
from bot.domain.money import Price
from bot.domain.privacy import BeingForgotten, Export, ExportStage
from bot.domain.spending import Payer
from bot.domain.stages import Reason, Stage
from bot.domain.takes import numbered
from bot.storage import Tables
from bot.storage.unnaming import FORGOTTEN
from tests.storage.asset_samples import AssetTables, placed, verification
from tests.storage.samples import BO, NOW, job, put, request, steps_to, up_to
from tests.storage.test_drafts import DRAFT

EVE, PROMPT, NAME = 0x0102_0304_0506_0708, "a heron nobody else asks for", "Heronimus"
HOUR, DAY = 3600.0, 86_400.0
MANAGER = Authority(7, EVE, by_owner=False)
EVERYTHING = BeingForgotten(EVE, NOW)
# What another package's table adds with a member's id in it has to be here, and in `forget_store`.
NAMING = {
    ("jobs", "user_id"), ("job_counts", "user_id"), ("drafts", "user_id"), ("shares", "user_id"),
    ("favourites", "user_id"), ("media_opt_outs", "user_id"), ("member_settings", "user_id"),
    ("forgetting", "user_id"), ("exports", "user_id"), ("log_lines", "user_id"),
    ("blocks", "user_id"), ("characters", "owner_id"),
    ("assets", "owner_id"), ("verifications", "owner_id"), ("audit", "actor_id"), ("limits", "target_id"),
}  # fmt: skip


@pytest.fixture
def tables(store):
    return Tables(store)


def of_eve(**fields):
    return job(user_id=EVE, **{"request": request(PROMPT)} | fields)


async def over(store, waiting, **fields):
    """Write down a video that was delivered, and told of."""
    made = await put(store, waiting, Stage.DELIVERED, **fields)
    assert await Tables(store).jobs.mark_notified(made.id, NOW)
    return made


async def forget(tables, member=EVERYTHING):
    """Go the way of `Forgetting`, without files."""
    await tables.forgetting.ask(member.user_id, member.at)
    while ids := await tables.forgetting.over(member, member.at - HOUR, member.at + HOUR, 2):
        await tables.forgetting.drop_jobs(ids, NOW - 30 * DAY)
    await tables.forgetting.drop_rest(member)
    assert not await tables.forgetting.unname(member)
    return await tables.forgetting.finish(member)


async def fill(store, tables):
    """Write down something of Eve's in every table that names a member."""
    await over(store, of_eve(created=NOW - 60 * DAY))
    made = await over(store, of_eve(created=NOW - HOUR, price=Price(7, "USD")))
    assets, draft = AssetTables(store), replace(DRAFT, user_id=EVE, request=replace(DRAFT.request, prompt=PROMPT))
    asset = await placed(assets, name=NAME, character_name=NAME, shared_in=3, owner_id=EVE, created=NOW - 1)
    await tables.drafts.add(draft, 5)
    await tables.drafts.add(draft_with_media_of(EVE), 5)
    await tables.uploads.remember(InputUrl(asset.stored.sha256, "https://files.example/a.png", NOW, uploaded=True))
    await tables.member_settings.put(EVE, "model", "seedance-2")
    await tables.favourites.star(EVE, made.id, NOW)
    pictures = [
        replace(asset.stored, sha256=name * 64, author_ids=by) for name, by in (("c", (EVE,)), ("d", (55, EVE)))
    ]
    asked = request(media=tuple(Medium(Role.REFERENCE_IMAGE, each) for each in pictures))
    other = await over(store, job(user_id=BO, source=made.id, origin=Origin(EVE), request=asked))
    await tables.rules.set_limit(MANAGER, Target(Scope.MEMBER, BO), Measure.DAY, 5, OwnerLimits(), NOW)
    return made, other


def draft_with_media_of(author):
    """Make a draft of another member who has not sent it yet: a request, and what is to be chosen from."""
    [first, *_] = DRAFT.request.files
    theirs = replace(first, author_ids=(author,), stored=replace(first.stored, author_ids=(55, author)))
    asked = replace(DRAFT.request, files=(theirs,))
    return replace(DRAFT, id="b" * 20, user_id=BO, request=asked, candidates=(theirs,), origin=Origin(author))


def everything(db):
    names = sorted({table for table, _ in NAMING})
    return {name: [dict(row) for row in db.query(f"SELECT * FROM {name}")] for name in names}  # noqa: S608


async def test_nothing_but_what_limits_count_is_left_of_a_member(store, tables):
    made, other = await fill(store, tables)
    assert await forget(tables)
    left = await store.run(everything)
    found = {name: rows for name, rows in left.items() if any(str(EVE) in str(row) for row in rows)}
    assert not found
    assert PROMPT not in str(left)
    assert NAME not in str(left)
    [row] = [each for each in left["jobs"] if each["user_id"] != BO]
    assert row["user_id"] < 0
    counted = (row["charged"], row["price"], row["currency"], row["model"], row["id"] == made.id, row["task_id"])
    assert counted == (5, 7, "USD", "seedance-2", False, None)
    assert (await tables.jobs.find(row["id"])).deleted
    theirs = await tables.jobs.find(other.id)
    assert (theirs.origin, theirs.request.authors) == (None, (55,))
    draft = await tables.drafts.find("b" * 20)
    assert (draft.origin, draft.stored[0].author_ids, draft.candidates[0].author_ids) == (None, (55,), ())
    [change] = await tables.audit.latest(7, 5)
    assert change.actor_id == FORGOTTEN


async def test_what_was_used_still_counts_and_no_longer_than_it_did(store, tables):
    payer = Payer(limits=OwnerLimits(member=Limits(day=12)))
    await over(store, of_eve(created=NOW - HOUR))
    await forget(tables)
    await tables.charges.check(payer, EVE, 7, NOW)
    with pytest.raises(Refusal) as refused:
        await tables.charges.check(payer, EVE, 8, NOW)
    [problem] = refused.value.problems
    assert isinstance(problem, LimitReached)
    assert (problem.left, problem.free_at) == (7, NOW - HOUR + DAY)
    stored = await tables.privacy.stored(EVE, NOW, NOW)
    assert (stored.videos, stored.forgotten_seconds) == (0, 5)
    used = await tables.usage.of_member(EVE, NOW, DAY)
    assert (used.today.seconds, used.forgotten_seconds) == (5, 5)
    assert (await tables.usage.of_member(BO, NOW, DAY)).month.seconds == 0
    assert await tables.forgetting.drop_counted(NOW) == 1
    await tables.charges.check(payer, EVE, 12, NOW)


async def test_what_is_made_while_they_are_forgotten_stays_and_what_is_being_made_is_waited_for(store, tables):
    running = await put(store, of_eve(created=NOW - 1), Stage.RENDERING)
    later = await over(store, of_eve(created=NOW + 1))
    assert not await forget(tables)
    assert [each.user_id for each in await tables.forgetting.asked()] == [EVE]
    done = running.failed("generation", NOW + 3)
    assert await tables.jobs.save(done, Stage.RENDERING)
    await tables.jobs.mark_notified(running.id, NOW + 3)
    assert await forget(tables)
    assert await tables.forgetting.asked() == []
    assert await tables.jobs.find(running.id) is None
    assert (await tables.jobs.find(later.id)).request.prompt == PROMPT
    assert (await tables.privacy.stored(EVE, NOW, NOW)).videos == 1


async def test_files_that_went_with_it_are_named(store, tables):
    shown = AssetTables(store)
    asset = await placed(shown, owner_id=EVE, created=NOW - 1)
    medium = Medium(Role.FIRST_FRAME, replace(asset.stored, sha256="b" * 64))
    made = await over(store, of_eve(request=request(media=(medium,))))
    assert await tables.forgetting.drop_jobs([made.id], NOW) == {"b" * 64}
    assert await tables.forgetting.drop_rest(EVERYTHING) == {"a" * 64}


async def test_consents_keep_their_character_closed(store, tables):
    shown = AssetTables(store)
    asset = await placed(shown, character_name="Kim", owner_id=EVE, shared_in=3, created=NOW - 1)
    person = await tables.characters.character(EVE, asset.character_id)
    consent = verification("Kim", owner_id=EVE)
    await shown.begin(consent)
    await tables.characters.verified(consent, replace(person, id="k" * 20, name="Kim 2"))
    await forget(tables)
    [left] = await tables.characters.characters(EVE)
    assert (left.id, left.shared_in) == ("k" * 20, None)
    assert await tables.characters.consented(EVE, "k" * 20)


@pytest.mark.sqlite
async def test_every_column_that_names_a_member_is_thought_of(store):
    def named(db):
        tables = [row["name"] for row in db.query("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = ((table, row["name"]) for table in tables for row in db.query(f"PRAGMA table_info({table})"))
        return {each for each in columns if each[1] in {"user_id", "owner_id", "actor_id", "author_id", "target_id"}}

    assert await store.run(named) == NAMING


@pytest.mark.sqlite
async def test_no_byte_of_it_is_left_in_the_files(store, tables, path):
    for number in range(300):
        whose = EVE if number % 3 else BO
        await put(store, job(user_id=whose, request=request(f"{PROMPT if number % 3 else 'a fox'} {number}" * 3)))
    await store.run(lambda db: db.execute("UPDATE jobs SET stage = 'failed', ended = 1, told = 1.0"))
    await fill(store, tables)
    assert await forget(tables)
    assert await tables.forgetting.rewrite()
    for file in path.parent.glob(f"{path.name}*"):
        data = file.read_bytes()
        assert EVE.to_bytes(8, "big") not in data
        for words in (str(EVE), PROMPT, NAME, NAME.lower()):
            assert words.encode() not in data, (file.name, words)


async def test_takes_are_forgotten_once_none_is_made_any_more_also_those_that_are_held(tables):
    lead, held, made = numbered([of_eve(interaction_id=7, created=NOW - HOUR) for _ in range(3)])
    assert await tables.jobs.accept(lead, up_to(99), None, [held, made]) is not None
    for take, stage in ((lead, Stage.FAILED), (held, Stage.HELD), (made, Stage.RENDERING)):
        for was, after in pairwise(steps_to(take, stage)):
            assert await tables.jobs.save(after, was.stage)
    assert not await forget(tables)
    assert await tables.jobs.find(held.id) is not None
    rendering = await tables.jobs.find(made.id)
    assert await tables.jobs.save(rendering.failed(Reason.LOST, NOW), Stage.RENDERING)
    assert await tables.jobs.mark_notified(lead.id, NOW)
    assert await forget(tables)
    assert await tables.jobs.find(held.id) is None


async def test_a_name_that_is_written_again_by_what_still_makes_a_video_goes_after_that(store, tables):
    running = await put(store, job(user_id=BO, origin=Origin(EVE)), Stage.RENDERING)
    again = await tables.forgetting.unname(EVERYTHING)
    assert again == {running.id}
    assert (await tables.jobs.find(running.id)).origin is None
    assert await tables.jobs.save(running.failed(Reason.LOST, NOW), Stage.RENDERING)
    assert (await tables.jobs.find(running.id)).origin == Origin(EVE)
    assert await tables.forgetting.unname(EVERYTHING, again) == set()
    assert (await tables.jobs.find(running.id)).origin is None


async def test_an_export_that_is_under_way_is_forgotten_after_it(tables):
    export = Export(EVE, NOW - 1, job().reply)
    assert await tables.exports.ask(export) is None
    assert await tables.exports.take() is not None
    assert not await forget(tables)
    await tables.exports.end(export, ExportStage.SENT)
    assert await forget(tables)
    assert await tables.exports.ask(replace(export, at=NOW)) is None
