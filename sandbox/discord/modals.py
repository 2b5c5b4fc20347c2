"""A member's answer to a modal: what Discord's client refuses about it, and what it looks like."""

from collections.abc import Mapping, Sequence
from typing import Any

from sandbox.discord.components import ROW, STRING_SELECT, TEXT, walk
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.modal_form import INPUT, LABEL, UPLOAD
from sandbox.discord.model import Json


def answered_modal(modal: Json, fields: Mapping[str, Any]) -> list[Json]:
    """Return a member's answer in the shape of the modal.

    Args:
        fields: by custom_id, a text or a list of values (ids for uploads); what is left out stays as it was filled in.

    Raises:
        DiscordRefused: for a required field left empty, a text too short or long, values too few, too many or unknown.
    """
    known = {part["custom_id"] for part in walk(modal["components"]) if "custom_id" in part}
    if set(fields) - known:
        raise DiscordRefused(f"the form has no field {', '.join(sorted(set(fields) - known))}")
    return [_filled(part, fields) for part in modal["components"]]


def _filled(part: Json, fields: Mapping[str, Any]) -> Json:
    shape: Json = {"type": part["type"], "id": part.get("id") or 1}
    if part["type"] == ROW:
        return shape | {"components": [_filled(inner, fields) for inner in part["components"]]}
    if part["type"] == LABEL:
        return shape | {"component": _filled(part["component"], fields)}
    if part["type"] == TEXT:
        return shape
    name = part["custom_id"]
    if part["type"] == INPUT:
        return shape | {"custom_id": name, "value": _text(part, fields.get(name, part.get("value") or ""))}
    defaults = [option["value"] for option in part.get("options", ()) if option.get("default")]
    return shape | {"custom_id": name, "values": _values(part, fields.get(name, defaults))}


def _values(part: Json, given: Any) -> list[str]:
    values = given if isinstance(given, list) else [given]
    if not values:
        if part.get("required", True):
            raise DiscordRefused(f"{part['custom_id']}: This is a required field.")
        return []
    return chosen(part, values)


def chosen(part: Json, given: Sequence[Any]) -> list[str]:
    """Return what was chosen in a select or given to an upload, as it is sent.

    Raises:
        DiscordRefused: for too few, too many, or what is none of its options.
    """
    name, values = part["custom_id"], [str(one) for one in given]
    minimum = 1 if part.get("min_values") is None else part["min_values"]
    maximum = part.get("max_values") or 1
    if not minimum <= len(values) <= maximum:
        raise DiscordRefused(f"{name}: takes {minimum} to {maximum}, not {len(values)}")
    choices = {option["value"] for option in part.get("options", ())}
    if part["type"] == STRING_SELECT and (len(set(values)) < len(values) or not set(values) <= choices):
        raise DiscordRefused(f"{name}: must be of its options, each once")
    if part["type"] == UPLOAD and not all(one.isdigit() for one in values):
        raise DiscordRefused(f"{name}: must be files")
    return values


def _text(part: Json, value: Any) -> str:
    text = str(value)
    if part.get("required", True) and not text:
        raise DiscordRefused(f"{part['custom_id']}: This is a required field.")
    minimum, maximum = part.get("min_length") or 0, part.get("max_length") or 4000
    if text and not minimum <= len(text) <= maximum:
        raise DiscordRefused(f"{part['custom_id']}: must be between {minimum} and {maximum} in length")
    return text
