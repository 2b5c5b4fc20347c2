"""A fake at the port of pending replies: Discord, as far as an apology is sent there."""

from dataclasses import dataclass, field

from bot.domain.reply import Reply
from bot.studio.ports import Outcome, Posted


@dataclass
class ScriptedApologies:
    """Answers from a list, then well."""

    outcomes: list[Outcome | Exception] = field(default_factory=list)
    sent: list[Reply] = field(default_factory=list)

    async def apologize(self, reply: Reply) -> Outcome:
        self.sent.append(reply)
        outcome = self.outcomes.pop(0) if self.outcomes else Posted(reply.channel_id, 1)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome
