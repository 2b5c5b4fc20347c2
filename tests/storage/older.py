"""Databases as earlier versions of the bot left them."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.domain.job import Job
from bot.storage.rows import Row, to_row

# Written by the version before media: a job of every stage; with text alone, with an image, and with an image that
# had been shown to the provider.
VERSION_3 = Path(__file__).with_name("version3.sql")

_SINCE_THEN = {
    "attach_files",
    "send_messages",
    "media",
    "hosted",
    "resolution",
    "sound",
    "seed",
    "last_picture",
    "web_search",
    "last_picture_url",
    "incomplete",
    "code",
    "dialect",
}


def make_version_3(path: Path) -> None:
    """Make the database of the version before media."""
    with closing(sqlite3.connect(path)) as db:
        db.executescript(VERSION_3.read_text(encoding="utf-8"))


def first_row(job: Job) -> Row:
    """Write a job of text alone as the first version did."""
    assert job.request.media == job.input_urls == ()
    row = {column: value for column, value in to_row(job).items() if column not in _SINCE_THEN}
    return row | {"image": None, "image_url": None, "image_url_at": 0.0}
