"""A stand-in for Discord: gateway, REST, CDN and a member's page on one port."""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from aiohttp import web

from sandbox.clock import Clock
from sandbox.discord import shapes
from sandbox.discord.application import Application
from sandbox.discord.avatars import avatar_routes
from sandbox.discord.callbacks import Callbacks
from sandbox.discord.cdn import Cdn
from sandbox.discord.channels import Channels
from sandbox.discord.commands import Commands
from sandbox.discord.core import Core
from sandbox.discord.gateway import Gateway
from sandbox.discord.interactions import Interactions
from sandbox.discord.member import Member
from sandbox.discord.messages import Messages
from sandbox.discord.model import StoredMessage
from sandbox.discord.openapi import OpenApi
from sandbox.discord.page import Control, OnControl, Page
from sandbox.discord.ratelimits import RateLimits
from sandbox.discord.rest import Rest
from sandbox.discord.settings import Settings
from sandbox.discord.webhooks import Webhooks
from sandbox.discord.world import World
from sandbox.ledger import Ledger


class DiscordStandIn:
    """One Discord with one application, serving on 127.0.0.1 while entered.

    Args:
        port: 0 for any free one.
        openapi: Discord's OpenAPI document; REST bodies are checked against it when given.
        middlewares: aiohttp middlewares put outermost on REST and CDN.
        controls: what the page's strip offers; `on_control` is called with id and value, except for "later",
            which moves the clock by 15 minutes.
    """

    def __init__(
        self,
        *,
        clock: Clock,
        ledger: Ledger,
        port: int = 0,
        openapi: Path | None = None,
        settings: Settings = Settings(),  # noqa: B008 - frozen
        middlewares: Sequence[Any] = (),
        controls: Sequence[Control] = (),
        on_control: OnControl | None = None,
    ) -> None:
        self.clock, self.ledger, self.settings = clock, ledger, settings
        self.token, self.application_id = settings.token, settings.application_id
        self.violations: list[str] = []
        self.url = ""
        self._port = port
        self._middlewares = tuple(middlewares)
        self._runner: web.AppRunner | None = None
        self._openapi = OpenApi(openapi)
        self.world = World(clock, settings)
        self.cdn = Cdn(clock, ledger, settings.link_life)
        self.gateway = Gateway(self.world, clock, ledger, settings, self.violations)
        self.messages = Messages(self.world, self.cdn, clock, ledger)
        self.commands = Commands(self.world, clock, settings)
        self.interactions = Interactions(self.world, self.cdn, clock, ledger, settings, self.gateway.dispatch)
        self.limits = RateLimits(clock, settings)
        self._core = Core(
            clock, ledger, settings,
            self.world, self.cdn, self.gateway, self.messages, self.commands, self.interactions,
        )  # fmt: skip
        self.messages.watch(self._message_event)
        self.page = Page(self._core, controls, on_control)

    @property
    def online(self) -> bool:
        """Whether members see the bot as online."""
        return self.gateway.online

    @property
    def closes(self) -> list[int]:
        """Close codes of the bot's connections to the gateway, oldest first."""
        return self.gateway.closes

    def member(self, name_or_id: str | int) -> Member:
        """Return what a person can do, by name or id."""
        return Member(self._core, self.world.user(name_or_id))

    async def wait_online(self, within: float = 20.0) -> None:
        """Wait until the bot has a live session."""
        await self.gateway.wait_online(within)

    async def drop_gateway(self, code: int = 4000) -> None:
        """Close the bot's connections with a code."""
        await self.gateway.drop(code)

    async def invalidate_session(self, *, resumable: bool = False) -> None:
        """Invalidate the bot's sessions."""
        await self.gateway.invalidate(resumable=resumable)

    def refuse_identify(self, code: int | None) -> None:
        """Close every connection that identifies from now on with a code; None ends that."""
        self.gateway.refuse_identify(code)

    async def __aenter__(self) -> Self:
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        address = self._runner.addresses[0]
        self.url = f"http://127.0.0.1:{address[1]}"
        self.cdn.base = f"{self.url}/cdn"
        self.gateway.url = f"ws://127.0.0.1:{address[1]}/gateway"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.interactions.close()
        await self.page.close()
        await self.gateway.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.cdn.close()

    def _application(self) -> web.Application:
        callbacks = Callbacks(self.world, self.cdn, self.messages, self.interactions)
        webhooks = Webhooks(self.world, self.cdn, self.messages, self.interactions, callbacks, self.settings)
        channels = Channels(self.world, self.cdn, self.messages, self.clock, self.limits)
        served = (
            callbacks,
            webhooks,
            channels,
            self.commands,
            Application(self.world, self.gateway, self.settings.shards, self.page.bot_changed),
        )
        rest = Rest(
            self.cdn,
            self.ledger,
            self.limits,
            self._openapi,
            self.settings,
            violations=self.violations,
            token_valid=lambda: self.gateway.token_valid,
            channel_of=self.interactions.channel_of,
        )
        api = web.Application(middlewares=self._middlewares)
        api.add_routes(rest.routes([endpoint for one in served for endpoint in one.endpoints()]))
        api.add_routes([rest.unknown()])
        files = web.Application(middlewares=self._middlewares)
        files.add_routes([*self.cdn.routes(), *avatar_routes(self.world.users, self.ledger)])
        whole = web.Application()
        whole.add_subapp("/api/v10", api)
        whole.add_subapp("/cdn", files)
        whole.add_routes([web.get("/gateway", self.gateway.serve), web.get("/gateway/", self.gateway.serve)])
        whole.add_routes(self.page.routes())
        return whole

    def _message_event(self, what: str, message: StoredMessage) -> None:
        channel = self.world.channels.get(message.channel_id)
        if (
            channel is None
            or message.ephemeral_for is not None
            or not self.world.permissions(channel, self.world.bot.id)
        ):
            return
        place = {} if channel.guild_id is None else {"guild_id": str(channel.guild_id)}
        if what == "deleted":
            shape = {"id": str(message.id), "channel_id": str(channel.id)}
        else:
            shape = shapes.message(self.world, self.cdn, message)
        events = {"created": "MESSAGE_CREATE", "edited": "MESSAGE_UPDATE", "deleted": "MESSAGE_DELETE"}
        self.gateway.dispatch(events[what], shape | place, channel.guild_id or 0)
