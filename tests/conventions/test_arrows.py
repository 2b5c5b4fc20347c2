"""Which room may see which: `cogs → studio → domain`, one foreign library at each wall."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.conventions.source import PRODUCT, ROOT, Source, dotted, sources, told, write

DOMAIN, PORTS, STUDIO, UI = "bot.domain", "bot.studio.ports", "bot.studio", "bot.ui"
LIMITS = "bot.discord_limits"  # what Discord states, for all that speak to it
ASSET_PORTS, MEDIA_PORT, STORES = "bot.studio.ports.assets", "bot.studio.ports.media", "bot.studio.ports.stores"
LIBRARIES = "aiohttp aiolimiter discord dotenv filetype imageio_ffmpeg PIL pi_heif sqlite_utils yarl"
# discord.py lets aiohttp's errors through and takes its traces: who calls Discord may name both, and nothing else.
LETS_ERRORS_THROUGH = ("bot.replies", "cogs")


@dataclass(frozen=True)
class Room:
    """What a room may import besides itself and the standard library."""

    rooms: tuple[str, ...] = ()
    libraries: frozenset[str] = frozenset()


def _room(*rooms: str, libraries: str = "") -> Room:
    return Room(rooms, frozenset(libraries.split()))


WIRES = _room("bot", "cogs", libraries=LIBRARIES)
ROOMS = {
    DOMAIN: _room(),
    STUDIO: _room(DOMAIN),
    "bot.toapis": _room(DOMAIN, PORTS, ASSET_PORTS, libraries="aiohttp yarl aiolimiter"),
    "bot.storage": _room(DOMAIN, STORES, libraries="sqlite_utils"),
    # aiohappyeyeballs names the types of aiohttp's socket factory.
    "bot.media": _room(
        DOMAIN, PORTS, MEDIA_PORT, libraries="aiohttp aiohappyeyeballs yarl PIL pi_heif filetype imageio_ffmpeg"
    ),
    LIMITS: _room(),
    "bot.replies": _room(LIMITS, DOMAIN, PORTS, ASSET_PORTS, UI, libraries="discord aiohttp"),
    UI: _room(LIMITS, DOMAIN, STORES, libraries="discord"),
    "cogs": _room(STUDIO, UI, LIMITS, DOMAIN, libraries="discord aiohttp"),
    "bot.secret": _room(),
    "bot.heartbeat": _room(),
    "bot.log_handler": _room(),
    "bot.logs": _room("bot.log_handler", "bot.secret"),
    "bot.parse": _room("bot.secret", "bot.logs", DOMAIN),
    "bot.clock": _room(PORTS),
    "bot.config": _room("bot.secret", "bot.heartbeat", "bot.logs", "bot.parse", DOMAIN, libraries="dotenv"),
    "bot.recording": _room(libraries="aiohttp"),
    "bot.gateway": _room(PORTS, DOMAIN, libraries="discord aiohttp yarl"),
    "bot.app": WIRES,
    "bot.client": WIRES,
    "bot.connect": WIRES,
    "bot.doctor": WIRES,
    "bot.live_check": WIRES,
    "bot.offering": WIRES,
    "bot.demo": WIRES,
    "bot.demo_bot": WIRES,
    "bot.commands": WIRES,
    "bot.console": _room(),
    "bot.exits": _room(DOMAIN),
    "bot.version": _room(),
    "bot.copies": WIRES,
    "bot.__main__": WIRES,
    "bot": _room(),
    "sandbox": _room(libraries="aiohttp yarl multidict jsonschema referencing PIL filetype imageio_ffmpeg"),
}


def _is_in(module: str, room: str) -> bool:
    return module == room or module.startswith(f"{room}.")


def room_of(module: str) -> str | None:
    """Return the room a module lives in; a new module beside the rooms has none."""
    inside = [room for room in ROOMS if _is_in(module, room)]
    room = max(inside, key=len, default=None)
    return None if room == "bot" and module != "bot" else room


def imported(source: Source, known: frozenset[str]) -> list[tuple[int, str]]:
    """Return (line, dotted name) of everything imported anywhere in a file, also inside functions."""
    found = []
    package = source.module if source.path.name == "__init__.py" else source.module.rpartition(".")[0]
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            above = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            origin = ".".join(part for part in (above, node.module) if part)
            names = [f"{origin}.{alias.name}" for alias in node.names]
            found += [(node.lineno, name if name in known else origin) for name in names]
    return found


def offences(root) -> list[str]:
    files = sources(root, PRODUCT)
    packages = {".".join(source.module.split(".")[:depth]) for source in files for depth in range(1, 9)}
    known = frozenset(packages | set(ROOMS))
    return [line for source in files for line in _of(source, known)]


def _of(source: Source, known: frozenset[str]) -> list[str]:
    room = room_of(source.module)
    if room is None:
        return [f"{source.path}: stands beside the rooms; move it into one, or give it its arrows in test_arrows.py"]
    names = [
        *dict.fromkeys(imported(source, known)),
        *(_calls_of_aiohttp(source) if room in LETS_ERRORS_THROUGH else ()),
    ]
    return [f"{source.path}:{line}: {wrong}" for line, name in names if (wrong := _wrong(room, name))]


def _calls_of_aiohttp(source: Source) -> Iterator[tuple[int, str]]:
    """Find what is used of aiohttp besides its errors and traces."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and dotted(node).startswith("aiohttp.") and not _passes(node.attr):
            yield node.lineno, dotted(node)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "aiohttp":
            yield from ((node.lineno, f"aiohttp.{a.name}") for a in node.names if not _passes(a.name))


def _passes(name: str) -> bool:
    return name.endswith("Error") or name.startswith("Trace")


def _wrong(room: str, name: str) -> str:
    top = name.partition(".")[0]
    allowed = ROOMS[room]
    if top in sys.stdlib_module_names:
        return ""
    if top in {"bot", "cogs", "sandbox", "tests", "bench"}:
        if any(_is_in(name, other) for other in (room if room != "bot" else "-", *allowed.rooms)):
            return ""
        sees = ", ".join(allowed.rooms) or "no other room"
        return f"{room} may not see {name}: it sees {sees}. Ask through a port of studio, or let app hand it in"
    if top in allowed.libraries and (name == top or top != "aiohttp" or room not in LETS_ERRORS_THROUGH):
        return ""
    sees = ", ".join(sorted(allowed.libraries)) or "the standard library alone"
    return f"{room} may not use {name}: it uses {sees}. Put the call behind the wall whose library it is"


def test_no_arrow_but_those_of_the_map():
    assert not offences(ROOT), told(offences(ROOT))


WRONG = {
    "bot/domain/job.py": ("import discord", "bot.domain may not use discord"),
    "bot/studio/running/runner.py": (
        "from bot.storage.jobs import SqliteJobs",
        "bot.studio may not see bot.storage.jobs",
    ),
    "bot/studio/running/queue.py": ("from bot.ui import texts", "bot.studio may not see bot.ui"),
    "bot/studio/intake/accept.py": ("from ...replies import post", "bot.studio may not see bot.replies"),
    "bot/toapis/responses.py": (
        "from bot.studio.running.runner import Desk",
        "bot.toapis may not see bot.studio.running.runner",
    ),
    "bot/toapis/provider.py": ("from bot import studio", "bot.toapis may not see bot.studio"),
    "bot/storage/jobs.py": ("def f():\n    import aiohttp", "bot.storage may not use aiohttp"),
    "bot/media/fetch.py": ("import requests", "bot.media may not use requests"),
    "bot/replies/card.py": ("from cogs.router import Router", "bot.replies may not see cogs.router"),
    "cogs/video.py": ("from bot.app import App", "cogs may not see bot.app"),
    "cogs/me.py": ("import aiohttp\naiohttp.ClientSession()", "cogs may not use aiohttp.ClientSession"),
    "cogs/admin.py": ("from aiohttp import web", "cogs may not use aiohttp.web"),
    "cogs/status.py": ("import bot.storage.jobs", "cogs may not see bot.storage.jobs"),
    "sandbox/page.py": ("from bot.domain.job import Job", "sandbox may not see bot.domain.job"),
    "bot/app.py": ("from sandbox import clock", "bot.app may not see sandbox"),
    "bot/demo.py": ("if True:\n    import sandbox.discord", "bot.demo may not see sandbox.discord"),
    "bot/extras.py": ("", "stands beside the rooms"),
    "bot/__init__.py": ("from bot.app import App", "bot may not see bot.app"),
}


@pytest.mark.parametrize("path", WRONG)
def test_a_wrong_arrow_is_found(tmp_path, path):
    code, message = WRONG[path]
    (found,) = offences(write(tmp_path, path, code))
    assert found.startswith(path)
    assert message in found


RIGHT = {
    "bot/domain/job.py": "import enum\nfrom bot.domain.stages import Stage\nfrom . import stages",
    "bot/studio/history.py": "from bot.domain import job\nfrom .ports import Clock\nfrom bot.studio import ports",
    "bot/toapis/provider.py": "import aiohttp\nfrom bot.studio.ports import Provider\nfrom bot.studio import ports",
    "cogs/video.py": "from discord.ext import commands\nfrom bot.studio.intake.accept import Intake\nimport bot.ui",
    "cogs/status.py": "import aiohttp\nfrom aiohttp import ClientError\nWIRE = (aiohttp.ClientError, OSError)",
    "bot/app.py": "import discord, aiohttp\nfrom bot.storage.jobs import SqliteJobs\nfrom cogs import video",
    "sandbox/discord/rest.py": "import aiohttp\nfrom sandbox.clock import Clock\nfrom .gateway import Gateway",
}


@pytest.mark.parametrize("path", RIGHT)
def test_a_right_arrow_is_let_through(tmp_path, path):
    write(tmp_path, "bot/studio/ports/__init__.py", "")
    assert offences(write(tmp_path, path, RIGHT[path])) == []
