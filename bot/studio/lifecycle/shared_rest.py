"""The rest of all submits after a refusal, where many processes send: one of them hears of it, and all keep it."""

import json
from dataclasses import asdict, dataclass, replace
from typing import Final

from bot.domain.backoff import Backoff, spread
from bot.studio.lifecycle.queue import FIRST_PAUSE, MAX_PAUSE, MIN_PAUSE
from bot.studio.ports import Clock
from bot.studio.ports.stores import SharedNotes

_KEY: Final = "rest"


@dataclass(frozen=True, slots=True)
class _Rest:
    """A rest of so many scaled seconds since `at`, in UTC seconds, and the refusals in a row by then."""

    at: float = 0.0
    seconds: float = 0.0
    failures: int = 0


class SharedRest:
    """The rest as it was at the last look, or as this process has begun it."""

    def __init__(self, notes: SharedNotes, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._rest = _Rest()
        # When this process first read of it.
        self._heard = 0.0

    @property
    def left(self) -> float:
        """Return for how many scaled seconds more nothing is sent; less than none where it is over."""
        # The clock of the machine that heard the refusal may be ahead of this one's: the line must not wait for that.
        return self._left(replace(self._rest, at=min(self._rest.at, self._heard)))

    async def look(self) -> None:
        """Take in what other processes have heard."""
        self._take_in(_read(await self._notes.get(_KEY)))

    def _take_in(self, rest: _Rest) -> None:
        if rest.at != self._rest.at:
            self._heard = self._clock.now()
        self._rest = rest

    async def begin(self, asked: float | None) -> float:
        """Send nothing for a while; one that lasts longer goes on. See `Line.pause`."""
        now = self._clock.now()

        def longer(before: str | None, _now: float) -> tuple[str, _Rest]:
            known = _read(before)
            backoff = Backoff(FIRST_PAUSE, MAX_PAUSE, min_pause=MIN_PAUSE, failures=known.failures)
            rest = _Rest(now, max(backoff.next(spread(asked or 0.0)), self._left(known)), backoff.failures)
            return _write(rest), rest

        self._take_in(await self._notes.change(_KEY, longer))
        return self._clock.later(self.left)

    async def accepted(self) -> None:
        """Note that the provider took a job: the next refusal is a first one again."""
        if not self._rest.failures:
            return

        def over(before: str | None, _now: float) -> tuple[str, _Rest]:
            rest = replace(_read(before), failures=0)
            return _write(rest), rest

        self._take_in(await self._notes.change(_KEY, over))

    def _left(self, rest: _Rest) -> float:
        return rest.seconds - max(self._clock.elapsed(rest.at), 0.0)


def _read(note: str | None) -> _Rest:
    """Read the note; no rest where there is none, or another version wrote it."""
    try:
        return _Rest() if note is None else _Rest(**json.loads(note))
    except (ValueError, TypeError):
        return _Rest()


def _write(rest: _Rest) -> str:
    return json.dumps(asdict(rest))
