"""A real store that takes no byte, until it does again."""

from bot.storage import Store


async def set_full(store: Store, *, full: bool = True) -> None:
    """Let every write fail with StoreFull, or no longer."""
    await store.run(lambda db: db.execute(f"PRAGMA query_only = {int(full)}"))
