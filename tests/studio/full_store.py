"""A real store that takes no byte more, until it does again."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from itertools import count

from bot.domain.errors import StoreFull
from bot.storage import Store


async def set_full(store: Store, *, full: bool = True) -> None:
    """Let every write fail with a StoreFull that is not for want of room, or no longer."""
    await store.run(lambda db: db.execute(f"PRAGMA query_only = {int(full)}"))


async def fill(store: Store, write: Callable[[int], Awaitable[object]]) -> None:
    """Let the database grow no more, and write small rows, each by its number, until it is full."""
    await store.run(lambda db: db.execute("PRAGMA max_page_count = 1"))  # SQLite takes its present size then
    with suppress(StoreFull):
        for number in count(1):
            await write(number)
