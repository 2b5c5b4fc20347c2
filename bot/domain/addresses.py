"""Web addresses as their owners wrote them: a signed one is asked for byte for byte, or its store refuses it.

Libraries that parse an address also rewrite it (`%2F` as `/`, `%2b` as `%2B`, `a/../b` as `b`), and the signature of
the object stores covers the request line as it was signed ("SignatureDoesNotMatch" in the documentation of S3 and TOS).
Here an address is taken apart only where its text itself says so.
"""

import re
import string
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, urljoin

# RFC 3986, appendix B, for the two schemes that are fetched. A backslash ends the host, as in every browser.
_ABSOLUTE = re.compile(r"(https?)://([^/?#\\]*)([^#]*)", re.IGNORECASE)
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_AUTHORITY = re.compile(r"(\[[0-9a-f:.]+\]|[^\s:@\[\]<>\"^`{|}]+)(?::(\d{0,5}))?", re.IGNORECASE)
_MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Address:
    """An http(s) address. `authority`: host, and port where one is named; `target`: what the request line says."""

    scheme: str
    authority: str
    target: str

    @property
    def origin(self) -> str:
        """Return the address without its target."""
        return f"{self.scheme}://{self.authority}"

    @property
    def host(self) -> str:
        """Return the host alone, for logs: the rest of an address may be a secret."""
        return self.authority if self.authority.endswith("]") else self.authority.rpartition(":")[0] or self.authority

    def follow(self, location: str) -> Self | None:
        """Return where a `Location` leads from here; None when it is no http(s) address."""
        location = location.strip()
        if _SCHEME.match(location):
            return self._read(location)
        if location.startswith("//"):
            return self._read(f"{self.scheme}:{location}")
        relative = location.partition("#")[0]
        path = self.target.partition("?")[0]
        if not relative:
            target = self.target
        elif relative.startswith("/"):
            target = relative
        elif relative.startswith("?"):
            target = path + relative
        else:
            target = urljoin(path, relative) + ("?" if relative.endswith("?") else "")
        return self._read(f"{self.origin}{target}")

    @classmethod
    def _read(cls, text: str) -> Self | None:
        found = _ABSOLUTE.fullmatch(text.partition("#")[0])
        if found is None or any(letter < " " or letter == "\x7f" for letter in text):
            return None
        authority = _AUTHORITY.fullmatch(found[2].rpartition("@")[2])
        if authority is None or int(authority[2] or 0) > _MAX_PORT:
            return None
        port = f":{authority[2]}" if authority[2] else ""
        target = found[3] if found[3].startswith("/") else f"/{found[3]}"
        return cls(found[1].lower(), f"{authority[1]}{port}", _sendable(target))


def read_address(text: str) -> Address | None:
    """Take an http(s) address apart; None when it is none. Its name and password, if any, are left out."""
    return Address._read(text.strip())  # noqa: SLF001 - the other way to make one is to follow a redirect


def _sendable(target: str) -> str:
    """Escape the bytes that no request line can hold: spaces and what is not ASCII. Nothing else is touched."""
    return quote(target.encode("utf-8", "surrogateescape"), safe=string.punctuation)
