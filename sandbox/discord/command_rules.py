"""What Discord refuses about an application command."""

import re
from typing import Any

from sandbox.discord.errors import FormErrors
from sandbox.discord.model import Json

# discord-api-types' `FileUploadType`: a kind, or an extension with its dot.
_FILE_TYPE = re.compile(r"^(image|video|audio|\.[A-Za-z0-9.]+)$")
_MAX_FILE_TYPES = 10
# "Application Commands": characters of a command's names, descriptions and values, its subcommands' included.
_MAX_SIZE = 8000
_NAME = re.compile(r"^[-_'\w]{1,32}$")
SUBCOMMAND, GROUP, STRING, INTEGER, NUMBER, ATTACHMENT = 1, 2, 3, 4, 10, 11
USER, CHANNEL, ROLE = 6, 7, 8
CHAT_INPUT, ON_USER, ON_MESSAGE = 1, 2, 3
# "Application Commands", "Registering a Command": of each type, in one place.
_MAX_OF_TYPE = {CHAT_INPUT: 100, ON_USER: 15, ON_MESSAGE: 15}
# "Reference", "Locales".
_LOCALES = frozenset((
    "id", "da", "de", "en-GB", "en-US", "es-ES", "es-419", "fr", "hr", "it", "lt", "hu", "nl", "no", "pl", "pt-BR",
    "ro", "fi", "sv-SE", "vi", "tr", "cs", "el", "bg", "ru", "uk", "hi", "th", "zh-CN", "ja", "zh-TW", "ko",
))  # fmt: skip


def check_commands(commands: list[Json], *, prefix: bool = True) -> None:
    """Raise 50035 for bad commands; paths begin with the place in the list when `prefix` is set."""
    form = FormErrors()
    seen: set[tuple[Any, Any]] = set()
    for at, command in enumerate(commands):
        path = f"{at}." if prefix else ""
        kind = command.get("type") or CHAT_INPUT
        _check_name(form, path, command, chat=kind == CHAT_INPUT)
        if kind == CHAT_INPUT:
            _check_description(form, path, command)
        else:
            _check_menu_command(form, path, command)
        if (kind, command.get("name")) in seen:
            form.add(f"{path}name", "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique")
        seen.add((kind, command.get("name")))
        _check_options(form, f"{path}options", command.get("options") or [])
        if _size(command) > _MAX_SIZE:
            form.add(path.rstrip("."), "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({_MAX_SIZE})")
    for kind, maximum in _MAX_OF_TYPE.items():
        if sum((command.get("type") or CHAT_INPUT) == kind for command in commands) > maximum:
            form.add("", "BASE_TYPE_MAX_LENGTH", f"Must be {maximum} or fewer in length.")
    form.raise_if_any()


def _check_name(form: FormErrors, path: str, one: Json, *, chat: bool) -> None:
    name = str(one.get("name") or "")
    form.length(f"{path}name", name, 1, 32)
    if chat and (not _NAME.match(name) or name != name.lower()):
        form.add(f"{path}name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid: lower case, no spaces")


def _check_menu_command(form: FormErrors, path: str, one: Json) -> None:
    """Note what a command of a message's or a member's menu may not have: a description, options."""
    _check_localizations(form, f"{path}name_localizations", one.get("name_localizations"), 32)
    if one.get("description"):
        form.add(
            f"{path}description", "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Context menu commands cannot have one"
        )
    if one.get("options"):
        form.add(f"{path}options", "APPLICATION_COMMAND_INVALID_OPTIONS", "Context menu commands cannot have options")


def _check_description(form: FormErrors, path: str, one: Json) -> None:
    form.length(f"{path}description", str(one.get("description") or ""), 1, 100)
    _check_localizations(form, f"{path}description_localizations", one.get("description_localizations"), 100)


def _check_localizations(form: FormErrors, path: str, localizations: Json | None, maximum: int) -> None:
    for locale, text in (localizations or {}).items():
        if locale not in _LOCALES:
            form.add(f"{path}.{locale}", "BASE_TYPE_CHOICES", "Value must be one of Discord's locales.")
        form.length(f"{path}.{locale}", str(text), 1, maximum)


def _check_options(form: FormErrors, path: str, options: list[Json]) -> None:
    if len(options) > 25:
        form.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    optional_seen = False
    names: set[str] = set()
    for at, option in enumerate(options):
        here = f"{path}.{at}."
        _check_name(form, here, option, chat=True)
        _check_description(form, here, option)
        if option.get("name") in names:
            form.add(f"{here}name", "APPLICATION_COMMAND_OPTIONS_NAME_DUPLICATED", "Option names must be unique")
        names.add(str(option.get("name")))
        if option.get("type") in (SUBCOMMAND, GROUP):
            _check_options(form, f"{here}options", option.get("options") or [])
            continue
        if option.get("required") and optional_seen:
            form.add(
                f"{here}required",
                "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
                "Required options must be placed before non-required options",
            )
        optional_seen = optional_seen or not option.get("required")
        _check_choices(form, here, option)
        if option.get("type") == ATTACHMENT:
            check_file_types(form, here.removesuffix("."), option)
        elif option.get("file_types"):
            form.add(f"{here}file_types", "BASE_TYPE_INVALID", "Only an attachment has file types")


def check_file_types(form: FormErrors, path: str, one: Json) -> None:
    """Note what is wrong with the files that an attachment option or an upload offers to choose.

    At most ten kinds or extensions with their dot, documented since August 2026.
    """
    types = one.get("file_types") or []
    if len(types) > _MAX_FILE_TYPES:
        form.add(f"{path}.file_types", "BASE_TYPE_MAX_LENGTH", f"Must be {_MAX_FILE_TYPES} or fewer in length.")
    for at, kind in enumerate(types):
        if not _FILE_TYPE.match(str(kind)):
            form.add(f"{path}.file_types.{at}", "BASE_TYPE_INVALID", "Must be image, video, audio or an extension")


def _size(command: Json) -> int:
    """Return the characters of all names, descriptions and values, of each the longest localization."""
    size = len(str(command.get("value", "")))
    for key in ("name", "description"):
        localized = (command.get(f"{key}_localizations") or {}).values()
        size += max(len(one) for one in (str(command.get(key) or ""), *localized))
    return size + sum(_size(one) for key in ("options", "choices") for one in command.get(key) or [])


def _check_choices(form: FormErrors, here: str, option: Json) -> None:
    choices = option.get("choices") or []
    if len(choices) > 25:
        form.add(f"{here}choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.")
    if choices and option.get("autocomplete"):
        form.add(
            here,
            "APPLICATION_COMMAND_OPTION_AUTOCOMPLETE_WITH_CHOICES",
            "Choices and autocomplete can't be used together",
        )
    for at, choice in enumerate(choices):
        form.length(f"{here}choices.{at}.name", str(choice.get("name") or ""), 1, 100)
        _check_localizations(form, f"{here}choices.{at}.name_localizations", choice.get("name_localizations"), 100)
        if isinstance(choice.get("value"), str):
            form.length(f"{here}choices.{at}.value", choice["value"], 1, 100)
