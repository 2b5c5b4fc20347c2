"""What a member asks for, and the check of it that needs no I/O."""

import unicodedata
from dataclasses import dataclass

from bot.domain.errors import DurationOutside, ImageTooLarge, PromptEmpty, PromptTooLong, RatioUnknown, Refusal
from bot.domain.models import PROMPT_MOST, Dialect, ImageFormat, Model, Ratio, capability


@dataclass(frozen=True, slots=True)
class Offered:
    """An image as the member offered it: Discord's word for it, not yet looked at.

    `size` in bytes as Discord states it; `url` is signed and dies within about a day.
    """

    url: str
    name: str
    size: int


@dataclass(frozen=True, slots=True)
class KeptImage:
    """Our own copy of an input image, known by its content.

    `sha256` in hex, `size` in bytes, sides in pixels.
    """

    sha256: str
    format: ImageFormat
    size: int
    width: int
    height: int

    @property
    def file_name(self) -> str:
        """Name the file under which the copy is kept."""
        return f"{self.sha256}{self.format.suffix}"


@dataclass(frozen=True, slots=True)
class VideoRequest:
    """One video as asked for; `duration` in seconds."""

    prompt: str
    model: Model
    duration: int
    ratio: Ratio
    image: KeptImage | None = None


# Letters and symbols by Unicode's categories that show nothing: Hangul's fillers, Braille's blank.
_BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def _shows_something(text: str) -> bool:
    return any(unicodedata.category(each)[0] in "LNPS" and each not in _BLANK for each in text)


def clean_prompt(text: str) -> str:
    """Strip what no prompt means to hold: NUL characters, halves of surrogate pairs and the space around it."""
    return "".join(each for each in text if each != "\x00" and not "\ud800" <= each <= "\udfff").strip()


def check_request(
    prompt: str, model: Model, duration: int, ratio: Ratio, offered: Offered | None, dialect: Dialect = Dialect.VIDEO
) -> VideoRequest:
    """Check everything about a request that needs no I/O.

    Returns the request, without its image. Raises Refusal with the first thing that is wrong.
    """
    text = clean_prompt(prompt)
    able = capability(model, dialect)
    if not _shows_something(text):
        raise Refusal(PromptEmpty())
    if len(text) > PROMPT_MOST:
        raise Refusal(PromptTooLong(len(text), PROMPT_MOST))
    if not able.least_seconds <= duration <= able.most_seconds:
        raise Refusal(DurationOutside(duration, able.least_seconds, able.most_seconds))
    if ratio not in able.ratios:
        raise Refusal(RatioUnknown(ratio))
    if offered is not None and offered.size > able.image_bytes:
        raise Refusal(ImageTooLarge(offered.size, able.image_bytes))
    return VideoRequest(text, model, duration, ratio)
