"""The command line, run to its end."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import BinaryIO

from tests.journeys import warm
from tests.journeys.bot_process import ROOT, Process

_SECONDS = 40.0


@dataclass(frozen=True)
class Ended:
    """What a command said, and how it ended."""

    code: int
    out: str
    err: str

    @property
    def last(self) -> str:
        """Return the last line on standard error."""
        return self.err.strip().splitlines()[-1]


async def command(
    *words: str, environment: Mapping[str, str] | None = None, typed: str = "", before: Sequence[str] = ()
) -> Ended:
    """Run `python -m bot` with these words, and only these settings; `typed` comes in on standard input.

    `before` stands before the command, such as a program that takes rights away.
    """
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    settings = {**bare, **(environment or {})}
    with ExitStack() as stack:
        typing, out, err = files = [stack.enter_context(TemporaryFile()) for _ in range(3)]
        typing.write(typed.encode())
        typing.seek(0)
        process: Process
        if before:
            line = (*before, sys.executable, "-m", "bot", *words, "--no-dotenv")
            process = await asyncio.create_subprocess_exec(
                *line, cwd=ROOT, env=settings, stdin=typing, stdout=out, stderr=err
            )
        else:
            process = await warm.start(
                ROOT, settings, {number: file.fileno() for number, file in enumerate(files)}, words
            )
        try:
            async with asyncio.timeout(_SECONDS):
                code = await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return Ended(code, *(_text(file) for file in (out, err)))


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode()
