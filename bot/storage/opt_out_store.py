"""The members who don't want others to use their media, in the database."""

from collections.abc import Sequence

from bot.storage.database import Database
from bot.storage.queries import Queries, query

OPT_OUT = "INSERT INTO media_opt_outs (user_id, at) VALUES (:user_id, :at) ON CONFLICT (user_id) DO NOTHING"
OPT_IN = "DELETE FROM media_opt_outs WHERE user_id = :user_id"
IS_OPTED_OUT = "SELECT user_id FROM media_opt_outs WHERE user_id = :user_id"


class SqliteOptOuts(Queries):
    """The rows of an open store, one for each such member."""

    @query
    def set_opted_out(self, db: Database, user_id: int, at: float, *, out: bool) -> None:
        """Write down that others may not use a member's media from `at` on (UTC seconds), or that they may again."""
        db.execute(OPT_OUT if out else OPT_IN, {"user_id": user_id, "at": at} if out else {"user_id": user_id})

    @query
    def opted_out(self, db: Database, user_ids: Sequence[int]) -> frozenset[int]:
        """Tell which of a few members have opted out."""
        asked = ({"user_id": user_id} for user_id in user_ids)
        return frozenset(int(row["user_id"]) for each in asked for row in db.query(IS_OPTED_OUT, each))
