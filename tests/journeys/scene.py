"""What a journey has to hand: two stand-ins, one bot, and questions to the ledgers."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock
from sandbox.discord import DiscordStandIn, Member, Message, Use
from sandbox.faults import Faults
from sandbox.ledger import Ledger
from sandbox.toapis import ProviderStandIn
from tests.journeys.bot_process import BotProcess


@dataclass
class Scene:
    """One run of the whole."""

    clock: Clock
    ledger: Ledger
    faults: Faults
    provider: ProviderStandIn
    discord: DiscordStandIn
    bot: BotProcess

    @property
    def mara(self) -> Member:
        """The first member."""
        return self.discord.member("Mara")

    @property
    def tomas(self) -> Member:
        """The second member."""
        return self.discord.member("Tomas")

    def paid(self) -> list[dict[str, Any]]:
        """Return the bodies of the POSTs that counted."""
        return [dict(entry.detail) for entry in self.ledger.of("paid")]

    def videos(self, channel: str | int = "videos", member: Member | None = None) -> list[Message]:
        """Return the messages that hold a video, as a member sees them."""
        seen = (member or self.mara).sees(channel)
        return [one for one in seen if any(name.endswith(".mp4") for name in one.media())]

    def copies(self) -> Counter[str]:
        """Count, over all of Discord, how many living messages hold each clip."""
        held = {(one.id, name) for one in self.everything() for name in one.media() if name.endswith(".mp4")}
        return Counter(name for _, name in held)

    def everything(self) -> list[Message]:
        """Return every living message of this Discord, whoever may see it."""
        world, cdn = self.discord.world, self.discord.cdn
        return [Message(world, cdn, one) for one in world.messages.values() if not one.deleted]

    async def video(self, use: Use, within: float = 40.0) -> Message:
        """Wait until the reply holds its video."""
        return await use.replied(has_video, within=within, what=f"a video\n{self.bot.tail()}")

    async def says(self, use: Use, *words: str, within: float = 40.0) -> Message:
        """Wait until the reply says all of these words."""
        return await use.replied(says(*words), within=within, what=f"{words}\n{self.bot.tail()[-2500:]}")


def has_video(message: Message) -> bool:
    """Tell whether a message shows a video."""
    return any(name.endswith(".mp4") for name in message.media())


def says(*words: str) -> Callable[[Message], bool]:
    """Build a test for a message that says all of these words, in any case."""
    return lambda message: all(word.lower() in message.texts().lower() for word in words)
