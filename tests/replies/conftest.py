"""The replies over real discord.py, against the stand-in for Discord."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import aiohttp
import discord
import pytest
import pytest_asyncio

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.progress import Forecast
from bot.domain.reply import Reply, Route, Variant
from bot.domain.stages import Stage
from bot.replies.discord_api import DiscordApi, trace_calls
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Message, Settings
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.languages import LANGUAGES
from tests.sandbox_discord.conftest import OPENAPI
from tests.sandbox_discord.film_bot import FilmBot, running
from tests.ui.jobs import REQUEST

MARA, VIDEOS = 1001, 3001
FOOTAGE = b"\x00\x00\x00\x18ftypmp42" + bytes(range(256)) * 40


class PortClock:
    """The studio's clock over the stand-ins': a test moves both at once."""

    def __init__(self, clock: Clock, ledger: Ledger) -> None:
        self._clock = clock
        self._ledger = ledger
        self.asleep: list[float] = []
        self.begun: list[float] = []

    def now(self) -> float:
        return self._clock.now()

    def age(self, since: float) -> float:
        return max(self._clock.now() - since, 0.0)

    def ago(self, seconds: float) -> float:
        return self._clock.now() - seconds

    def elapsed(self, since: float) -> float:
        return self._clock.now() - since

    def later(self, seconds: float) -> float:
        return self._clock.now() + seconds

    async def sleep(self, seconds: float) -> None:
        self.asleep.append(seconds)
        self.begun.append(seconds)
        self._ledger.touch()
        try:
            await self._clock.until(self._clock.now() + seconds)
        finally:
            self.asleep.remove(seconds)
            self._ledger.touch()

    async def until(self, when: float) -> None:
        await self._clock.until(when)


@dataclass
class Scene:
    """Mara's Discord, the bot's replies in it, and what it takes to ask for something."""

    discord: DiscordStandIn
    faults: Faults
    clock: Clock
    port_clock: PortClock
    bot: FilmBot
    api: DiscordApi
    replies: DiscordReplies
    clip: Path
    learnt: list[tuple[str, int]]
    forecasts: dict[str, Forecast] = field(default_factory=dict)

    async def asks(self, *, private: bool = False, channel: str = "videos", reaches: bool = True, **changes) -> Job:
        """Let Mara use /video; the answer is a deferral, and a job at that address comes back."""
        made: list[Reply] = []

        async def defer(interaction: discord.Interaction, _options: dict) -> None:
            answer = await interaction.response.defer(thinking=True, ephemeral=private)
            made.append(
                Reply(
                    interaction.application_id,
                    interaction.channel_id,
                    interaction.guild_id,
                    answer.message_id,
                    interaction.token,
                    self.clock.now(),
                    private=private,
                    bot_reaches=reaches,
                    limit=interaction.filesize_limit,
                )
            )
            self.discord.ledger.touch()

        self.bot.on_video = defer
        use = await self.discord.member("Mara").use("video", prompt="a fox", channel=channel)
        await self.discord.ledger.until(lambda: made, what="the deferral")
        now = self.clock.now()
        job_id = f"{use.interaction.id:020d}"[-20:]
        job = Job(job_id, MARA, use.interaction.id, REQUEST, made[0], created=now, changed=now, stage=Stage.RENDERING)
        return replace(job, **changes)

    def attempt(self, job: Job, route: Route, variant: Variant = Variant.FILE) -> DeliveryAttempt:
        message_id = job.reply.message_id if route in {Route.TOKEN, Route.BOT} else None
        return DeliveryAttempt(route, job.reply.channel_id, job.nonce("c"), self.clock.now(), message_id, variant)

    def message(self, job: Job) -> Message:
        return Message(self.discord.world, self.discord.cdn, self.discord.world.messages[job.reply.message_id])

    def seen(self, channel: str = "videos") -> list[Message]:
        return self.discord.member("Mara").sees(channel)

    def edits(self) -> int:
        return len(self.discord.ledger.of("message", "edited"))

    async def asleep(self, *seconds: float) -> None:
        """Wait until exactly these waits are under way: then no time goes by unless the test lets it."""
        waits = pytest.approx(sorted(seconds), abs=1.0)
        await self.discord.ledger.until(lambda: sorted(self.port_clock.asleep) == waits, what=f"waits of {seconds}")

    async def ended(self) -> None:
        """Wait until no writer is at work any more."""
        while writers := self.writers():
            await asyncio.wait(writers)
        await asyncio.sleep(0)

    def writers(self) -> set[asyncio.Task]:
        return {task for task in asyncio.all_tasks() if task.get_name().startswith("card of ")}

    @asynccontextmanager
    async def restarted(
        self, forecast: Callable[[Job], Awaitable[Forecast]] | None = None
    ) -> AsyncIterator[DiscordReplies]:
        """Open replies that remember nothing of what was settled before."""

        async def no_forecast(job: Job) -> Forecast:
            return Forecast()

        async def on_address(job_id: str, message_id: int) -> None:
            self.learnt.append((job_id, message_id))

        replies = DiscordReplies(
            DiscordApi(self.bot, self.port_clock),
            Presenter(LANGUAGES, forecast or no_forecast, self.clock.now, 7),
            self.port_clock,
            on_address,
        )
        yield replies
        await replies.close()

    async def edited(self, times: int) -> None:
        await self.discord.ledger.until(lambda: self.edits() >= times, what=f"edit number {times}")


LIFTED = Settings(webhook_rate=None, webhook_channel_rate=None, post_rate=None, old_edit_rate=None, global_rate=None)


@pytest_asyncio.fixture
async def scene(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> AsyncIterator[Scene]:
    clock = Clock()
    ledger = Ledger(clock)
    faults = Faults(ledger)
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(FOOTAGE)
    stand_in = DiscordStandIn(
        clock=clock,
        ledger=ledger,
        openapi=OPENAPI if OPENAPI.exists() else None,
        settings=LIFTED,
        middlewares=[faults.middleware],
    )
    learnt: list[tuple[str, int]] = []
    forecasts: dict[str, Forecast] = {}

    async def forecast(job: Job) -> Forecast:
        return forecasts.get(job.id, Forecast())

    async def on_address(job_id: str, message_id: int) -> None:
        learnt.append((job_id, message_id))
        ledger.touch()

    async with stand_in, running(stand_in, trace_calls(aiohttp.TraceConfig())) as bot:
        port_clock = PortClock(clock, ledger)
        api = DiscordApi(bot, port_clock)
        replies = DiscordReplies(api, Presenter(LANGUAGES, forecast, clock.now, 7), port_clock, on_address)
        yield Scene(stand_in, faults, clock, port_clock, bot, api, replies, clip, learnt, forecasts)
        await replies.close()
    assert stand_in.violations == []
    assert [record for record in caplog.get_records("call") if record.levelno >= logging.ERROR] == []


@pytest.fixture
def forgotten() -> object:
    """Change a job's reply so that its token is forgotten."""

    def forget(job: Job) -> Job:
        return replace(job, reply=replace(job.reply, token=None))

    return forget
