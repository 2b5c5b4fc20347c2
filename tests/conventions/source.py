"""The project's own source, read for the rules. Every rule takes a root, so that it can be shown an offender."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("bot", "cogs", "sandbox")
EVERYTHING = (*PRODUCT, "tests", "bench")


@dataclass(frozen=True)
class Source:
    """One Python file: its path below the root, its text and its tree."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def module(self) -> str:
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def nodes(self) -> tuple[ast.AST, ...]:
        return _walked(self.text)


def paths(root: Path, folders: tuple[str, ...], ending: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in (root / folder).rglob(f"*{ending}") if "__pycache__" not in path.parts)


def sources(root: Path, folders: tuple[str, ...] = EVERYTHING) -> list[Source]:
    return [
        Source(path.relative_to(root), text := path.read_text(encoding="utf-8"), _parsed(text))
        for path in paths(root, folders, ".py")
    ]


@cache
def _parsed(text: str) -> ast.Module:
    """Parse a text once for all the rules, which only read its tree."""
    return ast.parse(text)


@cache
def _walked(text: str) -> tuple[ast.AST, ...]:
    """List the nodes of a text's tree once for all the rules: to find them takes longer than to look at them."""
    return tuple(ast.walk(_parsed(text)))


def write(root: Path, path: str, text: str) -> Path:
    """Put a sample into the root, for a rule to find."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return root


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for an attribute's or name's node, and nothing for what is neither."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=name):
            return f"{dotted(value)}.{name}" if dotted(value) else f".{name}"
        case _:
            return ""


def told(offences: list[str]) -> str:
    return "\n" + "\n".join(offences)
