"""What was uploaded to the provider, in the database, by content: the same file goes there once."""

from bot.domain.media import InputUrl
from bot.storage.database import Database
from bot.storage.folding import storable
from bot.storage.queries import Queries, query

REMEMBERED = "SELECT sha256, url, at FROM uploads WHERE sha256 = ?"
REMEMBER = """
INSERT INTO uploads (sha256, url, at) VALUES (?, ?, ?)
ON CONFLICT (sha256) DO UPDATE SET url = excluded.url, at = excluded.at WHERE excluded.at >= uploads.at
"""
FORGET = "DELETE FROM uploads WHERE sha256 = ?"


class SqliteUploads(Queries):
    """The uploads in an open store."""

    @query
    def remembered(self, db: Database, sha256: str) -> InputUrl | None:
        """Return where the provider keeps that content; None when it was never uploaded."""
        found = db.execute(REMEMBERED, [sha256]).fetchone()
        if found is None:
            return None
        digest, url, at = found
        return InputUrl(digest, url, at, uploaded=True)

    @query
    def remember(self, db: Database, input_url: InputUrl) -> None:
        """Write down where the provider keeps it; a newer address takes an older one's place.

        Raises ValueError for an address that is not the provider's: it dies within a day.
        """
        if not input_url.uploaded:
            raise ValueError("Only what the provider keeps itself is remembered.")
        db.execute(REMEMBER, [input_url.sha256, storable(input_url.url), input_url.at])

    @query
    def forget(self, db: Database, sha256: str) -> None:
        """Forget an address that no longer works."""
        db.execute(FORGET, [sha256])
