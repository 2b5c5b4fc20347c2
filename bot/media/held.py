"""Damaged clips that are held back until it is clear that no more of them will come."""

import hashlib
import time
from pathlib import Path

from bot.media.fetch import put_in_place

_HELD = ".held"
# Longer than any clip is asked for: whoever waited for it has ended.
_OLD_SECONDS = 8 * 86400.0


def held_path(clip: Path) -> Path:
    """Say where what came of a clip is held back: beside it."""
    return clip.with_suffix(_HELD)


def hold_back(part: Path, held: Path) -> bool:
    """Keep a file as the latest that came; returns whether it is the same as the one before. Blocks: for a thread."""
    same = held.is_file() and _digest(part) == _digest(held)
    if not same:
        put_in_place(part, held)
    return same


def sweep_held(folder: Path) -> int:
    """Delete what nobody waits for any more; returns how many. Blocks: for a thread."""
    old = time.time() - _OLD_SECONDS
    left = [path for path in folder.glob(f"*{_HELD}") if path.stat().st_mtime < old]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def _digest(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
