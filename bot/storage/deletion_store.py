"""Deleting a member's video: of its row stays what limits count."""

from collections.abc import Sequence

from bot.domain.audit import Change
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.share_problems import NotDeleted
from bot.domain.stages import Stage
from bot.storage.audit_store import write_down
from bot.storage.database import Database
from bot.storage.documents import to_text
from bot.storage.job_rows import state_row, to_job
from bot.storage.own_job_store import find_by_start
from bot.storage.queries import Queries, immediate, query, reading
from bot.storage.share_store import is_being_posted, messages_of

ERASE = """
UPDATE jobs SET
    request = :request, prompt_folded = '', has_files = 0, token = NULL,
    stage = :stage, ended = :ended, changed = :changed, clip_bytes = NULL, reason = :reason, state = :state
WHERE id = :id AND stage = :was
"""
UNSTAR_ALL = "DELETE FROM favourites WHERE job_id = ?"
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
                if change is not None:
                    write_down(db, change)
        return erased
