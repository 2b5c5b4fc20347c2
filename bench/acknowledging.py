"""Commands sent to a process at fixed times, and how long each takes to be acknowledged.

The gateway and the REST server are the sandbox's. What only costs the stand-in is left out, for ours and the yardstick
alike: commands are made beforehand, and callbacks and edits are taken at the door, with an answer of the real shape.
"""

import gc
import shutil
import signal
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from aiohttp import web

from bench.measure import Effort, percentile
from bench.rendering import DATABASE, Unending, write_rendering
from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Settings, shapes
from sandbox.discord.interaction import Kind
from sandbox.discord.interactions import Interactions
from sandbox.discord.model import Channel, ChannelType, Flag, Json, StoredMessage, User
from sandbox.faults import Handler
from sandbox.json_answer import json_answer
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderSettings, ProviderStandIn
from tests.faults.ground import UNPACED
from tests.journeys.bot_process import BotProcess

BARE = ("bench.bare_client",)
_GUILD, _CHANNELS, _MEMBERS = 2001, 20, 100
_SETTLES = 1.0
"""Seconds between a process's coming online and the first command."""
WARM = 0.5
"""Seconds of commands that are sent before those that count."""
_ROOM = {"MEMBER_VIDEOS_AT_ONCE": "1000", "PROVIDER_SLOTS": "100", "TIME_SCALE": "1", "TOAPIS_DIALECT": "video"}


@dataclass(frozen=True, slots=True)
class Load:
    """Commands a second for so many seconds, while so many videos are being made."""

    per_second: int
    seconds: float
    in_flight: int = 0

    def __str__(self) -> str:
        """Tell it in a line of the table."""
        return f"{self.per_second}/s" + (f", {self.in_flight} in flight" if self.in_flight else "")


@dataclass(frozen=True, slots=True)
class Delays:
    """Milliseconds from a command's frame to its acknowledgement's request, of every command; none was lost."""

    values: list[float]

    def at(self, part: float) -> float:
        """Return a percentile."""
        return percentile(self.values, part)


@dataclass
class Discord:
    """The stand-in, what it sends, and when it heard of it. Its world has members and channels enough."""

    clock: Clock
    ledger: Ledger
    server: DiscordStandIn = field(init=False)
    heard: dict[str, float] = field(default_factory=dict)
    """When each command's acknowledgement arrived, by its token."""
    shown: set[str] = field(default_factory=set)
    """The tokens of the replies that were edited."""

    def __post_init__(self) -> None:
        settings = Settings(**UNPACED)
        self.server = DiscordStandIn(clock=self.clock, ledger=self.ledger, settings=settings, middlewares=(self._door,))
        world = self.server.world
        self.channels = [Channel(7000 + at, f"c{at}", ChannelType.TEXT, _GUILD) for at in range(_CHANNELS)]
        world.channels |= {channel.id: channel for channel in self.channels}
        self.members = [world.add_member(f"Member{at}") for at in range(_MEMBERS)]
        message = StoredMessage(1, self.channels[0].id, world.bot.id, self.clock.now(), flags=Flag.COMPONENTS_V2)
        self._message = shapes.message(world, self.server.cdn, message)
        self._ids = count(10**18)
        options = [{"name": "prompt", "type": 3, "value": "a red fox"}, {"name": "duration", "type": 4, "value": 5}]
        self._templates = self._commands("video", options, self.members)

    @web.middleware
    async def _door(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Take what comes for an interaction; everything else is the stand-in's."""
        parts = request.path.split("/")
        if parts[-1] == "callback":
            self.heard[parts[-2]] = time.perf_counter()
            self.ledger.touch()
            await request.read()
            about = {"id": parts[-3], "type": int(Kind.COMMAND), "response_message_id": str(next(self._ids))}
            flags = {"response_message_loading": True, "response_message_ephemeral": False}
            return json_answer({"interaction": about | flags})
        if parts[-1] == "@original":
            await request.read()
            self.shown.add(parts[-3])
            self.ledger.touch()
            return json_answer(self._message | {"id": str(next(self._ids))})
        return await handler(request)

    def _commands(self, name: str, options: Sequence[Json], members: Sequence[User]) -> list[Json]:
        """Let the sandbox make one command of each member."""
        made: list[Json] = []
        server = self.server
        maker = Interactions(
            *(server.world, server.cdn, self.clock, Ledger(self.clock), server.settings),
            lambda _event, data, _guild: made.append(data),
        )
        data = {"id": "1", "name": name, "type": 1, "options": options}
        for at, member in enumerate(members):
            channel = self.channels[at % len(self.channels)]
            maker.send(Kind.COMMAND, member, channel, data, owners={"0": str(_GUILD)}, command=name)
        maker.close()
        return made

    async def load(self, per_second: int, seconds: float) -> Delays:
        """Send commands at fixed times, whatever comes back, and wait until the last was heard of."""
        frames = [self._templates[at % _MEMBERS] | self._names() for at in range(int(per_second * seconds))]
        sent = {}
        begun = self.clock.now()
        for at, frame in enumerate(frames):
            await self.clock.until(begun + at / per_second)
            sent[frame["token"]] = time.perf_counter()
            self.server.gateway.dispatch("INTERACTION_CREATE", frame, _GUILD)
        await self.ledger.until(lambda: self.heard.keys() >= sent.keys(), what="every acknowledgement")
        return Delays([(self.heard.pop(token) - when) * 1000 for token, when in sent.items()])

    async def keep_searching(self, member_id: int, word: str) -> None:
        """Search a member's history for a word, again as soon as the answer is there."""
        member = User(member_id, "heavy", "Heavy")
        self.server.world.users[member_id] = member
        self.server.world.guilds[_GUILD].members.add(member_id)
        (template,) = self._commands("history", [{"name": "search", "type": 3, "value": word}], [member])
        while True:
            frame = template | self._names()
            self.server.gateway.dispatch("INTERACTION_CREATE", frame, _GUILD)
            await self.ledger.until(lambda: frame["token"] in self.shown, what="what was searched for")  # noqa: B023

    def _names(self) -> Json:
        number = next(self._ids)
        return {"id": str(number), "token": f"token-of-an-interaction-{number}"}


@asynccontextmanager
async def running(
    effort: Effort, module: tuple[str, ...], in_flight: int = 0, fill: Callable[[Path], None] | None = None
) -> AsyncIterator[tuple[Discord, BotProcess]]:
    """Run a process, the bot or another client, on a folder of its own with so many videos at the provider.

    `fill` puts something else into its data folder.
    """
    clock = Clock()
    ledger = Ledger(clock)
    folder = effort.scratch / f"run-{len(list(effort.scratch.iterdir()))}"
    discord = Discord(clock, ledger)
    async with (
        ProviderStandIn(
            clock=clock, ledger=ledger, folder=folder, faults=Unending(ledger),
            settings=ProviderSettings(limited=False, run_seconds=(1e6, 1e6), one_film=True, size_scale=0.1),
        ) as provider,
        discord.server,
    ):  # fmt: skip
        bot = BotProcess(discord.server, provider, folder, LOG_LEVEL="INFO", **_ROOM)
        # A process of its own from its first line on; a forked one would pay for the pages that it shares.
        bot.module, bot.before = module, ("env",)
        bot.data.mkdir(parents=True)
        if fill is not None:
            fill(bot.data)
        elif in_flight:
            await _fill(effort, discord, bot.data, in_flight)
        gc.collect()
        gc.disable()
        try:
            await bot.start()
            await clock.until(clock.now() + effort.of(_SETTLES, 0.2))
            yield discord, bot
        finally:
            gc.enable()
            if bot.process is not None and bot.alive:
                # A profile is written at an orderly end alone.
                await bot.stop(signal.SIGKILL if effort.profile is None else signal.SIGTERM)


async def _fill(effort: Effort, discord: Discord, data: Path, in_flight: int) -> None:
    written = effort.scratch / f"{in_flight}-rendering.db"
    if not written.exists():
        await write_rendering(written, in_flight, [channel.id for channel in discord.channels], _GUILD)
    shutil.copy(written, data / DATABASE)


async def acknowledged(effort: Effort, module: tuple[str, ...], load: Load) -> Delays:
    """Measure how long a new process takes to acknowledge commands under a load."""
    async with running(effort, module, load.in_flight) as (discord, _):
        await discord.load(load.per_second, effort.of(WARM, 0.1))
        return await discord.load(load.per_second, load.seconds)
