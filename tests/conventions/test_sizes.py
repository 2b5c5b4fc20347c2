"""A file that passes 300 lines or a function that passes 40 is two things."""

import ast

from tests.conventions.source import EVERYTHING, ROOT, paths, sources, told, write

LONGEST_FILE, LONGEST_FUNCTION = 300, 40  # lines
ENDINGS = (".py", ".js", ".css", ".html")


def long_files(root) -> list[str]:
    files = [
        (path, len(path.read_text(encoding="utf-8").splitlines()))
        for end in ENDINGS
        for path in paths(root, EVERYTHING, end)
    ]
    return [
        f"{path.relative_to(root)}: {lines} lines; split it along what it does"
        for path, lines in files
        if lines > LONGEST_FILE
    ]


def long_functions(root) -> list[str]:
    found = []
    for source in sources(root):
        for node in source.nodes:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or 0) - node.lineno + 1
                if lines > LONGEST_FUNCTION:
                    found.append(f"{source.path}:{node.lineno}: {node.name} has {lines} lines; name its steps")
    return found


def test_no_file_is_too_long():
    assert not long_files(ROOT), told(long_files(ROOT))


def test_no_function_is_too_long():
    assert not long_functions(ROOT), told(long_functions(ROOT))


def test_a_long_file_is_found(tmp_path):
    for path in ("bot/a.py", "tests/room/test_a.py", "sandbox/page/a.js"):
        write(tmp_path, path, "1\n" * 301)
    write(tmp_path, "bot/b.py", "1\n" * 300)
    assert [line.split(":")[0] for line in long_files(tmp_path)] == [
        "bot/a.py",
        "tests/room/test_a.py",
        "sandbox/page/a.js",
    ]


def test_a_long_function_is_found(tmp_path):
    write(tmp_path, "tests/a.py", "class A:\n    async def f(self):\n" + "        1\n" * 40)
    write(tmp_path, "tests/b.py", "def g():\n" + "    1\n" * 39)
    (found,) = long_functions(tmp_path)
    assert found.startswith("tests/a.py:2: f has 41 lines")
