"""What limits let through, worked out from the arrivals alone, and what of it was exceeded, seen from the provider.

Written from the words of the limits, never from the bot's code: seconds of video in any 24 hours and in any 30 days,
of a member over all servers and direct messages, of a server with all its members, and of the whole bot; a member's
videos at once. What ended without a video no longer counts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

DAY = 24 * 3600.0
MONTH = 30 * DAY
BOT = "the whole bot"


@dataclass(frozen=True)
class Limits:
    """Seconds of video in any 24 hours and in any 30 days, and videos of a member at once; None: no limit."""

    member_day: int | None = None
    member_month: int | None = None
    server_day: int | None = None
    server_month: int | None = None
    bot_day: int | None = None
    bot_month: int | None = None
    at_once: int | None = None
    scale: float = 1.0
    """How much faster than ours the bot's time goes, and with it the two windows."""

    def settings(self) -> dict[str, str]:
        """Name them as an owner sets them."""
        named = {
            "MEMBER_SECONDS_A_DAY": self.member_day,
            "MEMBER_SECONDS_A_MONTH": self.member_month,
            "SERVER_SECONDS_A_DAY": self.server_day,
            "SERVER_SECONDS_A_MONTH": self.server_month,
            "TOTAL_SECONDS_A_DAY": self.bot_day,
            "TOTAL_SECONDS_A_MONTH": self.bot_month,
            "MEMBER_VIDEOS_AT_ONCE": self.at_once,
        }
        return {name: str(value) for name, value in named.items() if value is not None}


@dataclass(frozen=True)
class Video:
    """One that was asked for, or that the provider was paid for: `until` is when it ended, where it came to nothing.

    `at` and `until` are unix seconds; `over` is when the provider was done with it, whatever came of it.
    """

    prompt: str
    member: str
    server: str | None
    at: float
    seconds: int
    until: float | None = None
    over: float | None = None

    def counts(self, since: float, at: float) -> bool:
        """Tell whether it counts at a moment, in a window that begins after `since`."""
        return since < self.at <= at and (self.until is None or self.until > at)


def let_through(arrivals: Iterable[Video], limits: Limits) -> Counter[str]:
    """Count by server the arrivals that all limits let through, where none of these ends without a video."""
    taken: list[Video] = []
    for arrival in arrivals:
        if not any(_exceeded([*taken, arrival], arrival, limits)):
            taken.append(arrival)
    return Counter(str(one.server) for one in taken)


def exceeded(paid: Sequence[Video], limits: Limits) -> list[str]:
    """Say which limits were exceeded at the moment of any payment; in between, what counts only becomes less."""
    return [said for video in paid for said in _exceeded(paid, video, limits)]


def _exceeded(videos: Sequence[Video], last: Video, limits: Limits) -> Iterator[str]:
    of_member = [one for one in videos if one.member == last.member]
    of_server = [one for one in videos if one.server == last.server] if last.server is not None else []
    for who, what, day, month in (
        (last.member, of_member, limits.member_day, limits.member_month),
        (str(last.server), of_server, limits.server_day, limits.server_month),
        (BOT, videos, limits.bot_day, limits.bot_month),
    ):
        for window, limit in ((DAY, day), (MONTH, month)):
            since = last.at - window / limits.scale
            used = sum(one.seconds for one in what if one.counts(since, last.at))
            if limit is not None and used > limit:
                yield f"{who}: {used} of {limit} seconds in {window / DAY:g} days at {last.at:.3f}"
    running = [one for one in of_member if one.at <= last.at and (one.over is None or one.over > last.at)]
    if limits.at_once is not None and len(running) > limits.at_once:
        yield f"{last.member}: {len(running)} of {limits.at_once} videos at once at {last.at:.3f}"
