"""Interactions: sent to the bot, answered in time or not, with tokens that live and die."""

import asyncio
import secrets
from collections.abc import Callable
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import shapes
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError
from sandbox.discord.interaction import Interaction, Kind
from sandbox.discord.model import Channel, Json, StoredMessage, User
from sandbox.discord.permissions import Permission
from sandbox.discord.settings import Settings
from sandbox.discord.world import World
from sandbox.ledger import Ledger

Ended = Callable[[Interaction], None]


class Interactions:
    """All interactions by id and token."""

    def __init__(
        self,
        world: World,
        cdn: Cdn,
        clock: Clock,
        ledger: Ledger,
        settings: Settings,
        dispatch: Callable[[str, Json, int], None],
    ) -> None:
        self._world = world
        self._cdn = cdn
        self._clock = clock
        self._ledger = ledger
        self._settings = settings
        self._dispatch = dispatch
        self._by_token: dict[str, Interaction] = {}
        self._deadlines: set[asyncio.Task[None]] = set()
        self._watchers: list[Ended] = []

    def watch(self, watcher: Ended) -> None:
        """Call `watcher` when an interaction was answered or has failed."""
        self._watchers.append(watcher)

    def close(self) -> None:
        """Stop waiting for answers."""
        for task in self._deadlines:
            task.cancel()

    def send(
        self,
        kind: Kind,
        user: User,
        channel: Channel,
        data: Json,
        *,
        owners: dict[str, str],
        command: str = "",
        source: StoredMessage | None = None,
        parent: Interaction | None = None,
    ) -> Interaction:
        """Make an interaction and send it to the bot."""
        made = Interaction(
            self._world.new_id(),
            secrets.token_urlsafe(60),
            kind,
            user,
            channel,
            data,
            self._clock.now(),
            owners,
            self._world.size_limit(channel),
            command=command,
            source=source,
            parent=parent,
        )
        if kind is Kind.COMMAND and not channel.locked:
            # A message in an archived thread opens it.
            channel.archived = False
        made.forced_private = self._must_be_private(made)
        self._by_token[made.token] = made
        self._ledger.write(
            "interaction", f"sent {kind.name}", id=str(made.id), who=user.name, command=command, data=data
        )
        self._send(made)
        self._watch_deadline(made)
        return made

    def replay(self, interaction: Interaction) -> None:
        """Send an interaction to the bot once more, as a resumed session does."""
        self._ledger.write("interaction", f"replayed {interaction.kind.name}", id=str(interaction.id))
        self._send(interaction)

    def _send(self, made: Interaction) -> None:
        """Send it to the shard of its server; from direct messages, and where the bot is no member, to shard 0.

        The first two are Discord's ("Gateway", Sharding). Which shard hears of a server without the bot, where a
        member took the app along, is not documented.
        """
        guild = self._world.guild_of(made.channel)
        self._dispatch("INTERACTION_CREATE", self._payload(made), guild.id if guild and guild.bot_member else 0)

    def _must_be_private(self, made: Interaction) -> bool:
        may = self._world.permissions(made.channel, made.user.id)
        in_server = made.channel.guild_id is not None
        return in_server and made.user_installed_only and Permission.USE_EXTERNAL_APPS not in may

    def _watch_deadline(self, made: Interaction) -> None:
        deadline = asyncio.get_running_loop().create_task(self._deadline(made))
        self._deadlines.add(deadline)
        deadline.add_done_callback(self._deadlines.discard)

    def to_answer(self, interaction_id: int, token: str) -> Interaction:
        """Return an interaction that may be answered for the first time now.

        Raises:
            DiscordError: 10062 when unknown or too late, 40060 when it was answered.
        """
        found = self._by_token.get(token)
        if found is None or found.id != interaction_id:
            raise DiscordError(10062)
        if found.state == "answered":
            raise DiscordError(40060)
        if found.state == "failed" or self._clock.now() >= found.created_at + self._settings.response_within:
            self._end(found, "failed")
            raise DiscordError(10062, why="later than 3 s")
        return found

    @property
    def latest(self) -> Interaction:
        """The interaction sent last."""
        return next(reversed(self._by_token.values()))

    def by_token(self, application_id: int, token: str) -> Interaction:
        """Return the interaction of a living token.

        Raises:
            DiscordError: 10015 when there is none or it was not answered, 50027 when it is too old.
        """
        found = self._by_token.get(token)
        if found is None or application_id != self._world.bot.id:
            raise DiscordError(10015)
        if self._clock.now() >= found.created_at + self._settings.token_life:
            raise DiscordError(50027)
        if found.state != "answered" or found.kind is Kind.AUTOCOMPLETE:
            raise DiscordError(10015, why="not answered")
        return found

    def channel_of(self, token: str) -> int | None:
        """Return the channel in which a token's interaction happened."""
        found = self._by_token.get(token)
        return None if found is None else found.channel.id

    def answered(self, interaction: Interaction) -> None:
        """Note that the first response was accepted."""
        self._end(interaction, "answered")

    def _end(self, interaction: Interaction, state: Any) -> None:
        if interaction.state != "waiting":
            return
        interaction.state = state
        answer = "" if interaction.answer is None else interaction.answer.name
        self._ledger.write("interaction", f"{state} {interaction.kind.name}", id=str(interaction.id), answer=answer)
        for watcher in tuple(self._watchers):
            watcher(interaction)

    async def _deadline(self, interaction: Interaction) -> None:
        await self._clock.until(interaction.created_at + self._settings.response_within)
        self._end(interaction, "failed")

    def _payload(self, of: Interaction) -> Json:
        world, channel = self._world, of.channel
        place = shapes.channel(world, channel) | {
            "permissions": str(int(world.permissions(channel, of.user.id))),
        }
        if channel.direct:
            # A direct message comes without its recipients.
            place.pop("recipients", None)
        shape: Json = {
            "id": str(of.id),
            "application_id": str(world.bot.id),
            "type": int(of.kind),
            "token": of.token,
            "version": 1,
            "channel": place,
            "channel_id": str(channel.id),
            "data": of.data,
            "app_permissions": str(int(self._app_permissions(of))),
            "locale": of.user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": of.owners,
            "context": self.context(channel),
            "attachment_size_limit": of.size_limit,
        }
        if channel.guild_id is None:
            shape["user"] = shapes.user(of.user)
        else:
            locale = world.guilds[channel.guild_id].locale
            shape |= {
                "guild_id": str(channel.guild_id),
                "guild": {"id": str(channel.guild_id), "locale": locale, "features": []},
                "guild_locale": locale,
                "member": shapes.member(world, channel, of.user),
            }
        if of.source is not None:
            shape["message"] = shapes.message(world, self._cdn, of.source)
        return shape

    def _app_permissions(self, of: Interaction) -> Permission:
        inside = self._world.permissions(of.channel, self._world.bot.id)
        if of.channel.direct:
            return Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE
        if inside or (of.channel.guild_id is not None and not of.user_installed_only):
            return inside
        may = Permission.EMBED_LINKS | Permission.ATTACH_FILES | Permission.MENTION_EVERYONE
        return may & self._world.permissions(of.channel, of.user.id)

    def context(self, channel: Channel) -> int:
        """Return where a channel is: 0 server, 1 direct message with the bot, 2 other private channel."""
        if channel.guild_id is not None:
            return 0
        return 1 if channel.type == 1 and self._world.bot.id in channel.recipients else 2
