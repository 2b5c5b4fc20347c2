"""What is written is what is read, every field of it, also after the bot was stopped and started."""

import json
from dataclasses import dataclass, fields, replace

import pytest
from hypothesis import HealthCheck, assume, given, settings

from bot.domain.chain import NextStep, Operation
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import InputUrl, MediaFormat, Medium, Role, StoredFile
from bot.domain.member_settings import Defaults, Setting
from bot.domain.models import Dialect, OutputFormat, Resolution
from bot.domain.money import Price
from bot.domain.origin import Origin
from bot.domain.reply import PublicMessage, Reply, Route, Variant
from bot.domain.request import VideoRequest
from bot.domain.scenes import Scene
from bot.domain.stages import Reason, Stage
from bot.storage.asset_rows import asset_row, character_row, verification_row
from bot.storage.documents import UNREADABLE, Shape
from bot.storage.job_rows import to_job, to_row
from bot.storage.job_store import SqliteJobs
from tests.storage import asset_samples
from tests.storage.samples import NOW, STORED, job, opened, reply, request, up_to
from tests.strategies import jobs
from tests.studio.fakes import picture


@given(wanted=jobs())
def test_a_row_holds_every_field(wanted):
    assert to_job(to_row(wanted)) == wanted


async def test_every_column_of_a_row_is_written(store):
    character = asset_samples.character()
    written = {
        "jobs": to_row(job()),
        "characters": character_row(character),
        "assets": asset_row(asset_samples.asset(character)),
        "verifications": verification_row(asset_samples.verification()),
    }
    there = {table: set() for table in written}
    for table in written:
        # On both, a row that is not there has its columns all the same.
        nothing = await store.run(_nothing_of, table)
        there[table] = {column[0] for column in nothing}
    there["jobs"] -= {"shares_task", "holder"}  # of rows that an older version wrote; and never a job's own
    assert there == {table: set(row) for table, row in written.items()}


def _nothing_of(db, table):
    return db.execute(f"SELECT * FROM {table} WHERE id = ''").description  # noqa: S608


def test_no_field_of_a_job_is_forgotten():
    input_urls = (InputUrl("a" * 64, "https://cdn.example/i.png", NOW),)
    denied = {"attach_files": False, "send_messages": False, "external_apps": False}
    told = {"in_thread": True, "bot_added": True, "age_restricted": True}
    address = reply(**denied, **told, locale="de", guild_locale="pt-BR")
    asked = request(
        media=(picture(),), resolution=Resolution.P480, sound=True, seed=5, last_picture=True, web_search=True,
        format=OutputFormat.MOV, defaults=Defaults((Setting.MODEL,)),
        operation=Operation.EDIT,
    )  # fmt: skip
    origin = Origin(7, PublicMessage(3, 2, 1), edited=True, step=NextStep.EXTEND)
    full = job(
        request=asked, reply=address, stage=Stage.FAILED, pressed="p", source="s", origin=origin, charged_to=3,
        input_urls=input_urls, not_before=1.0, submitted=1.0, dialect=Dialect.VIDEO, task_id="t",
        percent=5, completed=2.0, clip_url="u", clip_dies=3.0, clip_bytes=4,
        attempt=DeliveryAttempt(Route.TOKEN, 2, "n", 5.0),
        reason=Reason.LOST, provider_message="no", code="no", notified_at=5.0, last_picture_url="l", incomplete=True,
        price=Price(500_000, "USD"), tries=1, unfetched=1, fence=1, slot=True, deleted=True, deleted_by=9,
        parent="q", part=2, parent_seconds=5, holds_parent=True,
        scene=Scene(2, ("next",), 5),
        take=2, takes=3, lead_id="l", chosen=1,
    )  # fmt: skip
    unsaid = {field.name for field in fields(Job) if getattr(full, field.name) == field.default}
    unsaid -= {"share", "reel", "group"}  # of a value that stands for a share, or for takes: in no row of a job
    unsaid |= {field.name for field in fields(VideoRequest) if getattr(asked, field.name) == field.default}
    unsaid |= {field.name for field in fields(Reply) if getattr(address, field.name) == field.default}
    assert unsaid == set()
    row = to_row(full)
    words = set(row).union(*(json.loads(row[document]) for document in ("request", "reply", "state")))
    names = {field.name for field in (*fields(Job), *fields(VideoRequest), *fields(Reply))}
    assert {STORED.get(name, name) for name in names - {"share", "reel", "group"}} <= words


@pytest.mark.parametrize(
    ("stored", "authors"),
    [
        # As rows had one author, and as they have one still.
        ({"author_id": 55}, (55,)),
        ({"author_id": [55, 56]}, (55, 56)),
        ({}, ()),
    ],
)
def test_the_authors_of_a_file_are_read_as_one_was_written(stored, authors):
    theirs = Medium(Role.FIRST_FRAME, StoredFile("a" * 64, MediaFormat.PNG, 9, author_ids=authors))
    row = to_row(job(request=request(media=(theirs,))))
    [written] = json.loads(row["request"])["media"]
    plain = {"sha256": "a" * 64, "format": "image/png", "size": 9}
    assert written == {"role": "first_frame", "file": plain | stored}
    assert to_job(row).request.authors == authors
    # Never written, and no author all the same.
    none = {"media": [{"role": "first_frame", "file": plain | {"author_id": None}}]}
    assert to_job(row | {"request": json.dumps(json.loads(row["request"]) | none)}).request.authors == ()


@dataclass(frozen=True, slots=True)
class Before:
    id: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Since(Before):
    colour: str = "none"


def test_a_new_field_needs_no_statement():
    before, since = (Shape(kind, "details", ("id",)) for kind in (Before, Since))
    assert since.read(before.write(Before("a", 5))) == Since("a", 5)
    assert before.read(since.write(Since("a", 5))) == Before("a", 5)
    coloured = since.write(Since("a", 5, "red"))
    assert since.read(coloured) == Since("a", 5, "red")
    # A version that knows no colours must not take it for one without.
    with pytest.raises(UNREADABLE):
        before.read(coloured)


# Each example empties the place that all share.
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=jobs())
async def test_a_job_survives_a_restart(place, wanted):
    # PostgreSQL keeps no NUL in a column's text; in documents it's written as \u0000.
    assume(place.is_sqlite or not any("\x00" in text for text in to_row(wanted).values() if isinstance(text, str)))
    new = replace(wanted, stage=Stage.WAITING, notified_at=None)
    place.empty()
    async with opened(place) as before:
        await before.accept(new, up_to(1))
        assert await before.save(replace(wanted, stage=Stage.SUBMITTING), Stage.WAITING)
    async with opened(place) as after:
        assert await after.find(wanted.id) == replace(wanted, stage=Stage.SUBMITTING, notified_at=None)


async def test_a_restart_keeps_what_was_told(place):
    new = job()
    async with place.open() as store:
        await SqliteJobs(store).accept(new, up_to(1))
        await SqliteJobs(store).mark_notified(new.id, 5.0)
    async with opened(place) as after:
        assert await after.find(new.id) == replace(new, notified_at=5.0)


def test_a_drop_from_before_clips_were_made_to_fit_is_read():
    attempt = '{"rung": "token", "channel_id": 2, "nonce": "n", "at": 5.0, "message_id": 4, "form": "link"}'
    read = to_job(to_row(job()) | {"state": f'{{"drop": {attempt}}}'}).attempt
    assert read == DeliveryAttempt(Route.TOKEN, 2, "n", 5.0, 4, Variant.LINK, limit=None, shrunk=None)
