"""Messages through an interaction's token: @original, follow-ups, by id."""

from sandbox.discord import shapes
from sandbox.discord.call import EMPTY, Call, Endpoint, Reply
from sandbox.discord.callbacks import Callbacks, metadata
from sandbox.discord.cdn import Cdn
from sandbox.discord.errors import DiscordError
from sandbox.discord.forms import demand_attachments
from sandbox.discord.interaction import Interaction
from sandbox.discord.interactions import Interactions
from sandbox.discord.messages import Messages
from sandbox.discord.model import Flag, StoredMessage
from sandbox.discord.settings import Settings
from sandbox.discord.world import World

_BASE = "/webhooks/{webhook_id}/{webhook_token}"


class Webhooks:
    """Serve the webhook of an interaction while its token lives."""

    def __init__(
        self,
        world: World,
        cdn: Cdn,
        messages: Messages,
        interactions: Interactions,
        callbacks: Callbacks,
        settings: Settings,
    ) -> None:
        self._world = world
        self._cdn = cdn
        self._messages = messages
        self._interactions = interactions
        self._callbacks = callbacks
        self._settings = settings

    def endpoints(self) -> list[Endpoint]:
        """Return the routes."""
        found = [Endpoint("POST", _BASE, self.follow_up, auth="token")]
        for name in ("@original", "{message_id}"):
            template = f"{_BASE}/messages/{name}"
            found.append(Endpoint("GET", template, self.fetch, auth="token"))
            found.append(Endpoint("PATCH", template, self.edit, auth="token"))
            found.append(Endpoint("DELETE", template, self.delete, auth="token"))
        return found

    async def follow_up(self, call: Call) -> Reply:
        """Make a follow-up; right after a deferral it fills the loading message."""
        interaction = self._interaction(call)
        original = interaction.original
        if original is not None and not original.deleted and Flag.LOADING in original.flags:
            return await self._edited(original, call)
        lost = original is not None and original.deleted and Flag.LOADING in original.flags
        if lost and self._settings.followups_need_original:
            raise DiscordError(10008)
        if interaction.user_installed_only and len(interaction.followups) >= self._settings.followups_user_installed:
            raise DiscordError(40094)
        made = await self._messages.create(
            interaction.channel,
            self._world.bot.id,
            call.posted(),
            ephemeral_for=self._callbacks.private(interaction, call.form),
            interaction=metadata(interaction),
            reference=None if original is None or original.deleted else original.id,
        )
        interaction.followups.append(made)
        interaction.made.append(made)
        return self._shown(made)

    async def fetch(self, call: Call) -> Reply:
        """Return a message."""
        return self._shown(self._message(self._interaction(call), call))

    async def edit(self, call: Call) -> Reply:
        """Change a message; the first edit of a loading one completes it."""
        interaction = self._interaction(call)
        demand_attachments(call.posted(), takes_files=self._settings.edits_take_files)
        return await self._edited(self._message(interaction, call), call)

    async def delete(self, call: Call) -> Reply:
        """Delete a message."""
        self._messages.delete(self._message(self._interaction(call), call))
        return EMPTY

    async def _edited(self, message: StoredMessage, call: Call) -> Reply:
        return self._shown(await self._messages.edit(message, call.posted()))

    def _interaction(self, call: Call) -> Interaction:
        found = self._interactions.by_token(call.number("webhook_id"), call.path["webhook_token"])
        if found.channel.id not in self._world.channels:
            raise DiscordError(10003)
        return found

    def _message(self, interaction: Interaction, call: Call) -> StoredMessage:
        name = call.path.get("message_id", "@original")
        found = interaction.original if name == "@original" else interaction.reaches(call.number("message_id"))
        if found is None or found.deleted:
            raise DiscordError(10008)
        return found

    def _shown(self, message: StoredMessage) -> Reply:
        return Reply(shapes.message(self._world, self._cdn, message))
