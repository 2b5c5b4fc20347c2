"""One interaction, from the member's press of a key to its end."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from sandbox.discord.model import Channel, Json, StoredMessage, User

State = Literal["waiting", "answered", "failed"]


class Kind(IntEnum):
    """Interaction types."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL = 5


class Answer(IntEnum):
    """Types of a first response."""

    MESSAGE = 4
    DEFERRED = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    CHOICES = 8
    MODAL = 9


@dataclass(slots=True, eq=False)
class Interaction:
    """What Discord knows of one interaction.

    `owners` are the authorizing integration owners; `source` the message whose component was pressed; `original` the
    message behind "@original"; `size_limit` how many bytes a file of the bot may have; `forced_private`
    makes every message of it ephemeral.
    """

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    data: Json
    created_at: float
    owners: dict[str, str]
    size_limit: int
    command: str = ""
    source: StoredMessage | None = None
    parent: "Interaction | None" = None
    forced_private: bool = False
    state: State = "waiting"
    answer: Answer | None = None
    original: StoredMessage | None = None
    made: list[StoredMessage] = field(default_factory=list)
    followups: list[StoredMessage] = field(default_factory=list)
    modal: Json | None = None
    choices: list[Json] | None = None

    @property
    def user_installed_only(self) -> bool:
        """Whether only a user's own installation allows it, none of the server or of the bot's direct message."""
        return "0" not in self.owners

    def reaches(self, message_id: int) -> StoredMessage | None:
        """Return a message that this interaction's token may touch."""
        for message in (self.original, self.source, *self.made):
            if message is not None and message.id == message_id:
                return message
        return None
