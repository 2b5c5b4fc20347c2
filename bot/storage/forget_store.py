"""Forgetting members in the database: what is theirs goes, but for what limits count, under a number without a name.

Each step is a transaction that may be done again. What was there when they asked goes, and what came later stays.
"""

import json
import re
import secrets
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from bot.domain.ids import new_job_id
from bot.domain.privacy import BeingForgotten
from bot.domain.reply import Reply
from bot.storage import note_store
from bot.storage.database import Database
from bot.storage.deletion_store import note_deletion
from bot.storage.documents import Row
from bot.storage.job_rows import REPLY, files_of
from bot.storage.pseudonyms import lasting_pseudonym
from bot.storage.queries import Queries, immediate, query, reading
from bot.storage.unnaming import FORGOTTEN, unname_drafts, unname_in, without_id

ASK = """
INSERT INTO forgetting (user_id, at) VALUES (:user_id, :at)
ON CONFLICT (user_id) DO UPDATE SET at = excluded.at WHERE excluded.at > forgetting.at
"""
ASKED = "SELECT user_id, at FROM forgetting ORDER BY at, user_id"
_ASKED_AT = "SELECT at FROM forgetting WHERE user_id = ?"
WAITING = """
SELECT id FROM jobs INDEXED BY jobs_unfinished
WHERE user_id = :user_id AND ended = 0 AND stage = 'waiting' AND created <= :at ORDER BY created, id
"""
# A scene waits for the scenes after it, a part of a reel for the reel. Even if no process has driven a scene for long,
# the next one or the message with all of them is still to come until its requester was told. A partial index needs its
# condition word for word.
OVER = """
SELECT id FROM jobs INDEXED BY jobs_mine
WHERE user_id = :user_id AND created <= :at AND (ended = 1 OR stage = 'held')
    AND (changed < :settled OR (told IS NOT NULL AND (changed <= :at OR changed < :quiet)))
    AND NOT (told IS NULL AND state LIKE '%"scene"%')
    AND NOT EXISTS (
        SELECT 1 FROM shares WHERE ended = 0 AND (job_id = jobs.id OR document LIKE '%' || jobs.id || '%')
    )
    AND NOT EXISTS (
        SELECT 1 FROM jobs AS other WHERE other.lead_id = jobs.lead_id AND other.ended = 0 AND other.stage <> 'held'
    )
    AND NOT (stage = 'held' AND told IS NOT NULL AND state LIKE '%"scene"%' AND EXISTS (
        SELECT 1 FROM jobs AS next
        WHERE next.user_id = :user_id AND next.created <= :at AND next.told IS NULL AND next.state LIKE '%"scene"%'
    ))
ORDER BY created, id LIMIT :most
"""
LEFT = "SELECT count(*) FROM jobs INDEXED BY jobs_mine WHERE user_id = :user_id AND created <= :at"
_JOB = "SELECT * FROM jobs WHERE id = ? AND (ended = 1 OR stage = 'held')"
_DELETE_JOB = "DELETE FROM jobs WHERE id = ?"
_OF_JOB = ("DELETE FROM shares WHERE job_id = ?", "DELETE FROM favourites WHERE job_id = ?")
_UNCOUNT = "DELETE FROM job_counts WHERE user_id = ? AND jobs <= 0"

_ASSETS = "SELECT id, kept FROM assets WHERE owner_id = :user_id AND created <= :at"
# What is added to a character later than that keeps it, and a consent keeps the character that it is about.
_NO_CONSENT = "id NOT IN (SELECT character_id FROM verifications WHERE character_id IS NOT NULL)"
_OTHERS: Final = (
    "DELETE FROM drafts WHERE user_id = :user_id AND created <= :at",
    "DELETE FROM favourites WHERE user_id = :user_id AND created <= :at",
    "DELETE FROM shares WHERE user_id = :user_id AND created <= :at AND ended = 1",
    "DELETE FROM assets WHERE owner_id = :user_id AND created <= :at",
    f"""DELETE FROM characters WHERE owner_id = :user_id AND created <= :at AND {_NO_CONSENT}
    AND id NOT IN (SELECT character_id FROM assets)""",  # noqa: S608 - no input in it
    "UPDATE characters SET shared_in = NULL, hidden = 1 WHERE owner_id = :user_id AND created <= :at AND hidden = 0",
    "DELETE FROM exports WHERE user_id = :user_id AND at <= :at AND stage IN ('sent', 'failed')",
    "DELETE FROM verifications WHERE owner_id = :user_id AND stage = 'failed'",
)
_DRAFTS = "SELECT document FROM drafts WHERE user_id = :user_id AND created <= :at"
# Also in a document inside of the document.
_SHA256: Final = re.compile("[0-9a-f]{64}")
_UPLOADED = "DELETE FROM uploads WHERE sha256 = ?"
# The id stands in documents as JSON writes numbers, so every row is searched, in chunks.
_NAMED_IN: Final = """
SELECT id, state, request, ended, stage FROM jobs WHERE id > :after AND id <= :last AND user_id <> :user_id
AND (state LIKE :holds OR request LIKE :holds)
"""
_NAMED_BEFORE: Final = "SELECT id, state, request, ended, stage FROM jobs WHERE id = ?"
_LAST = "SELECT max(id) FROM (SELECT id FROM jobs WHERE id > :after ORDER BY id LIMIT :most) AS chunk"
_CHUNK: Final = 10_000
_AUDITED = "SELECT id, actor_id, document FROM audit WHERE actor_id = :user_id OR document LIKE :holds"
_UNNAME = "UPDATE audit SET actor_id = :actor_id, document = :document WHERE id = :id"
_BEING_EXPORTED = "SELECT 1 FROM exports WHERE user_id = :user_id AND at <= :at"
_NAMED_IN_LOGS = "SELECT 1 FROM log_lines WHERE user_id = :user_id LIMIT 1"
_DONE = "DELETE FROM forgetting WHERE user_id = :user_id AND at <= :at"

_TRACES: Final = "traces of forgotten members"
"""The key of the note that bytes of deleted rows may still be in the database's files."""
_NOWHERE: Final = Reply(0, 0, None, None, None, 0.0, private=True, bot_reaches=False, limit=0)


class SqliteForgetting(Queries):
    """Members who are being forgotten, in an open store. Times are UTC seconds."""

    @query
    def ask(self, db: Database, user_id: int, at: float) -> None:
        """Write down that a member wants everything before that time forgotten; their settings are deleted at once."""
        with immediate(db):
            begin(db, user_id, at)
            db.notify("member", str(user_id))
            db.notify("forget", "")

    @query
    def asked(self, db: Database) -> Sequence[BeingForgotten]:
        """List the members who are being forgotten."""
        return [BeingForgotten(row["user_id"], row["at"]) for row in db.query(ASKED)]

    @reading
    def waiting(self, db: Database, member: BeingForgotten) -> Sequence[str]:
        """List the ids of their videos that were not sent yet."""
        return [row["id"] for row in db.query(WAITING, _of(member))]

    @reading
    def over(self, db: Database, member: BeingForgotten, settled: float, quiet: float, maximum: int) -> Sequence[str]:
        """List the ids of their videos that are over.

        Those of whose end they were not told: since `settled`; what has ended since they asked: before `quiet`.
        """
        times = {"settled": settled, "quiet": quiet, "most": maximum}
        return [row["id"] for row in db.query(OVER, _of(member) | times)]

    @query
    def drop_jobs(self, db: Database, job_ids: Sequence[str], counted_since: float) -> set[str]:
        """Delete ended and HELD jobs with their shares and stars; return the contents of the files that they had.

        Of each job that counts against limits since that time, a row without a name is kept.
        """
        files = set[str]()
        with immediate(db):
            for job_id in job_ids:
                for row in list(db.query(_JOB, [job_id])):
                    files |= set(files_of(row))
                    if row["charged"] > 0 and row["charged_at"] > counted_since:
                        asked = db.execute(_ASKED_AT, [row["user_id"]]).fetchone()
                        left = _left_of(row, lasting_pseudonym(db, row["user_id"]))
                        db.table("jobs").insert(left | {"changed": left["changed"] if asked is None else asked[0]})
                    for statement in (_DELETE_JOB, *_OF_JOB):
                        db.execute(statement, [job_id])
                    db.execute(_UNCOUNT, [row["user_id"]])
            note_deletion(db)
            note_store.put(db, _TRACES, "1")
        return files

    @query
    def drop_rest(self, db: Database, member: BeingForgotten) -> set[str]:
        """Delete their other rows; return the contents of the files that the rows had.

        What others' changes and their own say of them loses their id.
        """
        of_member, files = _of(member), set[str]()
        with immediate(db):
            for row in db.query(_ASSETS, of_member):
                files |= set() if row["kept"] is None else {json.loads(row["kept"])["sha256"]}
            for row in db.query(_DRAFTS, of_member):
                files |= set(_SHA256.findall(row["document"]))
            deleted = sum(db.execute(statement, of_member).rowcount for statement in _OTHERS)
            deleted += unname_drafts(db, member)
            for row in list(db.query(_AUDITED, of_member | {"holds": f"%{member.user_id}%"})):
                actor_id = FORGOTTEN if row["actor_id"] == member.user_id else row["actor_id"]
                facts = without_id(json.loads(row["document"]), member.user_id)
                named = {"actor_id": row["actor_id"], "document": row["document"]}
                unnamed = {"actor_id": actor_id, "document": json.dumps(facts)}
                if unnamed != named:
                    deleted += db.execute(_UNNAME, unnamed | {"id": row["id"]}).rowcount
            if deleted:
                note_store.put(db, _TRACES, "1")
        return files

    @query
    def forget_uploads(self, db: Database, contents: Sequence[str]) -> None:
        """Forget where the provider keeps files that were deleted."""
        with immediate(db):
            note_deletion(db)
            for sha256 in contents:
                db.execute(_UPLOADED, [sha256])

    async def unname(self, member: BeingForgotten, among: Collection[str] | None = None) -> set[str]:
        """Take a member's id out of other members' jobs, which say whose video or picture they were made from.

        Returns the ids of those to look at again, by `among` (None: at all): what drives them may write it once more.
        """
        again = set[str]()
        for job_id in among or ():
            again |= await self._unname_one(member, job_id)
        after = "" if among is None else None
        while after is not None:
            after, found = await self._unname_some(member, after)
            again |= found
        return again

    @query
    def _unname_one(self, db: Database, member: BeingForgotten, job_id: str) -> set[str]:
        return unname_in(db, member, db.query(_NAMED_BEFORE, [job_id]))

    @query
    def _unname_some(self, db: Database, member: BeingForgotten, after: str) -> tuple[str | None, set[str]]:
        (last,) = db.execute(_LAST, {"after": after, "most": _CHUNK}).fetchone()
        if last is None:
            return None, set()
        asked = {"after": after, "last": last, "user_id": member.user_id, "holds": f"%{member.user_id}%"}
        return str(last), unname_in(db, member, db.query(_NAMED_IN, asked))

    @reading
    def is_left(self, db: Database, member: BeingForgotten) -> bool:
        """Tell whether any of their videos is still being made or posted."""
        return bool(db.execute(LEFT, _of(member)).fetchone()[0])

    @query
    def finish(self, db: Database, member: BeingForgotten) -> bool:
        """Write down that they are forgotten, where no video, export or line from before is left; tell whether so."""
        asked = _of(member)
        with immediate(db):
            left = (db.execute(sql, asked).fetchone() for sql in (_BEING_EXPORTED, _NAMED_IN_LOGS))
            if db.execute(LEFT, asked).fetchone()[0] or any(left):
                return False
            db.execute(_DONE, asked)
            note_store.put(db, _TRACES, "1")
        return True

    @query
    def rewrite(self, db: Database) -> bool:
        """Leave nothing of deleted rows in the database's files, as `Database.rewrite`; tells whether that is done."""
        done = note_store.get(db, _TRACES) is None or db.rewrite()
        if done:
            db.execute("DELETE FROM notes WHERE key = ?", [_TRACES])
        return done

    @query
    def drop_counted(self, db: Database, before: float) -> int:
        """Delete the rows of forgotten members that no limit counts any more; return how many."""
        with immediate(db):
            dropped = db.execute("DELETE FROM jobs WHERE user_id < 0 AND charged_at < ?", [before]).rowcount
            db.execute("DELETE FROM job_counts WHERE user_id < 0 AND jobs <= 0")
        return dropped


def begin(db: Database, user_id: int, at: float) -> bool:
    """Write down that a member asked at that time to be forgotten; False where they did later.

    What they have set goes with it.
    """
    if not db.execute(ASK, {"user_id": user_id, "at": at}).rowcount:
        return False
    if db.execute("DELETE FROM member_settings WHERE user_id = ?", [user_id]).rowcount:
        note_store.put(db, _TRACES, "1")
    return True


def _of(member: BeingForgotten) -> dict[str, Any]:
    return {"user_id": member.user_id, "at": member.at}


def _left_of(row: Mapping[str, Any], pseudonym: int) -> Row:
    """Make the row that counts in a job's place: seconds, price, time, model and the server that is charged."""
    at = row["charged_at"]
    request = {"prompt": "", "model": row["model"], "duration": row["duration"], "ratio": "16:9"}
    counted = {name: row[name] for name in ("model", "duration", "charged_to", "charged", "price", "currency")}
    return {
        **counted,
        **REPLY.write(_NOWHERE),
        "id": new_job_id(),
        "user_id": pseudonym,
        "interaction_id": -1 - secrets.randbits(62),
        "created": at,
        "request": json.dumps(request),
        "prompt_folded": "",
        "has_files": 0,
        "stage": "cancelled",
        "ended": 1,
        "changed": at,
        "state": json.dumps({"deleted": True}),
        "told": at,
        "charged_at": at,
    }
