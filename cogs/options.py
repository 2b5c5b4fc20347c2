"""The options of the commands that make videos, as the configured dialect has them.

What the dialect cannot do is not offered, so a command is made with its options when its cog is. discord.py reads them
off the callback's signature: that is what is built here.
"""

import inspect
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any, Final, TypeVar

import discord
from discord import app_commands
from discord.app_commands import locale_str
from discord.ext import commands

from bot.domain.errors import RatioUnknown, Refusal
from bot.domain.models import AUTOMATIC, DEFAULT_MODEL, DEFAULT_RATIO, MAX_PROMPT, MAX_SEED, Catalogue, Ratio
from bot.domain.takes import MAX_TAKES
from bot.ui.choices import choice_text
from bot.ui.language import Language
from cogs.autocomplete import AssetChoices, Autocomplete
from cogs.translations import localized, texts_of

_T = TypeVar("_T")

# Longer than any asset's name, and than `asset://` with an id of the provider's.
_MAX_ASSET_INPUT: Final = 250
REQUIRED: Final = inspect.Parameter.empty


# Discord's "Reference", "File Type Filtering" (August 2026): at most ten, a group or an extension with its dot. A group
# is what Discord's own clients play; what phones and editors make as well is named. The forms take all files.
FILE_TYPES: Final = "file_types"
IMAGE_FILES: Final = ("image", ".heic", ".heif", ".tif", ".tiff", ".bmp")
MEDIA_FILES: Final = ("image", "video", "audio", ".heic", ".heif", ".mkv", ".avi", ".m4v", ".3gp", ".aac")


class Choice(app_commands.Transformer):
    """An option with the words of an enumeration as its choices."""

    def __init__(self, language: Language, words: Sequence[StrEnum]) -> None:
        super().__init__()
        self._language = language
        self._words = words

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """List the choices."""
        named = ((localized(self._language, partial(_choice_text, word)), word.value) for word in self._words)
        return [app_commands.Choice(name=name, value=value) for name, value in named]

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> StrEnum:
        """Read a choice; the library does not check what arrives, so this raises Refusal or ValueError."""
        words = type(self._words[0])
        try:
            return words(value)
        except ValueError:
            if words is Ratio:
                raise Refusal(RatioUnknown(str(value))) from None
            raise


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name, its description of at most 100 characters, what it takes, and what it is when left out.

    `file_types`: the files that Discord lets a member choose for an attachment; all where there are none.
    """

    name: str
    description: str | locale_str
    takes: Any
    default: Any = None
    autocomplete: Autocomplete | None = None
    file_types: tuple[str, ...] = ()


class CommandCog(commands.Cog):
    """A cog whose commands and groups are made with it, not with its class; they come and go with it."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        *made: app_commands.Command[Any, ..., None] | app_commands.Group | app_commands.ContextMenu,
    ) -> None:
        self._bot = bot
        self._made = made

    async def cog_load(self) -> None:
        """Put its commands among the others."""
        for each in self._made:
            self._bot.tree.add_command(each)

    async def cog_unload(self) -> None:
        """Take them away again."""
        for each in self._made:
            kind = each.type if isinstance(each, app_commands.ContextMenu) else discord.AppCommandType.chat_input
            self._bot.tree.remove_command(each.name, type=kind)


def prompt(language: Language) -> Option:
    """Make the one option that is required."""
    return Option("prompt", texts_of(language)("option.prompt"), app_commands.Range[str, 1, MAX_PROMPT], REQUIRED)


def basic_choices(language: Language, catalogue: Catalogue, lengths: Autocomplete | None) -> list[Option]:
    """List the choices that every dialect has; `lengths` suggests how long a video can be."""
    capability = catalogue.widest
    minimum, maximum, default = capability.min_seconds, capability.max_seconds, capability.default_seconds
    say, shortest = texts_of(language), AUTOMATIC if capability.automatic else minimum
    length = say("option.duration", minimum=minimum, maximum=maximum, default=default)
    ratio = say("option.ratio", default=DEFAULT_RATIO.value)
    model = say("option.model", default=DEFAULT_MODEL.value)
    return [
        Option("duration", length, app_commands.Range[int, shortest, maximum], autocomplete=lengths),
        Option("ratio", ratio, Choice(language, capability.ratios)),
        Option("model", model, Choice(language, catalogue.models)),
    ]


def further_choices(language: Language, catalogue: Catalogue) -> list[Option]:
    """List the choices that only some dialects have, as far as this one has them."""
    say, capability = texts_of(language), catalogue.widest
    options = []
    if capability.resolutions:
        default = capability.default_resolution or capability.resolutions[0]
        about = say("option.resolution", default=default.value)
        options.append(Option("resolution", about, Choice(language, capability.resolutions)))
    if capability.sound:
        options.append(Option("sound", say("option.sound"), bool | None))
    if capability.seed:
        options.append(Option("seed", say("option.seed"), app_commands.Range[int, 0, MAX_SEED]))
    if capability.last_picture:
        options.append(Option("last_picture", say("option.last-picture"), bool, default=False))
    return options


def web_search(language: Language, catalogue: Catalogue) -> list[Option]:
    """List the option that text alone can have, where there is one."""
    about = texts_of(language)("option.web-search")
    return [Option("web_search", about, bool, default=False)] if catalogue.widest.web_search else []


def private(language: Language) -> Option:
    """Make the option that keeps a video to its member."""
    return Option("private", texts_of(language)("option.private"), bool | None)


def takes(language: Language) -> Option:
    """Make the option that asks for several videos of one request."""
    about = texts_of(language)("option.takes", maximum=MAX_TAKES)
    return Option("takes", about, app_commands.Range[int, 1, MAX_TAKES], default=1)


def asset(name: str, description: str | locale_str, assets: AssetChoices) -> Option:
    """Make an option that names one of a member's assets, with those that they may use as its choices."""
    return Option(name, description, app_commands.Range[str, 1, _MAX_ASSET_INPUT], autocomplete=assets.complete)


def everywhere(command: _T) -> _T:
    """Let a command be used in servers, direct messages and private channels, wherever the app is installed."""
    installed = app_commands.allowed_installs(guilds=True, users=True)
    return app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)(installed(command))


def command(
    name: str,
    description: str | locale_str,
    options: Sequence[Option],
    handle: Callable[[discord.Interaction, dict[str, Any]], Awaitable[None]],
) -> app_commands.Command[Any, ..., None]:
    """Make a command with these options; `handle` gets the values of those that were used, by name."""

    async def callback(interaction: discord.Interaction, **values: Any) -> None:
        await handle(interaction, values)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    rest = [
        inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.takes)
        for option in options
    ]
    callback.__signature__ = inspect.Signature([first, *rest])  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in options})(callback)
    app_commands.autocomplete(**{option.name: option.autocomplete for option in options if option.autocomplete})(
        callback
    )
    extras = {FILE_TYPES: {option.name: list(option.file_types) for option in options if option.file_types}}
    return _Command(name=name, description=description, callback=everywhere(callback), extras=extras)


class _Command(app_commands.Command[Any, ..., None]):
    """A command whose attachments have file types, which the library does not send (discord.py 2.7.1)."""

    def to_dict(self, tree: app_commands.CommandTree[Any]) -> dict[str, Any]:
        """Describe the command for Discord; without `extras` of FILE_TYPES it takes all files."""
        return self._with_file_types(super().to_dict(tree))

    async def get_translated_payload(
        self, tree: app_commands.CommandTree[Any], translator: app_commands.Translator
    ) -> dict[str, Any]:
        """Describe the command likewise, in every language."""
        return self._with_file_types(await super().get_translated_payload(tree, translator))

    def _with_file_types(self, described: dict[str, Any]) -> dict[str, Any]:
        file_types = self.extras.get(FILE_TYPES, {})
        for option in described["options"]:
            if option["name"] in file_types:
                option["file_types"] = file_types[option["name"]]
        return described


def _choice_text(choice: StrEnum, language: Language) -> str:
    return choice_text(language, choice)
