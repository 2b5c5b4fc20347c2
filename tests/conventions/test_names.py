"""A name says what lives there, in the field's own words; `utils`, `helpers` and `manager` say nothing."""

import ast
import re

import pytest

from tests.conventions.source import PRODUCT, ROOT, sources, told, write

EMPTY = {"util", "utils", "utility", "utilities", "helper", "helpers", "manager", "managers", "common", "base", "misc"}

# Words of our own for what has a name: each beside the one that is used.
PRIVATE = {
    "anew": "again",
    "beginning": "start, signature, prefix or pending reply",
    "busy": "answering, or the lock's timeout",
    "cargo": "payload",
    "climb": "try the routes",
    "desk": "job runner",
    "dice": "rng",
    "door": "cog or handler",
    "doorman": "cog or handler",
    "gather": "collect",
    "glance": "sniff or probe",
    "house": "app",
    "keeper": "task or supervisor",
    "ladder": "routes",
    "manner": "behavior",
    "mood": "fault",
    "nobody": "no one, or say what is missing",
    "outlook": "forecast",
    "patience": "back-off, or a limit in seconds",
    "recall": "resolve or look up",
    "rung": "route",
    "shelf": "asset lookup or file store",
    "somebody": "a member, or say who",
    "anybody": "any member, or say who",
    "everybody": "all members, or say who",
    "whoever": "the one that",
    "whom": "say who",
    "wish": "request draft",
}
# Good words in a sentence, and no names: a name says what was done, by which word the field calls it.
PRIVATE_AS_NAMES = {
    "begun": "started",
    "kept": "stored",
    "least": "min or minimum",
    "most": "max or maximum",
    "offer": "suggest, or what it is for",
    "offered": "available, enabled or supported",
    "told": "notified, answered or logged",
    "voice": "presenter",
}
# A migration's name stands in the databases that it has changed.
STORED_NAMES = {"m003_beginnings"}
PLURALS = {"doormen": "doorman", "shelves": "shelf", "wishes": "wish"}


def words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def offences(root) -> list[str]:
    return [f"{place}: {name} says nothing; name what it is" for place, name in _named(root) if words(name) & EMPTY]


def private_words(root) -> list[str]:
    """Find our own words in the product's identifiers and docstrings; what members read is not looked at."""
    return [
        f"{source.path}:{line}: {text}: {word} is a word of our own; say: {own[word]}"
        for source in sources(root, PRODUCT)
        for read, own in ((_identifiers, PRIVATE | PRIVATE_AS_NAMES), (_docstrings, PRIVATE))
        for line, text, found in read(source)
        for word in sorted({PLURALS.get(each, each.removesuffix("s")) for each in found} & own.keys())
    ]


def _identifiers(source):
    """Yield (line, name, words) of the module, and of every identifier that it defines."""
    yield 1, source.module, words(source.module)
    for node in source.nodes:
        match node:
            case ast.Name(id=name, ctx=ast.Store()) | ast.Attribute(attr=name, ctx=ast.Store()) | ast.arg(arg=name):
                yield node.lineno, name, words(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                if name not in STORED_NAMES:
                    yield node.lineno, name, words(name)


def _docstrings(source):
    """Yield (line, first line, words) of every docstring."""
    for node in source.nodes:
        if isinstance(node, ast.Module | ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            text = ast.get_docstring(node) or ""
            yield getattr(node, "lineno", 1), text.partition("\n")[0], set(re.findall(r"[a-z]+", text.lower()))


def _named(root):
    """Yield (place, name) of every folder, module and class."""
    for source in sources(root):
        yield from ((source.path, part) for part in source.path.with_suffix("").parts)
        classes = (node for node in source.nodes if isinstance(node, ast.ClassDef))
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


def test_names_and_docstrings_use_the_fields_own_words():
    assert not private_words(ROOT), told(private_words(ROOT))


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot/shelves.py", ""),
        ("cogs/a.py", "class JobDesk: pass"),
        ("bot/a.py", "def climb_up(): pass"),
        ("bot/a.py", "def f(wishes): pass"),
        ("bot/a.py", "def f(self):\n    self._dice = 1"),
        ("sandbox/a.py", "_MOODS = 1"),
        ("sandbox/a.py", 'def f():\n    """Tell whoever waits."""'),
        ("bot/a.py", "def f():\n    was_told = True"),
        ("cogs/a.py", "def f(*, at_least): pass"),
        ("bot/a.py", 'def f():\n    """Ask anew."""'),
    ],
)
def test_a_word_of_our_own_is_found(tmp_path, path, code):
    (found,) = private_words(write(tmp_path, path, code))
    assert "is a word of our own" in found


def test_what_members_read_and_longer_words_are_fine(tmp_path):
    code = 'TEXT = "nobody else sees this"\ndef in_household(indoors):\n    """Return what is kept, at most."""'
    assert private_words(write(tmp_path, "bot/a.py", code)) == []
