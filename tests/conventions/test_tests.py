"""Tests look at the outside: no patched internals, no sleeping until it has probably happened. Ruff bans mocks."""

import ast

import pytest

from tests.conventions.source import ROOT, Source, dotted, sources, told, write

PATCHES = {"monkeypatch.setattr", "monkeypatch.delattr", "mocker.patch"}
SLEEPS = {"asyncio.sleep", "time.sleep", "sleep", "anyio.sleep"}
# Where real seconds are all that there is to wait for, and each use says of what.
REAL_TIME = "tests/real_time.py"
TCP_SERVER = "tests/tcp_server.py"


def offences(root) -> list[str]:
    return [
        f"{source.path}:{line}: {wrong}" for source in sources(root, ("tests", "bench")) for line, wrong in _of(source)
    ]


def _of(source: Source):
    for node in source.nodes:
        if isinstance(node, ast.arg) and node.arg == "mocker":
            yield node.lineno, "mocker: write a small fake at the port, or a real server at the wall"
        if isinstance(node, ast.Call) and dotted(node.func) in PATCHES:
            yield node.lineno, f"{dotted(node.func)}: hand the fake in through the constructor"
        if isinstance(node, ast.Call) and dotted(node.func) in SLEEPS and not _may_sleep(source, node):
            yield node.lineno, f"{dotted(node.func)}: wait for the event itself, or move the clock"
        if isinstance(node, ast.Attribute) and node.attr == "start_server" and source.path.as_posix() != TCP_SERVER:
            yield node.lineno, f"{dotted(node)}: TcpServer of {TCP_SERVER} leaves no connection open"


def _may_sleep(source: Source, call: ast.Call) -> bool:
    return source.path.as_posix() == REAL_TIME or _only_yields(call)


def _only_yields(call: ast.Call) -> bool:
    return isinstance(call.args[0], ast.Constant) and call.args[0].value == 0 if call.args else False


def test_tests_neither_mock_nor_patch_nor_sleep():
    assert not offences(ROOT), told(offences(ROOT))


@pytest.mark.parametrize(
    "code",
    [
        "def test_a(mocker): pass",
        "def test_a(monkeypatch):\n    monkeypatch.setattr('bot.app.run', None)",
        "async def test_a():\n    await asyncio.sleep(0.1)",
        "def test_a():\n    time.sleep(1)",
        "from asyncio import sleep\nasync def test_a():\n    await sleep(delay)",
        "async def test_a():\n    await asyncio.start_server(serve, '127.0.0.1', 0)",
    ],
)
def test_an_offender_is_found(tmp_path, code):
    (found,) = offences(write(tmp_path, "tests/room/test_a.py", code))
    assert found.startswith("tests/room/test_a.py:")


def test_environment_and_yielding_are_fine(tmp_path):
    lines = (
        "async def test_a(monkeypatch):",
        "monkeypatch.setenv('A', 'b')",
        "await asyncio.sleep(0)",
        "clock.sleep(5)",
    )
    assert offences(write(tmp_path, "tests/test_a.py", "\n    ".join(lines))) == []
