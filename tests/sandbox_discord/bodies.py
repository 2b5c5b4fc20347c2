"""Bodies of messages."""

import json
from io import BytesIO
from typing import Any

import aiohttp

V2 = 1 << 15


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


def button(custom_id: str = "a", label: str = "A") -> dict[str, Any]:
    return {"type": 2, "style": 1, "custom_id": custom_id, "label": label}


def row(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"type": 1, "components": list(parts)}


def gallery(*urls: str) -> dict[str, Any]:
    return {"type": 12, "items": [{"media": {"url": url}} for url in urls]}


def form(payload: dict[str, Any], *names: str, size: int = 12) -> aiohttp.FormData:
    made = aiohttp.FormData(quote_fields=False)
    made.add_field("payload_json", json.dumps(payload), content_type="application/json")
    for at, name in enumerate(names):
        made.add_field(f"files[{at}]", BytesIO(b"x" * size), filename=name, content_type="application/octet-stream")
    return made


def named(*names: str) -> dict[str, Any]:
    return {"attachments": [{"id": at, "filename": name} for at, name in enumerate(names)]}


def codes(errors: Any) -> set[str]:
    if isinstance(errors, list):
        return {one["code"] for one in errors}
    return set().union(*(codes(one) for one in errors.values())) if errors else set()


def select(*options: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"type": 3, "custom_id": "more", "placeholder": "More…", "options": list(options), **more}


ONE, TWO = ({"label": word, "value": word} for word in ("one", "two"))


def shown(url: str, description: str | None = None) -> dict[str, Any]:
    thumbnail = {"type": 11, "media": {"url": url}, "description": description}
    return {"type": 9, "components": [text("a film")], "accessory": thumbnail}
