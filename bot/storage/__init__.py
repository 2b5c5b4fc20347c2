"""SQLite through sqlite-utils: one thread, one connection, numbered migrations; jobs, assets, notes, backups.

What a job means is the domain's business, and what happens next is the studio's. Here a move is one statement that
takes place or does not.
"""

from bot.storage.assets import SqliteAssets
from bot.storage.characters import SqliteCharacters
from bot.storage.jobs import SqliteJobs
from bot.storage.notes import SqliteNotes
from bot.storage.pending_replies import SqlitePendingReplies
from bot.storage.thread import Store
from bot.storage.uploads import SqliteUploads

__all__ = [
    "SqliteAssets",
    "SqliteBeginnings",
    "SqliteCharacters",
    "SqliteJobs",
    "SqliteNotes",
    "SqliteUploads",
    "Store",
    "Tables",
]


class Tables:
    """What is written down in an open store, by what it is about."""

    def __init__(self, store: Store) -> None:
        self.jobs = SqliteJobs(store)
        self.assets = SqliteAssets(store)
        self.characters = SqliteCharacters(store)
        self.pending_replies = SqlitePendingReplies(store)
        self.uploads = SqliteUploads(store)
        self.notes = SqliteNotes(store)
