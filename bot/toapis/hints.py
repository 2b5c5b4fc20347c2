"""Hints that a task has ended: they wake its follower, and say nothing that is believed.

A hint that is forged, repeated, early or lost costs nothing: it is only ever a reason to ask now, no sooner than the
pace allows, and a follower that gets none asks on by itself.
"""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from bot.nap import Nap
from bot.studio.ports import Clock

# Names of tasks that no one waits for just now; the oldest is forgotten first.
_MAX_EARLY: Final = 1024
# Scaled seconds for which the latest event shows that events come.
_COMING_SECONDS: Final = 3600.0


class Hints:
    """Wakes those who wait for a task, by any of its names: the provider's id, or our own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._waiting: dict[str, Nap] = {}
        self._early: OrderedDict[str, None] = OrderedDict()
        self._latest: float | None = None

    @property
    def are_coming(self) -> bool:
        """Tell whether the end of a task is likely to be told: one was within the last hour, and none missed since."""
        return self._latest is not None and self._clock.elapsed(self._latest) < _COMING_SECONDS

    def note(self, names: Iterable[str]) -> None:
        """Take in that a task may have ended."""
        self._latest = self._clock.now()
        for name in names:
            if (nap := self._waiting.get(name)) is not None:
                nap.end()
            else:
                self._early[name] = None
                self._early.move_to_end(name)
        while len(self._early) > _MAX_EARLY:
            self._early.popitem(last=False)

    def forget(self, names: Iterable[str]) -> bool:
        """Forget hints that came while no one waited for them; tell whether there was one."""
        found = [name for name in names if name in self._early]
        for name in found:
            del self._early[name]
        return bool(found)

    def ended(self, names: Iterable[str], *, hinted: bool) -> None:
        """Note that a task was seen to have ended; where no hint has told it, they are not relied on any more."""
        if not self.forget(names) and not hinted:
            self._latest = None

    async def wait(self, names: tuple[str, ...], min_wait: float, max_wait: float) -> bool:
        """Wait for a hint, so many scaled seconds at the least and at the most; tell whether one came."""
        if self.forget(names):
            await self._clock.sleep(min_wait)
            return True
        began, nap = self._clock.now(), Nap()
        self._waiting.update(dict.fromkeys(names, nap))
        try:
            with nap:
                await self._clock.sleep(max_wait)
        finally:
            for name in names:
                self._waiting.pop(name, None)
        if nap.ended:
            await self._clock.sleep(max(min_wait - self._clock.elapsed(began), 0.0))
        return nap.ended
