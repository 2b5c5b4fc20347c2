"""SQLite through sqlite-utils: one thread, one connection, numbered migrations; jobs, notes, backups.

What a job means is the domain's business, and what happens next is the studio's. Here a move is one statement that
takes place or does not.
"""

from bot.storage.beginnings import SqliteBeginnings
from bot.storage.jobs import SqliteJobs
from bot.storage.notes import SqliteNotes
from bot.storage.thread import Store

__all__ = ["SqliteBeginnings", "SqliteJobs", "SqliteNotes", "Store"]
