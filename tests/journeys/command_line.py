"""The command line, run to its end."""

import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.journeys.bot_process import ROOT

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
    process = await asyncio.create_subprocess_exec(
        *(*before, sys.executable, "-m", "bot", *words, "--no-dotenv"),
        cwd=ROOT,
        env={**bare, **(environment or {})},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(_SECONDS):
            out, err = await process.communicate(typed.encode())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    assert process.returncode is not None
    return Ended(process.returncode, out.decode(), err.decode())
