"""What a member sets once for all their videos, and which of it went into one of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, Final, Self

from bot.domain.models import Model, Ratio, Resolution


class Setting(StrEnum):
    """One setting, by the name that it is stored under; the first five are fields of a request, too."""

    MODEL = "model"
    RATIO = "ratio"
    DURATION = "duration"
    RESOLUTION = "resolution"
    SOUND = "sound"
    PRIVATE = "private"
    PING = "ping"
    LANGUAGE = "language"


class Ping(StrEnum):
    """How a member is told that a video is ready, or has failed, where they may not be looking any more."""

    CHANNEL = "channel"  # a mention where they asked for it
    DIRECT = "direct"
    QUIET = "quiet"


OFF, ON = "off", "on"
"""How switches are stored."""
CHOICES: Final = (Setting.MODEL, Setting.RATIO, Setting.DURATION, Setting.RESOLUTION, Setting.SOUND)
"""What a request has too: the defaults of a member's videos."""


def _switch(value: str) -> bool:
    return {OFF: False, ON: True}[value]


_READERS: Final[Mapping[Setting, Callable[[str], object]]] = {
    Setting.MODEL: Model,
    Setting.RATIO: Ratio,
    Setting.DURATION: int,
    Setting.RESOLUTION: Resolution,
    Setting.SOUND: _switch,
    Setting.PRIVATE: _switch,
    Setting.PING: Ping,
    Setting.LANGUAGE: str,
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """Which of a member's settings went into a request, and which did not fit it."""

    used: tuple[Setting, ...] = ()
    ignored: tuple[Setting, ...] = ()

    def without(self, *chosen: Setting) -> Self:
        """Return them without those that were chosen for this request after all."""
        return replace(
            self,
            used=tuple(each for each in self.used if each not in chosen),
            ignored=tuple(each for each in self.ignored if each not in chosen),
        )


NO_DEFAULTS: Final = Defaults()


@dataclass(frozen=True, slots=True)
class MemberSettings:
    """The settings of one member; None, and what stands here, where nothing is set.

    `duration` in seconds, or AUTOMATIC. `language`: a tag, such as "pt-BR"; empty: Discord's. `unknown`: what is set
    to a word that this version does not know; it counts as not set.
    """

    model: Model | None = None
    ratio: Ratio | None = None
    duration: int | None = None
    resolution: Resolution | None = None
    sound: bool | None = None
    private: bool = False
    ping: Ping = Ping.CHANNEL
    language: str = ""
    unknown: tuple[Setting, ...] = ()

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Self:
        """Read what is stored. Of whose privacy cannot be read, videos are private."""
        known: dict[str, Any] = {}
        unknown = []
        for setting, read in _READERS.items():
            if setting in values:
                try:
                    known[setting] = read(values[setting])
                except (ValueError, KeyError):
                    unknown.append(setting)
        if Setting.PRIVATE in unknown:
            known[Setting.PRIVATE] = True
        return cls(**known, unknown=tuple(unknown))

    @property
    def chosen(self) -> dict[Setting, Any]:
        """Return the defaults of a request that are set, the model first."""
        return {each: value for each in CHOICES if (value := getattr(self, each)) is not None}

    def value(self, setting: Setting) -> str:
        """Write one of them as it is stored; empty where it is as it is without."""
        value = getattr(self, setting)
        if value is None or value == _UNSET[setting]:
            return ""
        return (ON if value else OFF) if isinstance(value, bool) else str(value)


NOTHING_SET: Final = MemberSettings()
_UNSET: Final = {field.name: getattr(NOTHING_SET, field.name) for field in fields(MemberSettings)}
