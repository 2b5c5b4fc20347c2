"""Put something else in the place of whatever says who, where and what; the same thing in each place of one recording.

What is kept is named here, and everything that is not is replaced: an unknown field shows nothing.
"""

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit

# The values of these keys are words of a protocol, when they look like one.
_PROTOCOL: Final = frozenset(
    {
        *("t", "status", "object", "type", "model", "resolution", "aspect_ratio", "ratio", "code", "role"),
        *("locale", "guild_locale", "preferred_locale", "content_type", "session_type", "os", "browser", "device"),
    }
)
_WORD: Final = re.compile(r"[\w./:+-]{1,60}", re.ASCII)
_ID: Final = re.compile(r"\d{17,20}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,16}(\.\d{1,6})?", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:?\d\d)", re.ASCII)
_ROUTE: Final = re.compile(r"[a-z@_-]{1,24}|oauth2|v\d{1,2}", re.ASCII)
# A sentence of Discord's API, as "Unknown interaction"; the provider's may quote the prompt.
_SENTENCE: Final = re.compile(r"[A-Za-z][A-Za-z ,.'()-]{0,119}", re.ASCII)
_FILE_END: Final = re.compile(r"\.[a-z0-9]{2,4}$", re.ASCII)
_SNOWFLAKE: Final = 10**16
_FIRST_ID: Final = 100_000_000_000_000_000
_SOME_TIME: Final = "2026-01-01T00:00:00.000000+00:00"


class Hider:
    """Remembers what it replaced by what; `words` are kept: names of our own commands and options."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = set(words)
        self._known: dict[str, str] = {}
        self._counts: dict[str, int] = {}

    def keep(self, words: Iterable[str]) -> None:
        """Keep these words from now on."""
        self._words.update(words)

    def value(self, value: Any, key: str = "", *, discord: bool = True) -> Any:
        """Return a value of JSON with everything replaced that is not known to be harmless."""
        match value:
            case dict():
                sentence = discord and "code" in value and key == ""
                return {
                    self._key(name): part
                    if sentence and name == "message" and isinstance(part, str) and _SENTENCE.fullmatch(part)
                    else self.value(part, name, discord=discord)
                    for name, part in value.items()
                }
            case list():
                return [self.value(part, key or "[]", discord=discord) for part in value]
            case str():
                return self.text(value, key)
            case bool() | None | float():
                return value
            case int() if abs(value) >= _SNOWFLAKE:
                return int(self._id(str(value)))
            case _:
                return value

    def text(self, text: str, key: str = "") -> str:
        """Return a text, replaced where it is no word of a protocol."""
        if text in self._words or not text or (key in _PROTOCOL and _WORD.fullmatch(text) and not _ID.fullmatch(text)):
            return text
        if _NUMBER.fullmatch(text):
            return text
        if _ID.fullmatch(text) or _TIME.fullmatch(text):
            return self._id(text) if text.isdigit() else _SOME_TIME
        return self._text(text, key)

    def _text(self, text: str, key: str) -> str:
        end = _FILE_END.search(urlsplit(text).path if "://" in text else text)
        suffix = end[0] if end else ""
        if text.startswith("attachment://"):
            return f"attachment://{self.text(text.removeprefix('attachment://'), 'filename')}"
        if "://" in text:
            return self._other(text, "address", "https://address-{}.invalid/file" + suffix)
        kind = "token" if "token" in key else "name" if "name" in key else "text"
        return self._other(text, kind, kind + "-{}" + suffix)

    def path(self, path: str) -> str:
        """Return a path with its ids and tokens replaced, and its query likewise."""
        parts = urlsplit(path)
        segments = [
            part if not part or _ROUTE.fullmatch(part) else self.text(part, "") for part in parts.path.split("/")
        ]
        query = urlencode([(name, self.text(value, name)) for name, value in parse_qsl(parts.query)])
        return "/".join(segments) + (f"?{query}" if query else "")

    def _key(self, name: str) -> str:
        return self._id(name) if _ID.fullmatch(name) else name if _WORD.fullmatch(name) else self.text(name)

    def _id(self, text: str) -> str:
        return self._other(text, "id", "{}", _FIRST_ID)

    def _other(self, text: str, kind: str, form: str, first: int = 0) -> str:
        known = self._known.get(text)
        if known is None:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            known = self._known[text] = form.format(first + self._counts[kind])
        return known
