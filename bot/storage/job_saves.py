"""The one statement that moves a job's row on, and the notices of it to other processes."""

from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import AT_PROVIDER, Stage
from bot.storage.database import CHANNEL, Database, Defer, Statement
from bot.storage.job_rows import state_row, to_reply

# A scene that was told of was gone on from, maybe just now: what it had reserved is the next one's by then, whatever
# the value says that was read before.
SAVE = """
UPDATE jobs SET
    stage = :stage, ended = :ended, changed = :changed, submitted = :submitted, task_id = :task_id,
    completed = :completed, clip_bytes = :clip_bytes, reason = :reason,
    state = CASE WHEN told IS NULL THEN :state ELSE :state_told END,
    charged = CASE WHEN told IS NULL THEN :charged ELSE :charged_told END,
    charged_at = :charged_at, price = :price, currency = :currency, slot = slot * :slot
WHERE id = :id AND stage = :was AND fence = :fence
RETURNING reply, token, token_at
"""
SAVE_AND_TELL = Statement(
    sqlite=SAVE,
    postgres=f"""
WITH saved AS ({SAVE})
SELECT reply, token, token_at, pg_notify('{CHANNEL}', 'line:' || :id) FROM saved
""",  # noqa: S608 - no input in it
)
SAVED = """
SELECT reply, token, token_at FROM jobs
WHERE id = :id AND fence = :fence AND stage = :stage AND changed = :changed AND state IN (:state, :state_told)
"""
# With these stages a job is in line or has a slot: with others there is room for the next.
_COUNTS = AT_PROVIDER | {Stage.WAITING}


def saved(db: Database, job: Job, was: Stage, defer: Defer) -> Reply | None:
    """Write a job's state as `SqliteJobs.save` does; return where the row has its reply, None where it is elsewhere."""
    # The leader hears of room for the next in the same statement: that is a commit less for each job.
    frees = was in _COUNTS and job.stage not in _COUNTS
    row = state_row(job) | {"id": job.id, "was": was.value}
    alone = row if job.scene is None else state_row(job.alone())
    row |= {"state_told": alone["state"], "charged_told": alone["charged"]}
    save = SAVE_AND_TELL if frees else SAVE
    for reply, token, token_at, *_ in db.execute(save, row).fetchall() or db.execute(SAVED, row).fetchall():
        if job.stage is Stage.CANCELLED is not was:
            # Whichever process drives it lets go of it now, and the end is shown by the one that takes it next.
            db.notify("moved", job.id)
            defer(db, [job.id])
            db.notify("cancel", job.id)
        return to_reply({"reply": reply, "token": token, "token_at": token_at})
    return None
