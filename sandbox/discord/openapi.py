"""Bodies checked against Discord's own OpenAPI 3.1 description."""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jsonschema_rs import Draft202012Validator, Registry, ValidationError

_ROOT = "urn:discord"


class OpenApi:
    """Validate request bodies and answers of the described routes; without a file, nothing is checked."""

    def __init__(self, path: Path | None) -> None:
        self._description = None if path is None else _read(path)

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
        validator = self._description and self._description.validator(where)
        return [f"{name}: {_best(error)}" for error in validator.iter_errors(body)] if validator else []

    def _at(self, where: tuple[str, ...]) -> Any:
        return self._description and self._description.at(where)


class _Description:
    """Discord's document, and the validators of the schemas in it that were asked for so far."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._document = document
        self._registry = Registry([(_ROOT, document)])
        self._validators: dict[tuple[str, ...], Draft202012Validator] = {}

    def at(self, where: tuple[str, ...]) -> Any:
        """Return what stands there, None where nothing does."""
        here: Any = self._document
        for part in where:
            if not isinstance(here, dict) or part not in here:
                return None
            here = here[part]
        return here

    def validator(self, where: tuple[str, ...]) -> Draft202012Validator | None:
        """Return the validator of the schema that stands there."""
        if where not in self._validators and self.at(where) is not None:
            pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in where)
            schema = {"$ref": f"{_ROOT}#/{quote(pointer, safe='/~')}"}
            self._validators[where] = Draft202012Validator(schema, registry=self._registry)
        return self._validators.get(where)


@cache
def _read(path: Path) -> _Description:
    """Read a file once for all stand-ins of this process: it has a megabyte."""
    return _Description(json.loads(path.read_text(encoding="utf-8")))


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


def _best(error: ValidationError) -> str:
    """Return the deepest reason of a failed choice between schemas, with its place."""
    deepest = max(_reasons(error), key=lambda one: len(one.instance_path))
    return f"{'/'.join(str(part) for part in deepest.instance_path)}: {deepest.message[:300]}"


def _reasons(error: ValidationError) -> Iterator[ValidationError]:
    """Yield the reasons of an error that have no others below them."""
    choices = getattr(error.kind, "context", None)
    if not choices:
        yield error
    for choice in choices or ():
        for reason in choice:
            yield from _reasons(reason)
