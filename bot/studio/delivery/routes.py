"""Choose the route of a delivery: pure decisions about where a clip may still go."""

from collections.abc import Set as AbstractSet

from bot.domain.job import DeliveryAttempt, Job
from bot.domain.reply import Reply, Route, ShrunkClip, Variant
from bot.studio.ports import PlatformLimits

_ORDER = (Route.TOKEN, Route.BOT, Route.CHANNEL, Route.FOLLOW_UP, Route.DIRECT)
_IN_CHANNEL = frozenset(_ORDER) - {Route.DIRECT}
ALL = frozenset(_ORDER) | {Route.ASKED}
# What goes through the interaction's token.
BY_TOKEN = frozenset({Route.TOKEN, Route.FOLLOW_UP})


def next_route(reply: Reply, closed: AbstractSet[Route], now: float, limits: PlatformLimits) -> Route | None:
    """Choose the best route that is open at `now` and not known to be closed; None means HELD."""
    return next((route for route in reply.routes(now, limits.token_seconds) if route not in closed), None)


def closed_before(route: Route) -> frozenset[Route]:
    """List the routes that a delivery on this one had already found closed."""
    return frozenset(_ORDER[: _ORDER.index(route)]) if route in _ORDER else frozenset(_ORDER)


def closed_by_deletion() -> frozenset[Route]:
    """List the routes that a moderator closes by deleting the message: nothing goes into that channel again."""
    return _IN_CHANNEL


def can_search(job: Job, attempt: DeliveryAttempt, now: float, limits: PlatformLimits) -> bool:
    """Tell whether the messages of that route can be read."""
    match attempt.route:
        case Route.TOKEN | Route.FOLLOW_UP:
            readable = not job.reply.private and job.reply.bot_reaches
            return readable or job.reply.token_lives(now, limits.token_seconds)
        case Route.BOT | Route.CHANNEL | Route.DIRECT:
            return True
        case Route.ASKED:
            return False


def size_limit(reply: Reply, route: Route, limits: PlatformLimits) -> int:
    """Return the largest file that the route takes, in bytes; no server's boosts count in a direct message."""
    return min(reply.limit, limits.usual_file_bytes) if route is Route.DIRECT else reply.limit


def lower_limit(sent: int, limits: PlatformLimits) -> int:
    """Return the limit to believe where so many bytes were too large although they should have fitted."""
    # Mostly a boosted server's limit was stated where the usual one holds; below that, halving leads there soonest.
    return limits.usual_file_bytes if sent > limits.usual_file_bytes else max(sent // 2, 1)


def plan_attempt(
    job: Job, route: Route, variant: Variant, now: float, limit: int | None = None, shrunk: ShrunkClip | None = None
) -> DeliveryAttempt:
    """Write down what is about to be sent, and where."""
    message_id = job.reply.message_id if route in {Route.TOKEN, Route.BOT} else None
    purpose = {Route.CHANNEL: "c", Route.DIRECT: "d"}.get(route, "e")
    return DeliveryAttempt(route, job.reply.channel_id, job.nonce(purpose), now, message_id, variant, limit, shrunk)
