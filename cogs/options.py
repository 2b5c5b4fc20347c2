"""The options of the commands that make videos, as the configured dialect has them, and the choices of an option.

What the dialect cannot do is not offered, so a command is made with its options when its cog is. discord.py reads them
off the callback's signature: that is what is built here.
"""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

import discord
from discord import app_commands
from discord.ext import commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.assets import Asset
from bot.domain.errors import RatioUnknown, Refusal, StoreFull
from bot.domain.ids import new_reference
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, MAX_PROMPT, MAX_SEED, Catalogue, Ratio
from bot.studio.intake.asset_lookup import AssetLookup
from bot.ui.job_lists import asset_choice
from cogs.address import caller_of

log = logging.getLogger(__name__)

_T = TypeVar("_T")

# Seconds for a list of choices: Discord waits 3 s for it, and one that comes late is not missed.
_CHOICES_SECONDS: Final = 2.0
# Seconds before a form opens without assets: Discord waits 3 s for the form.
_BEFORE_A_FORM: Final = 1.0
# Longer than any name, and than `asset://` with an id of the provider's.
_MAX_TYPED: Final = 250
_REQUIRED: Final = inspect.Parameter.empty


async def choices(
    interaction: discord.Interaction, looked_up: Awaitable[list[_T]], within: float = _CHOICES_SECONDS
) -> list[_T]:
    """Wait so many seconds for what can be chosen; nothing when that fails or takes longer: it can do without."""
    try:
        async with asyncio.timeout(within):
            return await looked_up
    except (TimeoutError, StoreFull) as error:
        log.warning("No choices for interaction %d (%s).", interaction.id, type(error).__name__)
    except Exception:
        log.exception("[%s] The choices for interaction %d failed.", new_reference(), interaction.id)
    return []


class AssetChoices:
    """The assets that a member may use where they are; none when the lookup fails."""

    def __init__(self, asset_lookup: AssetLookup) -> None:
        self._asset_lookup = asset_lookup

    async def complete(self, interaction: discord.Interaction, user_input: str) -> list[app_commands.Choice[str]]:
        """List the choices for what was typed so far."""
        found = await choices(interaction, self._find(interaction, user_input))
        return [app_commands.Choice(name=asset_choice(asset), value=asset.id) for asset in found]

    async def all_of(self, interaction: discord.Interaction) -> list[Asset]:
        """List them for a form that is about to open."""
        return await choices(interaction, self._find(interaction, ""), _BEFORE_A_FORM)

    async def _find(self, interaction: discord.Interaction, user_input: str) -> list[Asset]:
        return list(await self._asset_lookup.usable(caller_of(interaction), user_input, MAX_CHOICES))


class OneOf(app_commands.Transformer):
    """An option with the words of an enumeration as its choices, each named as it is written."""

    def __init__(self, words: Sequence[StrEnum]) -> None:
        super().__init__()
        self._words = words

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """List the choices."""
        return [app_commands.Choice(name=word.value, value=word.value) for word in self._words]

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> StrEnum:
        """Read a choice; the library does not check what arrives, so this raises Refusal or ValueError."""
        words = type(self._words[0])
        try:
            return words(value)
        except ValueError:
            if words is Ratio:
                raise Refusal(RatioUnknown(str(value))) from None
            raise


class Whole(app_commands.Transformer):
    """An option that is a whole number within limits; Discord keeps to them, and the domain checks them again."""

    def __init__(self, minimum: int, maximum: int) -> None:
        super().__init__()
        self._least = minimum
        self._most = maximum

    @property
    def type(self) -> discord.AppCommandOptionType:
        """Name Discord's type of option."""
        return discord.AppCommandOptionType.integer

    @property
    def min_value(self) -> int:
        """Return the least."""
        return self._least

    @property
    def max_value(self) -> int:
        """Return the most."""
        return self._most

    async def transform(self, _interaction: discord.Interaction, value: int, /) -> int:
        """Take the number as it is."""
        return value


class Words(app_commands.Transformer):
    """An option that is a text of 1 to so many characters."""

    def __init__(self, maximum: int) -> None:
        super().__init__()
        self._most = maximum

    @property
    def min_value(self) -> int:
        """Return the least length."""
        return 1

    @property
    def max_value(self) -> int:
        """Return the greatest length."""
        return self._most

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> str:
        """Take the text as it is."""
        return value


class AssetName(Words):
    """An option that names one of a member's assets, with those that they may use as its choices."""

    def __init__(self, assets: AssetChoices) -> None:
        super().__init__(_MAX_TYPED)
        self._assets = assets

    async def autocomplete(self, interaction: discord.Interaction, value: str | float, /) -> list[Any]:
        """Offer the assets that fit what was typed so far."""
        return list(await self._assets.complete(interaction, str(value)))


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its name, its description of at most 100 characters, what it takes, and what it is when left out."""

    name: str
    description: str
    takes: Any
    default: Any = None


class OneCommand(commands.Cog):
    """A cog with one command that is made with the cog, not with its class; it comes and goes with it."""

    def __init__(self, bot: commands.Bot | commands.AutoShardedBot, made: app_commands.Command[Any, ..., None]) -> None:
        self._bot = bot
        self._command = made

    async def cog_load(self) -> None:
        """Put the command among the others."""
        self._bot.tree.add_command(self._command)

    async def cog_unload(self) -> None:
        """Take it away again."""
        self._bot.tree.remove_command(self._command.name)


def prompt() -> Option:
    """Make the one option that is required."""
    return Option("prompt", "What you want to see, in any language", Words(MAX_PROMPT), _REQUIRED)


def basic_choices(catalogue: Catalogue) -> list[Option]:
    """List the choices that every dialect has."""
    capability = catalogue.widest
    span, default = f"{capability.min_seconds} to {capability.max_seconds}", capability.default_seconds
    length = Whole(capability.min_seconds, capability.max_seconds)
    return [
        Option("duration", f"Length in seconds, {span} ({default} if left out)", length, default),
        Option("ratio", f"Width to height ({DEFAULT_RATIO} if left out)", OneOf(capability.ratios), DEFAULT_RATIO),
        Option(
            "model", f"The model that makes it ({DEFAULT_MODEL} if left out)", OneOf(catalogue.models), DEFAULT_MODEL
        ),
    ]


def further_choices(catalogue: Catalogue) -> list[Option]:
    """List the choices that only some dialects have, as far as this one has them."""
    capability = catalogue.widest
    options = []
    if capability.resolutions:
        usual = f" ({capability.default_resolution} if left out)" if capability.default_resolution else ""
        options.append(Option("resolution", f"The size of the picture{usual}", OneOf(capability.resolutions)))
    if capability.sound:
        options.append(Option("sound", "Whether it has sound (left to the model if left out)", bool | None))
    if capability.seed:
        about = "A number that makes a similar video again with the same request"
        options.append(Option("seed", about, Whole(0, MAX_SEED)))
    if capability.last_picture:
        about = "Hand out the video's last picture too, to go on from there"
        options.append(Option("last_picture", about, bool, default=False))
    return options


def web_search(catalogue: Catalogue) -> list[Option]:
    """List the option that text alone can have, where there is one."""
    about = "Let the model look things up; only for a prompt that goes alone"
    return [Option("web_search", about, bool, default=False)] if catalogue.widest.web_search else []


def command(
    name: str,
    description: str,
    options: Sequence[Option],
    handle: Callable[[discord.Interaction, dict[str, Any]], Awaitable[None]],
) -> app_commands.Command[Any, ..., None]:
    """Make a command with these options, usable wherever the app is; `handle` gets what was given, by option."""

    async def callback(interaction: discord.Interaction, **given: Any) -> None:
        await handle(interaction, given)

    first = inspect.Parameter("interaction", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=discord.Interaction)
    rest = [
        inspect.Parameter(option.name, inspect.Parameter.KEYWORD_ONLY, default=option.default, annotation=option.takes)
        for option in options
    ]
    callback.__signature__ = inspect.Signature([first, *rest])  # type: ignore[attr-defined]
    app_commands.describe(**{option.name: option.description for option in options})(callback)
    return app_commands.Command(
        name=name,
        description=description,
        callback=callback,
        allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
    )
