"""What log lines have in common: the job that they are about, and counts in words.

The job is known to every line that is logged while it is worked on, a library's too: a task that is started inside the
block keeps it for its whole life, as a context variable does (PEP 567).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_JOB: Final[ContextVar[str]] = ContextVar("job", default="")
# So much of an id stands on cards, where members read it.
_SHORT: Final = 6


@contextmanager
def about_job(job_id: str) -> Iterator[None]:
    """Log inside the block as being about that job; about none with an empty id."""
    short = job_id[:_SHORT]
    if short == _JOB.get():
        # A value that is set takes room in the context of every task that is started inside, even where it is the same.
        yield
        return
    before = _JOB.set(short)
    try:
        yield
    finally:
        _JOB.reset(before)


def job_in_log() -> str:
    """Return the short id of the job that is worked on here; empty where there is none."""
    return _JOB.get()


def counted(number: int, thing: str) -> str:
    """Say how many there are: `1 job`, `2 jobs`."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
