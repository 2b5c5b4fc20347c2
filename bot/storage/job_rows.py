"""A job and its row, in both directions: what was accepted and never changes, the reply's address, and the state."""

import json
import logging
import math
from collections.abc import Mapping
from typing import Any

from bot.domain.job import Job
from bot.domain.models import Model, Ratio
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage
from bot.log_lines import about_job
from bot.storage.documents import UNREADABLE, Row, Shape, to_text
from bot.storage.folding import folded, storable

log = logging.getLogger(__name__)

REPLY = Shape(Reply, "reply", ("token", "token_at"))
"""Where a reply is: of a job and of an asset."""

_ACCEPTED = ("id", "user_id", "interaction_id", "pressed", "source", "created", "charged_to", "take", "lead_id")
_HELD = ("fence", "slot")
_STATE = ("stage", "changed", "submitted", "task_id", "completed", "clip_bytes", "reason", "told", "charged", *_HELD)
_JOB = Shape(Job, "state", (*_ACCEPTED, *_STATE), ("request", "reply", "price", "share", "reel", "group"))


def to_row(job: Job) -> Row:
    """Write a job as a row."""
    request = job.request
    asked = {
        "request": to_text(request),
        "prompt_folded": folded(storable(request.prompt)),
        "model": request.model.value,
        "duration": request.duration,
        "resolution": request.resolution,
        "has_files": bool(request.stored),
        "parent": job.parent,
    }
    return asked | REPLY.write(job.reply) | state_row(job)


def state_row(job: Job) -> Row:
    """Write the columns that change with the job."""
    # What was not sent yet counts for as long as it waits, whatever the window.
    unsent = job.changed if job.ended else math.inf
    charged_at = unsent if job.submitted is None else job.submitted
    price = job.price
    money = {"price": None, "currency": None} if price is None else {"price": price.amount, "currency": price.currency}
    return _JOB.write(job) | {"ended": job.ended, "charged_at": charged_at} | money


def to_job(row: Mapping[str, Any]) -> Job:
    """Read a job from its row; a row that this version cannot read becomes an `other_version` job."""
    try:
        price = None if row["price"] is None else {"amount": row["price"], "currency": row["currency"]}
        return _JOB.read(row, request=json.loads(row["request"]), reply=REPLY.words(row), price=price)
    except UNREADABLE as error:
        with about_job(str(row["id"])):
            problem = f"{type(error).__name__}: {error}"
            log.warning("Job %s was saved by another version and is left alone (%s).", row["id"], problem)
        return _of_other_version(row)


def _of_other_version(row: Mapping[str, Any]) -> Job:
    """Stand for a row with what every version reads alike; as an ended job nothing touches it."""
    prompt = str(json.loads(row["request"])["prompt"])
    return Job(
        id=row["id"],
        user_id=row["user_id"],
        interaction_id=row["interaction_id"],
        request=VideoRequest(prompt, Model.SEEDANCE_2, row["duration"], Ratio.WIDE),
        reply=REPLY.read_known(row),
        created=row["created"],
        stage=Stage.FAILED,
        changed=row["changed"],
        reason=Reason.OTHER_VERSION,
        notified_at=row["changed"],
    )


def to_reply(row: Mapping[str, Any]) -> Reply:
    """Read where a reply is; what another version has written of it beside is passed over."""
    try:
        return REPLY.read(row)
    except UNREADABLE:
        return REPLY.read_known(row)


def files_of(row: Mapping[str, Any]) -> dict[str, int]:
    """Read the files (sha256: bytes) of a row's request, also of another version's; an asset in it has none."""
    files = [medium.get("file") for medium in json.loads(row["request"]).get("media", ())]
    return {file["sha256"]: file.get("size", 0) for file in files if file}
