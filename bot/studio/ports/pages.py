"""What is listed at once, as stores and use cases hand it over."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.domain.assets import Asset, Character
from bot.domain.job import Job
from bot.domain.progress import Forecast


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a member's jobs, newest first: after that job. `created`: its time, in UTC seconds."""

    job_id: str
    created: float


@dataclass(frozen=True, slots=True)
class JobPage:
    """One page of a member's jobs, newest first; `total` counts all pages' jobs.

    Of a search: `before`, where it began; None: with the newest. `searched_to`: where it stopped, though there are
    older ones; None: there are none. The pages and the total are those of what lies between.
    """

    jobs: tuple[Job, ...]
    number: int
    pages: int
    total: int
    before: Place | None = None
    searched_to: Place | None = None
    starred: frozenset[str] = frozenset()  # the ids of those with a star
    parts: Mapping[str, int] = field(default_factory=dict)  # how many its chain has by now, by a job's id


@dataclass(frozen=True, slots=True)
class Listed:
    """A job in the overview: what can be said of it now, and whether our own copy of its clip is there.

    `parts`: how many the chain has by now that it is one of.
    """

    job: Job
    forecast: Forecast
    has_clip: bool
    parts: int = 1


@dataclass(frozen=True, slots=True)
class ListedPage:
    """One page of jobs that wait and run, the oldest first; `total` counts all pages' jobs."""

    listed: tuple[Listed, ...]
    number: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class AssetPage:
    """One page of a member's assets, newest first, with their characters; `total` counts all pages' assets."""

    assets: tuple[Asset, ...]
    characters: dict[str, Character]
    number: int
    pages: int
    total: int
