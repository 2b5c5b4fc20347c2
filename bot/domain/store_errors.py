"""What goes wrong with a database that is on a server; the rest: `errors`."""

from bot.domain.errors import StoreUnusable


class StoreUnreachable(StoreUnusable):
    """The database's server cannot be reached, or does not let the bot in."""
