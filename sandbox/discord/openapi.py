"""Bodies checked against Discord's own OpenAPI 3.1 description."""

import json
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_ROOT = "urn:discord"


class OpenApi:
    """Validate request bodies and answers of the described routes; without a file, nothing is checked."""

    def __init__(self, path: Path | None) -> None:
        self._document: dict[str, Any] | None = None
        self._validators: dict[tuple[str, ...], Draft202012Validator | None] = {}
        if path is not None:
            self._document = json.loads(path.read_text(encoding="utf-8"))
            resource: Resource[Any] = Resource.from_contents(self._document, default_specification=DRAFT202012)
            self._registry: Registry[Any] = Registry().with_resource(_ROOT, resource)

    def request(self, method: str, template: str, body: Any) -> list[str]:
        """Return what is wrong with a request's JSON."""
        where = ("paths", template, method.lower(), "requestBody", "content", "application/json", "schema")
        return self._check(where, _as_read(_ids_as_text(body), template), f"{method} {template} request")

    def answer(self, method: str, template: str, status: int, body: Any) -> list[str]:
        """Return what is wrong with an answer's JSON."""
        described = self._at(("paths", template, method.lower(), "responses")) or {}
        key = str(status) if str(status) in described else "4XX" if 400 <= status < 500 else ""
        if key not in described:
            return [f"{method} {template} answer {status}: no such answer described"] if described else []
        where: tuple[str, ...] = ("paths", template, method.lower(), "responses", key)
        if "$ref" in described[key]:
            where = ("components", "responses", described[key]["$ref"].rsplit("/", 1)[-1])
        if status == 204:
            return []
        read = _codes_as_numbers(body) if status == 400 else body
        where = (*where, "content", "application/json", "schema")
        return self._check(where, read, f"{method} {template} answer {status}")

    def _check(self, where: tuple[str, ...], body: Any, name: str) -> list[str]:
        if where not in self._validators:
            self._validators[where] = self._made(where)
        validator = self._validators[where]
        if validator is None:
            return []
        return [f"{name}: {_best(error)}" for error in validator.iter_errors(body)]

    def _made(self, where: tuple[str, ...]) -> Draft202012Validator | None:
        if self._at(where) is None:
            return None
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in where)
        return Draft202012Validator({"$ref": f"{_ROOT}#/{pointer}"}, registry=self._registry)

    def _at(self, where: tuple[str, ...]) -> Any:
        here: Any = self._document
        for part in where:
            if not isinstance(here, dict) or part not in here:
                return None
            here = here[part]
        return here


def _as_read(body: Any, template: str) -> Any:
    """Return a body as Discord reads it where its documentation and its description differ."""
    if template == "/applications/@me" and isinstance(body, dict) and isinstance(body.get("description"), str):
        return body | {"description": {"default": body["description"]}}
    return body


_ID_KEYS = ("recipient_id", "message_id", "channel_id", "guild_id")
_ID_LISTS = ("users", "roles", "sticker_ids")


def _ids_as_text(body: Any, inside: str = "") -> Any:
    """Return a body in which ids that came as integers are text, as Discord itself reads them."""
    if isinstance(body, list):
        return [_ids_as_text(one, inside) for one in body]
    if isinstance(body, int) and not isinstance(body, bool) and inside in (*_ID_KEYS, *_ID_LISTS):
        return str(body)
    if not isinstance(body, dict):
        return body
    read = {key: _ids_as_text(value, key) for key, value in body.items()}
    if inside == "attachments" and isinstance(read.get("id"), int):
        read["id"] = str(read["id"])
    return read


def _codes_as_numbers(body: Any) -> Any:
    """Return a refusal whose form errors have numbers for codes: described so, while Discord answers with words."""
    if isinstance(body, list):
        return [_codes_as_numbers(one) for one in body]
    if not isinstance(body, dict):
        return body
    read = {key: _codes_as_numbers(value) for key, value in body.items()}
    return read | {"code": 0} if isinstance(read.get("code"), str) else read


def _best(error: Any) -> str:
    """Return the deepest reason of a failed choice between schemas, with its place."""
    deepest = error
    while deepest.context:
        deepest = max(deepest.context, key=lambda one: len(one.absolute_path))
    return f"{'/'.join(str(part) for part in deepest.absolute_path)}: {deepest.message[:300]}"
