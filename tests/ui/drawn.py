"""A card as Discord gets it, taken apart."""

import json
from collections.abc import Iterator

from discord.ui import LayoutView

TEXT, BUTTON = 10, 2


def parts(view: LayoutView) -> Iterator[dict]:
    """Walk every component of the payload, nested ones too."""

    def walk(component: dict) -> Iterator[dict]:
        yield component
        for child in component.get("components", []):
            yield from walk(child)
        if accessory := component.get("accessory"):
            yield from walk(accessory)

    for component in view.to_components():
        yield from walk(component)


def words(view: LayoutView) -> str:
    return "\n".join(part["content"] for part in parts(view) if part["type"] == TEXT)


def buttons(view: LayoutView) -> list[dict]:
    return [part for part in parts(view) if part["type"] == BUTTON]


def labels(view: LayoutView) -> list[str]:
    return [button["label"] for button in buttons(view)]


def media(view: LayoutView) -> list[str]:
    return [item["media"]["url"] for part in parts(view) for item in part.get("items", [])]


def assert_fits(view: LayoutView) -> None:
    """Discord's "Component Reference": 40 components, 4000 characters, 5 buttons in a row, distinct custom ids.

    "Media Gallery": 1 to 10 items.

    "Button": an address holds at most 512 characters.
    """
    every = list(parts(view))
    assert len(every) <= 40
    assert len(words(view).encode("utf-16-le", "surrogatepass")) // 2 <= 4000
    assert all(part["content"].strip() for part in every if part["type"] == TEXT)
    assert all(1 <= len(part["components"]) <= 5 for part in every if part["type"] == 1)
    assert all(1 <= len(part["items"]) <= 10 for part in every if "items" in part)
    assert all(len(button["label"]) <= 80 for button in buttons(view))
    assert all(len(button.get("url", "")) <= 512 for button in buttons(view))
    ids = [button["custom_id"] for button in buttons(view) if "custom_id" in button]
    assert len(ids) == len(set(ids))
    assert all(1 <= len(an_id) <= 100 for an_id in ids)
    json.dumps(view.to_components())
