"""JSON answers, as Discord sends them: `application/json` exactly.

With a charset beside it discord.py takes the answer for text, and an error loses its code (`discord.http`,
`json_or_text`).
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from aiohttp import web

JSON: Final = "application/json"


def json_answer(body: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return `body` as a JSON answer."""
    return json_text_answer(json.dumps(body, ensure_ascii=False), status, headers)


def json_text_answer(text: str, status: int = 200, headers: Mapping[str, str] | None = None) -> web.Response:
    """Return a text that is JSON, or is said to be, as a JSON answer."""
    return web.Response(status=status, body=text.encode(), headers={**(headers or {}), "Content-Type": JSON})
