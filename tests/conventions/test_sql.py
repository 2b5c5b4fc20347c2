"""SQL is written out and takes its values as parameters."""

import ast
import re

import pytest

from tests.conventions.source import PRODUCT, ROOT, Source, sources, told, write

METHODS = {"execute", "executemany", "executescript", "query"}
STATEMENT = re.compile(r"\s*(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|PRAGMA|REPLACE|WITH)\s")


def offences(root) -> list[str]:
    return [
        f"{source.path}:{line}: SQL is put together from text; write it out and pass the values as parameters"
        for source in sources(root, PRODUCT)
        for line in sorted(_put_together(source))
    ]


def _put_together(source: Source) -> set[int]:
    found = set()
    for node in source.nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in METHODS
            and node.args
        ):
            found |= {node.args[0].lineno} if _is_text_at_run_time(node.args[0]) else set()
        elif _is_text_at_run_time(node) and STATEMENT.match(_beginning(node)):
            found.add(node.lineno)
    return found


def _is_text_at_run_time(node: ast.AST) -> bool:
    match node:
        case ast.JoinedStr(values=values):
            return not all(map(_is_written_out, values))
        case ast.BinOp(op=ast.Add() | ast.Mod(), left=left, right=right):
            return not _is_written_out(left) or not _is_written_out(right)
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str()), attr="format")):
            return True
        case _:
            return False


def _is_written_out(node: ast.AST) -> bool:
    """Tell whether a part is a literal or a constant of the code: a PRAGMA takes no parameters."""
    match node:
        case ast.Constant():
            return True
        case ast.Name(id=name):
            return name.isupper()
        case ast.FormattedValue(value=value):
            return _is_written_out(value)
        case _:
            return False


def _beginning(node: ast.AST) -> str:
    match node:
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]) | ast.BinOp(left=ast.Constant(value=str(text))):
            return text
        case ast.Call(func=ast.Attribute(value=ast.Constant(value=str(text)))):
            return text
        case _:
            return ""


def test_sql_is_written_out():
    assert not offences(ROOT), told(offences(ROOT))


@pytest.mark.parametrize(
    "code",
    [
        "db.execute(f'{x}')",
        "db.execute('SELECT ' + x)",
        "db.execute('SELECT %s' % x)",
        "list(db.query('SELECT {}'.format(x)))",
        "sql = f'SELECT * FROM jobs WHERE id = {x}'",
        "sql = 'DELETE FROM jobs WHERE id = ' + x",
    ],
)
def test_an_offender_is_found(tmp_path, code):
    (found,) = offences(write(tmp_path, "bot/storage/job_store.py", code))
    assert found.startswith("bot/storage/job_store.py:1:")


def test_written_out_sql_and_other_text_are_fine(tmp_path):
    code = (
        "db.execute('SELECT 1 WHERE a = ?', (a,))\ndb.execute(INSERT, row)\n"
        "db.execute(f'PRAGMA user_version = {VERSION}')\nprint(f'Updated {x}')\nt = f' with {x}'\n"
    )
    assert offences(write(tmp_path, "bot/storage/job_store.py", code)) == []
