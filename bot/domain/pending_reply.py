"""A reply that was opened for a request which is no job yet."""

from dataclasses import dataclass

from bot.domain.reply import Reply


@dataclass(frozen=True, slots=True)
class PendingReply:
    """An interaction that is being answered; of its reply's address only what its token can do is known."""

    interaction_id: int
    reply: Reply
