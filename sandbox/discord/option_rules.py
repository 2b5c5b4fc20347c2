"""What Discord's own client and server check about a command's options before the bot hears of it."""

from collections.abc import Mapping
from typing import Any

from sandbox.discord.command_rules import ATTACHMENT, CHANNEL, GROUP, INTEGER, NUMBER, ROLE, STRING, SUBCOMMAND, USER
from sandbox.discord.errors import DiscordRefused
from sandbox.discord.model import Json

_BOOLEAN = 5
_BY_ID = {USER: "a member", CHANNEL: "a channel", ROLE: "a role", ATTACHMENT: "a file"}
# Discord's "Reference", "File Type Filtering": the name alone is looked at.
_GROUPS = {
    "image": (".png", ".gif", ".jpg", ".jpeg", ".jfif", ".webp", ".avif"),
    "video": (".mp4", ".mov", ".qt", ".webm"),
    "audio": (".mp3", ".m4a", ".wav", ".ogg", ".opus", ".flac"),
}


def find_command(commands: list[Json], words: str) -> tuple[Json, list[str], list[Json]]:
    """Return a command by its words ("history", "assets add"): the command, its subcommands' names, its options."""
    name, *below = words.strip().removeprefix("/").split()
    command = next((one for one in commands if one["name"] == name and one["type"] == 1), None)
    if command is None:
        raise DiscordRefused(f"There is no command /{name}")
    options: list[Json] = command.get("options", [])
    for word in below:
        inner = next((one for one in options if one["name"] == word and one["type"] in (SUBCOMMAND, GROUP)), None)
        if inner is None:
            raise DiscordRefused(f"There is no command /{words}")
        options = inner.get("options", [])
    if any(one["type"] in (SUBCOMMAND, GROUP) for one in options):
        raise DiscordRefused(f"/{words}: choose a subcommand")
    return command, below, options


def find_menu_command(commands: list[Json], name: str, kind: int) -> Json:
    """Return the command of a message's or a member's menu that has this name."""
    found = next((one for one in commands if one["name"] == name and one["type"] == kind), None)
    if found is None:
        raise DiscordRefused(f"There is no {name} in this menu")
    return found


def check_files(described: list[Json], given: Mapping[str, Any], names: Mapping[str, str]) -> None:
    """Raise DiscordRefused for a file that its option does not offer to choose; `names` of the files by their ids."""
    for option in described:
        types = [kind.lower() for kind in option.get("file_types") or ()]
        name = names.get(str(given.get(option["name"])))
        if types and name is not None:
            allowed = {ending for kind in types for ending in _GROUPS.get(kind, (kind,))}
            if not name.lower().endswith(tuple(allowed)):
                raise DiscordRefused(f"{option['name']}: {name} is not one of {', '.join(types)}")


def check_options(described: list[Json], given: Mapping[str, Any]) -> None:
    """Raise DiscordRefused, in the client's words, for the first option that is not allowed."""
    names = {one["name"] for one in described}
    for name in given:
        if name not in names:
            raise DiscordRefused(f"{name}: there is no such option")
    for option in described:
        if given.get(option["name"]) is None:
            if option.get("required"):
                raise DiscordRefused(f"{option['name']}: This option is required. Specify a value.")
            continue
        _check_value(option, given[option["name"]])


def _check_value(option: Json, value: Any) -> None:
    name, kind = option["name"], option["type"]
    if kind == STRING:
        if not isinstance(value, str):
            raise DiscordRefused(f"{name}: must be a text")
        minimum, maximum = option.get("min_length", 0), option.get("max_length", 6000)
        if option.get("required") and not value.strip():
            raise DiscordRefused(f"{name}: This option is required. Specify a value.")
        if len(value) < minimum:
            raise DiscordRefused(f"{name}: must be at least {minimum} in length")
        if len(value) > maximum:
            raise DiscordRefused(f"{name}: must be {maximum} or fewer in length")
    elif kind in (INTEGER, NUMBER):
        _check_number(option, value)
    elif kind == _BOOLEAN and not isinstance(value, bool):
        raise DiscordRefused(f"{name}: must be true or false")
    elif kind in _BY_ID and not (isinstance(value, int | str) and str(value).isdigit()):
        raise DiscordRefused(f"{name}: must be {_BY_ID[kind]}")
    choices = option.get("choices")
    if choices and value not in [one["value"] for one in choices]:
        raise DiscordRefused(f"{name}: must be one of {', '.join(one['name'] for one in choices)}")


def _check_number(option: Json, value: Any) -> None:
    name = option["name"]
    kinds = int if option["type"] == INTEGER else int | float
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise DiscordRefused(f"{name}: must be {'a whole number' if option['type'] == INTEGER else 'a number'}")
    if "min_value" in option and value < option["min_value"]:
        raise DiscordRefused(f"{name}: must be at least {option['min_value']}")
    if "max_value" in option and value > option["max_value"]:
        raise DiscordRefused(f"{name}: must be at most {option['max_value']}")


def option_kind(described: list[Json], name: str, value: Any) -> int:
    """Return an option's type as described, or as its value suggests when it is not."""
    for option in described:
        if option["name"] == name:
            return int(option["type"])
    return _BOOLEAN if isinstance(value, bool) else INTEGER if isinstance(value, int) else STRING


def converted(described: list[Json], given: Mapping[str, Any]) -> dict[str, Any]:
    """Return options in which numbers that came as text (from a page's form) are numbers."""
    read = dict(given)
    for option in described:
        value = read.get(option["name"])
        if isinstance(value, str) and option["type"] in (INTEGER, NUMBER):
            try:
                read[option["name"]] = int(value) if option["type"] == INTEGER else float(value)
            except ValueError:
                continue
    return read
