"""What was uploaded to the provider, in the database, by content: the same file goes there once."""

from sqlite_utils import Database

from bot.domain.media import Hosted
from bot.storage.folding import storable
from bot.storage.thread import Queries, query

REMEMBERED = "SELECT sha256, url, at FROM uploads WHERE sha256 = ?"
REMEMBER = """
INSERT INTO uploads (sha256, url, at) VALUES (?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET url = excluded.url, at = excluded.at WHERE excluded.at >= uploads.at
"""
FORGET = "DELETE FROM uploads WHERE sha256 = ?"


class SqliteUploads(Queries):
    """The uploads in an open store."""

    @query
    def remembered(self, db: Database, sha256: str) -> Hosted | None:
        """Return where the provider keeps that content; None when it was never uploaded."""
        found = db.execute(REMEMBERED, [sha256]).fetchone()
        if found is None:
            return None
        digest, url, at = found
        return Hosted(digest, url, at, uploaded=True)

    @query
    def remember(self, db: Database, hosted: Hosted) -> None:
        """Write down where the provider keeps it; a newer address takes an older one's place.

        Raises ValueError for an address that is not the provider's: it dies within a day.
        """
        if not hosted.uploaded:
            raise ValueError("Only what the provider keeps itself is remembered.")
        db.execute(REMEMBER, [hosted.sha256, storable(hosted.url), hosted.at])

    @query
    def forget(self, db: Database, sha256: str) -> None:
        """Forget an address that no longer works."""
        db.execute(FORGET, [sha256])
