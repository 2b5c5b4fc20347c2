"""What members decided after a backup was made, which the database that it replaces still knows.

Who opted out stays so, and who asked to be forgotten is forgotten again. Of one who was forgotten since, what limits
count tells, which stands under a number that is made of their id: who had no such video left no trace.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.storage.database import Database
from bot.storage.forget_store import begin
from bot.storage.opening import read_only
from bot.storage.opt_out_store import OPT_OUT
from bot.storage.pseudonyms import pseudonym
from bot.storage.queries import immediate

_LOCK_SECONDS: Final = 10.0
_OPTED_OUT = "SELECT user_id, at FROM media_opt_outs"
_BEING_FORGOTTEN = "SELECT user_id, at FROM forgetting"
# What is left of a forgotten member says when they asked.
_FORGOTTEN = "SELECT user_id, max(changed) AS at FROM jobs WHERE user_id < 0 GROUP BY user_id"
_MEMBERS = """
SELECT user_id FROM job_counts WHERE user_id > 0
UNION SELECT owner_id FROM assets UNION SELECT owner_id FROM characters UNION SELECT owner_id FROM verifications
UNION SELECT user_id FROM member_settings UNION SELECT user_id FROM drafts UNION SELECT user_id FROM exports
"""


@dataclass(frozen=True, slots=True)
class Decisions:
    """How many members opted out since the backup, and how many asked to be forgotten."""

    opted_out: int = 0
    forgotten: int = 0


def carry_over(replaced: Path, db: Database) -> Decisions | None:
    """Write into a restored database what the one that it replaces knows of such decisions; changes nothing there.

    None where that can't be read: it is damaged, or of a version that has no such tables.
    """
    if not replaced.exists():
        return Decisions()
    try:
        with read_only(replaced, _LOCK_SECONDS) as old:
            opted_out = list(old.query(_OPTED_OUT))
            asked = [(row["user_id"], row["at"]) for row in old.query(_BEING_FORGOTTEN)]
            asked += _forgotten(old, db)
    except sqlite3.Error:
        return None
    with immediate(db):
        return Decisions(
            sum(db.execute(OPT_OUT, row).rowcount for row in opted_out),
            len({user_id for user_id, at in asked if begin(db, user_id, at)}),
        )


def _forgotten(old: Database, db: Database) -> Iterator[tuple[int, float]]:
    """List the members of the restored database who were forgotten since, and when they asked for it."""
    left, known = ({row["user_id"]: row["at"] for row in each.query(_FORGOTTEN)} for each in (old, db))
    for (user_id,) in db.execute(_MEMBERS).fetchall():
        at = left.get(pseudonym(old, user_id))
        if at is not None and at > known.get(pseudonym(db, user_id), 0.0):
            yield user_id, at
