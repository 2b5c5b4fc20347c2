"""Modals: what Discord refuses about one, and what a member's answer to it looks like."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.components import walk
from sandbox.discord.errors import DiscordRefused, FormErrors
from sandbox.discord.model import Json

_ROW, _LABEL, _TEXT, _INPUT, _UPLOAD = 1, 18, 10, 4, 19


def check_modal(data: Json) -> None:
    """Raise 50035 when a modal is not as it must be: title 45, five components, inputs that are complete."""
    form = FormErrors("data")
    form.length("custom_id", str(data.get("custom_id") or ""), 1, 100)
    form.length("title", str(data.get("title") or ""), 1, 45)
    rows = data.get("components") or []
    if not 1 <= len(rows) <= 5:
        form.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for at, row in enumerate(rows):
        if row.get("type") not in (_ROW, _LABEL, _TEXT):
            form.add(f"components.{at}.type", "UNION_TYPE_CHOICES", "Value must be one of (1, 10, 18).")
        if row.get("type") == _LABEL:
            form.length(f"components.{at}.label", str(row.get("label") or ""), 1, 45)
            form.length(f"components.{at}.description", str(row.get("description") or ""), 0, 100)
    seen: set[str] = set()
    for part in walk(rows):
        if "custom_id" in part:
            form.length("components", str(part["custom_id"]), 1, 100)
            if part["custom_id"] in seen:
                form.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
            seen.add(part["custom_id"])
        if part.get("type") == _INPUT and part.get("label") is not None:
            form.length("components", str(part["label"]), 1, 45)
    form.raise_if_any()


def answered_modal(modal: Json, fields: Mapping[str, Any]) -> list[Json]:
    """Return a member's answer in the shape of the modal.

    Args:
        fields: by custom_id, a text or a list of values (ids for uploads).

    Raises:
        DiscordRefused: when a required field is empty or a text is too short or long.
    """
    known = {part["custom_id"] for part in walk(modal["components"]) if "custom_id" in part}
    if set(fields) - known:
        raise DiscordRefused(f"the form has no field {', '.join(sorted(set(fields) - known))}")
    return [_filled(part, fields) for part in modal["components"]]


def _filled(part: Json, fields: Mapping[str, Any]) -> Json:
    shape: Json = {"type": part["type"], "id": part.get("id") or 1}
    if part["type"] == _ROW:
        return shape | {"components": [_filled(inner, fields) for inner in part["components"]]}
    if part["type"] == _LABEL:
        return shape | {"component": _filled(part["component"], fields)}
    if part["type"] == _TEXT:
        return shape
    name = part["custom_id"]
    if part["type"] == _INPUT:
        return shape | {"custom_id": name, "value": _text(part, fields.get(name, part.get("value") or ""))}
    values = fields.get(name, [])
    values = values if isinstance(values, list) else [values]
    if part.get("required", True) and not values:
        raise DiscordRefused(f"{name}: This is a required field.")
    return shape | {"custom_id": name, "values": values}


def _text(part: Json, value: Any) -> str:
    text = str(value)
    if part.get("required", True) and not text:
        raise DiscordRefused(f"{part['custom_id']}: This is a required field.")
    least, most = part.get("min_length") or 0, part.get("max_length") or 4000
    if text and not least <= len(text) <= most:
        raise DiscordRefused(f"{part['custom_id']}: must be between {least} and {most} in length")
    return text
