"""How a process of ours ends: its exit codes, and the one line about a store that cannot be used."""

from enum import IntEnum
from typing import Final

from bot.domain.errors import FolderUnusable, StoreClosed, StoreFull, StoreInUse, StoreUnusable
from bot.domain.store_errors import StoreUnreachable


class Exit(IntEnum):
    """How the process ended, after BSD's sysexits where one fits."""

    WELL = 0
    UNUSABLE = 65  # the database is damaged, or from a newer version
    NO_INPUT = 66  # the file to read is not there
    UNREACHABLE = 69  # Discord or the database's server does not answer; a supervisor starts the bot again
    HUNG = 70  # it did nothing for minutes, and its own watchdog ended it
    CANNOT_CREATE = 73  # the file to write is there already, or cannot be made
    NO_SPACE = 74  # nothing can be written down
    IN_USE = 75  # another bot holds the database
    REFUSED = 77  # Discord refuses the token or the intents for good
    MISCONFIGURED = 78  # settings need fixing, or DATA_DIR cannot be used


STORE_ERRORS: Final = (StoreInUse, StoreUnusable, StoreFull, OSError)


def end_of(error: BaseException) -> tuple[Exit, str]:
    """Return the exit code for one of STORE_ERRORS, and a line that says what happened and what to do."""
    match error:
        case StoreInUse():
            return Exit.IN_USE, f"Another bot is using this database: {error}. Stop it, or set another DATA_DIR."
        case FolderUnusable(problem=problem, remedy=remedy):
            return Exit.MISCONFIGURED, f"{problem} {remedy}"
        case StoreUnusable(problem=problem, remedy=remedy):
            code = Exit.UNREACHABLE if isinstance(error, StoreUnreachable) else Exit.UNUSABLE
            return code, f"{problem} {remedy}"
        case StoreClosed():
            return Exit.NO_SPACE, f"The database can't be written: {error}."
        case StoreFull():
            return Exit.NO_SPACE, f"The database can't be written: {error}. Free some space on that disk."
        case _:
            return Exit.NO_SPACE, f"A file can't be used: {error}."
