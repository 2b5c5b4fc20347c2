"""Take a member's id out of what is others': documents that say whose media and videos theirs are of, and changes."""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

from bot.domain.privacy import BeingForgotten
from bot.storage.database import Database

FORGOTTEN: Final = 0
"""Stands for a member in a change that was written down, once they are forgotten."""
_RENAME = "UPDATE jobs SET state = :state, request = :request WHERE id = :id AND state = :was AND request = :asked"

_DRAFTS: Final = "SELECT id, document FROM drafts WHERE document LIKE ?"
# One that was changed meanwhile is found by the next look.
_UNNAME_DRAFT: Final = "UPDATE drafts SET document = :document WHERE id = :id AND document = :was"


def unname_in(db: Database, member: BeingForgotten, rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Unname jobs; return the ids of those that have not ended, or have moved on meanwhile."""
    again = set[str]()
    for row in list(rows):
        known = {name: json.loads(row[name]) for name in ("state", "request")}
        fresh = {name: _without(value, member.user_id) for name, value in known.items()}
        moved = False
        if fresh != known:
            asked = {name: json.dumps(value) for name, value in fresh.items()} | {"id": row["id"]}
            moved = not db.execute(_RENAME, asked | {"was": row["state"], "asked": row["request"]}).rowcount
        if moved or (not row["ended"] and row["stage"] != "held"):
            again.add(row["id"])
    return again


def unname_drafts(db: Database, member: BeingForgotten) -> int:
    """Unname the requests of others that are kept for a while; return how many."""
    changed = 0
    for row in list(db.query(_DRAFTS, [f"%{member.user_id}%"])):
        known = json.loads(row["document"])
        fresh = _without(known, member.user_id)
        if fresh != known:
            unnamed = {"id": row["id"], "document": json.dumps(fresh), "was": row["document"]}
            changed += db.execute(_UNNAME_DRAFT, unnamed).rowcount
    return changed


def _without(document: Any, user_id: int) -> Any:
    """Take a member out of a document: the parts that are about them alone, and their id wherever else it stands."""
    match document:
        case dict():
            about = {name: value for name, value in document.items() if not _is_about(value, user_id)}
            return {name: _without(value, user_id) for name, value in about.items()}
        case list():
            return [_without(value, user_id) for value in document if value != user_id]
        case _:
            return document


def _is_about(value: Any, user_id: int) -> bool:
    return value == user_id or (isinstance(value, dict) and value.get("user_id") == user_id)


def without_id(facts: Mapping[str, Any], user_id: int) -> dict[str, Any]:
    """Put FORGOTTEN in the place of a member's id."""
    return {name: FORGOTTEN if value == user_id else value for name, value in facts.items()}
