"""What is written is what is read, every field of it, also after the bot was stopped and started."""

import tempfile
from dataclasses import fields, replace
from pathlib import Path

from hypothesis import given, settings

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import Route, Variant
from bot.domain.request import VideoRequest
from bot.domain.stages import Stage
from bot.storage.jobs import SqliteJobs
from bot.storage.rows import to_job, to_row
from bot.storage.thread import Store
from tests.storage.samples import job, opened
from tests.strategies import jobs

COLUMNS = {
    "provider_message": "said",
    "notified_at": "told",
    "attempt": "drop",
    "input_urls": "hosted",
    "stored": "kept",
}
"""Columns that are not named like their fields."""


@given(wanted=jobs())
def test_a_row_holds_every_field(wanted):
    assert to_job(to_row(wanted)) == wanted


async def test_no_field_of_a_job_is_forgotten(store):
    columns = await store.run(lambda db: set(db.table("jobs").columns_dict))
    spread = {"request", "reply"}
    assert {COLUMNS.get(field.name, field.name) for field in (*fields(Job), *fields(VideoRequest))} - spread <= columns


@settings(max_examples=25, deadline=None)
@given(wanted=jobs())
async def test_a_job_survives_a_restart(wanted):
    new = replace(wanted, stage=Stage.WAITING, notified_at=None)
    with tempfile.TemporaryDirectory() as folder:
        async with opened(Path(folder)) as before:
            await before.accept(new, 1)
            assert await before.save(replace(wanted, stage=Stage.SUBMITTING), Stage.WAITING)
        async with opened(Path(folder)) as after:
            assert await after.find(wanted.id) == replace(wanted, stage=Stage.SUBMITTING, notified_at=None)


async def test_a_restart_keeps_what_was_told(path):
    new = job()
    async with Store(path) as store:
        await SqliteJobs(store).accept(new, 1)
        await SqliteJobs(store).mark_notified(new.id, 5.0)
    async with opened(path.parent) as after:
        assert await after.find(new.id) == replace(new, notified_at=5.0)


def test_a_drop_from_before_clips_were_made_to_fit_is_read():
    attempt = '{"rung": "token", "channel_id": 2, "nonce": "n", "at": 5.0, "message_id": 4, "form": "link"}'
    read = to_job(to_row(job()) | {"drop": attempt}).attempt
    assert read == DeliveryAttempt(Route.TOKEN, 2, "n", 5.0, 4, Variant.LINK, limit=None, shrunk=None)
