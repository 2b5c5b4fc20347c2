"""The cogs between a stand-in Discord and fakes of the studio."""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import discord
import yarl
from discord.ext import commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.domain.models import Catalogue
from bot.domain.prices import PriceList
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.member_settings import MemberSettingsService
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.ports.metrics import NoMetrics
from bot.studio.privacy import Privacy
from bot.toapis.model_table import catalogue
from cogs import UseCases, install
from cogs.first_response import trace
from sandbox.clock import Clock
from sandbox.discord.forms import Posted
from sandbox.discord.member import Member
from sandbox.discord.standin import DiscordStandIn
from sandbox.discord.use import Use
from sandbox.discord.views import Message
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from tests.cogs.fakes import (
    NOW,
    VIDEOS,
    FakeAssetLookup,
    FakeAssetService,
    FakeHistory,
    FakeIntake,
    FakeRunner,
    FakeServerVideos,
    FakeUsageReports,
    FakeVerificationService,
)
from tests.cogs.member_fakes import FakeMemberSettings, NoServerSettings
from tests.cogs.next_fakes import FakeNextVideos
from tests.cogs.share_fakes import (
    FakeCollecting,
    FakeDeletion,
    FakeExports,
    FakeForgetting,
    FakeSelfTests,
    FakeSharing,
    FakeShowcase,
    FakeTakeChoice,
)
from tests.languages import ENGLISH, LANGUAGES
from tests.studio.fakes import JumpingClock
from tests.studio.spending_fakes import administration, spending_for_all

OPENAPI = Path(os.environ.get("DISCORD_OPENAPI", Path(__file__).parents[3] / "shared" / "discord-openapi.json"))
V2 = 1 << 15


def gives_back(sentence: str, prompt: str = "a fox") -> str:
    """Write what a member reads who typed a prompt for nothing: why, and the prompt."""
    return f"{sentence}\n{ENGLISH.text('problem.what-you-wrote')}\n```\n{prompt}\n```"


class Client(commands.Bot):
    """A client of the stand-in with the cogs installed, and nothing else."""

    def __init__(self, url: str, use_cases: UseCases) -> None:
        # The library keeps both addresses in its classes.
        Route.BASE = f"{url}/api/v10"
        super().__init__(
            command_prefix=(),
            intents=discord.Intents.none(),
            guild_ready_timeout=0.0,
            max_messages=None,
            http_trace=trace(NoMetrics()),
        )
        self._use_cases = use_cases

    async def setup_hook(self) -> None:
        _, url, _ = await self.http.get_bot_gateway()
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(url)
        await install(self, self._use_cases)
        await self.tree.sync()


@dataclass
class App:
    """Discord, the fakes, and what a test does with them."""

    discord: DiscordStandIn
    faults: Faults
    catalogue: Catalogue = field(default_factory=catalogue)
    prices: PriceList = field(default_factory=PriceList)
    asset_lookup: FakeAssetLookup = field(default_factory=FakeAssetLookup)
    intake: FakeIntake = field(init=False)
    history: FakeHistory = field(default_factory=FakeHistory)
    usage: FakeUsageReports = field(default_factory=FakeUsageReports)
    server_videos: FakeServerVideos = field(default_factory=FakeServerVideos)
    runner: FakeRunner = field(default_factory=FakeRunner)
    self_tests: FakeSelfTests = field(default_factory=FakeSelfTests)
    sharing: FakeSharing = field(default_factory=FakeSharing)
    take_choice: FakeTakeChoice = field(default_factory=FakeTakeChoice)
    showcase: FakeShowcase = field(default_factory=FakeShowcase)
    deletion: FakeDeletion = field(default_factory=FakeDeletion)
    forgetting: FakeForgetting = field(default_factory=FakeForgetting)
    exports: FakeExports = field(default_factory=FakeExports)
    next_videos: FakeNextVideos = field(default_factory=FakeNextVideos)
    assets: FakeAssetService = field(default_factory=FakeAssetService)
    verifications: FakeVerificationService = field(default_factory=FakeVerificationService)
    other_processes: OtherProcesses = field(default_factory=lambda: OtherProcesses(JumpingClock(), 0.3, 0.3))
    spending: Spending = field(default_factory=lambda: spending_for_all(JumpingClock()))
    settings: FakeMemberSettings = field(default_factory=FakeMemberSettings)
    member_settings: MemberSettingsService = field(init=False)
    client: Client | None = None

    def __post_init__(self) -> None:
        self.intake = FakeIntake(self.catalogue)
        self.member_settings = MemberSettingsService(self.settings, JumpingClock())
        self.collecting = FakeCollecting()
        fakes = (self.intake, self.history, self.runner, self.asset_lookup, self.assets, self.verifications, self.usage)
        others = (self.server_videos, self.sharing, self.deletion, self.settings, self.forgetting, self.exports)
        others = (*others, self.collecting, self.take_choice, self.next_videos, self.showcase)
        for fake in (*fakes, *others):
            fake.heard = self.discord.ledger.touch

    @property
    def use_cases(self) -> UseCases:
        return UseCases(
            languages=LANGUAGES,
            spending=self.spending,
            administration=administration(JumpingClock()),
            self_tests=self.self_tests,
            sharing=self.sharing,
            take_choice=self.take_choice,
            showcase=self.showcase,
            deletion=self.deletion,
            privacy=Privacy(self.forgetting, self.exports),
            next_videos=self.next_videos,
            server_videos=self.server_videos,
            member_settings=self.member_settings,
            server_settings=ServerSettingsService(NoServerSettings(), JumpingClock()),
            intake=self.intake,
            collecting=self.collecting,
            history=self.history,
            usage=self.usage,
            runner=self.runner,
            actions=self.runner,
            now=lambda: NOW,
            catalogue=self.catalogue,
            prices=self.prices,
            asset_lookup=self.asset_lookup,
            assets=self.assets,
            verifications=self.verifications,
            other_processes=self.other_processes,
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Client]:
        """Keep a client of this app at the gateway."""
        ready = len(self.discord.ledger.of("gateway", "sent READY"))
        if self.settings.moves.is_set():
            await self.member_settings.start()
        async with Client(self.discord.url, self.use_cases) as client:
            self.client = client
            running = asyncio.create_task(client.start(self.discord.token))
            running.add_done_callback(lambda _: self.discord.ledger.touch())
            await self.discord.ledger.until(
                lambda: running.done() or len(self.discord.ledger.of("gateway", "sent READY")) > ready
            )
            if running.done():
                await running
            yield client
            await client.close()
            await running
        await self.member_settings.close()

    def member(self, name: str) -> Member:
        return self.discord.member(name)

    async def asked(self, fake, name: str) -> list:
        """Wait until a use case was called, and return the arguments of its one call."""
        await self.discord.ledger.until(lambda: fake.calls(name), what=f"a call of {name}")
        (arguments,) = fake.calls(name)
        return arguments

    async def removed(self, use: Use) -> None:
        """Wait until the loading message of a use was removed."""
        await self.discord.ledger.until(lambda: use.reply.deleted, what="the removal of a loading message")

    async def post(self, card, *, channel: int = VIDEOS, private_to: int | None = None) -> Message:
        """Put a card of the bot's into a channel, as if it had been there since before the bot started."""
        return await self.post_raw(card.to_components(), channel=channel, private_to=private_to)

    async def post_raw(self, components, *, channel: int = VIDEOS, private_to: int | None = None) -> Message:
        world = self.discord.world
        form = Posted({"flags": V2, "components": components})
        made = await self.discord.messages.create(world.channels[channel], world.bot.id, form, ephemeral_for=private_to)
        return Message(world, self.discord.cdn, made)

    async def edit(self, message_id: int, card) -> None:
        """Put a card into a message, as the writer of cards does from the background."""
        form = Posted({"flags": V2, "components": card.to_components()})
        await self.discord.messages.edit(self.discord.world.messages[message_id], form)


@asynccontextmanager
async def running_app(**use_cases) -> AsyncIterator[App]:
    """Run the cogs between a stand-in for Discord and these use cases; the others are fakes."""
    clock = Clock()
    ledger = Ledger(clock)
    faults = Faults(ledger)
    openapi = OPENAPI if OPENAPI.exists() else None
    async with DiscordStandIn(clock=clock, ledger=ledger, openapi=openapi, middlewares=[faults.middleware]) as stand_in:
        app = App(stand_in, faults, **use_cases)
        async with app.running():
            yield app
    assert stand_in.violations == []
