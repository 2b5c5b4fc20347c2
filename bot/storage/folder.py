"""The folder of a database, made and private, and its lock: taken at once, or as soon as another bot gives it back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Final

from bot.domain.errors import FolderUnusable, StoreInUse
from bot.storage.lock import Lock, held, is_signature
from bot.storage.permissions import make_private
from bot.storage.writable import unusable

# Real seconds between two tries for a lock that another has. A try is five calls of the system; a thread that waited in
# flock(2) would know a moment sooner, and could not be told to stop.
_TRY_EVERY: Final = 0.1


@contextmanager
def held_in_folder(database: Path) -> Iterator[Lock]:
    """Hold the database's lock, in a folder that is made where it isn't there.

    Raises StoreInUse when another bot has it, FolderUnusable for what can't be read and written.
    """
    if (wrong := unusable(database)) is not None:
        raise wrong
    with ExitStack() as resources:
        try:
            database.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            make_private(database)
            lock = resources.enter_context(held(database))
        except OSError as error:
            raise FolderUnusable(
                f"The folder {database.parent} can't be used ({error.strerror}).",
                "Let the bot's user write to it, or set DATA_DIR to another.",
            ) from error
        yield lock


@asynccontextmanager
async def held_next(database: Path, waits_for: Callable[[str], None]) -> AsyncIterator[Lock]:
    """Hold the database's lock once no other bot has it, however long that takes; cancelled, it is never taken.

    `waits_for` is called with every holder's name. Nothing but the lock's file is looked at meanwhile. Raises
    FolderUnusable as `held_in_folder`, before the wait and after it.
    """
    take, named = held_in_folder, ""
    async with AsyncExitStack() as resources:
        lock: Lock | None = None
        while lock is None:
            try:
                lock = resources.enter_context(take(database))
            except StoreInUse as other:
                take = held
                # For a moment the file is empty, or has what a clean end has left there.
                if (name := str(other)) != named and is_signature(name):
                    named = name
                    waits_for(name)
                await asyncio.sleep(_TRY_EVERY)
        if take is held and (wrong := unusable(database)) is not None:
            raise wrong
        yield lock
