"""Deleting a member's video: its row keeps only what limits count, and the holders of its files are notified."""

import json
import secrets
from collections.abc import Collection, Sequence
from typing import Final

from bot.domain.audit import Change
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.share_problems import NotDeleted
from bot.domain.shares import Share
from bot.domain.stages import Stage
from bot.domain.storage_limits import REEL
from bot.storage import note_store
from bot.storage.audit_store import write_down
from bot.storage.database import Database
from bot.storage.documents import to_text
from bot.storage.job_rows import state_row, to_job
from bot.storage.job_store import FIND
from bot.storage.own_job_store import find_by_start
from bot.storage.queries import Queries, immediate, query, reading
from bot.storage.share_store import is_being_posted, messages_of, reels_holding, shares_of

ERASE = """
UPDATE jobs SET
    request = :request, prompt_folded = '', has_files = 0, token = NULL,
    stage = :stage, ended = :ended, changed = :changed, clip_bytes = NULL, reason = :reason, state = :state
WHERE id = :id AND stage = :was
"""
UNSTAR_ALL = "DELETE FROM favourites WHERE job_id = ?"
_STATE = "SELECT state FROM jobs WHERE id = ?"
_WITHOUT_CLIP = "SELECT 1 FROM jobs WHERE id = ? AND ended = 1 AND clip_bytes IS NULL"
_UNFINISHED_SHARE = "SELECT 1 FROM shares WHERE id = ? AND ended = 0"
_LATEST: Final = "latest deletion"
"""The note that each deletion of files changes."""
FORGET_SHARE = "DELETE FROM shares WHERE id = ?"
FORGET_SHARES = "DELETE FROM shares WHERE job_id = ?"


class SqliteDeletions(Queries):
    """Deletions in an open store."""

    @reading
    def find_in(self, db: Database, guild_id: int, text: str) -> Job | None:
        """Find a video that was asked for in a server, where all see it, by its id or its start."""
        found = (to_job(row) for row in find_by_start(db, text))
        return next((job for job in found if job.reply.guild_id == guild_id and not job.reply.private), None)

    @reading
    def find_made_from(self, db: Database, author_id: int, text: str) -> Job | None:
        """Find another member's video that was made from media of that one, by its id or its start."""
        found = (to_job(row) for row in find_by_start(db, text))
        return next((job for job in found if author_id in job.request.others(job.user_id)), None)

    @reading
    def find_in_reel(self, db: Database, author_id: int, text: str) -> Job | None:
        """Find the last video of a reel that holds media of that member, by its id or its start."""
        found = (to_job(row) for row in find_by_start(db, text))
        return next((job for job in found if _reels_with(db, author_id, job.id)), None)

    @reading
    def reels_with(self, db: Database, author_id: int, job_id: str) -> Sequence[Share]:
        """List the reels that end with a video and hold media of that member.

        Raises Refusal(NotDeleted) while one is being posted: where its message will be is not known yet.
        """
        if is_being_posted(db, job_id):
            raise Refusal(NotDeleted())
        return _reels_with(db, author_id, job_id)

    @reading
    def reels_holding(self, db: Database, job_id: str) -> Sequence[Share]:
        """List the reels that hold a video before their last one; raises Refusal(NotDeleted) as `reels_with`."""
        reels = reels_holding(db, job_id)
        if any(is_being_posted(db, reel.job_id) for reel in reels):
            raise Refusal(NotDeleted())
        return reels

    @query
    def erase_reels(self, db: Database, reels: Sequence[Share], change: Change | None) -> None:
        """Forget reels whose messages were deleted, and write down who did it, in one transaction."""
        with immediate(db):
            gone = sum(db.execute(FORGET_SHARE, [reel.id]).rowcount for reel in reels)
            if gone and change is not None:
                write_down(db, change)

    @reading
    def copies(self, db: Database, job_id: str) -> list[tuple[int, int]]:
        """List the messages that a video was shared in: channel and message.

        Raises Refusal(NotDeleted) while it is being shared: where that message will be is not known yet.
        """
        if is_being_posted(db, job_id):
            raise Refusal(NotDeleted())
        return messages_of(db, job_id)

    @query
    def erase(
        self, db: Database, job: Job, was: Stage, copies: Sequence[tuple[int, int]], change: Change | None
    ) -> bool:
        """Write down that a job was deleted where its row still stands at `was`, and who did it, in one transaction.

        `copies`: the messages with it that were dealt with; False, and nothing written, where there are others by now.
        """
        fields = {"id": job.id, "was": was.value, "request": to_text(job.request)}
        with immediate(db):
            if is_being_posted(db, job.id) or messages_of(db, job.id) != list(copies):
                return False
            erased = db.execute(ERASE, state_row(job) | fields).rowcount == 1
            if erased:
                db.execute(UNSTAR_ALL, [job.id])
                db.execute(FORGET_SHARES, [job.id])
                note_deletion(db)
                if change is not None:
                    write_down(db, change)
        return erased

    @query
    def latest(self, db: Database) -> str:
        """Return a value that changes with each deletion of files; empty before the first."""
        return note_store.get(db, _LATEST) or ""

    @reading
    def gone(self, db: Database, file_ids: Collection[str]) -> set[str]:
        """Return the given clip ids whose video was deleted or forgotten, or whose reel is posted."""
        return {file_id for file_id in file_ids if _is_gone(db, file_id)}

    @reading
    def past_their_days(self, db: Database, job_ids: Collection[str]) -> set[str]:
        """Return the given job ids that have ended and whose clip is no longer stored."""
        return {job_id for job_id in job_ids if list(db.query(_WITHOUT_CLIP, [job_id]))}


def _reels_with(db: Database, author_id: int, job_id: str) -> list[Share]:
    return [share for share in shares_of(db, job_id) if any(_is_of(db, author_id, part) for part in share.reel)]


def _is_of(db: Database, author_id: int, job_id: str) -> bool:
    """Tell whether media of a member are in a video of another's, also where they have deleted that since."""
    jobs = [to_job(row) for row in db.query(FIND, [job_id])]
    return any(author_id in (*job.request.others(job.user_id), job.deleted_by) for job in jobs)


def note_deletion(db: Database) -> None:
    """Have the processes that hold copies of files check which files are gone."""
    note_store.put(db, _LATEST, secrets.token_hex(8))


def _is_gone(db: Database, file_id: str) -> bool:
    if file_id.endswith(REEL):
        return not list(db.query(_UNFINISHED_SHARE, [file_id.removesuffix(REEL)]))
    states = [json.loads(row["state"]) for row in db.query(_STATE, [file_id])]
    return all(state.get("deleted") for state in states)
