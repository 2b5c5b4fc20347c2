"""Shares in the database: videos that are posted once more."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.domain.errors import Duplicate, NoSuchJob, Refusal, Restarting
from bot.domain.reply import PublicMessage, Reply
from bot.domain.share_problems import AlreadyShown, SharedJustNow
from bot.domain.shares import SAME_PRESS_SECONDS, ScenesEnd, Share
from bot.domain.stages import Stage
from bot.storage.database import Database
from bot.storage.documents import UNREADABLE, Row, Shape
from bot.storage.job_rows import REPLY, to_job
from bot.storage.lease_store import ALIVE, dead_before
from bot.storage.queries import Queries, QueryRunner, immediate, query
from bot.storage.shared_pending_replies import TAKEN

_SHAPE = Shape(
    Share,
    "document",
    ("id", "job_id", "user_id", "interaction_id", "channel_id", "created", "stage", "process"),
    ("reply",),
)

REPEATED = """
SELECT * FROM shares
WHERE job_id = :job_id AND user_id = :user_id AND channel_id = :channel_id
    AND (ended = 0 OR created > :since)
"""
# True also for the very same state: a lost connection may have taken the first answer.
SAVE = """
UPDATE shares SET stage = :stage, ended = :ended, document = :document
WHERE id = :id AND process = :process AND (stage = :was OR (stage = :stage AND document = :document))
"""
# A HELD or FAILED share of which only its owner has to be told is none.
BEING_POSTED = "SELECT 1 FROM shares WHERE job_id = ? AND ended = 0 AND stage IN ('ready', 'delivering') LIMIT 1"
OF_JOB = "SELECT * FROM shares WHERE job_id = ? ORDER BY created"
SHARE = "SELECT * FROM shares WHERE id = ?"
# No index leads there; only a deletion by the author of media asks for it.
HOLDING = "SELECT * FROM shares WHERE job_id <> :job_id AND document LIKE :holds"
READDRESS = "UPDATE shares SET reply = :reply, token = :token, token_at = :token_at WHERE id = :id"
UNFINISHED = "SELECT * FROM shares WHERE id = ? AND ended = 0"
# Also what this process has taken before: a lost connection may have taken the first answer.
_TAKE = f"""
UPDATE shares SET process = :me WHERE ended = 0 AND (process = :me OR process NOT IN {ALIVE}) RETURNING id
"""  # noqa: S608 - no input in it
_SHARED = "SELECT * FROM jobs WHERE id = ?"
_SEEN = "SELECT id FROM shares WHERE interaction_id = ?"
_ANSWERED = "DELETE FROM beginnings WHERE interaction_id = ? RETURNING process"


class SqliteShares(Queries):
    """The shares in an open store. Times are UTC seconds. `process` names this one, where there are many."""

    def __init__(self, store: QueryRunner, process: Callable[[], str] = str) -> None:
        super().__init__(store)
        self._process = process

    @query
    def add(self, db: Database, share: Share) -> Share:
        """Write a new share down; its answer is no pending reply from then on, in the same transaction.

        Raises Duplicate for an interaction that came before, Refusal(SharedJustNow) as `is_repeated`,
        Refusal(NoSuchJob) where the video was deleted since it was looked up, and Refusal(AlreadyShown).
        """
        share = replace(share, process=self._process())
        with immediate(db):
            for row in db.query(_SEEN, [share.interaction_id]):
                if row["id"] == share.id:
                    return share
                raise Duplicate(str(share.interaction_id))
            shared = (row for job_id in {share.job_id, *share.reel} for row in db.query(_SHARED, [job_id]))
            if any(to_job(row).deleted for row in shared):
                raise Refusal(NoSuchJob())
            if share.scenes is ScenesEnd.NO and _is_repeated(
                db, share.job_id, share.user_id, share.channel_id, share.created, is_reel=bool(share.reel)
            ):
                raise Refusal(SharedJustNow())
            if share.showcase and (shown := _shown(db, share.job_id)) is not None:
                raise Refusal(AlreadyShown(shown))
            db.table("shares").insert(_to_row(share))
            if db.execute(_ANSWERED, [share.interaction_id]).fetchall() == [(TAKEN,)]:
                # This process was taken for dead, and its member is being told that nothing came of it.
                raise Refusal(Restarting())
        return share

    @query
    def shown(self, db: Database, job_id: str) -> PublicMessage | None:
        """Return the message in which a job is shown off; None where it is in none."""
        return _shown(db, job_id)

    @query
    def is_shared(self, db: Database, job_id: str) -> bool:
        """Tell whether a job is posted once more where others see it; an answer that only its owner sees is none."""
        return any(share.message and (share.channel or not share.reply.private) for share in shares_of(db, job_id))

    @query
    def authors_of(self, db: Database, file_id: str) -> Sequence[int]:
        """List whose videos a job or a share with this id posts, its owner first, and whose media went into them."""
        share = next(map(_to_share, db.query(SHARE, [file_id])), None)
        posted = (file_id,) if share is None else (share.job_id, *share.reel)
        jobs = [to_job(row) for job_id in posted for row in db.query(_SHARED, [job_id])]
        authors = (author for job in jobs for author in job.request.authors)
        return tuple(dict.fromkeys((*(job.user_id for job in jobs), *authors)))

    @query
    def is_repeated(
        self, db: Database, job_id: str, user_id: int, channel_id: int, now: float, *, is_reel: bool
    ) -> bool:
        """Tell whether the same member's share of the video to that channel goes on, or was made moments ago.

        A reel that ends with the video and the video alone are not the same.
        """
        return _is_repeated(db, job_id, user_id, channel_id, now, is_reel=is_reel)

    @query
    def save(self, db: Database, share: Share, was: Stage) -> bool:
        """Write down how a share stands where its row still stands at `was`, with its process; False if it does not.

        False also where this process had the share under an id whose lease is over: others may go on with it.
        """
        if share.process != self._process():
            return False
        row = _state_row(share) | {"id": share.id, "was": was.value, "process": share.process}
        return db.execute(SAVE, row).rowcount == 1

    @query
    def save_address(self, db: Database, share_id: str, reply: Reply) -> None:
        """Write where its answer is now."""
        db.execute(READDRESS, REPLY.write(reply) | {"id": share_id})

    @query
    def take_left(self, db: Database) -> Sequence[Share]:
        """Take what has not ended and no other living process posts, and list it, what it has taken before too.

        What another version wrote is left alone. One process alone takes all that an earlier run has left.
        """
        with immediate(db):
            taken = db.execute(_TAKE, {"me": self._process()} | dead_before(db)).fetchall()
            found = [_to_share(row) for (share_id,) in taken for row in db.query(UNFINISHED, [share_id])]
        return sorted((share for share in found if share is not None), key=lambda share: (share.created, share.id))

    @query
    def unfinished(self, db: Database, share_id: str) -> Share | None:
        """Find a share that has not ended."""
        return next((_to_share(row) for row in db.query(UNFINISHED, [share_id])), None)


def is_being_posted(db: Database, job_id: str) -> bool:
    """Tell whether a job is on its way into one more message."""
    return bool(list(db.query(BEING_POSTED, [job_id])))


def reels_holding(db: Database, job_id: str) -> list[Share]:
    """List the reels that hold a job's video, and end with another one's."""
    rows = db.query(HOLDING, {"job_id": job_id, "holds": f"%{job_id}%"})
    return [share for row in rows if (share := _to_share(row)) is not None and job_id in share.reel]


def messages_of(db: Database, job_id: str) -> list[tuple[int, int]]:
    """List the messages that hold a job once more: channel and message."""
    places = [share.message for share in shares_of(db, job_id)]
    return [(place.channel_id, place.message_id) for place in places if place is not None]


def _shown(db: Database, job_id: str) -> PublicMessage | None:
    shown = (share.message for share in shares_of(db, job_id) if share.showcase)
    return next((message for message in shown if message is not None), None)


def shares_of(db: Database, job_id: str) -> list[Share]:
    """List how a job was posted once more, the first one first."""
    return [share for row in db.query(OF_JOB, [job_id]) if (share := _to_share(row)) is not None]


def _is_repeated(db: Database, job_id: str, user_id: int, channel_id: int, now: float, *, is_reel: bool) -> bool:
    asked = {"job_id": job_id, "user_id": user_id, "channel_id": channel_id, "since": now - SAME_PRESS_SECONDS}
    # One that cannot be read may be the same.
    shares = [_to_share(row) for row in db.query(REPEATED, asked)]
    return any(share is None or bool(share.reel) is is_reel for share in shares)


def _to_row(share: Share) -> Row:
    return _SHAPE.write(share) | REPLY.write(share.reply) | {"ended": int(share.ended)}


def _state_row(share: Share) -> Row:
    row = _to_row(share)
    return {name: row[name] for name in ("stage", "ended", "document")}


def _to_share(row: Mapping[str, Any]) -> Share | None:
    try:
        return _SHAPE.read(row, reply=REPLY.words(row))
    except UNREADABLE:
        return None
