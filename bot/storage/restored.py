"""What a database that was put back from a backup must not do: pay again for what it does not remember having sent.

Uploads, assets and verifications go on from where they stood: a step that is made once more costs nothing there.
"""

import logging
import math
import time

from bot.storage.database import Database
from bot.storage.note_store import get, put
from bot.storage.queries import immediate

log = logging.getLogger(__name__)

_RESTORED_AT = "restored_at"
_SETTLED = "restored_settled"

# The backup knows them as never sent; after it was made they may have been.
_FAIL = """
UPDATE jobs SET
    stage = 'failed', ended = 1, reason = 'unclear', changed = :at, charged_at = coalesce(submitted, :at), slot = 0
WHERE stage IN ('waiting', 'submitting') AND ended = 0 AND created < :at
"""


def stamp(db: Database, at: float) -> None:
    """Write down that the database was put back at that time, in UTC seconds."""
    put(db, _RESTORED_AT, repr(at))


def restored_at(db: Database) -> float | None:
    """Return when the database was last put back, in UTC seconds; None when it never was."""
    found = get(db, _RESTORED_AT)
    return None if found is None else _time(found)


def settle(db: Database) -> int:
    """Fail what was not known to be sent when the database was put back; once for each stamp. Returns how many."""
    with immediate(db):
        stamped = get(db, _RESTORED_AT)
        if stamped is not None and _time(stamped) is None:
            # It was put back at an unknown time: no row older than this moment is believed.
            log.warning("The time of the last restore (%s) can't be read; now is used instead.", stamped)
            stamp(db, time.time())
            stamped = get(db, _RESTORED_AT)
        if stamped is None or stamped == get(db, _SETTLED):
            return 0
        put(db, _SETTLED, stamped)
        # What was only begun when the backup was made may have become a video since.
        db.execute("DELETE FROM beginnings")
        db.execute("DELETE FROM drafts")
        # What was on its way to a channel then may have come there since.
        db.execute("DELETE FROM shares WHERE ended = 0")
        return db.execute(_FAIL, {"at": float(stamped)}).rowcount


def _time(text: str) -> float | None:
    try:
        at = float(text)
    except ValueError:
        return None
    return at if math.isfinite(at) else None
