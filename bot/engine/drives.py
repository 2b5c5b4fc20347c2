"""Procrastinate as the engine: it brings "drive this row" to one worker, and again to another when that is dead.

Its jobs only carry the word. Who drives a row is decided by the row (`holder`, `fence`), so a job that is lost, doubled
or taken for dead too early costs a look, never a video.
"""

import asyncio
import logging
import select
from collections.abc import Awaitable, Callable
from functools import partial
from types import TracebackType
from typing import Any, Final, Self

import procrastinate
import psycopg
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker
from psycopg_pool import AsyncConnectionPool

from bot.domain.backoff import Backoff, jittered
from bot.engine.rows import ProcessEnding
from bot.engine.schema import QUEUE, TASK
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

HEARTBEAT_SECONDS: Final = 5.0
"""Real seconds between two heartbeats of Procrastinate's."""
STALLED_SECONDS: Final = 20.0
"""Real seconds without one after which another worker takes its jobs; as long as a lease of ours."""
# Real seconds between two clearings.
_CLEAR_SECONDS: Final = 3600.0
# Hours for which a failed job is kept for inspection.
_OLD_HOURS: Final = 24
# More than are ever driven at once: what is at the provider is limited by its slots, and the rest hardly costs.
_CONCURRENCY: Final = 10_000
# How often the worker asks by itself, in real seconds: a job that is retried is not announced, and of those that are
# one that comes in the middle of a question that finds nothing is not heard.
_ASK_SECONDS: Final = 2.0
_MAX_CONNECTIONS: Final = 4
# Scaled seconds: the first step between two starts of a worker that lost its database, and the longest.
_FIRST_PAUSE, _MAX_PAUSE = 0.5, 5.0


class Drives:
    """Procrastinate's side of this process; use as a context manager, after `schema.prepare`.

    `drive` is awaited with the id of a row for each job; it returns once this process is done with that row, or has
    found that another one drives it. With ProcessEnding the job goes back; after any other error the sweep finds the
    row again.
    """

    def __init__(
        self,
        url: str,
        clock: Clock,
        drive: Callable[[str], Awaitable[None]],
        *,
        heartbeat_seconds: float = HEARTBEAT_SECONDS,
        stalled_seconds: float = STALLED_SECONDS,
    ) -> None:
        """Take the database's URL; nothing is connected before entering."""
        self._heartbeat_seconds, self._stalled_seconds = heartbeat_seconds, stalled_seconds
        connector = procrastinate.PsycopgConnector(
            conninfo=url,
            min_size=1,
            max_size=_MAX_CONNECTIONS,
            timeout=heartbeat_seconds,
            configure=_commit_each_statement,
            pool_factory=_pool,
        )
        self._app = procrastinate.App(connector=connector)
        self._clock = clock
        self._worker: Worker | None = None
        self._stopping = False
        self._backoff = Backoff(_FIRST_PAUSE, _MAX_PAUSE)
        self._tasks = BackgroundTasks(clock)

        async def run(job_id: str) -> None:
            await drive(job_id)

        # A job that comes while the process is about to end goes back, for another worker.
        again = procrastinate.RetryStrategy(retry_exceptions=[ProcessEnding])
        self._app.task(name=TASK, queue=QUEUE, retry=again)(run)

    async def __aenter__(self) -> Self:
        _silence_libraries()
        await self._app.open_async()
        self._tasks.start("worker", "the engine's worker", partial(self._run))
        self._tasks.start("stalled", "the look for stalled jobs", partial(self._look_at_stalled))
        self._tasks.start("clear", "the clearing of old jobs", partial(self._clear))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._tasks.close()
        await self._app.close_async()

    def stop(self) -> None:
        """Take no more jobs; those that run go on."""
        self._stopping = True
        if self._worker is not None:
            self._worker.stop()  # type: ignore[no-untyped-call]

    async def _run(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        await retry(self._work, _Lost, self._lost, self._clock, self._backoff)

    def _lost(self, error: "_Lost") -> None:
        log.warning("The engine's worker has ended (%s); starting another.", error)

    async def _work(self) -> None:
        """Run a worker until `stop`; raises _Lost where it ended otherwise, as without its database.

        Its tasks only wait for the work on rows, which goes on without them.
        """
        if self._stopping:
            return
        self._worker = Worker(
            self._app,
            [QUEUE],
            concurrency=_CONCURRENCY,
            fetch_job_polling_interval=_ASK_SECONDS,
            abort_job_polling_interval=_CLEAR_SECONDS,
            shutdown_graceful_timeout=0.0,
            delete_jobs="successful",
            install_signal_handlers=False,
            update_heartbeat_interval=self._heartbeat_seconds,
            stalled_worker_timeout=self._stalled_seconds,
        )
        try:
            await self._worker.run()  # type: ignore[no-untyped-call]
        except (ProcrastinateException, psycopg.Error, OSError) as error:
            raise _Lost(type(error).__name__) from error
        if not self._stopping:
            raise _Lost("its database was lost")

    async def _look_at_stalled(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        """Give the jobs of dead workers to living ones, now and then, for as long as this process lives."""
        while True:
            await asyncio.sleep(jittered(self._heartbeat_seconds))
            try:
                stalled = await self._app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._stalled_seconds)
                for job in stalled:
                    await self._again(job)
            except (ProcrastinateException, psycopg.Error) as error:
                log.info("The look for stalled jobs failed (%s).", type(error).__name__)

    async def _again(self, job: Job) -> None:
        """Let a job of a dead worker be taken by another, or end where one for its row waits already."""
        manager = self._app.job_manager
        try:
            await manager.retry_job(job)
        except ProcrastinateException:
            await manager.finish_job(job, Status.FAILED, delete_job=True)

    async def _clear(self, _again: bool) -> None:  # noqa: FBT001 - as BackgroundTasks calls it
        """Delete what ended otherwise than well, a day later; what ended well is deleted at once."""
        while True:
            await asyncio.sleep(jittered(_CLEAR_SECONDS))
            try:
                await self._app.job_manager.delete_old_jobs(
                    _OLD_HOURS, include_failed=True, include_cancelled=True, include_aborted=True
                )
            except (ProcrastinateException, psycopg.Error) as error:
                log.info("The clearing of old jobs failed (%s).", type(error).__name__)


async def _commit_each_statement(connection: psycopg.AsyncConnection) -> None:
    """Make each statement a transaction of its own, which saves the statements that begin and end one."""
    await connection.set_autocommit(True)


async def _check(connection: psycopg.AsyncConnection) -> None:
    """Ask the server whether a connection lives, where something has come on it meanwhile: its end, most likely.

    Procrastinate would have it asked before every statement. Raises psycopg.OperationalError.
    """
    heard = select.poll()
    heard.register(connection.fileno(), select.POLLIN)
    if heard.poll(0):
        await AsyncConnectionPool.check_connection(connection)


def _pool(**words: Any) -> AsyncConnectionPool[psycopg.AsyncConnection]:
    return AsyncConnectionPool(**words | {"check": _check})


class _Lost(Exception):
    """A worker of Procrastinate's ended by itself."""


def _silence_libraries() -> None:
    """Keep the libraries from logging each job and each try; this module logs what matters."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
