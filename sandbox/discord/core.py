"""The parts of one stand-in that its members and its page act on."""

from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.discord.cdn import Cdn
from sandbox.discord.commands import Commands
from sandbox.discord.gateway import Gateway
from sandbox.discord.interactions import Interactions
from sandbox.discord.messages import Messages
from sandbox.discord.model import StoredMessage
from sandbox.discord.settings import Settings
from sandbox.discord.views import Message
from sandbox.discord.world import World
from sandbox.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Core:
    """What exists in one stand-in, without the servers that show it."""

    clock: Clock
    ledger: Ledger
    settings: Settings
    world: World
    cdn: Cdn
    gateway: Gateway
    messages: Messages
    commands: Commands
    interactions: Interactions

    def message(self, stored: StoredMessage) -> Message:
        """Return a message as members see it."""
        return Message(self.world, self.cdn, stored)
