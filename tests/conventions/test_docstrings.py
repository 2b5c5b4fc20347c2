"""What is public says in one imperative line what it does; the linter adds its own look at the rest."""

import ast

import pytest

from tests.conventions.source import PRODUCT, ROOT, Source, sources, told, write

FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef


def offences(root) -> list[str]:
    return [
        f"{source.path}:{getattr(node, 'lineno', 1)}: {name} {wrong}"
        for source in sources(root, PRODUCT)
        for node, name in _public(source)
        if (wrong := _wrong(node))
    ]


def _public(source: Source):
    """Yield the module, its public classes and functions, and the public methods of those classes."""
    yield source.tree, source.module
    yield from _of_body(source.tree, "")


def _of_body(owner: ast.AST, prefix: str):
    for node in owner.body:
        if not isinstance(node, FUNCTION | ast.ClassDef) or node.name.startswith("_") or _is_exempt(node):
            continue
        yield node, f"{prefix}{node.name}"
        if isinstance(node, ast.ClassDef):
            yield from _of_body(node, f"{prefix}{node.name}.")


def _is_exempt(node: ast.AST) -> bool:
    """Tell whether the docstring stands elsewhere: at the method overridden, the first overload, or the query."""
    marks = {ast.unparse(mark).rpartition(".")[2] for mark in node.decorator_list}
    # The linter lets only the protocols of stores do without one.
    is_only_typed = isinstance(node, FUNCTION) and ast.unparse(node.body[0]) == "..."
    return is_only_typed or bool(marks & {"override", "overload", "setter", "deleter"})


def _wrong(node: ast.AST) -> str:
    text = ast.get_docstring(node)
    if not text:
        return "has no docstring: one line that says what it does"
    first, _, rest = text.partition("\n")
    if rest and not rest.startswith("\n"):
        return "begins its docstring with more than one line"
    if not first.endswith((".", "?", "!")):
        return f"has a first line that does not end: “{first}”"
    if isinstance(node, FUNCTION) and not _is_property(node) and not _is_imperative(first.split()[0]):
        return f"is not told what to do: “{first}”"
    return ""


def _is_property(node: ast.AST) -> bool:
    return any("property" in ast.unparse(mark) for mark in node.decorator_list)


def _is_imperative(word: str) -> bool:
    return word not in {"This", "A", "An", "The", "It"} and not (word.endswith("s") and not word.endswith(("ss", "us")))


def test_everything_public_says_what_it_does():
    assert not offences(ROOT), told(offences(ROOT))


TOP = '"""A module."""\n'


@pytest.mark.parametrize(
    "code",
    [
        "def f(): pass",
        TOP + "def f(): pass",
        TOP + "class A: pass",
        TOP + 'class A:\n    """A."""\n    async def f(self): pass',
        TOP + 'def f():\n    """Return nothing"""',
        TOP + 'def f():\n    """Returns nothing."""',
        TOP + 'def f():\n    """The nothing."""',
        TOP + 'def f():\n    """Return nothing\n    at all.\n    """',
    ],
)
def test_an_offender_is_found(tmp_path, code):
    assert offences(write(tmp_path, "bot/a.py", code))


def test_what_is_private_or_told_elsewhere_needs_none(tmp_path):
    code = TOP + (
        'def f():\n    """Pass the salt."""\n    def inner(): pass\n'
        'class A:\n    """A."""\n    def _f(self): pass\n    @override\n    def g(self): pass\n'
        '    @property\n    def h(self):\n        """The salt."""\n'
        "class _B:\n    def f(self): pass\n"
    )
    assert offences(write(tmp_path, "bot/a.py", code)) == []
