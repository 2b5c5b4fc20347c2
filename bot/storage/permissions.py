"""What is kept is for the bot's own user alone: prompts, tokens of interactions, and members' files."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.domain.storage_limits import CLIPS, INPUTS, POSTERS

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def make_private(database: Path) -> None:
    """Take the database's files, those beside it and their folders from all users but their owner.

    A folder that others use too (with the sticky bit, as /tmp) and what belongs to another user stay as they are.
    """
    for path in _paths(database):
        try:
            status = path.stat(follow_symlinks=False)
            if status.st_uid == os.geteuid() and status.st_mode & _OTHERS and not status.st_mode & stat.S_ISVTX:
                path.chmod(stat.S_IMODE(status.st_mode) & ~_OTHERS)
        except FileNotFoundError:
            continue  # it was only there for a moment


def _paths(database: Path) -> Iterator[Path]:
    folder = database.parent
    yield from (folder, folder / CLIPS, folder / INPUTS, folder / POSTERS)
    # Its log, its lock, and the copies from before a migration or a restore.
    yield from folder.glob(f"{database.name}*")
