"""Jobs for the store's tests, all of them plain but for what a test names."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import count, pairwise

from bot.domain.ids import new_job_id
from bot.domain.job import Job
from bot.domain.limits import Limits, OwnerLimits
from bot.domain.models import Model, Ratio
from bot.domain.progress import Snapshot, TaskStatus
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.domain.spending import Payer
from bot.domain.stages import Reason, Stage
from bot.storage.job_store import SqliteJobs
from bot.storage.thread import Store

NOW = 1_800_000_000.0
ADA, BO = 101, 202

STORED = {
    "provider_message": "said",
    "notified_at": "told",
    "attempt": "drop",
    "input_urls": "hosted",
    "stored": "kept",
}
"""The stored word of each field that is called otherwise."""

_numbers = count(1)


def reply(**fields):
    plain = {
        "application_id": 1,
        "channel_id": 2,
        "guild_id": 3,
        "message_id": 4,
        "token": "token",
        "token_at": NOW,
        "private": False,
        "bot_reaches": True,
        "limit": 10_000_000,
    }
    return Reply(**plain | fields)


def request(prompt="a red fox", **fields):
    return VideoRequest(prompt, **{"model": Model.SEEDANCE_2, "duration": 5, "ratio": Ratio.WIDE} | fields)


def job(**fields):
    plain = {
        "id": new_job_id(),
        "user_id": ADA,
        "interaction_id": next(_numbers),
        "request": request(),
        "reply": reply(),
        "created": NOW,
        "changed": NOW,
    }
    plain["charged"] = fields.get("request", plain["request"]).duration
    return Job(**plain | fields)


def up_to(at_once):
    """Pay with nobody's account but the member's own, of whom so many videos may be made at once."""
    return Payer(limits=OwnerLimits(member=Limits(at_once=at_once)))


def rendered(at):
    """What the provider says of a clip that was done at that time."""
    return Snapshot(TaskStatus.COMPLETED, clip_url="https://cdn.example/clip.mp4", clip_dies=at + 86_400, completed=at)


_ASIDE = {
    Stage.CANCELLED: Stage.WAITING,
    Stage.FAILED: Stage.SUBMITTING,
    Stage.RENDERING: Stage.QUEUED,
    Stage.HELD: Stage.READY,
}
"""From where on the straight way to a delivery the other stages are reached here."""


def steps_to(waiting: Job, stage: Stage, now: float = NOW) -> list[Job]:
    """List the values that a job goes through from WAITING to a stage."""
    path = []
    for last in _straight(waiting, now):
        path.append(last)
        if last.stage is _ASIDE.get(stage, stage):
            break
    match stage:
        case Stage.CANCELLED:
            path.append(last.cancelled(Reason.OWNER, now))
        case Stage.FAILED:
            path.append(last.failed(Reason.REFUSED, now))
        case Stage.RENDERING:
            path.append(replace(last, stage=Stage.RENDERING))
        case Stage.HELD:
            path.append(last.held(now + 61))
    return path


def _straight(waiting, now):
    yield waiting
    sent = waiting.sending(now)
    yield sent
    queued = sent.accepted(f"task of {waiting.id}", now)
    yield queued
    ready = queued.seen(rendered(now + 60), now + 60)
    yield ready
    delivering = replace(ready, stage=Stage.DELIVERING)
    yield delivering
    yield delivering.delivered(4, now + 70)


async def put(store: Store, waiting: Job, stage: Stage = Stage.WAITING, **fields) -> Job:
    """Write a job down and bring its row to a stage, by the store's own doors; returns it as it then is."""
    jobs, path = SqliteJobs(store), steps_to(waiting, stage, waiting.created)
    await jobs.accept(path[0], up_to(1_000_000))
    for before, after in pairwise(path):
        assert await jobs.save(after, before.stage)
    last = replace(path[-1], **fields)
    assert await jobs.save(last, last.stage)
    return last


@asynccontextmanager
async def opened(place) -> AsyncIterator[SqliteJobs]:
    async with place.open() as store:
        yield SqliteJobs(store)
