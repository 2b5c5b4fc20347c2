"""Bind a process to its limits, then become the program: launch.py MEMORY CPU_SECONDS FILE_SIZE PROGRAM [ARGUMENT...].

A script of its own that imports nothing of this project: limits set here hold from the program's first instruction,
which no hook between fork and exec of a threaded process can do safely.
"""

import contextlib
import os
import resource
import sys

_NICE = 10
_OPEN_FILES = 64


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
    for limit, most in limits:
        # macOS knows the address space's limit and refuses to set it.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (most, most))
    os.nice(_NICE)
    program = arguments[3]
    os.execv(program, [program, *arguments[4:]])  # noqa: S606 - a list, no shell


if __name__ == "__main__":
    main(sys.argv[1:])
