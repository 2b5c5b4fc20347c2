"""The stand-ins send JSON as Discord does, without a charset: one place makes such answers."""

import ast

import pytest

from tests.conventions.source import ROOT, Source, dotted, sources, told, write

MAKER = "sandbox/json_answer.py"
MIME = "application/json"


def offences(root) -> list[str]:
    return [
        f"{source.path}:{line}: {wrong}"
        for source in sources(root, ("sandbox",))
        if str(source.path) != MAKER
        for line, wrong in _wrong(source)
    ]


def _wrong(source: Source):
    for node in source.nodes:
        if isinstance(node, ast.Attribute | ast.Name) and dotted(node).endswith("json_response"):
            yield node.lineno, "adds a charset, which costs an error its code; use sandbox.json_answer"
        if isinstance(node, ast.keyword) and node.arg == "content_type" and _is_json(node.value):
            yield node.value.lineno, "adds a charset; use sandbox.json_answer"
        if isinstance(node, ast.Dict):
            for key, value in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Constant) and str(key.value).lower() == "content-type" and _is_json(value):
                    yield node.lineno, "makes a JSON answer of its own; use sandbox.json_answer"


def _is_json(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and str(node.value).startswith(MIME)


def test_nothing_in_the_sandbox_makes_json_answers_of_its_own():
    assert not offences(ROOT), told(offences(ROOT))


@pytest.mark.parametrize(
    "code",
    [
        "from aiohttp import web\nweb.json_response({})",
        "from aiohttp.web import json_response\njson_response({})",
        f"Response(text='{{}}', content_type='{MIME}')",
        f"Response(body=b'', headers={{'Content-Type': '{MIME}; charset=utf-8'}})",
    ],
)
def test_an_offender_is_found(tmp_path, code):
    assert offences(write(tmp_path, "sandbox/discord/rest.py", code))


def test_its_maker_is_let_through(tmp_path):
    assert offences(write(tmp_path, MAKER, f"web.Response(headers={{'Content-Type': '{MIME}'}})")) == []
