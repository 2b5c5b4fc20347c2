"""The studio's port `Uploads`, on SQLite."""

from sqlite_utils import Database

from bot.domain.media import Hosted
from bot.storage.folding import storable
from bot.storage.thread import Store

REMEMBERED = "SELECT sha256, url, at FROM uploads WHERE sha256 = ?"
REMEMBER = """
INSERT INTO uploads (sha256, url, at) VALUES (?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET url = excluded.url, at = excluded.at WHERE excluded.at >= uploads.at
"""
FORGET = "DELETE FROM uploads WHERE sha256 = ?"


class SqliteUploads:
    """What was uploaded, in an open store; every call raises StoreFull when nothing can be written."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def remembered(self, sha256: str) -> Hosted | None:
        """Return where the provider keeps that content; None when it was never uploaded."""
        return await self._store.run(remembered, sha256)

    async def remember(self, hosted: Hosted) -> None:
        """Write down where the provider keeps it; a newer address takes an older one's place.

        Raises ValueError for an address that is not the provider's: it dies within a day.
        """
        await self._store.run(remember, hosted)

    async def forget(self, sha256: str) -> None:
        """Forget an address that no longer works."""
        await self._store.run(forget, sha256)


def remembered(db: Database, sha256: str) -> Hosted | None:
    """Return where that content is."""
    found = db.execute(REMEMBERED, [sha256]).fetchone()
    if found is None:
        return None
    digest, url, at = found
    return Hosted(digest, url, at, uploaded=True)


def remember(db: Database, hosted: Hosted) -> None:
    """Write down where it is, unless what is written is newer."""
    if not hosted.uploaded:
        raise ValueError("Only what the provider keeps itself is remembered.")
    db.execute(REMEMBER, [hosted.sha256, storable(hosted.url), hosted.at])


def forget(db: Database, sha256: str) -> None:
    """Forget where that content is."""
    db.execute(FORGET, [sha256])
