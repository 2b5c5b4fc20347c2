"""The two forms of the provider's API: their paths, and which of them is used."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
from urllib.parse import quote

from yarl import URL

from bot.domain.models import Dialect
from bot.toapis.responses import NoResponse, Response, says_not_found

log = logging.getLogger(__name__)

_PATHS = {
    Dialect.VIDEO: "/v1/video/generations",  # the provider's page "POST /v1/video/generations"
    Dialect.VIDEOS: "/v1/videos/generations",  # the provider's page "POST /v1/videos/generations"
}


class CheckResult(StrEnum):
    """What a check from outside can say."""

    YES = "yes"
    NO = "no"
    CANNOT_TELL = "unclear"


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


def judge_dialect(outcome: Response | NoResponse) -> CheckResult:
    """Judge the response to a query for a task that cannot exist: a known not-found shape is yes, a page is no."""
    if isinstance(outcome, NoResponse):
        return CheckResult.CANNOT_TELL
    if says_not_found(outcome):
        return CheckResult.YES
    return CheckResult.NO if outcome.page else CheckResult.CANNOT_TELL


def choose(results: Mapping[Dialect, CheckResult]) -> tuple[Dialect | None, bool]:
    """Choose the dialect by the results of `judge_dialect`, if they allow it; and tell whether that is sure.

    Where both respond it is VIDEOS, in which an unclear submit can be looked up.
    """
    video, videos = results[Dialect.VIDEO], results[Dialect.VIDEOS]
    if videos is CheckResult.YES:
        return Dialect.VIDEOS, True
    if video is CheckResult.YES:
        return Dialect.VIDEO, videos is CheckResult.NO
    if video is CheckResult.NO and videos is CheckResult.CANNOT_TELL:
        return Dialect.VIDEOS, False
    return None, False


class CurrentDialect:
    """The dialect of the next submit: as it is set, or as `probe` finds out (`dialect` None; VIDEO until then).

    `listeners` are called on each change.
    """

    def __init__(self, dialect: Dialect | None, probe: Callable[[], Awaitable[Mapping[Dialect, CheckResult]]]) -> None:
        self.value = dialect or Dialect.VIDEO
        self.is_sure = dialect is not None
        self.listeners: list[Callable[[Dialect], None]] = []
        self._probe = probe
        self._probing = asyncio.Lock()

    def set(self, dialect: Dialect) -> None:
        """Use that dialect from now on."""
        if dialect is not self.value:
            self.value = dialect
            for on_change in self.listeners:
                on_change(dialect)

    async def choose(self) -> Dialect:
        """Return the dialect; probe once more as long as it is not sure."""
        if not self.is_sure:
            async with self._probing:
                if not self.is_sure:
                    await self._find_out()
        return self.value

    async def _find_out(self) -> None:
        results = await self._probe()
        found = ", ".join(f"{dialect}: {result}" for dialect, result in results.items())
        chosen, self.is_sure = choose(results)
        self.set(chosen or self.value)
        if self.is_sure:
            log.info("TOAPIS_DIALECT=auto: using %s (%s).", self.value, found)
        else:
            log.warning("TOAPIS_DIALECT=auto: using %s for now, asking again later (%s).", self.value, found)
