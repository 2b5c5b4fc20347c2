"""The videos that members have starred, in the database."""

from collections.abc import Sequence
from typing import Any

from bot.storage.database import Database
from bot.storage.folding import holding, search_term
from bot.storage.own_job_store import page_of
from bot.storage.queries import Queries, query, reading
from bot.studio.ports.pages import JobPage

STAR = """
INSERT INTO favourites (user_id, job_id, created) VALUES (:user_id, :job_id, :at)
ON CONFLICT (user_id, job_id) DO NOTHING
"""
UNSTAR = "DELETE FROM favourites WHERE user_id = :user_id AND job_id = :job_id"
IS_STARRED = "SELECT job_id FROM favourites WHERE user_id = :user_id AND job_id = :job_id"
COUNT = """
SELECT count(*) FROM favourites JOIN jobs ON jobs.id = favourites.job_id
WHERE favourites.user_id = :user_id AND prompt_folded LIKE :holds ESCAPE '!'
"""
FAVOURITES = """
SELECT jobs.* FROM favourites JOIN jobs ON jobs.id = favourites.job_id
WHERE favourites.user_id = :user_id AND prompt_folded LIKE :holds ESCAPE '!'
ORDER BY favourites.created DESC, favourites.job_id DESC LIMIT :most OFFSET :skip
"""


class SqliteFavourites(Queries):
    """The starred videos in an open store; each of them is its member's own."""

    @query
    def star(self, db: Database, user_id: int, job_id: str, at: float) -> None:
        """Star a video; a star that is there stays as it is. `at` in UTC seconds."""
        db.execute(STAR, {"user_id": user_id, "job_id": job_id, "at": at})

    @query
    def unstar(self, db: Database, user_id: int, job_id: str) -> None:
        """Take a video's star away, if it has one."""
        db.execute(UNSTAR, {"user_id": user_id, "job_id": job_id})

    @reading
    def starred(self, db: Database, user_id: int, job_ids: Sequence[str]) -> frozenset[str]:
        """Tell which of a few videos have a star."""
        asked = ({"user_id": user_id, "job_id": job_id} for job_id in job_ids)
        return frozenset(row["job_id"] for each in asked for row in db.query(IS_STARRED, each))

    @reading
    def favourites(self, db: Database, user_id: int, search: str, page: int, size: int) -> JobPage:
        """Return one page (from 1; clamped) of a member's starred videos whose prompts contain `search`.

        The one that was starred last comes first.
        """
        asked: dict[str, Any] = {"user_id": user_id, "holds": holding(search_term(search))}
        return page_of(db, COUNT, FAVOURITES, asked, page, size)
