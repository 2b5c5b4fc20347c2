"""The calls that one video needs, each made once and bare: `python -m bench.bare_video PLAN`.

A discord.py client that answers every command with a deferral and then makes, one after the other, the calls of the
plan: with aiohttp the POST, the questions and the download to a file, with ffmpeg one look at it, with discord.py the
edits, the upload and the ping, with sqlite3 the commits of one row in a thread. It decides nothing.
"""

import asyncio
import json
import sqlite3
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
import discord
import imageio_ffmpeg
from discord.http import Route

from bot.clock import ScaledClock

_CHUNK = 64 * 1024
EDIT = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
PING = "POST /channels/{channel_id}/messages"


@dataclass(frozen=True, slots=True)
class Plan:
    """The calls, with the bodies of a video that the bot has made.

    `row` is what each commit writes; files lie in `folder`. `pause`: seconds before each question, edit and commit, so
    that they are spread over the provider's time as the bot's are: a process that has just slept works more slowly.
    """

    discord_url: str
    token: str
    submit_url: str
    key: str
    request: dict[str, Any]
    questions: int
    clip_url: str
    edits: list[dict[str, Any]]
    upload: dict[str, Any]
    ping: dict[str, Any]
    commits: int
    row: str
    pause: float
    folder: str

    @classmethod
    def read(cls, file: Path) -> Self:
        """Read a plan from a file."""
        return cls(**json.loads(file.read_text(encoding="utf-8")))

    def write(self, file: Path) -> None:
        """Write the plan into a file."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")


class _Row:
    """One table in a database that is kept as the bot keeps its own."""

    def __init__(self, folder: Path) -> None:
        self._thread = ThreadPoolExecutor(1)
        self._db = sqlite3.connect(folder / "bare.db", isolation_level=None, check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, state TEXT) STRICT")

    async def commit(self, key: int, state: str) -> None:
        """Write the row once more."""
        put = "INSERT INTO jobs VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET state = excluded.state"
        await asyncio.get_running_loop().run_in_executor(self._thread, self._db.execute, put, (key, state))


class Bare(discord.AutoShardedClient):
    """Makes the plan's calls for every command."""

    def __init__(self, plan: Plan) -> None:
        Route.BASE = plan.discord_url
        super().__init__(intents=discord.Intents.none())
        self._plan = plan
        self._folder = Path(plan.folder)
        self._row = _Row(self._folder)
        self._clock = ScaledClock()
        self._session: aiohttp.ClientSession

    async def setup_hook(self) -> None:
        """Open the provider's session."""
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {self._plan.key}"})

    async def close(self) -> None:
        """Close it too."""
        await self._session.close()
        await super().close()

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Make every call once."""
        plan, key = self._plan, interaction.id
        await interaction.response.defer()
        async with self._session.post(plan.submit_url, json=plan.request) as response:
            task = (await response.json())["id"]
        for _ in range(plan.questions):
            await self._clock.sleep(plan.pause)
            async with self._session.get(f"{plan.submit_url}/{task}") as response:
                await response.json()
        for _ in range(plan.commits):
            await self._clock.sleep(plan.pause)
            await self._row.commit(key, plan.row)
        for body in plan.edits:
            await self._clock.sleep(plan.pause)
            await self.http.request(self._edit(interaction), json=body)
        clip = self._folder / f"{key}.mp4"
        await self._download(clip)
        await self._look(clip)
        with clip.open("rb") as file:
            fields = [
                {"name": "payload_json", "value": json.dumps(plan.upload)},
                {"name": "files[0]", "value": file, "filename": plan.upload["attachments"][0]["filename"]},
            ]
            message = await self.http.request(self._edit(interaction), form=fields, files=[])
        ping = plan.ping | {"nonce": str(key)}
        if "message_reference" in ping:
            ping["message_reference"] |= {"message_id": message["id"]}
        await self.http.request(Route(*PING.split(), channel_id=message["channel_id"]), json=ping)

    def _edit(self, interaction: discord.Interaction) -> Route:
        return Route(*EDIT.split(), webhook_id=interaction.application_id, webhook_token=interaction.token)

    async def _download(self, clip: Path) -> None:
        async with self._session.get(self._plan.clip_url) as response:
            with clip.open("wb") as file:
                async for chunk in response.content.iter_chunked(_CHUNK):
                    await asyncio.to_thread(file.write, chunk)

    async def _look(self, clip: Path) -> None:
        """List every packet, as the bot's own look at a clip begins."""
        command = f"-nostdin -hide_banner -loglevel error -f mov -i {clip} -map 0:V:0 -map 0:a? -c copy -f framecrc -"
        nowhere = asyncio.subprocess.DEVNULL
        ffmpeg = await asyncio.create_subprocess_exec(
            imageio_ffmpeg.get_ffmpeg_exe(), *command.split(), stdin=nowhere, stdout=asyncio.subprocess.PIPE
        )
        await ffmpeg.communicate()
        assert ffmpeg.returncode == 0


if __name__ == "__main__":
    wanted = Plan.read(Path(sys.argv[1]))
    Bare(wanted).run(wanted.token, log_handler=None)
