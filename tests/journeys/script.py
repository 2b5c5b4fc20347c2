"""What a journey asks for before it begins: how the two stand-ins are, and how the bot is set up."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from sandbox.discord import Settings
from sandbox.toapis import ProviderSettings

# Beyond this the bot's questions alone keep a processor busy.
TIME_SCALE = 120.0


# What the bot is set to where a journey says nothing: the dialect that was there first.
USUAL = {"TIME_SCALE": f"{TIME_SCALE:g}", "TOAPIS_DIALECT": "video"}


def quick(**settings: Any) -> ProviderSettings:
    """Build a provider at the bot's pace, slow enough for a ping; small pictures, so that a clip costs little."""
    usual = {"run_seconds": (32.0, 36.0), "time_scale": TIME_SCALE, "size_scale": 0.1, "one_film": True}
    return ProviderSettings(**{**usual, **settings})


def paced(scale: float = TIME_SCALE, **settings: Any) -> Settings:
    """Build a Discord whose rate limits go at the bot's pace too; its tokens and links live as long as ever."""
    usual = {
        "webhook_rate": (5, 2.0 / scale),
        "webhook_channel_rate": (30, 60.0 / scale),
        "post_rate": (5, 5.0 / scale),
        "old_edit_rate": (3, 6.0 / scale),
    }
    return Settings(**{**usual, **settings})


@dataclass(frozen=True)
class Script:
    """How a scene is set."""

    provider: ProviderSettings = field(default_factory=quick)
    discord: Settings = field(default_factory=paced)
    bot: Mapping[str, str] = field(default_factory=dict)
    starts: bool = True
    expects_error: str = ""
    """Words of the errors that the bot has to log; no other may be there."""
    on_postgres: bool = False
    """Whether the bot's database is PostgreSQL's."""
    sets_clock: bool = False
    """Whether `later` may set the clock of the bot's machine ahead; without it only Discord's moves."""


def with_script(**parts: Any) -> pytest.MarkDecorator:
    """Set the scene of a test by a script of its own."""
    return pytest.mark.parametrize("scene", [pytest.param(Script(**parts), id="scene")], indirect=True)


def on_both_stores(**parts: Any) -> pytest.MarkDecorator:
    """Run a journey with a script of its own on SQLite and on PostgreSQL."""
    scripts = Script(**parts), Script(**parts, on_postgres=True)
    return pytest.mark.parametrize("scene", scripts, ids=["sqlite", "postgres"], indirect=True)


IN_BOTH_DIALECTS = pytest.mark.parametrize(
    "scene",
    [pytest.param(Script(bot={"TOAPIS_DIALECT": name}), id=name) for name in ("video", "videos")],
    indirect=True,
)
ONE_SLOT = {"bot": {"PROVIDER_SLOTS": "1"}}
