"""Statements in PostgreSQL's words, with parameters as psycopg writes them."""

import re
from functools import cache

from bot.storage.database import Params, Statement

_HINT = re.compile(r"\s+INDEXED BY \w+")
# What stands in quotation marks and a cast (`::`) hold no parameter.
_PARTS = re.compile(r"""('(?:[^']|'')*'|"[^"]*"|::)|:([a-z_]\w*)|(\?)|(%)""")


def in_postgres(sql: str, params: Params | None) -> bytes:
    """Write a statement as psycopg takes it; one without parameters is sent as it stands."""
    text = sql.postgres if isinstance(sql, Statement) else sql
    return _bare(text) if params is None else _with_parameters(text)


@cache
def _bare(text: str) -> bytes:
    return _HINT.sub("", text).encode()


@cache
def _with_parameters(text: str) -> bytes:
    return _PARTS.sub(_part, _HINT.sub("", text)).encode()


def _part(found: re.Match[str]) -> str:
    quoted, name, place, _ = found.groups()
    if quoted:
        return str(quoted).replace("%", "%%")
    if name:
        return f"%({name})s"
    return "%s" if place else "%%"
