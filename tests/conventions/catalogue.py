"""What the rules about sentences read: the catalogues, and every use of a message in the code."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from tests.conventions.source import Source, dotted

ID = re.compile(r"[a-z]+(-[a-z]+)*\.[a-z0-9]+(-[a-z0-9]+)*")
# What the names of messages begin with, each a part of what members read.
AREAS = (
    "asset", "button", "card", "character", "choice", "command", "delivery", "draft", "failure", "form", "help",
    "admin", "balance", "history", "job-list", "limit", "option", "owner", "permission", "ping", "price",
    "privacy", "problem", "profile", "reply", "settings", "state", "status", "usage", "verify",
)  # fmt: skip
# Calls whose texts nobody reads in Discord: names, patterns, and details that go into the log.
UNREAD = {
    "cast", "TypeVar", "ContextVar", "CustomId", "_of_id", "_of_asset", "compile", "fullmatch", "match", "sub",
    "findall", "Closed", "Unclear", "NotNow", "CannotSearch", "create_task", "get",
    "warning", "info", "debug", "error", "exception", "critical",
}  # fmt: skip
_WORD = r"[^\W\d_]{2,}"
_SENTENCE = re.compile(rf"{_WORD}[,;:.!?’'…]*[ \n]+(?:{_WORD}|[aI]\b)|\b[aI] {_WORD}")
_LABEL = re.compile(r"(?<![\w/@.:-])[A-Z][a-z]+(?![\w.:-])")
_BETWEEN = re.compile(r"\s[^\W\d_]+(?:\s|$)|^[^\W\d_]+\s")


def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.stem.replace("-", "_"))


def name_of(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def messages(path: Path) -> dict[str, Message]:
    return {name_of(message): message for message in catalogue(path) if message.id}


def named_in(source: Source) -> Iterator[str]:
    """Yield what a module writes as the names of messages are written."""
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and ID.fullmatch(node.value):
            yield node.value


def texts(source: Source) -> Iterator[ast.Constant]:
    """Yield every text of a module but its docstrings."""
    apart = {id(node.value) for node in source.nodes if isinstance(node, ast.Expr)}
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in apart:
            yield node


def sentences(source: Source) -> Iterator[ast.Constant]:
    """Yield the texts of a module that people may read: two words in a row, a label, a word between two facts.

    Its docstrings, annotations, errors, log lines and patterns are not among them.
    """
    unread = set(_unread(source.tree))
    parts = {id(part) for node in source.nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in source.nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in unread:
            text = re.sub(r"</?[^<>]*>|https?://\S*", " ", node.value)
            between = id(node) in parts and _BETWEEN.search(text)
            if between or _SENTENCE.search(text) or _LABEL.search(text):
                yield node


def _unread(tree: ast.Module) -> Iterator[int]:
    for node in ast.walk(tree):
        match node:
            case ast.Expr(value=ast.Constant() as said):
                yield id(said)
            case ast.Raise(exc=ast.Call() as call):
                yield from _below(call)
            case ast.Call(func=func) if dotted(func).rpartition(".")[2] in UNREAD:
                yield from (
                    found for part in (*node.args, *(each.value for each in node.keywords)) for found in _below(part)
                )
            case ast.MatchValue(value=value):
                yield from _below(value)
            case ast.AnnAssign(annotation=annotation) | ast.arg(annotation=ast.expr() as annotation):
                yield from _below(annotation)
            case ast.FunctionDef(returns=ast.expr() as returns) | ast.AsyncFunctionDef(returns=ast.expr() as returns):
                yield from _below(returns)
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                yield from _below(value)


def _below(node: ast.AST) -> Iterator[int]:
    return (id(each) for each in ast.walk(node))


@dataclass(frozen=True)
class Use:
    """A call that says messages, with the names of the facts that it gives; None where they cannot be seen."""

    line: int
    names: frozenset[str]
    facts: frozenset[str] | None


def uses(source: Source) -> Iterator[Use]:
    """Yield the calls of `Language.text`, with every message that each may say as far as the module shows it."""
    tables = _tables(source.tree)
    for function in [source.tree, *_functions(source.tree)]:
        known = tables | _tables(function)
        for node in _own(function):
            if isinstance(node, ast.Call) and node.args and dotted(node.func).rpartition(".")[2] in {"text", "say"}:
                names = frozenset(_names(node.args[0], known))
                if names:
                    seen = all(keyword.arg for keyword in node.keywords)
                    facts = frozenset(keyword.arg for keyword in node.keywords if keyword.arg) if seen else None
                    yield Use(node.lineno, names, facts)


def _functions(tree: ast.AST) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """Walk through a function, or the module, without the functions inside it."""
    waiting = list(ast.iter_child_nodes(function))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            waiting += ast.iter_child_nodes(node)


def _tables(scope: ast.AST) -> dict[str, ast.expr]:
    """Find what the names of a scope stand for."""
    found: dict[str, ast.expr] = {}
    for node in _own(scope):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                found[name] = value
            case ast.NamedExpr(target=ast.Name(id=name), value=value):
                found[name] = value
    return found


def _names(node: ast.expr, known: Mapping[str, ast.expr], depth: int = 4) -> Iterator[str]:
    """Find the names of messages that an expression may be: a literal, one of two, or an entry of a table."""
    match node:
        case ast.Constant(value=str() as value) if ID.fullmatch(value):
            yield value
        case ast.IfExp(body=body, orelse=orelse):
            yield from _names(body, known, depth)
            yield from _names(orelse, known, depth)
        case ast.Dict(values=values):
            for value in values:
                yield from _names(value, known, depth)
        case ast.Subscript(value=value) | ast.Call(func=ast.Attribute(value=value, attr="get")):
            yield from _names(value, known, depth)
        case ast.Name(id=name) if name in known and depth:
            yield from _names(known[name], known, depth - 1)
