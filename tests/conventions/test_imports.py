"""Who may import whom: the contracts in pyproject.toml, and what they cannot say."""

import ast
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

from tests.conventions.source import PRODUCT, ROOT, Source, dotted, sources, told, write

# discord.py lets aiohttp's errors through and takes its traces: these two packages may name both, and nothing else.
LETS_ERRORS_THROUGH = ("bot/replies", "cogs")

# Each says what the module `offender` of a package imports wrongly; they see each other, whatever lives there today.
OFFENDERS = {
    "bot/domain/offender.py": "import discord",
    "bot/studio/offender.py": "from ..replies import offender\nimport bot.storage.offender\nimport bot.config",
    "bot/toapis/offender.py": "from bot import studio\nfrom bot.ui import offender",
    "bot/storage/offender.py": "def f():\n    import aiohttp",
    "bot/media/offender.py": "from bot.storage import offender\nimport dotenv",
    "bot/operations/offender.py": "from bot.toapis import offender\nimport discord",
    "bot/recording/offender.py": "import sqlite3",
    "bot/replies/offender.py": "from cogs import offender",
    "bot/ui/offender.py": "from bot import studio\nimport PIL",
    "cogs/offender.py": "from bot.app import run\nimport bot.storage.offender\nimport bot.logs",
    "sandbox/offender.py": "from bot.domain import offender",
    "sandbox/discord/offender.py": "from sandbox.discord import world",
    "sandbox/discord/world.py": "from sandbox.discord import offender",
    "bot/live_check.py": "import cogs, typing\nif typing.TYPE_CHECKING:\n    import sandbox.offender",
    "bot/__init__.py": "from bot.app import run",
    "bot/beside.py": "",
}
FOUND = (
    "bot.domain.offender -> discord",
    "bot.studio.offender -> bot.storage.offender",
    "bot.studio.offender -> bot.replies.offender",
    "bot.studio.offender -> bot.config",
    "bot.toapis.offender -> bot.studio",
    "bot.toapis.offender -> bot.ui.offender",
    "bot.storage.offender -> aiohttp",
    "bot.media.offender -> bot.storage.offender",
    "bot.media.offender -> dotenv",
    "bot.operations.offender -> discord",
    "bot.recording.offender -> sqlite3",
    "bot.replies.offender -> cogs.offender",
    "bot.ui.offender -> bot.studio",
    "bot.ui.offender -> PIL",
    "cogs.offender -> bot.app",
    "cogs.offender -> bot.storage.offender",
    "cogs.offender -> bot.logs",
    "sandbox.offender -> bot.domain.offender",
    "bot.live_check -> sandbox.offender",
    "bot.live_check -> cogs",
    "bot -> bot.app",
    "- bot.beside",
    "No cycles are allowed in sandbox.discord",
)


def lint_imports(root: Path) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name("lint-imports")
    return subprocess.run([program, "--no-logo", "--no-cache"], cwd=root, capture_output=True, text=True, check=False)


def test_every_contract_is_kept():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> str:
    """What is said of the project once the offenders have moved in."""
    root = tmp_path_factory.mktemp("project")
    shutil.copyfile(ROOT / "pyproject.toml", root / "pyproject.toml")
    for source in sources(ROOT, PRODUCT):
        write(root, str(source.path), source.text)
    for path, code in OFFENDERS.items():
        before = (root / path).read_text(encoding="utf-8") if (root / path).exists() else ""
        write(root, path, f"{before}\n{code}\n")
    done = lint_imports(root)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("line", FOUND)
def test_an_offender_is_found(broken, line):
    assert line in broken, broken


def test_every_foreign_library_is_under_a_contract():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    under = {name for contract in contracts for name in contract.get("protected_modules", ())}
    graph = grimp.build_graph(*PRODUCT, include_external_packages=True, cache_dir=None)
    other_version = {
        name for name in graph.modules if name.partition(".")[0] not in {*PRODUCT, *sys.stdlib_module_names}
    }
    assert other_version
    assert other_version <= under, f"say in pyproject.toml which packages may use them: {other_version - under}"


def calls_of_aiohttp(root: Path) -> list[str]:
    return [
        f"{source.path}:{line}: {name}: only its errors and traces may be named here; call behind a port of the studio"
        for source in sources(root, LETS_ERRORS_THROUGH)
        for line, name in _used_of_aiohttp(source)
    ]


def _used_of_aiohttp(source: Source) -> Iterator[tuple[int, str]]:
    """Find what is used of aiohttp besides its errors and traces."""
    for node in source.nodes:
        if isinstance(node, ast.Attribute) and dotted(node).startswith("aiohttp.") and not _passes(node.attr):
            yield node.lineno, dotted(node)
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "aiohttp":
            yield from ((node.lineno, f"aiohttp.{a.name}") for a in node.names if not _passes(a.name))


def _passes(name: str) -> bool:
    return name.endswith("Error") or name.startswith("Trace")


def test_of_aiohttp_only_errors_are_named_where_discord_is_spoken():
    assert not calls_of_aiohttp(ROOT), told(calls_of_aiohttp(ROOT))


@pytest.mark.parametrize("code", ["import aiohttp\naiohttp.ClientSession()", "from aiohttp import web"])
def test_a_call_of_aiohttp_is_found(tmp_path, code):
    (found,) = calls_of_aiohttp(write(tmp_path, "cogs/me.py", code))
    assert found.startswith("cogs/me.py:")


def test_errors_of_aiohttp_may_be_named(tmp_path):
    code = "import aiohttp\nfrom aiohttp import ClientError\nWIRE = (aiohttp.ClientError, OSError)"
    assert calls_of_aiohttp(write(tmp_path, "cogs/status.py", code)) == []
