"""Secrets, and the one place that knows what a secret looks like in a text."""

import re
from collections.abc import Iterable
from typing import Final, final
from urllib.parse import quote

MASK: Final = "•••"

# A value this short would mask half of every sentence; no real token or key comes near it.
_SHORTEST_SECRET: Final = 6


@final
class Secret:
    """Hold a token or key that no repr, format or log line shows."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value, for the one call that sends it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(MASK, spec)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("a secret is never pickled")


_QUOTED: Final = r"""\\?(?P<q>["'])(?:(?!(?P=q)).)*(?P=q)"""
_NAMES: Final = r"(?:authorization|[\w-]*token|[\w-]*api[_-]?key|[\w-]*secret|[\w-]*password)"
_SIGNATURES: Final = r"[\w-]*(?:sign(?:ature)?|sig|token|credential|secret|api_?key|policy)"
_SHAPES: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # 'Authorization': 'Bearer …' and token='…': a name, then a quoted value, as in reprs, JSON and raw headers.
        (rf"(?i)(\b{_NAMES}\\?[\"']?\s*[:=,]\s*b?){_QUOTED}", rf"\1{MASK}"),
        # Authorization: … as a plain header line.
        (r"(?i)(\bauthorization\s*[:=][^\S\r\n]*)(?![^\S\r\n]|•)[^\r\n]+", rf"\1{MASK}"),
        (r"(?i)(\bbearer\s+)[^\s\"',;)>\\]{4,}", rf"\1{MASK}"),
        # "Bot" begins ordinary sentences too, so what follows has to be as long as a token.
        (r"(\bBot\s+)[^\s\"',;)>\\]{16,}", rf"\1{MASK}"),
        # An interaction's token is a path segment after the application's or interaction's id.
        (r"(/(?:webhooks|interactions)/\d+/)[^\s/?#\"'<>\\]+", rf"\1{MASK}"),
        (r"\baW50ZXJhY3Rpb24[\w=-]{8,}", MASK),
        # A bot's token: its id, a time and a signature in URL-safe base64.
        (r"(?<![\w-])[\w-]{22,30}\.[\w-]{5,8}\.[\w-]{25,}", MASK),
        (r"(?<![A-Za-z0-9])sk-[\w-]{8,}", MASK),
        # Signed URLs: Discord's CDN signs with `hm`, object stores with a signature and a credential.
        (rf"(?i)((?:[?&;]|%3F|%26)(?:hm|{_SIGNATURES})(?:=|%3D))[^\s&#\"'<>\\]+", rf"\1{MASK}"),
        (r"(://)[^/\s@]+@", rf"\1{MASK}@"),
    )
)


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Return the text with every given secret, and everything shaped like one, masked."""
    values = {secret.reveal() for secret in secrets}
    forms = {form for value in values for form in (value, quote(value, safe=""))}
    for form in sorted(forms, key=len, reverse=True):
        if len(form) >= _SHORTEST_SECRET:
            text = text.replace(form, MASK)
    for shape, replacement in _SHAPES:
        text = shape.sub(replacement, text)
    return text
