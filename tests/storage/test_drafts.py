"""Drafts: kept as they were typed, deleted after their time, and each sent once."""

from dataclasses import fields, replace

import pytest

from bot.domain.chain import Operation
from bot.domain.drafts import Draft, Purpose
from bot.domain.errors import DraftGone, Refusal
from bot.domain.media import AttachmentInput, MediaFormat, Role, StoredFile
from bot.domain.member_settings import Defaults, Setting
from bot.domain.models import Model, OutputFormat, Ratio, Resolution
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.request import AssetInput, RequestDraft
from bot.domain.scenes import Scene
from bot.storage import SqliteDrafts
from bot.storage.restored import stamp
from tests.storage.samples import ADA, NOW, job, up_to

FOX = StoredFile("a" * 64, MediaFormat.PNG, 100, 640, 480)
FILE = AttachmentInput(
    "https://cdn.example/fox.png?ex=1", "fox.png", 100, Role.FIRST_FRAME, "image", FOX, (9, 8), "c" * 20
)
TYPED = RequestDraft(
    "a fox\n\n`in` snow", Model.SEEDANCE_2_FAST, 9, Ratio.TALL, (FILE, replace(FILE, option="last_frame", stored=None)),
    (AssetInput("Kira", None, "asset_2", "Kira"),), Resolution.UHD, False, 7, True, True,
    format=OutputFormat.MOV, operation=Operation.EXTEND, takes=2, defaults=Defaults((Setting.MODEL,)),
)  # fmt: skip
DRAFT = Draft("d" * 20, ADA, NOW, TYPED, ("resolution", "media"), True, "j" * 20, True, Origin(ADA, None, edited=True),
              Price(1_200_000, "USD"), Purpose.ANIMATE, (replace(FILE, stored=None),), False, "p" * 20, True, 3, 5,
              Scene(2, ("next",)))  # fmt: skip


def _write_document(db, given):
    db.execute("UPDATE drafts SET document = ? WHERE id = ?", given)


def test_no_field_of_a_draft_is_forgotten():
    unsaid = {field.name for field in fields(Draft) if getattr(DRAFT, field.name) == field.default}
    unsaid |= {field.name for field in fields(RequestDraft) if getattr(TYPED, field.name) == field.default}
    assert unsaid == {"is_saved"}


async def test_a_draft_outlives_the_bot(place):
    async with place.open() as store:
        await SqliteDrafts(store).add(DRAFT, 5)
    async with place.open() as store:
        drafts = SqliteDrafts(store)
        assert await drafts.find(DRAFT.id) == replace(DRAFT, is_saved=True)
        assert await drafts.find("e" * 20) is None
        assert await drafts.files_in_use() == {FOX.sha256}


async def test_it_changes_only_while_it_is_there(store):
    drafts = SqliteDrafts(store)
    assert not await drafts.save(DRAFT)
    await drafts.add(DRAFT, 5)
    changed = replace(DRAFT, created=NOW + 9, request=replace(TYPED, prompt="a wolf", files=()))
    assert await drafts.save(changed)
    assert await drafts.find(DRAFT.id) == replace(changed, is_saved=True)
    assert await drafts.files_in_use() == set()


async def test_it_is_deleted_once(store):
    drafts = SqliteDrafts(store)
    await drafts.add(DRAFT, 5)
    assert [await drafts.delete(DRAFT.id) for _ in range(2)] == [True, False]
    assert await drafts.find(DRAFT.id) is None


async def test_the_newest_of_a_member_stay_and_the_files_of_the_others_are_told(store):
    drafts = SqliteDrafts(store)
    gone = [await drafts.add(replace(DRAFT, id=f"{number:020}", created=NOW + number), 2) for number in range(3)]
    assert gone == [[], [], [FOX]]
    await drafts.add(replace(DRAFT, id="e" * 20, user_id=ADA + 1), 2)
    assert [await drafts.find(f"{number:020}") is not None for number in range(3)] == [False, True, True]


async def test_what_is_older_than_its_time_is_deleted(store):
    drafts = SqliteDrafts(store)
    await drafts.add(DRAFT, 5)
    assert await drafts.delete_before(NOW) == 0
    assert await drafts.delete_before(NOW + 1) == 1
    assert await drafts.find(DRAFT.id) is None


async def test_the_files_of_drafts_of_other_versions_are_in_use_too(store):
    drafts = SqliteDrafts(store)
    documents = ['{"request": null}', "[]", '{"media": [{"sha256": "b"}, {"file": {"sha256": "c"}}]}']
    for number, document in enumerate(documents):
        await drafts.add(replace(DRAFT, id=f"{number:020}"), 5)
        await store.run(_write_document, [document, f"{number:020}"])
    await drafts.add(DRAFT, 5)
    assert await drafts.files_in_use() == {FOX.sha256, "b", "c"}


async def test_a_draft_becomes_one_job(store, jobs):
    await SqliteDrafts(store).add(DRAFT, 5)
    first, second = (replace(job(), id=letter * 20, interaction_id=number) for number, letter in enumerate("ab"))
    assert await jobs.accept(first, up_to(10), DRAFT.id) == first
    with pytest.raises(Refusal) as refused:
        await jobs.accept(second, up_to(10), DRAFT.id)
    assert refused.value.problem == DraftGone()
    assert await jobs.find(second.id) is None
    # The same form, sent twice by a resumed session, is the job that it has become.
    assert await jobs.accept(replace(second, interaction_id=first.interaction_id), up_to(10), DRAFT.id) == first


async def test_a_job_that_is_refused_leaves_its_draft(store, jobs):
    await SqliteDrafts(store).add(DRAFT, 5)
    with pytest.raises(Refusal, match="limit reached"):
        await jobs.accept(job(), up_to(0), DRAFT.id)
    assert await SqliteDrafts(store).find(DRAFT.id) is not None


async def test_a_restored_backup_has_no_drafts(store, jobs):
    await SqliteDrafts(store).add(DRAFT, 5)
    await store.run(stamp, NOW)
    await jobs.stamp_restored()
    assert await SqliteDrafts(store).find(DRAFT.id) is None
