"""The lengths that `duration` can be, each with the video's price so far: a list that is made while typing.

The other options have fixed lists, which Discord was sent once and which know nothing of what else was chosen.
"""

import discord
from discord import app_commands

from bot.discord_limits import MAX_CHOICES
from bot.domain.member_settings import NOTHING_SET, MemberSettings
from bot.domain.models import DEFAULT_MODEL, DEFAULT_RATIO, Catalogue, Model, Resolution
from bot.domain.prices import PriceList
from bot.domain.request import VideoRequest
from bot.ui.choices import length_text, price_text, selectable_lengths
from cogs.preferences import Preferences


class LengthChoices:
    """Lengths, for the model that was chosen before, with their prices as far as these are known."""

    def __init__(self, prices: PriceList, catalogue: Catalogue, preferences: Preferences) -> None:
        self._prices = prices
        self._catalogue = catalogue
        self._preferences = preferences

    async def complete(self, interaction: discord.Interaction, user_input: str | int) -> list[app_commands.Choice[int]]:
        """List the lengths that begin with what was typed so far."""
        language = self._preferences.languages.of(interaction.locale.value)
        request = self._request(interaction.namespace, self._preferences.known(interaction.user.id) or NOTHING_SET)
        capability = self._catalogue.capabilities.get(request.model, self._catalogue.widest)
        typed = str(user_input).strip()
        lengths = [length for length in capability.seconds if str(length).startswith(typed)]
        named, takes = [], getattr(interaction.namespace, "takes", None) or 1
        for length in lengths[:MAX_CHOICES] if typed else selectable_lengths(capability, capability.default_seconds):
            price = self._prices.price(request, capability.longest(length))
            cost = [price_text(language, price.times(takes), length)] if price else []
            named.append(app_commands.Choice(name=" · ".join([length_text(language, length), *cost]), value=length))
        return named

    def _request(self, chosen: app_commands.Namespace, settings: MemberSettings) -> VideoRequest:
        """Read what was chosen so far; what was not, or is unknown, is as the member has set it, or as usual."""
        model, resolution, sound = (getattr(chosen, name) for name in ("model", "resolution", "sound"))
        usual = settings.model if settings.model in self._catalogue.capabilities else None
        model = Model(model) if model in {each.value for each in Model} else usual or DEFAULT_MODEL
        capability = self._catalogue.capabilities.get(model, self._catalogue.widest)
        size = Resolution(resolution) if resolution in {each.value for each in Resolution} else settings.resolution
        size = size if size in capability.resolutions or resolution else None
        return VideoRequest(
            "",
            model,
            capability.default_seconds,
            DEFAULT_RATIO,
            resolution=size or capability.default_resolution,
            sound=sound if isinstance(sound, bool) else settings.sound,
        )
