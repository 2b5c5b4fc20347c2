"""Databases as earlier versions of the bot left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.job import Job
from bot.storage.folding import folded

# Written by the version before media: a job of every stage; with text alone, with an image, and with an image that
# had been shown to the provider.
VERSION_3 = Path(__file__).with_name("version3.sql")


def make_version_3(path: Path) -> None:
    """Make the database of the version before media."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(VERSION_3.read_text(encoding="utf-8"))


def first_row(job: Job) -> dict[str, object]:
    """Write a job of text alone as the first version did."""
    request, reply = job.request, job.reply
    assert request.media == job.input_urls == ()
    return {
        "id": job.id,
        "user_id": job.user_id,
        "interaction_id": job.interaction_id,
        "pressed": job.pressed,
        "source": job.source,
        "created": job.created,
        "prompt": request.prompt,
        "prompt_folded": folded(request.prompt),
        "model": request.model.value,
        "duration": request.duration,
        "ratio": request.ratio.value,
        "image": None,
        "application_id": reply.application_id,
        "channel_id": reply.channel_id,
        "guild_id": reply.guild_id,
        "message_id": reply.message_id,
        "token": reply.token,
        "token_at": reply.token_at,
        "private": reply.private,
        "bot_reaches": reply.bot_reaches,
        "file_limit": reply.limit,
        "stage": job.stage.value,
        "changed": job.changed,
        "image_url": None,
        "image_url_at": 0.0,
        "not_before": job.not_before,
        "submitted": job.submitted,
        "task_id": job.task_id,
        "said": job.provider_message,
    }
