"""Small things that the bot writes down for its next start."""

from sqlite_utils import Database

from bot.storage.thread import Store

_PUT = "INSERT INTO notes (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"


class SqliteNotes:
    """Values by key, in an open store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def get(self, key: str) -> str | None:
        """Return the value; None when there is none."""
        return await self._store.run(get, key)

    async def put(self, key: str, value: str) -> None:
        """Write a value down, in the place of the one before. Raises StoreFull when nothing can be written."""
        await self._store.run(put, key, value)


def get(db: Database, key: str) -> str | None:
    """Return a note's value; None when there is none."""
    found = db.execute("SELECT value FROM notes WHERE key = ?", [key]).fetchone()
    return None if found is None else str(found[0])


def put(db: Database, key: str, value: str) -> None:
    """Write a note down."""
    db.execute(_PUT, [key, value])
