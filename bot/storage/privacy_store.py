"""What is stored about a member, counted in the database."""

from typing import Final

from bot.domain.privacy import LEFT_SECONDS, StoredRows
from bot.storage.database import Database
from bot.storage.job_rows import files_of
from bot.storage.job_store import WITH_FILES_OF
from bot.storage.pseudonyms import pseudonym
from bot.storage.queries import Queries, reading

COUNTS: Final = {
    "videos": "SELECT coalesce(sum(jobs), 0) FROM job_counts WHERE user_id = :user_id",
    "clips": "SELECT count(*) FROM jobs WHERE user_id = :user_id AND clip_bytes IS NOT NULL",
    "unfinished": "SELECT count(*) FROM jobs WHERE user_id = :user_id AND ended = 0 AND stage <> 'held'",
    "waiting": "SELECT count(*) FROM jobs WHERE user_id = :user_id AND ended = 0 AND stage = 'waiting'",
    "drafts": "SELECT count(*) FROM drafts WHERE user_id = :user_id",
    "favourites": "SELECT count(*) FROM favourites WHERE user_id = :user_id",
    "shares": "SELECT count(*) FROM shares WHERE user_id = :user_id",
    "characters": "SELECT count(*) FROM characters WHERE owner_id = :user_id AND group_id <> ''",
    "assets": "SELECT count(*) FROM assets WHERE owner_id = :user_id AND hidden = 0",
    "consents": "SELECT count(*) FROM verifications WHERE owner_id = :user_id",
    "settings": "SELECT count(*) FROM member_settings WHERE user_id = :user_id",
    "blocks": "SELECT count(*) FROM blocks WHERE user_id = :user_id",
    "limits": "SELECT count(*) FROM limits WHERE scope = 'member' AND target_id = :user_id",
    "forgotten_seconds": """
SELECT coalesce(sum(charged), 0) FROM jobs
WHERE user_id = :pseudonym AND charged > 0 AND charged_at > :since
""",
}
"""What is counted of a member, by the fields of StoredRows."""
_OPTED_OUT = "SELECT 1 FROM media_opt_outs WHERE user_id = ?"
_SINCE = "SELECT at FROM forgetting WHERE user_id = ?"


class SqlitePrivacy(Queries):
    """What an open store has of a member."""

    @reading
    def stored(self, db: Database, user_id: int, now: float, files_since: float) -> StoredRows:
        """Count it. Times in UTC seconds; files of requests that are older than `files_since` are gone."""
        number = pseudonym(db, user_id)
        asked = {"user_id": user_id, "since": now - LEFT_SECONDS, "pseudonym": number}
        counts = {name: int(db.execute(sql, asked).fetchone()[0]) for name, sql in COUNTS.items()}
        if number == user_id:
            counts["forgotten_seconds"] = 0
        files: dict[str, int] = {}
        for row in db.query(WITH_FILES_OF, {"user_id": user_id, "since": files_since}):
            files |= files_of(row)
        since = db.execute(_SINCE, [user_id]).fetchone()
        opted_out = db.execute(_OPTED_OUT, [user_id]).fetchone() is not None
        at = None if since is None else since[0]
        return StoredRows(**counts, files=len(files), forgetting_since=at, opted_out=opted_out)
