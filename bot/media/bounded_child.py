"""Bind a process to its limits, then become the program: launch.py MEMORY CPU_SECONDS FILE_SIZE PROGRAM [ARGUMENT...].

A script of its own that imports nothing of this project: limits set here hold from the program's first instruction,
which no hook between fork and exec of a threaded process can do safely.
"""

import contextlib
import os
import resource
import sys
from pathlib import Path

_NICE = 10
_OPEN_FILES = 64
_FIRST_TO_DIE = "1000"


def main(arguments: list[str]) -> None:
    """Set the limits (bytes of address space, seconds of processor, bytes of a file) and become the program."""
    memory, seconds, file_size = map(int, arguments[:3])
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, file_size),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    )
    for limit, value in limits:
        # macOS knows the address space's limit and refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    os.nice(_NICE)
    # Linux ends the process with the highest score first when memory is short: this one, never the bot. See proc(5).
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_DIE, "ascii")
    program = arguments[3]
    os.execv(program, [program, *arguments[4:]])  # noqa: S606 - a list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
