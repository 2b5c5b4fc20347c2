"""A name says what lives there; `utils`, `helpers`, `manager`, `common` and `base` say nothing."""

import ast
import re

import pytest

from tests.conventions.source import ROOT, sources, told, write

EMPTY = {"util", "utils", "utility", "utilities", "helper", "helpers", "manager", "managers", "common", "base", "misc"}


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def offences(root) -> list[str]:
    return [f"{place}: {name} says nothing; name what it is" for place, name in _named(root) if words(name) & EMPTY]


def _named(root):
    """Yield (place, name) of every folder, module and class."""
    for source in sources(root):
        yield from ((source.path, part) for part in source.path.with_suffix("").parts)
        classes = (node for node in ast.walk(source.tree) if isinstance(node, ast.ClassDef))
        yield from ((f"{source.path}:{node.lineno}", node.name) for node in classes)


def test_every_name_says_something():
    assert not offences(ROOT), told(offences(ROOT))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot/utils.py", ""),
        ("tests/media/helpers.py", ""),
        ("bot/common/__init__.py", ""),
        ("sandbox/task_manager.py", ""),
        ("cogs/video.py", "class JobManager: pass"),
        ("cogs/video.py", "class BaseCog: pass"),
    ],
)
def test_an_empty_name_is_found(tmp_path, path, code):
    (found,) = offences(write(tmp_path, path, code))
    assert "says nothing" in found


def test_names_that_only_contain_such_letters_are_fine(tmp_path):
    assert offences(write(tmp_path, "bot/database.py", "class Database: pass\nclass Commons: pass")) == []
