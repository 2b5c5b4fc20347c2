"""`/video`: a wish is checked, the reply opened, and the wish handed to the studio."""

from contextlib import AsyncExitStack
from enum import StrEnum
from functools import partial
from typing import Final

import discord
from discord import app_commands
from discord.ext import commands

from bot.domain.errors import RatioUnknown, Refusal
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, PROMPT_MOST, Model, Ratio, capability
from bot.domain.request import Offered
from bot.studio.accept import Accept, Wish
from cogs.address import unopened
from cogs.answers import defer, was_told
from cogs.errors import Answering

_ABLE: Final = capability(DEFAULT_MODEL)
_LEAST: Final = min(capability(model).least_seconds for model in Model)
_MOST: Final = max(capability(model).most_seconds for model in Model)


class OneOf(app_commands.Transformer):
    """An option with the words of an enumeration as its choices, each named as it is written."""

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self._words = words

    @property
    def choices(self) -> list[app_commands.Choice[str | int | float]]:
        """List the choices."""
        return [app_commands.Choice(name=word.value, value=word.value) for word in self._words]

    async def transform(self, _interaction: discord.Interaction, value: str, /) -> StrEnum:
        """Read a choice; the library does not check what arrives, so this raises Refusal or ValueError."""
        try:
            return self._words(value)
        except ValueError:
            if self._words is Ratio:
                raise Refusal(RatioUnknown(str(value))) from None
            raise


class VideoCog(commands.Cog):
    """The doorman of `/video`."""

    def __init__(self, accept: Accept, answering: Answering) -> None:
        self._accept = accept
        self._answering = answering

    @app_commands.command(description="Turn a prompt, and an image if you like, into an AI video")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    @app_commands.describe(
        prompt="What you want to see, in any language",
        image="The first frame: a JPEG, PNG or WebP of up to 10 MB",
        duration=f"Length in seconds, {_LEAST} to {_MOST} ({_ABLE.default_seconds} if left out)",
        ratio=f"Width to height ({DEFAULT_RATIO} if left out)",
        model=f"The model that makes it ({DEFAULT_MODEL} if left out)",
    )
    async def video(
        self,
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, PROMPT_MOST],
        image: discord.Attachment | None = None,
        duration: app_commands.Range[int, _LEAST, _MOST] = _ABLE.default_seconds,
        ratio: app_commands.Transform[Ratio, OneOf(Ratio)] = DEFAULT_RATIO,
        model: app_commands.Transform[Model, OneOf(Model)] = DEFAULT_MODEL,
    ) -> None:
        """Take a wish on."""
        # What is on `last` ends after whatever went wrong was said.
        async with AsyncExitStack() as last, self._answering(interaction):
            offered = Offered(image.url, image.filename, image.size) if image else None
            wish = Wish(prompt, model, duration, ratio, offered)
            self._accept.check(wish)
            told = partial(was_told, interaction)
            await last.enter_async_context(self._accept.begun(interaction.id, unopened(interaction), told))
            reply = await defer(interaction)
            await self._accept.take(wish, interaction.user.id, interaction.id, reply)
