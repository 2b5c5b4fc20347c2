"""Buttons and selects of a form: what Discord refuses about them, and what is stored."""

from sandbox.discord.components import STRING_SELECT
from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json

_LINK, _PREMIUM = 5, 6
_MAX_URL, _MAX_VALUES = 512, 25


class ControlForm:
    """Check what can be pressed in one message; custom ids are unique in it."""

    def __init__(self, form: FormErrors) -> None:
        self._form = form
        self._custom_ids: set[str] = set()

    def button(self, one: Json, path: str) -> Json:
        """Return a button as stored."""
        stored: Json = {"style": one.get("style")}
        if one.get("style") not in (1, 2, 3, 4, _LINK, _PREMIUM):
            self._form.add(f"{path}.style", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4, 5, 6).")
        if one.get("label") is not None:
            self._form.length(f"{path}.label", one["label"], 0, 80)
        elif one.get("emoji") is None and one.get("style") != _PREMIUM:
            self._form.add(path, "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")
        if one.get("style") == _LINK:
            if not str(one.get("url") or "").startswith(("http://", "https://", "discord://")):
                self._form.add(f"{path}.url", "URL_TYPE_INVALID_SCHEME", "Scheme must be one of http, https, discord.")
            self._form.length(f"{path}.url", str(one.get("url") or ""), 1, _MAX_URL)
            if one.get("custom_id"):
                self._form.add(
                    path,
                    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
                    "A custom id and url cannot both be specified",
                )
        else:
            self._custom_id(one, path)
        for key in ("custom_id", "label", "url", "emoji", "disabled"):
            if one.get(key) is not None:
                stored[key] = {k: v for k, v in one[key].items() if v is not None} if key == "emoji" else one[key]
        return stored

    def select(self, one: Json, path: str) -> Json:
        """Return a select as stored."""
        self._custom_id(one, path)
        check_values(self._form, one, path, _MAX_VALUES)
        stored: Json = {"custom_id": one.get("custom_id"), "disabled": bool(one.get("disabled"))}
        stored |= {"min_values": one.get("min_values", 1), "max_values": one.get("max_values", 1)}
        if one.get("placeholder"):
            self._form.length(f"{path}.placeholder", one["placeholder"], 0, 150)
            stored["placeholder"] = one["placeholder"]
        if one.get("type") != STRING_SELECT:
            return stored
        options = one.get("options") or []
        if not 1 <= len(options) <= 25:
            self._form.add(f"{path}.options", "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 25 in length.")
        values = [option.get("value") for option in options]
        if sum(bool(option.get("default")) for option in options) > (one.get("max_values") or 1):
            self._form.add(f"{path}.options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES", "Too many default values")
        if (one.get("max_values") or 1) > len(options):
            self._form.add(f"{path}.max_values", "SELECT_COMPONENT_MAX_VALUES_EXCEEDED", "More values than options")
        for at, option in enumerate(options):
            for key, maximum in (("label", 100), ("value", 100), ("description", 100)):
                self._form.length(
                    f"{path}.options.{at}.{key}", str(option.get(key) or ""), int(key != "description"), maximum
                )
            if option.get("value") in values[:at]:
                self._form.add(
                    f"{path}.options.{at}.value",
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    "The specified option value is already used",
                )
        stored["options"] = [{key: value for key, value in option.items() if value is not None} for option in options]
        return stored

    def _custom_id(self, one: Json, path: str) -> None:
        custom_id = str(one.get("custom_id") or "")
        self._form.length(f"{path}.custom_id", custom_id, 1, 100)
        if custom_id and custom_id in self._custom_ids:
            self._form.add(
                f"{path}.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        self._custom_ids.add(custom_id)


def check_values(form: FormErrors, field: Json, path: str, maximum: int) -> None:
    """Note how many values a select or an upload takes when that is no such number; left out, it is one."""
    check_within(form, f"{path}.min_values", field.get("min_values"), 0, maximum)
    check_within(form, f"{path}.max_values", field.get("max_values"), 1, maximum)
    minimum = field.get("min_values")
    if (1 if minimum is None else minimum) > (field.get("max_values") or 1):
        form.add(f"{path}.min_values", "BASE_TYPE_MAX_VALUE", "min_values must be less than or equal to max_values")


def check_within(form: FormErrors, path: str, value: int | None, minimum: int, maximum: int) -> None:
    """Note a number that lies outside; None is fine."""
    if value is not None and not minimum <= value <= maximum:
        form.add(path, "NUMBER_TYPE_BAD_RANGE", f"int32 value should be between {minimum} and {maximum}.")
