"""Read JSON bodies, and keep them for the ledger."""

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox.toapis.errors import invalid

BODY: web.RequestKey[Any] = web.RequestKey("body", object)
"""The parsed body of a request, as it was sent."""


async def read_json(request: web.Request) -> dict[str, Any]:
    """Return the body, a JSON object, or raise Refused."""
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        raise invalid("The request body is not valid JSON") from None
    request[BODY] = body
    if not isinstance(body, dict):
        raise invalid("The request body must be a JSON object")
    return body


def text(body: Mapping[str, Any], name: str, default: str = "") -> str:
    """Return a field that must be text."""
    value = body.get(name, default)
    if not isinstance(value, str):
        raise invalid(f"{name} must be a string")
    return value


def some_text(body: Mapping[str, Any], name: str) -> str:
    """Return a field that must be text with something in it."""
    value = text(body, name)
    if not value.strip():
        raise invalid(f"{name} is required")
    return value


def one_of(body: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str) -> str:
    """Return a field that must be one of the allowed words."""
    value = text(body, name, default)
    if value not in allowed:
        raise invalid(f"{name} must be one of {', '.join(allowed)}")
    return value


def yes_or_no(body: Mapping[str, Any], name: str, *, default: bool) -> bool:
    """Return a field that must be a boolean."""
    value = body.get(name, default)
    if not isinstance(value, bool):
        raise invalid(f"{name} must be a boolean")
    return value
