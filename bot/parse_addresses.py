"""How the text of a setting becomes an address, a host or a port."""

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from bot.parse import Unreadable, shown, whole
from bot.secret import Secret


def provider_url(text: str) -> str:
    """Read the provider's address and return it without a slash or `/v1` at its end."""
    return re.sub(r"(?:/+v1)*/*$", "", url(text))


def url(text: str) -> str:
    """Read an address of an API and return it without a slash at its end."""
    remedy = "write it like https://example.com/path"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Unreadable(f"isn't a valid address ({shown(text)})", remedy) from None
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise Unreadable(f"isn't a valid address ({shown(text)})", remedy)
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise Unreadable("contains a user name, a `?` or a `#`", "remove it")
    if parts.scheme == "http" and not _is_near(parts):
        raise Unreadable("would send the key unencrypted", "write https:// instead of http://")
    return text.rstrip("/")


def optional_url(text: str) -> str | None:
    """Read an address as `url` does; None where there is none."""
    return url(text) if text else None


def bucket(text: str) -> tuple[str, str] | None:
    """Read `s3://bucket/prefix` as the bucket's name and the prefix of objects' names; None where there is none."""
    if not text:
        return None
    found = re.fullmatch(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:/[\w.-]+)*)/?", text, re.ASCII)
    if found is None or {".", ".."} & set(found[2].split("/")):
        raise Unreadable(f"isn't the address of a bucket ({shown(text)})", "write it like s3://bucket/prefix")
    return found[1], found[2].strip("/")


def _is_near(parts: SplitResult) -> bool:
    """Tell whether the host is inside one's own machine or network, where plain HTTP is usual."""
    host = parts.hostname or ""
    try:
        return ipaddress.ip_address(host).is_private
    except ValueError:
        return "." not in host


def callback(text: str) -> str | None:
    """Read the address that a browser is sent to; None where there is none."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or re.search(r"\s", text):
        raise Unreadable(f"isn't a valid address ({shown(text)})", "write it like https://example.com/verified")
    if "@" in parts.netloc or parts.fragment:
        raise Unreadable("contains a user name or a `#`", "remove it")
    return text


def database(text: str) -> Secret | None:
    """Read the address of a PostgreSQL database; None where there is none."""
    if not text:
        return None
    remedy = "write it like postgresql://user:password@host/name"
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        raise Unreadable("isn't a valid address", remedy) from None
    if parts.scheme not in {"postgresql", "postgres"} or parts.fragment or re.search(r"\s", text):
        raise Unreadable("isn't the address of a PostgreSQL database", remedy)
    if not parts.path.strip("/") or "/" in parts.path.strip("/"):
        raise Unreadable("names no database", remedy)
    return Secret(text)


def port(text: str) -> int | None:
    """Read the number of a port; None where none is to be opened."""
    return whole(1, 65_535)(text) if text else None


def listening_host(text: str) -> str:
    """Read the address on which a port is opened: an IP address, or `localhost`."""
    try:
        return text if text == "localhost" else str(ipaddress.ip_address(text))
    except ValueError:
        raise Unreadable(f"isn't an IP address ({shown(text)})", "use 127.0.0.1, or 0.0.0.0 for all networks") from None


def hosts(text: str) -> frozenset[str]:
    """Read hosts separated by commas, each `host` or `host:port` (IPv6 in brackets)."""
    return frozenset(_host(part.strip()) for part in text.split(",") if part.strip())


def _host(text: str) -> str:
    try:
        parts = urlsplit(f"//{text}")
        _ = parts.port
        whole_text = parts.netloc == text and parts.hostname and not re.search(r"[\s@*]", text)
    except ValueError:
        whole_text = False
    if not whole_text or text.endswith(":"):
        raise Unreadable(f"contains an invalid host ({shown(text)})", "write host or host:port, separated by commas")
    return text.lower()
