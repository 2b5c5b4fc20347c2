"""The two forms of the provider's API: where each has its addresses, and what it calls things."""

from urllib.parse import quote

from yarl import URL

from bot.domain.models import Dialect

_PATHS = {
    Dialect.VIDEO: "/v1/video/generations",  # the provider's page "POST /v1/video/generations"
    Dialect.VIDEOS: "/v1/videos/generations",  # the provider's page "POST /v1/videos/generations"
}
BALANCE_PATH = "/v1/balance"
"""What is left on this key; from the provider's page "Get balance". Asking costs nothing."""


def root(base_url: str) -> URL:
    """Return the server's address without the slash and the `/v1` that people add to it.

    Raises ValueError when it is no http(s) address.
    """
    url = URL(base_url.strip())
    if url.scheme not in ("http", "https") or not url.host:
        raise ValueError("the provider's address must begin with http:// or https://")
    path = url.path.rstrip("/")
    while path.endswith("/v1"):
        path = path.removesuffix("/v1").rstrip("/")
    return url.with_path(path or "/").with_query(None).with_fragment(None)


def submit_path(dialect: Dialect) -> str:
    """Return the path that a new task is POSTed to."""
    return _PATHS[dialect]


def task_path(dialect: Dialect, task_id: str) -> str:
    """Return the path under which a task is asked for; the id may hold anything."""
    return f"{_PATHS[dialect]}/{quote(task_id, safe='')}"
