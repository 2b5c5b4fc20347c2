"""Message components: their kinds, and how to walk through them."""

from collections.abc import Iterator
from typing import Any

from sandbox.discord.model import Json

ROW, BUTTON, STRING_SELECT, SECTION, TEXT = 1, 2, 3, 9, 10
THUMBNAIL, GALLERY, FILE, SEPARATOR, CONTAINER = 11, 12, 13, 14, 17
SELECTS = (3, 5, 6, 7, 8)


def walk(components: Any) -> Iterator[Json]:
    """Yield every component, nested ones and accessories too."""
    for one in components or ():
        if not isinstance(one, dict):
            continue
        yield one
        yield from walk(one.get("components"))
        for inner in ("accessory", "component"):
            if isinstance(one.get(inner), dict):
                yield from walk([one[inner]])


def texts(components: Any) -> list[str]:
    """Return the text of every text display, in order."""
    return [str(one.get("content", "")) for one in walk(components) if one.get("type") == TEXT]


def named_files(components: Any) -> set[int]:
    """Return the ids of the files that stored components show."""
    found: set[int] = set()
    for one in walk(components):
        holders = [item.get("media") for item in one.get("items", ())] + [one.get("media"), one.get("file")]
        found |= {holder["attachment_id"] for holder in holders if holder and "attachment_id" in holder}
    return found
