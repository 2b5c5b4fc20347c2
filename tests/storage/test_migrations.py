"""A database of the version before media: everything in it is there, and an image has become a first frame."""

import json
import sqlite3
from contextlib import closing

import pytest
from sqlite_utils import Database

from bot.domain.errors import TaskTaken
from bot.domain.media import InputUrl, MediaFormat, Medium, Role, StoredFile
from bot.domain.stages import ENDS, Reason, Stage
from bot.storage.backups import restore
from bot.storage.job_rows import to_row
from bot.storage.job_store import SqliteJobs
from bot.storage.migrations import STEPS, VERSION, migrations
from bot.storage.note_store import SqliteNotes
from bot.storage.pending_reply_store import SqlitePendingReplies
from bot.storage.thread import Store
from tests.storage.older import first_row, make_version_3
from tests.storage.places import SqlitePlace
from tests.storage.samples import NOW, job, opened, put, request, up_to

pytestmark = pytest.mark.sqlite

KINDS = ("text", "image", "shown")
REPLACED = {"image", "image_url", "image_url_at"}


@pytest.fixture
def before(path):
    """Make the old database and return its rows by id."""
    make_version_3(path)
    return rows(path)


DOCUMENTS = ("request", "reply", "state")
# What is not None where nothing is said.
DEFAULTS = dict.fromkeys(("attach_files", "send_messages"), 1) | dict.fromkeys(("said", "code"), "")
DEFAULTS |= dict.fromkeys(("not_before", "incomplete", "last_picture", "web_search", "uploaded"), 0)
DEFAULTS |= {"form": "file"}


def flat(row):
    """Name what a row says as when each field had a column."""
    columns = dict(row)
    for document in DOCUMENTS:
        columns |= json.loads(row[document])
    drop = {"drop": json.dumps(columns["drop"])} if "drop" in columns else {}
    return columns | drop | {"file_limit": columns["limit"]}


def rows(path):
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        return {row["id"]: dict(row) for row in db.execute("SELECT * FROM jobs")}


def test_the_old_database_holds_what_it_is_to_hold(before):
    stages = [row["stage"] for row in before.values()]
    assert all(stages.count(stage) == len(KINDS) for stage in Stage)
    assert sum(row["image"] is None for row in before.values()) == len(Stage)
    assert sum(row["image_url"] is not None for row in before.values()) == len(Stage)


async def test_what_did_not_change_is_as_it_was(path, before):
    async with Store(path) as store:
        assert await SqliteNotes(store).get("commands") == "digest"
        (begun,) = await SqlitePendingReplies(store).left()
        assert (begun.interaction_id, begun.reply.token) == (9001, "token9001")
    after = rows(path)
    assert after.keys() == before.keys()
    for job_id, old in before.items():
        now = flat(after[job_id])
        assert {column: now.get(column) for column in old.keys() - REPLACED} == {
            column: value for column, value in old.items() if column not in REPLACED
        }
        assert not REPLACED & now.keys()


async def test_an_image_is_a_first_frame_at_its_address(path, before):
    async with opened(SqlitePlace(path.parent)) as jobs:
        for job_id, old in before.items():
            found = await jobs.find(job_id)
            if old["image"] is None:
                assert (found.request.media, found.input_urls) == ((), ())
                continue
            image = json.loads(old["image"])
            stored = StoredFile(
                image["sha256"], MediaFormat(image["format"]), image["size"], image["width"], image["height"], None
            )
            assert found.request.media == (Medium(Role.FIRST_FRAME, stored),)
            shown = InputUrl(stored.sha256, old["image_url"] or "", old["image_url_at"], uploaded=False)
            assert found.input_urls == ((shown,) if old["image_url"] else ())


async def test_what_was_no_choice_then_was_not_made(path, before):
    async with opened(SqlitePlace(path.parent)) as jobs:
        for job_id in before:
            found = await jobs.find(job_id)
            asked = found.request
            assert (asked.resolution, asked.sound, asked.seed) == (None, None, None)
            assert (asked.last_picture, asked.web_search, found.last_picture_url) == (False, False, None)


async def test_a_migrated_row_is_what_would_be_written_now(path, before):
    async with opened(SqlitePlace(path.parent)) as jobs:
        found = {job_id: await jobs.find(job_id) for job_id in before}
    for job_id, row in rows(path).items():
        written = to_row(found[job_id])
        del row["shares_task"], row["holder"]
        for document in DOCUMENTS:
            row[document], written[document] = meaning(row[document]), meaning(written[document])
        assert row == written


def meaning(document):
    """Leave out of a document what is a default."""
    return lean(json.loads(document))


def lean(value):
    match value:
        case dict():
            return {word: lean(each) for word, each in value.items() if each != DEFAULTS.get(word)}
        case list():
            return [lean(each) for each in value]
        case _:
            return value


async def test_a_migrated_job_goes_on(path, before):
    async with Store(path) as store:
        jobs = SqliteJobs(store)
        assert {each.id for each in await jobs.unfinished()} == before.keys()
        waiting = await jobs.find("waitingshown00000000")
        assert await jobs.save(waiting.sending(NOW), Stage.WAITING)
        assert await jobs.find(waiting.id) == waiting.sending(NOW)
        await put(store, job(interaction_id=7_000_001, request=request(media=waiting.request.media)))


async def test_files_of_migrated_jobs_are_in_use(path, before):
    files = {job_id: json.loads(row["image"])["sha256"] for job_id, row in before.items() if row["image"]}
    running = {files[job_id] for job_id in files if before[job_id]["stage"] not in ENDS}
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.files_in_use(NOW) == set(files.values())
        assert await jobs.files_in_use(NOW + 1000) == running


async def test_the_old_database_is_kept_beside_it(path, before):
    async with opened(SqlitePlace(path.parent)):
        pass
    assert rows(path.with_name("seedreel.db.before-4")) == before


async def test_an_old_backup_is_restored(path, before, tmp_path):
    copy = path.rename(tmp_path / "copy.db")
    assert restore(copy, path).replaced is None
    assert rows(copy) == before
    async with opened(SqlitePlace(path.parent)) as jobs:
        assert await jobs.restored_at() is not None
        assert (await jobs.find("queuedimage000000000")).request.media[0].role is Role.FIRST_FRAME


async def test_an_old_database_gets_the_schema_of_a_new_one(path, before, tmp_path):
    for each in (path, tmp_path / "new.db"):
        async with Store(each):
            pass
    assert schema(path) == schema(tmp_path / "new.db")
    assert len(STEPS) == VERSION


def schema(path):
    with closing(sqlite3.connect(path)) as db:
        found = db.execute("SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE '%sqlite_%'")
        return dict(found.fetchall())


async def test_two_jobs_that_share_a_task_keep_it_and_no_third_gets_it(path):
    with closing(Database(path, strict=True)) as old:
        migrations().apply(old, stop_before="m009_tasks")
        for number in (1, 2):
            shared = job(interaction_id=number, created=NOW + number, stage=Stage.QUEUED, task_id="tsk", submitted=NOW)
            row = first_row(shared)
            old["jobs"].insert({column: value for column, value in row.items() if column not in REPLACED})
    async with opened(SqlitePlace(path.parent)) as jobs:
        both = await jobs.unfinished()
        assert [each.task_id for each in both] == ["tsk", "tsk"]
        assert [row["shares_task"] for row in rows(path).values()].count(1) == 1
        for each in both:
            assert await jobs.save(each.failed(Reason.LOST, NOW), Stage.QUEUED)
        third = await jobs.accept(job(interaction_id=3), up_to(9))
        await jobs.save(third.sending(NOW), Stage.WAITING)
        with pytest.raises(TaskTaken):
            await jobs.save(third.sending(NOW).accepted("tsk", NOW), Stage.SUBMITTING)
        assert (await jobs.find(third.id)).stage is Stage.SUBMITTING
