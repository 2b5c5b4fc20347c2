"""What a form that was sent holds, as Discord sends it."""

from typing import Any


def fields_of(sent: dict[str, Any]) -> dict[str, Any]:
    """Return what each part of a form holds, by its custom id: a text, or a list of values."""
    held = (row.get("component", {}) for row in sent.get("components", ()))
    return {one["custom_id"]: one.get("value") or one.get("values") for one in held if "custom_id" in one}
