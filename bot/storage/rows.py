"""A job and its row, in both directions.

The columns fall in three: what was accepted and never changes, the reply's address, and the state.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from bot.domain.job import SHORT, DeliveryAttempt, Job
from bot.domain.models import Dialect, Model, Ratio, Resolution
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.domain.request import VideoRequest
from bot.domain.stages import Reason, Stage
from bot.storage.folding import folded, storable
from bot.storage.media import input_urls_text, media_text, to_input_urls, to_media

Row = dict[str, Any]
UNREADABLE: Final = (ValueError, KeyError, TypeError, AttributeError)
"""What reading a row raises that another version, or somebody's hand, has written."""

# Words inside stored values stay as they are.
_STORED: Final = {"route": "rung", "variant": "form", "shrunk": "fitted"}
_FIELDS: Final = {stored: field for field, stored in _STORED.items()}
log = logging.getLogger(__name__)


def to_row(job: Job) -> Row:
    """Write a job as a row."""
    return _accepted(job) | _request(job.request) | reply_row(job.reply) | state_row(job) | {"told": job.notified_at}


def state_row(job: Job) -> Row:
    """Write the part of a row that moves with the job."""
    return {
        "stage": job.stage.value,
        "changed": job.changed,
        "hosted": input_urls_text(job.input_urls),
        "not_before": job.not_before,
        "submitted": job.submitted,
        "dialect": None if job.dialect is None else job.dialect.value,
        "task_id": _text(job.task_id),
        "percent": job.percent,
        "completed": job.completed,
        "clip_url": _text(job.clip_url),
        "clip_dies": job.clip_dies,
        "clip_bytes": job.clip_bytes,
        "drop": None if job.attempt is None else _attempt_text(job.attempt),
        "reason": None if job.reason is None else job.reason.value,
        "said": storable(job.provider_message),
        "code": storable(job.code),
        "last_picture_url": _text(job.last_picture_url),
        "incomplete": int(job.incomplete),
    }


def reply_row(reply: Reply) -> Row:
    """Write the part of a row that says where the reply is."""
    return {
        "application_id": reply.application_id,
        "channel_id": reply.channel_id,
        "guild_id": reply.guild_id,
        "message_id": reply.message_id,
        "token": _text(reply.token),
        "token_at": reply.token_at,
        "private": int(reply.private),
        "bot_reaches": int(reply.bot_reaches),
        "file_limit": reply.limit,
        "attach_files": int(reply.attach_files),
        "send_messages": int(reply.send_messages),
    }


def to_reply(row: Mapping[str, Any]) -> Reply:
    """Read where the reply is from its part of a row."""
    return Reply(
        application_id=row["application_id"],
        channel_id=row["channel_id"],
        guild_id=row["guild_id"],
        message_id=row["message_id"],
        token=row["token"],
        token_at=row["token_at"],
        private=bool(row["private"]),
        bot_reaches=bool(row["bot_reaches"]),
        limit=row["file_limit"],
        # An asset's row from before these were kept has neither.
        attach_files=row["attach_files"] != 0,
        send_messages=row["send_messages"] != 0,
    )


def to_job(row: Mapping[str, Any]) -> Job:
    """Read a job from its row; for one that this version cannot read, return an `other_version` job."""
    try:
        return _to_job(row)
    except UNREADABLE as error:
        log.warning(
            "[#%s] The row %s is from another version (%s: %s); it is left as it is.",
            *(str(row["id"])[:SHORT], row["id"], type(error).__name__, error),
        )
        return _foreign(row)


def _foreign(row: Mapping[str, Any]) -> Job:
    """Stand for a row with what every version reads alike; as an ended job nothing touches it."""
    request = VideoRequest(row["prompt"], Model.SEEDANCE_2, row["duration"], Ratio.WIDE)
    return Job(
        id=row["id"],
        user_id=row["user_id"],
        interaction_id=row["interaction_id"],
        request=request,
        reply=to_reply(row),
        created=row["created"],
        stage=Stage.FAILED,
        changed=row["changed"],
        reason=Reason.OTHER_VERSION,
        notified_at=row["changed"],
    )


def _to_job(row: Mapping[str, Any]) -> Job:
    return Job(
        id=row["id"],
        user_id=row["user_id"],
        interaction_id=row["interaction_id"],
        request=_to_request(row),
        reply=to_reply(row),
        created=row["created"],
        stage=Stage(row["stage"]),
        changed=row["changed"],
        pressed=row["pressed"],
        source=row["source"],
        input_urls=to_input_urls(row["hosted"]),
        not_before=row["not_before"],
        submitted=row["submitted"],
        dialect=None if row["dialect"] is None else Dialect(row["dialect"]),
        task_id=row["task_id"],
        percent=row["percent"],
        completed=row["completed"],
        clip_url=row["clip_url"],
        clip_dies=row["clip_dies"],
        clip_bytes=row["clip_bytes"],
        attempt=_to_attempt(row["drop"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        provider_message=row["said"],
        code=row["code"],
        notified_at=row["told"],
        last_picture_url=row["last_picture_url"],
        incomplete=bool(row["incomplete"]),
    )


def _accepted(job: Job) -> Row:
    return {
        "id": job.id,
        "user_id": job.user_id,
        "interaction_id": job.interaction_id,
        "pressed": job.pressed,
        "source": job.source,
        "created": job.created,
    }


def _request(request: VideoRequest) -> Row:
    prompt = storable(request.prompt)
    return {
        "prompt": prompt,
        "prompt_folded": folded(prompt),
        "model": request.model.value,
        "duration": request.duration,
        "ratio": request.ratio.value,
        "media": media_text(request.media),
        "resolution": None if request.resolution is None else request.resolution.value,
        "sound": None if request.sound is None else int(request.sound),
        "seed": request.seed,
        "last_picture": int(request.last_picture),
        "web_search": int(request.web_search),
    }


def _to_request(row: Mapping[str, Any]) -> VideoRequest:
    return VideoRequest(
        prompt=row["prompt"],
        model=Model(row["model"]),
        duration=row["duration"],
        ratio=Ratio(row["ratio"]),
        media=to_media(row["media"]),
        resolution=None if row["resolution"] is None else Resolution(row["resolution"]),
        sound=None if row["sound"] is None else bool(row["sound"]),
        seed=row["seed"],
        last_picture=bool(row["last_picture"]),
        web_search=bool(row["web_search"]),
    )


def _attempt_text(attempt: DeliveryAttempt) -> str:
    # A version that does not know of hidden prompts reads the others.
    return json.dumps(
        {_STORED.get(name, name): value for name, value in asdict(attempt).items() if name != "hides_prompt" or value}
    )


def _to_attempt(text: str | None) -> DeliveryAttempt | None:
    if text is None:
        return None
    attempt = {_FIELDS.get(name, name): value for name, value in json.loads(text).items()}
    # Rows from before clips were made to fit name neither a limit nor what was made.
    shrunk = attempt.get("shrunk")
    return DeliveryAttempt(
        **attempt
        | {
            "route": Route(attempt["route"]),
            "variant": Variant(attempt["variant"]),
            "shrunk": None if shrunk is None else ShrunkClip(**shrunk),
        }
    )


def _text(text: str | None) -> str | None:
    return None if text is None else storable(text)
