"""Mutants of a source file: one small change each, at its place in the text.

Changed are conditions, comparisons, operands of `and`, `or` and `|`, arithmetic, `min` and `max`, numbers, names in
quotes, members of sets and tuples, keyword and positional arguments, guards of `match`, whole statements, and
operators in SQL. Left alone is what no test should have to notice: annotations, decorators, docstrings, f-strings,
log lines, messages of errors, assertions.
"""

import ast
import contextlib
import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Pow: ast.Mult,
}
_SQL = re.compile(r"\b(SELECT|UPDATE|DELETE|INSERT)\b")
_SQL_CHANGES = (
    (r"(?<=\s)<(?=\s)", "<="),
    (r"(?<=\s)>(?=\s)", ">="),
    (r"(?<=\s)<=(?=\s)", "<"),
    (r"(?<=\s)>=(?=\s)", ">"),
    (r"(?<=\bWHERE\s)(\w+) = ", r"\1 != "),
    (r"\bAND\b", "OR"),
    (r"\bOR\b", "AND"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bNOT IN\b", "IN"),
    (r"\bDESC\b", "ASC"),
)
_NAME = re.compile(r"[A-Za-z_][\w./:@-]*")
_FUNCTION = ast.FunctionDef | ast.AsyncFunctionDef
_NEVER_SWAPPED = {"isinstance", "issubclass", "cast", "range", "getattr", "replace", "partial"}

# Letters that are shown of a change, and of those how many before the first that differs.
_SHOWN, _AROUND = 90, 30

Part = TypeVar("Part")
Node = TypeVar("Node", bound=ast.AST)


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change of one file: `old` at that place (in bytes) becomes `new`.

    `function` is the first line of the function that it lies in, as its code object knows it; None outside of any.
    """

    line: int
    start: int
    end: int
    old: str
    new: str
    function: int | None

    def of(self, text: str) -> str:
        """Return the file's text with the change."""
        data = text.encode()
        return (data[: self.start] + self.new.encode() + data[self.end :]).decode()

    def __str__(self) -> str:
        with contextlib.suppress(SyntaxError):
            return _shown(ast.unparse(ast.parse(self.old, mode="eval")), self.new)
        return _shown(" ".join(self.old.split()), self.new)

    def compiles(self, text: str) -> bool:
        """Tell whether the file with the change is Python at all."""
        try:
            compile(self.of(text), "mutant", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return False
        return True


def mutants(text: str) -> list[Mutant]:
    """List every mutant of a file, in the order of the text."""
    return sorted(set(_Walk(text).all()), key=lambda each: (each.start, each.end, each.new))


class _Walk:
    """One walk through a file's tree."""

    def __init__(self, text: str) -> None:
        self._data = text.encode()
        self._tree = ast.parse(text)
        lengths = [len(line) for line in self._data.splitlines(keepends=True)]
        self._begins = [sum(lengths[:at]) for at in range(len(lengths) + 1)]

    def all(self) -> Iterator[Mutant]:
        """Yield every mutant."""
        yield from self._under(self._tree, None)

    def _under(self, node: ast.AST, function: int | None) -> Iterator[Mutant]:
        if isinstance(node, _FUNCTION):
            function = min([node.lineno, *(mark.lineno for mark in node.decorator_list)])
        for new, old in _changes(node, inside=function is not None):
            if new not in {ast.unparse(old), f"({ast.unparse(old)})"}:
                yield self._mutant(old, new, function)
        for child in _children(node):
            yield from self._under(child, function)

    def _mutant(self, old: ast.AST, new: str, function: int | None) -> Mutant:
        start, end = self._span(old)
        return Mutant(old.lineno, start, end, self._data[start:end].decode(), new, function)  # type: ignore[attr-defined]

    def _span(self, node: ast.AST) -> tuple[int, int]:
        place: dict[str, int] = vars(node)
        return (
            self._begins[place["lineno"] - 1] + place["col_offset"],
            self._begins[place["end_lineno"] - 1] + place["end_col_offset"],
        )


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """Yield what of a node is worth a change."""
    skipped: set[str] = {"annotation", "returns", "decorator_list", "bases", "type_comment"}
    match node:
        case ast.JoinedStr() | ast.Assert() | ast.Raise() | ast.Import() | ast.ImportFrom():
            return
        case ast.Expr(value=ast.Constant()):
            return
        case _ if _is_log(node):
            return
        case ast.ClassDef() if any(ast.unparse(base).startswith("Protocol") for base in node.bases):
            return
        case ast.Call():
            skipped.add("func" if isinstance(node.func, ast.Name) else "")
    for name, value in ast.iter_fields(node):
        if name not in skipped:
            yield from (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, ast.AST))


def _is_log(node: ast.AST) -> bool:
    call = node.value if isinstance(node, ast.Expr) else node
    return isinstance(call, ast.Call) and ast.unparse(call.func).startswith(("log.", "print"))


def _changes(node: ast.AST, *, inside: bool) -> Iterator[tuple[str, ast.AST]]:
    """Yield each new text, with the node that it takes the place of; `inside`: of a function."""
    match node:
        case ast.If() | ast.IfExp():
            yield from (("(True)", node.test), ("(False)", node.test))
        case ast.While():
            yield "(False)", node.test
        case ast.match_case(guard=ast.expr() as guard):
            yield "(True)", guard
        case ast.MatchOr():
            yield from ((" | ".join(map(ast.unparse, rest)), node) for rest in _without_one(node.patterns))
        case ast.comprehension():
            yield from (("(True)", test) for test in node.ifs)
        case ast.stmt() if inside:
            yield from _removed(node)
        case ast.expr() if not isinstance(node, ast.JoinedStr):
            yield from ((f"({ast.unparse(new)})", node) for new in _of_expression(node, inside=inside))


def _removed(node: ast.stmt) -> Iterator[tuple[str, ast.AST]]:
    match node:
        case ast.Expr(value=ast.Constant() | ast.Yield()):
            return
        case ast.Expr() | ast.Raise() | ast.AugAssign() | ast.Break() | ast.Delete() if not _is_log(node):
            yield "pass", node
        case ast.Continue() | ast.Return(value=None):
            yield "pass", node
        case ast.Assign(targets=[ast.Attribute() | ast.Subscript()]) if not isinstance(node.value, ast.Name):
            yield "pass", node


def _of_expression(node: ast.expr, *, inside: bool) -> Iterator[ast.expr]:
    match node:
        case ast.Compare():
            yield from _compared(node)
        case ast.BoolOp():
            yield from (_with(node, values=rest) for rest in _without_one(node.values))
            yield _with(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())
        case ast.UnaryOp(op=ast.Not()):
            yield node.operand
        case ast.BinOp(op=ast.BitOr()) if inside:
            yield from (node.left, node.right)
        case ast.BinOp() if type(node.op) in _COMPUTED:
            yield _with(node, op=_COMPUTED[type(node.op)]())
        case ast.Constant():
            yield from (ast.Constant(value) for value in _other(node.value))
        case ast.Set() | ast.Tuple(ctx=ast.Load()) if len(node.elts) > 1:
            yield from (_with(node, elts=rest) for rest in _without_one(node.elts))
        case ast.Call():
            yield from _called(node)


def _compared(node: ast.Compare) -> Iterator[ast.expr]:
    for at, op in enumerate(node.ops):
        yield _with(node, ops=[*node.ops[:at], _COMPARED[type(op)](), *node.ops[at + 1 :]])


def _called(node: ast.Call) -> Iterator[ast.expr]:
    name = ast.unparse(node.func).rpartition(".")[2]
    if name in {"min", "max"} and isinstance(node.func, ast.Name):
        yield _with(node, func=ast.Name("max" if name == "min" else "min", ast.Load()))
    elif len(node.args) > 1 and name not in _NEVER_SWAPPED and not isinstance(node.args[1], ast.Starred):
        yield _with(node, args=[node.args[1], node.args[0], *node.args[2:]])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg not in {"name", None}:
            yield _with(node, keywords=node.keywords[:at] + node.keywords[at + 1 :])


def _other(value: object) -> Iterator[object]:
    match value:
        case bool():
            yield not value
        case int():
            yield value + 1
        case float():
            yield value * 2 + 1
        case str() if _SQL.search(value):
            for pattern, new in _SQL_CHANGES:
                for place in re.finditer(pattern, value):
                    yield value[: place.start()] + place.expand(new) + value[place.end() :]
        case str() if _NAME.fullmatch(value):
            yield f"{value}x"


def _without_one(parts: list[Part]) -> Iterator[list[Part]]:
    return (parts[:at] + parts[at + 1 :] for at in range(len(parts)))


def _with(node: Node, **fields: object) -> Node:
    changed = copy.copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed


def _shown(old: str, new: str) -> str:
    """Return both, as far as they differ and a little around it."""
    if new.startswith("("):
        new = new[1:-1]
    same = next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), 0)
    begin = max(0, same - _AROUND) if len(old) > _SHOWN else 0
    return f"{_cut(old, begin)}  →  {_cut(new, begin)}"


def _cut(text: str, begin: int) -> str:
    end = "…" if len(text) > begin + _SHOWN else ""
    return f"{'…' if begin else ''}{text[begin : begin + _SHOWN]}{end}"
