"""Name what can be chosen, of a video, an asset or a limit: by its own word, and what it is good for."""

from enum import StrEnum
from typing import Final

from bot.domain.limits import Measure
from bot.domain.media import Kind
from bot.domain.models import Model, Ratio, Resolution
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
    Resolution.P480: "choice.resolution-480p",
    Resolution.P720: "choice.resolution-720p",
    Resolution.P1080: "choice.resolution-1080p",
    Resolution.UHD: "choice.resolution-4k",
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
