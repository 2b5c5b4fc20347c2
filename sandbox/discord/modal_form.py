"""What Discord refuses about a modal. After its "Component Reference" and "Receiving and Responding"."""

from sandbox.discord.command_rules import check_file_types
from sandbox.discord.components import SELECTS, walk
from sandbox.discord.control_form import ControlForm, check_values, check_within
from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json

INPUT, LABEL, UPLOAD = 4, 18, 19
_MAX_PARTS, _MAX_FILES, _MAX_TEXT = 5, 10, 4000


def check_modal(data: Json) -> None:
    """Raise 50035 when a modal is not as it must be: title 45, five parts, each complete and within its limits."""
    form = FormErrors("data")
    form.length("custom_id", str(data.get("custom_id") or ""), 1, 100)
    form.length("title", str(data.get("title") or ""), 1, 45)
    parts = data.get("components") or []
    if not 1 <= len(parts) <= _MAX_PARTS:
        form.add("components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    controls = ControlForm(form)
    for at, part in enumerate(parts):
        _part(form, controls, part, f"components.{at}")
    seen: set[str] = set()
    for one in walk(parts):
        if one.get("custom_id") in seen:
            form.add("components", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated")
        if "custom_id" in one:
            seen.add(one["custom_id"])
    form.raise_if_any()


def _part(form: FormErrors, controls: ControlForm, part: Json, path: str) -> None:
    match part.get("type"):
        case 1:
            inside = part.get("components") or []
            if len(inside) != 1:
                form.add(f"{path}.components", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 1 in length.")
            for at, one in enumerate(inside):
                if one.get("type") != INPUT:
                    form.add(f"{path}.components.{at}.type", "UNION_TYPE_CHOICES", "Value must be one of (4,).")
                _input(form, one, f"{path}.components.{at}", labelled=False)
        case 10:
            form.length(f"{path}.content", str(part.get("content") or ""), 1, _MAX_TEXT)
        case 18:
            _label(form, controls, part, path)
        case _:
            form.add(f"{path}.type", "UNION_TYPE_CHOICES", "Value must be one of (1, 10, 18).")


def _label(form: FormErrors, controls: ControlForm, part: Json, path: str) -> None:
    form.length(f"{path}.label", str(part.get("label") or ""), 1, 45)
    form.length(f"{path}.description", str(part.get("description") or ""), 0, 100)
    field, here = part.get("component") or {}, f"{path}.component"
    match field.get("type"):
        case None:
            form.required(here)
        case 4:
            _input(form, field, here, labelled=True)
        case 19:
            form.length(f"{here}.custom_id", str(field.get("custom_id") or ""), 1, 100)
            check_values(form, field, here, _MAX_FILES)
            check_file_types(form, here, field)
        case kind if kind in SELECTS:
            controls.select(field, here)
            # Discord's "Component Reference": a select that is disabled makes a modal an error.
            if field.get("disabled"):
                form.add(f"{here}.disabled", "COMPONENT_DISABLED_IN_MODAL", "Cannot be disabled in a modal")
        case _:
            form.add(f"{here}.type", "UNION_TYPE_CHOICES", "Value must be one of (3, 4, 5, 6, 7, 8, 19).")


def _input(form: FormErrors, one: Json, path: str, *, labelled: bool) -> None:
    form.length(f"{path}.custom_id", str(one.get("custom_id") or ""), 1, 100)
    # Discord's documentation allows a value 4000 characters and does not say that one beyond max_length is taken.
    form.length(f"{path}.value", str(one.get("value") or ""), 0, one.get("max_length") or _MAX_TEXT)
    form.length(f"{path}.placeholder", str(one.get("placeholder") or ""), 0, 100)
    if one.get("style") not in (1, 2):
        form.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")
    if labelled and one.get("label") is not None:
        form.add(f"{path}.label", "TEXT_INPUT_LABEL_IN_LABEL", "A text input inside a label has no label of its own")
    elif not labelled:
        form.length(f"{path}.label", str(one.get("label") or ""), 1, 45)
    for key, minimum in (("min_length", 0), ("max_length", 1)):
        check_within(form, f"{path}.{key}", one.get(key), minimum, _MAX_TEXT)
