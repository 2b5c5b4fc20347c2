"""A person in Discord: uses commands, presses buttons, looks."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord.command_rules import ATTACHMENT, CHANNEL, ON_MESSAGE, ON_USER, ROLE, USER
from sandbox.discord.components import BUTTON
from sandbox.discord.core import Core
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.forms import Posted
from sandbox.discord.interaction import Kind
from sandbox.discord.modals import answered_modal, chosen
from sandbox.discord.model import Channel, Json, StoredFile, User
from sandbox.discord.option_rules import check_files, check_options, find_command, find_menu_command, option_kind
from sandbox.discord.permissions import Permission
from sandbox.discord.resolved import named_by_options, target_user
from sandbox.discord.uploads import Received, Upload, once, receive, store
from sandbox.discord.use import Use
from sandbox.discord.views import Message


class Member:
    """What one person does and sees. A channel is given by name or id; "dm" is the direct message with the bot."""

    def __init__(self, core: Core, user: User) -> None:
        self._core = core
        self.user = user

    @property
    def id(self) -> str:
        """The user's id."""
        return str(self.user.id)

    async def use(
        self, command: str, *, channel: str | int = "videos", wait: bool = True, unchecked: bool = False, **options: Any
    ) -> Use:
        """Use a slash command.

        An option that is an Upload becomes a file on the CDN; one whose name is taken here is given as `channel_`.
        `unchecked` sends what Discord itself would refuse.

        Raises:
            DiscordRefused: with Discord's sentence.
        """
        place = self.channel(channel)
        found = find_command(self.commands(place), command)
        options = {name.removesuffix("_"): value for name, value in options.items()}
        given, files = await self._with_files(place, options, unchecked=unchecked)
        if not unchecked:
            check_options(found[2], given)
            check_files(found[2], given, {key: one.name for key, one in files.items()})
        data = self._command_data(found, given, files)
        if named := named_by_options(self._core.world, place, self.user.id, found[2], given):
            data["resolved"] = data.get("resolved", {}) | named
        owners = self.owners(place, found[0])
        use = self._sent(Kind.COMMAND, place, data, owners=owners, command=command.removeprefix("/"))
        return await use.answered() if wait else use

    async def use_on(
        self, command: str, target: "Message | Member", *, channel: str | int | None = None, wait: bool = True
    ) -> Use:
        """Use a command of a message's menu, or of a member's in a channel. Raises DiscordRefused as `use` does."""
        if isinstance(target, Member):
            place, kind = self.channel("videos" if channel is None else channel), ON_USER
            target_id, resolved = target.user.id, target_user(self._core.world, place, target.user.id)
        else:
            # What only one member sees has no menu of apps.
            if target.ephemeral or not self._core.messages.visible(target.stored, self.user.id):
                raise DiscordRefused("There is no menu of apps on this message")
            place, kind, target_id = self.channel(int(target.channel_id)), ON_MESSAGE, target.stored.id
            resolved = {"messages": {target.id: target.raw()}}
        found = find_menu_command(self.commands(place), command, kind)
        data: Json = {"id": found["id"], "name": found["name"], "type": kind}
        data |= {"target_id": str(target_id), "resolved": resolved}
        use = self._sent(Kind.COMMAND, place, data, owners=self.owners(place, found), command=command)
        return await use.answered() if wait else use

    async def complete(
        self, command: str, focused: str, *, channel: str | int = "videos", **options: Any
    ) -> list[dict[str, Any]]:
        """Return what autocomplete offers for an option that is being typed; empty when nothing came in time."""
        use = self.completing(command, focused, channel, options)
        await use.answered()
        return list(use.choices or [])

    def completing(self, command: str, focused: str, channel: str | int, options: Mapping[str, Any]) -> Use:
        """Ask for choices without waiting for them."""
        place = self.channel(channel)
        found = find_command(self.commands(place), command)
        option = next((one for one in found[2] if one["name"] == focused), None)
        if option is None or not option.get("autocomplete"):
            raise DiscordRefused(f"{focused}: has no autocomplete")
        data = self._command_data(found, {focused: "", **options}, {}, focused)
        return self._sent(Kind.AUTOCOMPLETE, place, data, owners=self.owners(place, found[0]), command=command)

    async def press(
        self,
        message: Message,
        *,
        label: str | None = None,
        custom_id: str | None = None,
        values: Sequence[str] = (),
        wait: bool = True,
    ) -> Use:
        """Press a button by its label or custom_id, or choose values in a select."""
        if not self._core.messages.visible(message.stored, self.user.id):
            raise DiscordRefused("This message is not there any more")
        found = [
            one
            for one in message.pressable()
            if label in (None, one.get("label")) and custom_id in (None, one.get("custom_id"))
        ]
        if len(found) != 1:
            raise DiscordRefused(f"{len(found)} components fit {label or custom_id!r} among {message.buttons()}")
        component = found[0]
        if component.get("disabled"):
            raise DiscordRefused(f"{label or custom_id}: is disabled")
        data: Json = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"]}
        if component["type"] != BUTTON:
            data["values"] = chosen(component, values)
        place = self._core.world.channels[message.stored.channel_id]
        owners = self.owners(place, None)
        use = self._sent(Kind.COMPONENT, place, data, owners=owners, source=message.stored)
        return await use.answered() if wait else use

    async def submit(self, use_with_modal: Use, *, wait: bool = True, **fields: Any) -> Use:
        """Fill in and send the form a use was answered with; uploads may be given singly or in a list."""
        before = use_with_modal.interaction
        if before.modal is None:
            raise DiscordRefused("There is no form")
        ready: dict[str, Any] = {}
        files: dict[str, StoredFile] = {}
        for name, value in fields.items():
            several = value if isinstance(value, list) else [value]
            if several and all(isinstance(one, Upload) for one in several):
                made = [await self.upload(before.channel, one) for one in several]
                files |= {str(one.id): one for one in made}
                ready[name] = [str(one.id) for one in made]
            else:
                ready[name] = value
        return await self.submit_ready(use_with_modal, ready, files, wait=wait)

    async def submit_ready(
        self, use_with_modal: Use, fields: Mapping[str, Any], files: Mapping[str, StoredFile], *, wait: bool = True
    ) -> Use:
        """Send a form whose files are on the CDN already; upload fields hold lists of their ids."""
        before = use_with_modal.interaction
        modal = before.modal or {}
        data: Json = {"custom_id": modal["custom_id"], "components": answered_modal(modal, fields)}
        if files:
            data["resolved"] = {"attachments": {key: self._core.cdn.attachment(one) for key, one in files.items()}}
        use = self._sent(Kind.MODAL, before.channel, data, owners=before.owners, source=before.source, parent=before)
        return await use.answered() if wait else use

    async def say(self, text: str, *uploads: Upload, channel: str | int = "videos") -> Message:
        """Write an ordinary message, with files or without."""
        place = self.channel(channel)
        files = [await self._receive(upload, key) for key, upload in enumerate(uploads)]
        made = await self._core.messages.create(place, self.user.id, Posted({"content": text}, files))
        return self._view(made.id)

    async def upload(self, place: Channel, upload: Upload, *, unchecked: bool = False) -> StoredFile:
        """Put a file on the CDN, as the client does while a command is typed.

        Raises:
            DiscordRefused: above the limit for uploads.
        """
        max_bytes = self._core.settings.upload_limit
        if len(upload.data) > max_bytes and not unchecked:
            raise DiscordRefused(f"Your files are too powerful. Max file size: {max_bytes >> 20} MB")
        got = await self._receive(upload, 0)
        return await store(self._core.cdn, got, self._core.world.new_id(), place.id, ephemeral=True)

    def sees(self, channel: str | int) -> list[Message]:
        """Return the messages of a channel that this person sees, oldest first."""
        place = self.channel(channel)
        visible = (one for one in place.messages.values() if self._core.messages.visible(one, self.user.id))
        return [self._view(one.id) for one in sorted(visible, key=lambda one: one.id)]

    def pings(self) -> list[Message]:
        """Return the messages that pinged this person, oldest first."""
        every = self._core.world.messages.values()
        return [self._view(one.id) for one in sorted(every, key=lambda one: one.id) if self.user.id in one.pinged]

    def delete(self, message: Message) -> None:
        """Delete a message: one's own, or any where this person may manage messages."""
        stored = message.stored
        may = self._core.world.permissions(self._core.world.channels[stored.channel_id], self.user.id)
        if stored.author_id != self.user.id and Permission.MANAGE_MESSAGES not in may:
            raise DiscordRefused("You may not manage messages here")
        self._core.messages.delete(stored)

    def dismiss(self, message: Message) -> None:
        """Dismiss a message that only this person sees."""
        if message.stored.ephemeral_for == self.user.id:
            self._core.messages.dismiss(message.stored)

    def restart_client(self) -> None:
        """Restart Discord's client: all messages that only this person sees are gone."""
        for one in tuple(self._core.world.messages.values()):
            if one.ephemeral_for == self.user.id:
                self._core.messages.dismiss(one)

    def channel(self, name_or_id: str | int) -> Channel:
        """Return a channel this person means; "dm" is the one with the bot."""
        world = self._core.world
        if name_or_id == "dm":
            return world.direct(self.user.id)
        place = world.channel(name_or_id)
        if Permission.VIEW_CHANNEL not in world.permissions(place, self.user.id):
            raise DiscordRefused(f"{self.user.name} does not see #{place.name}")
        return place

    def commands(self, place: Channel) -> list[Json]:
        """Return the commands offered in a channel."""
        world = self._core.world
        may = world.permissions(place, self.user.id)
        if not place.direct and Permission.USE_APPLICATION_COMMANDS not in may:
            return []
        shown = []
        for command in self._core.commands.all(place.guild_id):
            contexts = command.get("contexts")
            here = contexts is None or self._core.interactions.context(place) in contexts
            if here and self._owners(place, command) and world.may_use(place, self.user.id, command):
                shown.append(command)
        return shown

    def owners(self, place: Channel, command: Json | None) -> dict[str, str]:
        """Return whose installations offer the application here; DiscordRefused when there is none."""
        found = self._owners(place, command)
        if not found:
            raise DiscordRefused("This application is not installed here")
        return found

    def _owners(self, place: Channel, command: Json | None) -> dict[str, str]:
        kinds = [0, 1] if command is None else command["integration_types"]
        world, found = self._core.world, {}
        guild = world.guild_of(place)
        if 0 in kinds and guild is not None and guild.bot_member:
            found["0"] = str(guild.id)
        if 0 in kinds and guild is None and world.bot.id in place.recipients:
            found["0"] = "0"
        if 1 in kinds and self.user.app_installed:
            found["1"] = str(self.user.id)
        return found

    async def _receive(self, upload: Upload, key: int) -> Received:
        data = upload.data
        return await receive(self._core.cdn, key, upload.name, upload.content_type, once(data), len(data))

    async def _with_files(
        self, place: Channel, options: Mapping[str, Any], *, unchecked: bool
    ) -> tuple[dict[str, Any], dict[str, StoredFile]]:
        given: dict[str, Any] = {}
        files: dict[str, StoredFile] = {}
        for name, value in options.items():
            if value is None:
                continue
            given[name] = value
            stored = await self.upload(place, value, unchecked=unchecked) if isinstance(value, Upload) else value
            if isinstance(stored, StoredFile):
                files[str(stored.id)] = stored
                given[name] = str(stored.id)
        return given, files

    def _command_data(
        self,
        found: tuple[Json, list[str], list[Json]],
        given: Mapping[str, Any],
        files: Mapping[str, StoredFile],
        focused: str | None = None,
    ) -> Json:
        command, below, described = found
        options: list[Json] = []
        for name, value in given.items():
            option: Json = {"name": name, "type": option_kind(described, name, value), "value": value}
            if option["type"] in (ATTACHMENT, USER, CHANNEL, ROLE):
                option["value"] = str(value)
            if focused is not None and name == focused:
                option["focused"] = True
            options.append(option)
        for depth, word in enumerate(reversed(below)):
            options = [{"name": word, "type": 1 if depth == 0 else 2, "options": options}]
        data: Json = {"id": command["id"], "name": command["name"], "type": 1}
        if "guild_id" in command:
            data["guild_id"] = command["guild_id"]
        if options:
            data["options"] = options
        if files:
            data["resolved"] = {"attachments": {key: self._core.cdn.attachment(one) for key, one in files.items()}}
        return data

    def _sent(self, kind: Kind, place: Channel, data: Json, **more: Any) -> Use:
        return Use(self._core, self._core.interactions.send(kind, self.user, place, data, **more))

    def _view(self, message_id: int) -> Message:
        return self._core.message(self._core.world.messages[message_id])
