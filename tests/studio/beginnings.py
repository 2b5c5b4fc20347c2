"""Fakes at the ports of `begun`."""

from dataclasses import dataclass, field

from bot.domain.beginning import Beginning
from bot.domain.errors import StoreFull
from bot.domain.reply import Reply
from bot.studio.ports import Outcome, Posted


@dataclass
class ListedBeginnings:
    """Keeps them in a dictionary; `full` as a disk is."""

    kept: dict[int, Beginning] = field(default_factory=dict)
    full: bool = False

    async def begin(self, beginning: Beginning) -> None:
        if self.full:
            raise StoreFull("full")
        self.kept[beginning.interaction_id] = beginning

    async def forget(self, interaction_id: int) -> None:
        if self.full:
            raise StoreFull("full")
        self.kept.pop(interaction_id, None)

    async def left(self) -> list[Beginning]:
        return list(self.kept.values())


@dataclass
class ScriptedWithdrawals:
    """Answers from a list, then well."""

    outcomes: list[Outcome] = field(default_factory=list)
    said: list[Reply] = field(default_factory=list)

    async def withdraw(self, reply: Reply) -> Outcome:
        self.said.append(reply)
        return self.outcomes.pop(0) if self.outcomes else Posted(reply.channel_id, 1)
