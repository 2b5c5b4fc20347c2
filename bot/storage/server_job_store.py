"""The jobs of a server in the database, as those who manage it see them."""

from bot.domain.audit import Change
from bot.domain.job import Job
from bot.domain.reply import Reply
from bot.domain.stages import Stage
from bot.storage.audit_store import write_down
from bot.storage.database import Database, Defer, Statement, not_deferred
from bot.storage.job_saves import saved
from bot.storage.own_job_store import page_of
from bot.storage.queries import Queries, QueryRunner, immediate, query, reading
from bot.studio.ports.pages import JobPage

# Of jobs that have not ended there are as many as fit into limits: a server's own are picked out among them.
_LIVE = "ended = 0 AND stage != 'held' AND (CAST(:guild_id AS BIGINT) IS NULL OR {guild_id} = :guild_id)"
_IN_SQLITE = _LIVE.format(guild_id="json_extract(reply, '$.guild_id')")
_IN_POSTGRES = _LIVE.format(guild_id="CAST(CAST(reply AS json) ->> 'guild_id' AS BIGINT)")
_COUNT = "SELECT count(*) FROM jobs WHERE "
_LIST, _PAGE = "SELECT * FROM jobs WHERE ", " ORDER BY created, id LIMIT :most OFFSET :skip"
COUNT_LIVE = Statement(sqlite=_COUNT + _IN_SQLITE, postgres=_COUNT + _IN_POSTGRES)
LIVE = Statement(sqlite=_LIST + _IN_SQLITE + _PAGE, postgres=_LIST + _IN_POSTGRES + _PAGE)


class SqliteServerJobs(Queries):
    """What was asked for in servers, in an open store; `defer` as in `SqliteJobs`."""

    def __init__(self, store: QueryRunner, defer: Defer = not_deferred) -> None:
        super().__init__(store)
        self._defer = defer

    @reading
    def live(self, db: Database, guild_id: int | None, page: int, size: int) -> JobPage:
        """Return one page (from 1; clamped) of what was asked for in a server and still runs; None: anywhere."""
        return page_of(db, COUNT_LIVE, LIVE, {"guild_id": guild_id}, page, size)

    @query
    def cancel(self, db: Database, job: Job, change: Change) -> Reply | None:
        """Write a cancelled job down where its row still waits, and who did it, in one transaction.

        Returns where the row has its reply; None where it waits no longer.
        """
        with immediate(db):
            reply = saved(db, job, Stage.WAITING, self._defer)
            if reply is not None:
                write_down(db, change)
        return reply
