"""Which rung comes next: pure decisions about where a clip may still go."""

from collections.abc import Set as AbstractSet

from bot.domain.job import Drop, Job
from bot.domain.reply import Fitted, Form, Reply, Rung

# Discord's default for a file, which is also what a direct message takes, whatever the server's boosts are.
USUAL_LIMIT = 10 * 1024 * 1024

_ORDER = (Rung.TOKEN, Rung.BOT, Rung.CHANNEL, Rung.FOLLOW_UP, Rung.DIRECT)
_IN_CHANNEL = frozenset(_ORDER) - {Rung.DIRECT}
# What goes through the interaction's token.
BY_TOKEN = frozenset({Rung.TOKEN, Rung.FOLLOW_UP})


def next_rung(reply: Reply, closed: AbstractSet[Rung], now: float) -> Rung | None:
    """Choose the best rung that is open at `now` and not known to be closed; None means HELD."""
    return next((rung for rung in reply.rungs(now) if rung not in closed), None)


def closed_before(rung: Rung) -> frozenset[Rung]:
    """List the rungs that a delivery which stood on this one had already found closed."""
    return frozenset(_ORDER[: _ORDER.index(rung)]) if rung in _ORDER else frozenset(_ORDER)


def closed_by_deletion() -> frozenset[Rung]:
    """List the rungs that a moderator closes by deleting the message: nothing goes into that channel again."""
    return _IN_CHANNEL


def can_look(job: Job, drop: Drop, now: float) -> bool:
    """Tell whether anybody can see what that rung holds."""
    match drop.rung:
        case Rung.TOKEN | Rung.FOLLOW_UP:
            return job.reply.token_lives(now) or (not job.reply.private and job.reply.bot_reaches)
        case Rung.BOT | Rung.CHANNEL | Rung.DIRECT:
            return True
        case Rung.ASKED:
            return False


def size_limit(reply: Reply, rung: Rung) -> int:
    """Return the largest file that the rung takes, in bytes."""
    return min(reply.limit, USUAL_LIMIT) if rung is Rung.DIRECT else reply.limit


def lower_limit(sent: int) -> int:
    """Return the limit to believe where so many bytes were too large although they should have fitted."""
    # Mostly a boosted server's limit was stated where the usual one holds; below that, halving leads there soonest.
    return USUAL_LIMIT if sent > USUAL_LIMIT else max(sent // 2, 1)


def plan_drop(
    job: Job, rung: Rung, form: Form, now: float, limit: int | None = None, fitted: Fitted | None = None
) -> Drop:
    """Write down what is about to be sent, and where."""
    message_id = job.reply.message_id if rung in {Rung.TOKEN, Rung.BOT} else None
    purpose = {Rung.CHANNEL: "c", Rung.DIRECT: "d"}.get(rung, "e")
    return Drop(rung, job.reply.channel_id, job.nonce(purpose), now, message_id, form, limit, fitted)
