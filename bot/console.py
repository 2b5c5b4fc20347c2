"""What a command says on its standard streams, which may be closed, full or not read to their end."""

import os
import sys
from contextlib import suppress


def say(line: str) -> None:
    """Print a line to standard output at once, as far as it is read; what its encoding lacks is escaped."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError):
        print(line.encode(encoding, "backslashreplace").decode(encoding), flush=True)


def write_out(text: str) -> None:
    """Write what another program reads to standard output; raises OSError, but not where no one reads on."""
    with suppress(BrokenPipeError):
        sys.stdout.write(text)
        sys.stdout.flush()


def complain(line: str) -> None:
    """Print a line to standard error, as far as it is read."""
    with suppress(OSError, ValueError):
        print(line, file=sys.stderr, flush=True)


def hold_streams() -> None:
    """Open the standard streams that are closed, on nothing.

    Else the next file that is opened, perhaps the database, takes their place and gets what is meant for them.
    """
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # The lowest free number is taken.
            os.open(os.devnull, os.O_RDWR)


def let_go_of_streams() -> None:
    """Throw away what a stream would not take, so that the interpreter's own end does not fail with it.

    As Python's manual says in "Note on SIGPIPE".
    """
    for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            nothing = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nothing, descriptor)
            os.close(nothing)
