"""Nothing happens at import: no socket, no file written, no process, no environment read."""

import ast
import json
import subprocess
import sys

import pytest

from tests.conventions.source import PRODUCT, ROOT, Source, dotted, sources, told, write

READS = {"os.environ", "os.getenv", "os.environ.get", "environ"}
ACTS = {
    "open", "io.open", "sqlite3.connect", "socket.socket", "subprocess.run", "subprocess.Popen", "asyncio.run",
    "load_dotenv", "dotenv.load_dotenv", "dotenv_values", "logging.basicConfig", "print",
}  # fmt: skip
ACTING_METHODS = {"read_text", "read_bytes", "write_text", "write_bytes", "mkdir", "touch", "connect", "start"}

WATCH = """
import importlib, json, sys, threading
sys.dont_write_bytecode = True
import aiohttp, aiolimiter, discord.ext.commands, dotenv, filetype, imageio_ffmpeg, PIL.Image, sqlite_utils
import procrastinate, psycopg
seen = []
def hook(event, args):
    writes = event == "open" and isinstance(args[1], str) and set(args[1]) & set("wax+")
    if writes or event in ("socket.connect", "socket.bind", "sqlite3.connect", "subprocess.Popen", "os.mkdir"):
        seen.append(f"{event} {args!r}")
sys.addaudithook(hook)
found, known = [], threading.enumerate()
for module in sys.argv[1:]:
    importlib.import_module(module)
    found += [f"{module}: {act}" for act in seen]
    found += [f"{module}: {thread!r} runs" for thread in threading.enumerate() if thread not in known]
    known = threading.enumerate()
    seen.clear()
sys.stderr.write(json.dumps(found))
"""


def offences(root) -> list[str]:
    return [
        f"{source.path}:{line}: {what} at import; do it in a function that app calls"
        for source in sources(root, PRODUCT)
        for line, what in _acts(source)
    ]


def _acts(source: Source):
    for node in _at_import(source.tree):
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node) in READS:
            yield node.lineno, dotted(node)
        if isinstance(node, ast.Call):
            method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if dotted(node.func) in ACTS or method in ACTING_METHODS:
                yield node.lineno, dotted(node.func) or method


def _at_import(node: ast.AST):
    """Yield what runs when a module is imported: everything outside of functions and the `__main__` block."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            for part in (*child.decorator_list, *child.args.defaults, *child.args.kw_defaults):
                yield from (() if part is None else (part, *_at_import(part)))
        elif not isinstance(child, ast.Lambda) and not _is_main_block(child):
            yield child
            yield from _at_import(child)


def _is_main_block(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and "__name__" in ast.unparse(node.test)


def acts_of_importing(root, modules: list[str]) -> list[str]:
    """Import the modules in a process of their own and return what its audit hook saw."""
    done = subprocess.run(
        [sys.executable, "-c", WATCH, *modules], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stderr.splitlines()[-1])


def test_no_module_acts_at_import():
    assert not offences(ROOT), told(offences(ROOT))


def test_importing_every_module_touches_nothing():
    modules = [source.module for source in sources(ROOT, ("bot", "cogs")) if source.path.name != "__main__.py"]
    found = acts_of_importing(ROOT, modules)
    assert len(modules) > 20
    assert not found, told(found)


def test_a_start_loads_only_what_every_start_needs():
    """A server, a counter of metrics and a library that draws are loaded where they are used."""
    code = "import sys, bot.__main__, bot.run; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert not {"aiohttp.web", "prometheus_client", "PIL", "pi_heif", "sandbox"} & set(done.stdout.split())


ACTING = [
    "import os\nTOKEN = os.environ['A']",
    "import os\nTOKEN = os.getenv('A')",
    "TEXT = open('a').read()",
    "class A:\n    text = Path('a').read_text()",
    "def f(a=sqlite3.connect(':memory:')): pass",
    "if True:\n    asyncio.run(main())",
]


@pytest.mark.parametrize("code", ACTING)
def test_an_offender_is_found(tmp_path, code):
    assert offences(write(tmp_path, "bot/a.py", code))


def test_functions_and_the_main_block_may_act(tmp_path):
    functions = "def f():\n    open('a')\nasync def g():\n    os.environ\nh = lambda: open('a')\n"
    main = "if __name__ == '__main__':\n    print(f())\n"
    assert offences(write(tmp_path, "bot/a.py", functions + main)) == []


@pytest.mark.parametrize(
    ("code", "act"),
    [
        ("open('seen', 'w').close()", "open"),
        ("import sqlite3\nsqlite3.connect(':memory:')", "sqlite3.connect"),
        ("import socket\nsocket.socket().bind(('127.0.0.1', 0))", "socket.bind"),
        ("import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()", "Thread"),
    ],
)
def test_an_act_at_import_is_seen(tmp_path, code, act):
    (found,) = acts_of_importing(write(tmp_path, "sample.py", code), ["sample"])
    assert found.startswith("sample: ")
    assert act in found
