"""What PostgreSQL says when it fails, as the domain's errors. No text of ours holds the address's password."""

from typing import Final

import psycopg
from psycopg import errors
from psycopg_pool import PoolTimeout

from bot.domain.errors import SeedreelError, StoreClosed, StoreFull, StoreUnusable
from bot.domain.store_errors import StoreUnreachable

RESTORE: Final = "Stop the bots and restore a backup with pg_restore."

# The server ends the session, or does not begin one: appendix "PostgreSQL Error Codes", classes 08 and 57.
_LOST = (errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow, errors.IdleInTransactionSessionTimeout)
# Two transactions stood in each other's way, and this one was undone.
_UNDONE = (errors.DeadlockDetected, errors.SerializationFailure)
_NOTHING_WRITTEN: Final[tuple[tuple[type[psycopg.Error], str], ...]] = (
    (errors.LockNotAvailable, "another process is holding its lock"),
    (errors.QueryCanceled, "a statement took too long"),
    (errors.ReadOnlySqlTransaction, "the database is read-only"),
    (errors.TooManyConnections, "the server has no connection left"),
    (errors.OutOfMemory, "the server has no memory left"),
    (errors.IoError, "the server's disk reports an error"),
    (errors.UndefinedTable, "its tables are gone"),
)
_DAMAGED = (errors.DataCorrupted, errors.IndexCorrupted)


def is_lost(error: psycopg.Error, *, closed: bool) -> bool:
    """Tell whether the connection was lost, so that what was sent may be done or not; or undone for another's sake."""
    return closed or isinstance(error, (*_LOST, *_UNDONE))


def translated(error: psycopg.Error, name: str) -> SeedreelError | None:
    """Say in the domain's words what went wrong; None for what only a mistake of ours can cause."""
    if isinstance(error, errors.DiskFull):
        return StoreFull(f"the disk of the database is full: {name}")
    if isinstance(error, _DAMAGED):
        return StoreUnusable(f"The database {name} is damaged ({_sentence(error)}).", RESTORE)
    for kind, reason in _NOTHING_WRITTEN:
        if isinstance(error, kind):
            return StoreClosed(f"{reason}: {name} ({_sentence(error)})")
    if isinstance(error, PoolTimeout):
        return lost(name)
    if isinstance(error, psycopg.OperationalError):
        return StoreClosed(f"the connection to the database failed: {name} ({_sentence(error)})")
    return None


def lost(name: str) -> StoreClosed:
    """Make the error for a server that doesn't answer."""
    return StoreClosed(f"the database's server doesn't answer: {name}")


def unreachable(error: psycopg.Error, name: str) -> StoreUnreachable:
    """Say why there is no connection at a start, with what the operator can do."""
    problem = f"The database {name} can't be reached ({_sentence(error)})."
    return StoreUnreachable(problem, "Start its server, or correct DATABASE_URL.")


def _sentence(error: psycopg.Error) -> str:
    """Return the first line of what was said."""
    return (error.diag.message_primary or str(error)).strip().partition("\n")[0]
