"""`/video`: a wish is checked, the reply opened, and the wish handed to the studio."""

from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import Any, Final

import discord
from discord.ext import commands

from bot.domain.media import AttachmentInput, Role
from bot.domain.models import Catalogue, MediumRule
from bot.domain.request import AssetInput, RequestDraft
from bot.studio.intake.accept import Intake
from bot.ui.measures import limit_text
from cogs import options
from cogs.errors import Answering
from cogs.options import AssetName, OneCommand, Option
from cogs.shelf import AssetChoices
from cogs.taking import chosen, take_on

_DESCRIPTION: Final = "Turn a prompt, and images, videos and sounds if you like, into an AI video"
# Each option that takes a file or an asset, with the role that it gives; without one it is a reference.
_FILES: Final = {
    "image": Role.FIRST_FRAME,
    "last_frame": Role.LAST_FRAME,
    "reference": None,
    "reference_2": None,
    "reference_3": None,
}
_ASSETS: Final = {
    "image_asset": Role.FIRST_FRAME,
    "last_frame_asset": Role.LAST_FRAME,
    "asset": None,
    "asset_2": None,
    "asset_3": None,
}


class VideoCog(OneCommand):
    """The doorman of `/video`."""

    def __init__(
        self,
        bot: commands.Bot | commands.AutoShardedBot,
        accept: Intake,
        catalogue: Catalogue,
        assets: AssetChoices,
        answering: Answering,
    ) -> None:
        super().__init__(bot, options.command("video", _DESCRIPTION, _options(catalogue, assets), self._video))
        self._accept = accept
        self._answering = answering

    async def _video(self, interaction: discord.Interaction, given: dict[str, Any]) -> None:
        # What is on `last` ends after whatever went wrong was said.
        async with AsyncExitStack() as last, self._answering(interaction):
            await take_on(self._accept, interaction, _wish(given), last)


def _wish(given: Mapping[str, Any]) -> RequestDraft:
    attached = ((name, role, given.get(name)) for name, role in _FILES.items())
    files = (AttachmentInput(file.url, file.filename, file.size, role, name) for name, role, file in attached if file)
    user_input = ((name, role, given.get(name)) for name, role in _ASSETS.items())
    assets = (AssetInput(words, role, name) for name, role, words in user_input if words)
    return replace(chosen(given, given["prompt"]), files=tuple(files), assets=tuple(assets))


def _options(catalogue: Catalogue, assets: AssetChoices) -> list[Option]:
    return [
        options.prompt(),
        *_frames(catalogue),
        *options.basic_choices(catalogue),
        *options.further_choices(catalogue),
        *options.web_search(catalogue),
        *_references(),
        *([] if catalogue.review else _assets(assets)),
    ]


def _frames(catalogue: Catalogue) -> list[Option]:
    rules = catalogue.widest.rules
    return [
        Option("image", f"The first frame: {_told(rules[Role.FIRST_FRAME])}", discord.Attachment),
        Option("last_frame", f"The last frame (needs image): {_told(rules[Role.LAST_FRAME])}", discord.Attachment),
    ]


def _told(rule: MediumRule) -> str:
    return f"an image {limit_text(rule.max_input_bytes)}"


def _references() -> list[Option]:
    first = "An image, a video or a sound to go by; the prompt calls it 'image 1', 'video 1', 'audio 1'"
    further = "Another one to go by (more of them: /compose)"
    return [
        Option("reference", first, discord.Attachment),
        Option("reference_2", further, discord.Attachment),
        Option("reference_3", further, discord.Attachment),
    ]


def _assets(assets: AssetChoices) -> list[Option]:
    name = AssetName(assets.complete)
    return [
        Option("image_asset", "The first frame from your assets: a name, or asset://…", name),
        Option("last_frame_asset", "The last frame from your assets: a name, or asset://…", name),
        Option("asset", "One of your assets to go by: a name, or asset://…", name),
        Option("asset_2", "Another of your assets to go by", name),
        Option("asset_3", "Another of your assets to go by", name),
    ]
