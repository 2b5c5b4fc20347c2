"""The drafts in the database: requests that were refused, kept for a while so that they can be fixed."""

import logging
from collections.abc import Sequence

from bot.domain.drafts import Draft
from bot.domain.media import StoredFile
from bot.storage.database import Database, Statement
from bot.storage.documents import UNREADABLE, Row, Shape
from bot.storage.folding import storable
from bot.storage.queries import Queries, immediate, query

log = logging.getLogger(__name__)

FIND_DRAFT = "SELECT * FROM drafts WHERE id = ?"
_DRAFTS_OF = "SELECT * FROM drafts WHERE user_id = ? ORDER BY created DESC, id DESC "
DRAFTS_OF = Statement(sqlite=_DRAFTS_OF + "LIMIT -1 OFFSET ?", postgres=_DRAFTS_OF + "OFFSET ?")
SAVE_DRAFT = "UPDATE drafts SET created = :created, document = :document WHERE id = :id"
REPLACE_DRAFT = f"{SAVE_DRAFT} AND created = :before"
DELETE_DRAFT = "DELETE FROM drafts WHERE id = ?"
DELETE_OLD_DRAFTS = "DELETE FROM drafts WHERE created < ?"
# By the word alone: wherever another version may have put its files in the document.
# In a text inside of the document the quotation marks are written with a backslash.
FILES_OF_DRAFTS = Statement(
    sqlite="SELECT DISTINCT value FROM drafts, json_tree(document) WHERE key = 'sha256'",
    postgres=r"""
SELECT DISTINCT found[1] FROM drafts, regexp_matches(document, '"sha256"\s*:\s*"([^"\\]*)"', 'g') AS found
""",
)

_DRAFT = Shape(Draft, "document", ("id", "user_id", "created"), ("is_saved",))


class SqliteDrafts(Queries):
    """The drafts in an open store. Times are UTC seconds."""

    @query
    def add(self, db: Database, draft: Draft, maximum: int) -> Sequence[StoredFile]:
        """Write a new draft down; of its member's, so many stay, the newest. Returns the files of those that go.

        One that is there already stays: a call's answer may have been lost.
        """
        with immediate(db):
            if db.execute(FIND_DRAFT, [draft.id]).fetchone() is None:
                db.table("drafts").insert(_DRAFT.write(draft))
            over = list(db.query(DRAFTS_OF, [draft.user_id, maximum]))
            for row in over:
                db.execute(DELETE_DRAFT, [row["id"]])
        return [stored for row in over if (gone := _draft(row)) is not None for stored in gone.stored]

    @query
    def save(self, db: Database, draft: Draft) -> bool:
        """Write a draft down as it is now; False where it is no longer there: it was sent, or its time was over."""
        return db.execute(SAVE_DRAFT, _DRAFT.write(draft)).rowcount == 1

    @query
    def replace(self, db: Database, draft: Draft, before: float) -> bool:
        """Write a draft down where it is still the one of that time; False where it was changed or sent meanwhile."""
        return db.execute(REPLACE_DRAFT, _DRAFT.write(draft) | {"before": before}).rowcount == 1

    @query
    def of_member(self, db: Database, user_id: int) -> Sequence[Draft]:
        """List a member's drafts, the newest first, without those that another version wrote."""
        return [draft for row in db.query(DRAFTS_OF, [user_id, 0]) if (draft := _draft(row)) is not None]

    @query
    def delete(self, db: Database, draft_id: str) -> bool:
        """Delete a draft; False where it is no longer there."""
        return db.execute(DELETE_DRAFT, [storable(draft_id)]).rowcount == 1

    @query
    def find(self, db: Database, draft_id: str) -> Draft | None:
        """Find a draft; None where there is none, or another version wrote it."""
        return next((_draft(row) for row in db.query(FIND_DRAFT, [storable(draft_id)])), None)

    @query
    def delete_before(self, db: Database, before: float) -> int:
        """Delete the drafts of before that time; returns how many."""
        return db.execute(DELETE_OLD_DRAFTS, [before]).rowcount

    @query
    def files_in_use(self, db: Database) -> set[str]:
        """List the sha256 of the files of all drafts, also of those that another version wrote."""
        return {sha256 for (sha256,) in db.execute(FILES_OF_DRAFTS)}


def _draft(row: Row) -> Draft | None:
    try:
        return _DRAFT.read(row, is_saved=True)
    except UNREADABLE as error:
        log.warning("Draft %s was saved by another version (%s).", row["id"], type(error).__name__)
        return None
