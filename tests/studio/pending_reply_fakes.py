"""Fakes at the ports of `begun`."""

from dataclasses import dataclass, field

from bot.domain.errors import StoreFull
from bot.domain.pending_reply import PendingReply
from bot.domain.reply import Reply
from bot.studio.ports import Outcome, Posted


@dataclass
class ListedPendingReplies:
    """Keeps them in a dictionary; `full` as a disk is."""

    stored: dict[int, PendingReply] = field(default_factory=dict)
    full: bool = False

    async def begin(self, pending: PendingReply) -> None:
        if self.full:
            raise StoreFull("full")
        self.stored[pending.interaction_id] = pending

    async def forget(self, interaction_id: int) -> None:
        if self.full:
            raise StoreFull("full")
        self.stored.pop(interaction_id, None)

    async def left(self) -> list[PendingReply]:
        return list(self.stored.values())


@dataclass
class ScriptedApologies:
    """Answers from a list, then well."""

    outcomes: list[Outcome] = field(default_factory=list)
    sent: list[Reply] = field(default_factory=list)

    async def apologize(self, reply: Reply) -> Outcome:
        self.sent.append(reply)
        return self.outcomes.pop(0) if self.outcomes else Posted(reply.channel_id, 1)
