"""An ffmpeg that stays in the middle of a join: it has written the joined file, and doesn't end before it is killed."""

import asyncio
import os
import shlex
from pathlib import Path
from typing import Self

from sandbox.ledger import Ledger
from sandbox.toapis.ffmpeg import ffmpeg

# What is joined is made under this name (bot/media/join.py). A bot's ffmpeg is its child: its shell has become it.
_SCRIPT = """\
#!/bin/sh
for last; do :; done
case $last in */joined.mp4) [ -e {folder}/armed ] && held=1 ;; esac
[ "$held" ] || exec {ffmpeg} "$@"
{ffmpeg} "$@" || exit
echo $$ $PPID >{folder}/begun
read -r _ <{folder}/never
"""


class HeldJoin:
    """Give `settings` to bots before their start; every join is held but between `let_go` and `hold`.

    Use as a context manager.
    """

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self._folder = folder / "held-join"
        self._ledger = ledger
        self._begun = -1
        self._held: list[tuple[int, int]] = []  # of each its pidfd, and its bot's id

    @property
    def settings(self) -> dict[str, str]:
        """Return what has a bot use it (imageio-ffmpeg's own variable)."""
        return {"IMAGEIO_FFMPEG_EXE": str(self._folder / "ffmpeg")}

    def __enter__(self) -> Self:
        self._folder.mkdir()
        for name in ("begun", "never"):
            os.mkfifo(self._folder / name)
        self.hold()
        program = self._folder / "ffmpeg"
        program.write_text(_SCRIPT.format(folder=shlex.quote(str(self._folder)), ffmpeg=shlex.quote(ffmpeg())))
        program.chmod(0o755)
        self._begun = os.open(self._folder / "begun", os.O_RDWR | os.O_NONBLOCK)
        asyncio.get_running_loop().add_reader(self._begun, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._begun)
        os.close(self._begun)
        # Where one is left after all, the read that it stands in ends.
        os.close(os.open(self._folder / "never", os.O_RDWR))
        for process, _ in self._held:
            os.close(process)

    def _hear(self) -> None:
        for line in os.read(self._begun, 4096).splitlines():
            pid, bot = map(int, line.split())
            self._held.append((os.pidfd_open(pid), bot))
        self._ledger.touch()

    async def reached(self, count: int = 1) -> int:
        """Wait until so many joins were held so far; return the id of the process of the latest one's bot."""
        await self._ledger.until(lambda: len(self._held) >= count, within=60.0, what=f"join {count}")
        return self._held[count - 1][1]

    def hold(self) -> None:
        """Hold every join that begins from now on."""
        (self._folder / "armed").touch()

    def let_go(self) -> None:
        """Hold no join that begins from now on."""
        (self._folder / "armed").unlink()

    async def gone(self) -> None:
        """Wait until no ffmpeg that was held is there any more."""
        async with asyncio.timeout(20.0):
            for process, _ in self._held:
                ended = asyncio.Event()
                asyncio.get_running_loop().add_reader(process, ended.set)
                await ended.wait()
                asyncio.get_running_loop().remove_reader(process)
