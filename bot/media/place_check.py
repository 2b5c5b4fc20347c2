"""Try the place where files are kept, for `check`: one small file is written, read and deleted."""

from pathlib import Path
from typing import Final

from bot.media.disk import new_part

_CONTENT: Final = b"seedreel check"


def try_folder(folder: Path) -> str | None:
    """Say what can't be done in a folder, or in the one that it would be made in; None when all can. Blocks."""
    there = next((each for each in (folder, *folder.absolute().parents) if each.exists()), folder)
    doing = "written to"
    try:
        part = new_part(there)
        part.write_bytes(_CONTENT)
        doing = "read"
        if part.read_bytes() != _CONTENT:
            return f"{there} doesn't return what was written to it"
        doing = "deleted from"
        part.unlink()
    except OSError as error:
        return f"{there} can't be {doing} ({error.strerror})"
    return None
