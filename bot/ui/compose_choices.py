"""What the form of `/compose` remembers in its custom id: the choices that were made before it opened."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.domain.member_settings import Defaults, Setting
from bot.domain.models import Model, OutputFormat, Ratio, Resolution
from bot.domain.request import RequestDraft

PATTERN: Final = (
    r"(?P<model>[^|]+)\|(?P<duration>\d{1,9})\|(?P<ratio>[^|]+)\|(?P<resolution>[^|]*)"
    r"\|(?P<sound>[01]?)\|(?P<seed>\d{0,19})\|(?P<last>[01])"
    # Only where it says anything.
    r"(?:\|(?P<private>[01]?)\|(?P<used>[mrdps]*)\|(?P<ignored>[mrdps]*))?(?:\|x(?P<takes>[2-4]))?(?:\|(?P<format>[a-z0-9]{3}))?"
)
# The settings that a form remembers.
_LETTERS: Final = {
    "m": Setting.MODEL,
    "r": Setting.RATIO,
    "d": Setting.DURATION,
    "p": Setting.RESOLUTION,
    "s": Setting.SOUND,
}


@dataclass(frozen=True, slots=True)
class ComposeChoices:
    """What was chosen before the form of `/compose` opened; `private`: by its option, None where that was left out."""

    request: RequestDraft
    private: bool | None = None


def read(match: re.Match[str]) -> ComposeChoices:
    """Read them back; raises ValueError for another version's words."""
    request = RequestDraft(
        prompt="",
        model=Model(match["model"]),
        duration=int(match["duration"]),
        ratio=Ratio(match["ratio"]),
        resolution=Resolution(match["resolution"]) if match["resolution"] else None,
        sound=match["sound"] == "1" if match["sound"] else None,
        seed=int(match["seed"]) if match["seed"] else None,
        last_picture=match["last"] == "1",
        format=OutputFormat(match["format"]) if match["format"] else None,
        takes=int(match["takes"] or 1),
        defaults=Defaults(_settings(match["used"]), _settings(match["ignored"])),
    )
    return ComposeChoices(request, match["private"] == "1" if match["private"] else None)


def _settings(letters: str | None) -> tuple[Setting, ...]:
    return tuple(_LETTERS[letter] for letter in letters or "")


def _letters(settings: Sequence[Setting]) -> str:
    return "".join(letter for letter, setting in _LETTERS.items() if setting in settings)


def write(choices: ComposeChoices) -> str:
    """Write them; the prompt and the media are still to come."""
    draft = choices.request
    sound = "" if draft.sound is None else int(draft.sound)
    seed = "" if draft.seed is None else draft.seed
    resolution = draft.resolution or ""
    private = "" if choices.private is None else int(choices.private)
    used, ignored = _letters(draft.defaults.used), _letters(draft.defaults.ignored)
    asked = f"{draft.model}|{draft.duration}|{draft.ratio}|{resolution}|{sound}|{seed}|{int(draft.last_picture)}"
    more = f"|{private}|{used}|{ignored}"
    takes = f"|x{draft.takes}" if draft.takes > 1 else ""
    container = f"|{draft.format}" if draft.format else ""
    return asked + ("" if more == "|||" else more) + takes + container
