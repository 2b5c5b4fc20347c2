"""Which URLs the provider takes."""

import ipaddress

from yarl import URL


def fetchable(url: str) -> bool:
    """Return whether media may be named so: https anywhere, http on loopback, where there are no certificates."""
    return scheme(url) == "https" or (scheme(url) == "http" and _on_loopback(url))


def scheme(url: str) -> str:
    """Return the URL's scheme when there is a host behind it, else ""."""
    try:
        parsed = URL(url)
        return parsed.scheme if parsed.host else ""
    except ValueError:
        return ""


def _on_loopback(url: str) -> bool:
    host = URL(url).host or ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
