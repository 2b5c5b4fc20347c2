"""Name what can be chosen, of a video, an asset or a limit: by its own word, and what it is good for."""

from enum import StrEnum
from typing import Final

from bot.discord_limits import MAX_CHOICES
from bot.domain.limits import Measure
from bot.domain.media import Kind
from bot.domain.models import AUTOMATIC, Capability, Model, OutputFormat, Ratio, Resolution
from bot.domain.money import Price
from bot.domain.server_settings import Spoilers
from bot.ui.language import Language

_CHOICES: Final[dict[StrEnum, str]] = {
    Ratio.WIDE: "choice.ratio-wide",
    Ratio.TALL: "choice.ratio-tall",
    Ratio.SQUARE: "choice.ratio-square",
    Ratio.CLASSIC: "choice.ratio-classic",
    Ratio.PORTRAIT: "choice.ratio-portrait",
    Ratio.CINEMA: "choice.ratio-cinema",
    Ratio.ADAPTIVE: "choice.ratio-adaptive",
    Model.SEEDANCE_2: "choice.model-seedance-2",
    Model.SEEDANCE_2_FAST: "choice.model-seedance-2-fast",
    Model.SEEDANCE_2_MINI: "choice.model-seedance-2-mini",
    Model.SEEDANCE_2_5: "choice.model-seedance-2-5",
    Resolution.P480: "choice.resolution-480p",
    Resolution.P720: "choice.resolution-720p",
    Resolution.P1080: "choice.resolution-1080p",
    Resolution.UHD: "choice.resolution-4k",
    OutputFormat.MP4: "choice.format-mp4",
    OutputFormat.MOV: "choice.format-mov",
    Measure.AT_ONCE: "choice.videos-at-once",
    Measure.DAY: "choice.seconds-a-day",
    Measure.MONTH: "choice.seconds-a-month",
    Spoilers.NEVER: "choice.spoilers-never",
    Spoilers.ALWAYS: "choice.spoilers-always",
    Spoilers.OUTSIDE: "choice.spoilers-outside",
    Kind.IMAGE: "choice.image",
    Kind.VIDEO: "choice.video",
    Kind.AUDIO: "choice.audio",
}


def choice_text(language: Language, choice: StrEnum) -> str:
    """Name a choice, in at most 100 characters; by its own word alone where there is no more to say."""
    message = _CHOICES.get(choice)
    return choice.value if message is None else language.text(message)


def selectable_lengths(capability: Capability, now: int, maximum: int = MAX_CHOICES) -> list[int]:
    """List the lengths of a select, shortest first, AUTOMATIC before them, with the one that stands there now.

    A select holds 25: of more lengths every other of the longer ones is left out, but never the longest.
    """
    lengths = _thinned(list(capability.seconds), maximum - 1 - capability.automatic)
    if capability.makes(now) and now != AUTOMATIC:
        lengths = sorted({*lengths, now})
    return [AUTOMATIC, *lengths] if capability.automatic else lengths


def added_lengths(left: int) -> list[int]:
    """List the lengths of a select that can be added to a video, shortest first, where so many seconds are left."""
    return _thinned(list(range(1, left + 1)), MAX_CHOICES)


def _thinned(lengths: list[int], room: int) -> list[int]:
    if len(lengths) <= room:
        return lengths
    thinned_from = 2 * room - len(lengths)
    return lengths[:thinned_from] + lengths[: thinned_from - 1 : -2][::-1]


def length_text(language: Language, length: int) -> str:
    """Name a length, AUTOMATIC too."""
    return language.text("choice.automatic-length") if length == AUTOMATIC else language.seconds(length)


def price_text(language: Language, price: Price, length: int, *, expected: bool = False) -> str:
    """Write what a video of that length costs: the most that it may, where its model chooses the length.

    `expected`: the model is only expected to choose the length that this is the price of.
    """
    money = language.money(price)
    if length != AUTOMATIC:
        return money
    return language.text("price.about" if expected else "price.up-to", price=money)
