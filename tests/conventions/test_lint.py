"""Ruff finds nothing here, and it finds what the project's settings forbid."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conventions.source import ROOT


def ruff(*arguments: str, text: str | None = None) -> subprocess.CompletedProcess:
    program = Path(sys.executable).with_name("ruff")
    return subprocess.run([program, *arguments], cwd=ROOT, input=text, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_finds_nothing(arguments):
    done = ruff(*arguments, "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


TOP = '"""A module."""\n\n\n'
FORBIDDEN = {
    "no docstring of a module": ("bot/a.py", "A = 1\n", "D100"),
    "no docstring of a function": ("bot/a.py", TOP + "def f() -> None: ...\n", "D103"),
    "no docstring of a class": ("cogs/a.py", TOP + "class A: ...\n", "D101"),
    "no docstring of a method": (
        "sandbox/a.py",
        TOP + 'class A:\n    """A."""\n\n    async def f(self): ...\n',
        "D102",
    ),
    "a docstring that does not end": ("bot/a.py", TOP + 'def f() -> None:\n    """Return nothing"""\n', "D415"),
    "a docstring that tells": ("bot/a.py", TOP + 'def f() -> None:\n    """Returns nothing."""\n', "D401"),
    "a docstring that names": ("bot/a.py", TOP + 'def f() -> None:\n    """The nothing."""\n', "D401"),
    "a first line of two": (
        "bot/a.py",
        TOP + 'def f() -> None:\n    """Return nothing\n    at all.\n    """\n',
        "D205",
    ),
    "a mock": ("tests/a.py", "from unittest import mock\n\nmock.Mock()\n", "TID251"),
    "a mock's class": ("tests/a.py", "from unittest.mock import AsyncMock\n\nAsyncMock()\n", "TID251"),
    "a mock under another name": ("bench/a.py", "import unittest.mock as m\n\nm.Mock()\n", "TID251"),
}


@pytest.mark.parametrize(("path", "code", "rule"), FORBIDDEN.values(), ids=FORBIDDEN)
def test_an_offender_is_found(path, code, rule):
    done = ruff("check", "--no-cache", "--output-format=concise", f"--stdin-filename={path}", "-", text=code)
    assert done.returncode == 1
    assert f" {rule} " in done.stdout
