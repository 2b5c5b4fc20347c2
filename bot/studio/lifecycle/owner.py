"""The bot's owner: who that is, and what they are told."""

import logging
from functools import partial
from typing import Protocol

from bot.domain.alerts import Alert
from bot.domain.errors import StoreFull
from bot.studio.lifecycle.retry import send
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock, Outcome
from bot.studio.ports.stores import NoteStore

log = logging.getLogger(__name__)

# Scaled seconds in which each kind is told at most once.
DAY = 86_400.0
# Whether a message has arrived may stay unclear so often; then it counts as told.
_MAX_UNCLEAR = 5
_NOTE = "owner told "


class OwnerMessages(Protocol):
    """What is written to the owner."""

    async def tell_owner(self, user_id: int, alert: Alert, nonce: str) -> Outcome:
        """Make one attempt at a direct message, which the nonce makes one; where that is closed, log what it says."""
        ...


class Owner:
    """The application's owner, or the members of the team that owns it.

    `ids` is empty until Discord has told them.
    """

    def __init__(self, messages: OwnerMessages, notes: NoteStore, clock: Clock) -> None:
        self.ids: frozenset[int] = frozenset()
        self._messages = messages
        self._notes = notes
        self._clock = clock
        self._notified: dict[str, float] = {}
        self._tasks = BackgroundTasks(clock)

    def learn(self, ids: frozenset[int]) -> None:
        """Take in who owns the application."""
        self.ids = ids

    def tell(self, alert: Alert) -> None:
        """Tell the owner in the background, unless they were told of this kind within a day, also by an earlier run."""
        self._tasks.start(alert.kind, f"alert {alert.kind}", lambda _: self._tell(alert))

    async def close(self) -> None:
        """Tell nothing more; what was not sent yet is told when it happens again."""
        await self._tasks.close()

    async def _tell(self, alert: Alert) -> None:
        if await self._was_notified(alert.kind):
            return
        # Sent first, noted then: one that a crash comes between is sent once more, and known by its nonce.
        nonce = f"{alert.kind}-{int(self._clock.now() // DAY)}"
        for user_id in sorted(self.ids):
            tell = partial(self._messages.tell_owner, user_id, alert, nonce)
            await send(tell, self._clock, max_unclear=_MAX_UNCLEAR)
        await self._note(alert.kind)

    async def _was_notified(self, kind: str) -> bool:
        at = self._notified.get(kind)
        if at is None:
            at = _time(await self._notes.get(_NOTE + kind))
        # A time in the future was written down by a clock that was wrong.
        return at is not None and 0 <= self._clock.elapsed(at) < DAY

    async def _note(self, kind: str) -> None:
        now = self._notified[kind] = self._clock.now()
        try:
            await self._notes.put(_NOTE + kind, str(now))
        except StoreFull:
            log.warning("That the owner was told (%s) couldn't be saved; they may be told again after a restart.", kind)


def _time(note: str | None) -> float | None:
    try:
        return None if note is None else float(note)
    except ValueError:
        return None
