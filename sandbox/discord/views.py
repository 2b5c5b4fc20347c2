"""A stored message as a member looks at it."""

from collections.abc import Iterable
from typing import Any

from sandbox.discord import components as parts
from sandbox.discord import shapes
from sandbox.discord.cdn import Cdn
from sandbox.discord.model import Flag, Json, StoredFile, StoredMessage
from sandbox.discord.world import World


class Message:
    """A living view: it always shows the message as it is now."""

    def __init__(self, world: World, cdn: Cdn, stored: StoredMessage) -> None:
        self._world = world
        self._cdn = cdn
        self._stored = stored

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and other._stored is self._stored

    def __hash__(self) -> int:
        return self._stored.id

    def __repr__(self) -> str:
        return f"<Message {self.id} in {self.channel_id} {self.texts()[:200]!r} {self.media()}>"

    @property
    def stored(self) -> StoredMessage:
        """The message itself."""
        return self._stored

    @property
    def id(self) -> str:
        """The message's id."""
        return str(self._stored.id)

    @property
    def channel_id(self) -> str:
        """The channel's id."""
        return str(self._stored.channel_id)

    @property
    def flags(self) -> Flag:
        """The flags."""
        return self._stored.flags

    @property
    def ephemeral(self) -> bool:
        """Whether only one member sees it."""
        return self._stored.ephemeral_for is not None

    @property
    def loading(self) -> bool:
        """Whether it shows "is thinking"."""
        return Flag.LOADING in self._stored.flags

    @property
    def content(self) -> str:
        """The plain content, empty under Components V2."""
        return self._stored.content

    @property
    def deleted(self) -> bool:
        """Whether it is gone."""
        return self._stored.deleted

    @property
    def author(self) -> str:
        """The author's name."""
        return self._world.users[self._stored.author_id].name

    @property
    def mentions(self) -> list[str]:
        """Names of the people it mentions, under its allowed mentions."""
        return [self._world.users[one].name for one in self._stored.mentions]

    @property
    def pinged(self) -> list[str]:
        """Names of the people it pinged when it came."""
        return sorted(self._world.users[one].name for one in self._stored.pinged)

    @property
    def created_at(self) -> float:
        """Unix seconds."""
        return self._stored.created_at

    def texts(self) -> str:
        """Return everything written in it: content, text displays, embeds."""
        embeds = [str(one.get(key, "")) for one in self._stored.embeds for key in ("title", "description")]
        written = [self._stored.content, *parts.texts(self._stored.components), *embeds]
        return "\n".join(one for one in written if one)

    def media(self) -> list[str]:
        """Return the names of the files it shows, in galleries, file components, thumbnails or as attachments."""
        return [file.name for file in self._shown()]

    def links(self) -> list[str]:
        """Return fresh URLs of the files it shows."""
        return [self._cdn.link(file) for file in self._shown()]

    def file(self, name: str | None = None) -> bytes:
        """Return the bytes of a file by name; of its only one without."""
        shown = [file for file in self._shown() if name in (None, file.name)]
        if len(shown) != 1:
            raise LookupError(f"{len(shown)} files named {name!r} in {self!r}")
        return shown[0].path.read_bytes()

    def buttons(self) -> list[tuple[str, str | None, bool, str | None]]:
        """Return (label, custom_id, disabled, url) of every button."""
        return [
            (one.get("label", ""), one.get("custom_id"), bool(one.get("disabled")), one.get("url"))
            for one in parts.walk(self._stored.components)
            if one["type"] == parts.BUTTON
        ]

    def pressable(self) -> Iterable[Json]:
        """Yield buttons and selects that have a custom_id."""
        return (one for one in parts.walk(self._stored.components) if one.get("custom_id"))

    def raw(self) -> dict[str, Any]:
        """Return the message object as REST gives it."""
        return shapes.message(self._world, self._cdn, self._stored)

    def _shown(self) -> list[StoredFile]:
        if not self._stored.v2:
            return list(self._stored.files.values())
        named = parts.named_files(self._stored.components)
        return [file for file in self._stored.files.values() if file.id in named]
