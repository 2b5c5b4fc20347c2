"""The one pause of all jobs once the provider has refused a video for want of credits, and what ends it.

It ends when the balance has risen since the refusal, or when a probe was taken: one waiting job, sent to see whether
it goes on. Beside the pause, a note says what the next start has to know of it.
"""

import json
import logging
import math
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, replace
from functools import partial
from typing import Any, Protocol

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.alerts import Alert, KeyCapReached, NoBalance
from bot.domain.backoff import Backoff
from bot.domain.errors import StoreFull
from bot.domain.pauses import PauseKind
from bot.log_lines import about_job
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock
from bot.studio.ports.stores import NoteStore

log = logging.getLogger(__name__)

# Scaled seconds between two probes at the least: where the balance does not explain the refusal, and where it does.
PROBE_EVERY = 900.0
PROBE_EMPTY_EVERY = 7200.0
# Scaled seconds: the first step of the waits between two questions for the balance, and the longest.
_ASK_FIRST, _ASK_LAST = 60.0, 900.0
# So many credits pay for a video: with that many left, a refusal has another cause.
_ENOUGH = 500
_NOTE = "balance pause"
_WATCH = "balance"


class AccountQuery(Protocol):
    """The question for the balance; it costs nothing and does not raise."""

    async def account(self) -> Account | KeyNotAccepted | None:
        """Ask once what is left; None where the provider does not answer that."""
        ...


@dataclass(frozen=True, slots=True)
class _Known:
    """What the next start has to know: when a job was last refused or sent as a probe, in UTC seconds.

    `lowest`: the fewest credits that were named since the refusal. `explained`: so few that they explain it.
    """

    sent: float
    lowest: float | None = None
    explained: bool = False


class BalancePause:
    """Begins, watches and ends the pause; `wake` makes the queue look at the line again."""

    def __init__(
        self,
        pauses: Pauses,
        notes: NoteStore,
        clock: Clock,
        tell_owner: Callable[[Alert], None],
        wake: Callable[[], Awaitable[None]],
    ) -> None:
        self._pauses = pauses
        self._notes = notes
        self._clock = clock
        self._tell_owner = tell_owner
        self._wake = wake
        self._known = _Known(0.0)
        self._probe: str | None = None
        self._query: AccountQuery | None = None
        self._enough = float(_ENOUGH)
        self._low = self._unproven = False
        self._tasks = BackgroundTasks(clock)

    @property
    def lasts(self) -> bool:
        """Tell whether nothing is sent for want of credits."""
        return self._pauses.in_force(PauseKind.BALANCE)

    async def start(self, query: AccountQuery, low_balance: int) -> None:
        """Take up a pause that an earlier run of the bot has left; ask for the balance from now on."""
        self._query, self._enough = query, float(max(low_balance, _ENOUGH))
        await self._pauses.look()
        if self.lasts:
            self._known = _read(await self._notes.get(_NOTE)) or _Known(self._clock.now())
            log.warning("Nothing is sent: the provider has refused a video for want of credits.")
            await self._watch()

    async def close(self) -> None:
        """Ask no more."""
        await self._tasks.close()

    def seen(self, account: Account) -> None:
        """Take in what is left, at any time."""
        left = account.spendable
        self._low = left is not None and left < self._enough

    @property
    def in_doubt(self) -> bool:
        """Tell whether the next job may be refused too: then one is sent at a time."""
        return self._low or self._unproven

    @property
    def probe_due(self) -> bool:
        """Tell whether one waiting job is to be sent to see whether the provider takes it."""
        apart = PROBE_EMPTY_EVERY if self._known.explained else PROBE_EVERY
        return self._probe is None and self.lasts and self._clock.elapsed(self._known.sent) >= apart

    async def begin_probe(self, job_id: str) -> None:
        """Write down that a probe goes out now, before it does. Raises StoreFull."""
        await self._note(sent=self._clock.now())
        self._probe = job_id
        with about_job(job_id):
            log.info("Sending it to see whether the provider takes videos again.")

    def is_probe(self, job_id: str) -> bool:
        """Tell whether a job is the probe that is on its way."""
        return self._probe == job_id

    def probe_over(self, job_id: str) -> None:
        """Note that a job is not on its way any more."""
        if self.is_probe(job_id):
            self._probe = None

    async def refused(self) -> None:
        """Begin the pause, or go on with it: the provider has just refused a job for want of credits.

        Written down before it returns, waiting for as long as the disk is full.
        """
        now, began = self._clock.now(), not self.lasts
        self._known = replace(self._known, sent=now) if not began else _Known(now)
        self._unproven, self._probe = True, None
        await retry(self._write_down, StoreFull, lambda _: None, self._clock)
        if began:
            log.warning("Nothing more is sent until there are credits again; what waits stays.")
        await self._watch()

    async def taken(self, job_id: str) -> None:
        """Take in that the provider has accepted a job: as the probe, it ends the pause."""
        if self.is_probe(job_id):
            await self._tasks.stop(_WATCH)
            await self._end("a video was accepted")
        if not self.lasts:
            self._unproven = False

    async def _write_down(self) -> None:
        await self._note()
        await self._pauses.begin(PauseKind.BALANCE, self._known.sent)

    async def _note(self, **changes: Any) -> None:
        """Take changes in, and write down what is known by then: a probe and a look at the balance may meet here."""
        self._known = replace(self._known, **changes)
        await self._notes.put(_NOTE, json.dumps(asdict(self._known)))

    async def _watch(self) -> None:
        """Ask for the balance now, and then at growing waits."""
        await self._tasks.stop(_WATCH)
        self._tasks.start(_WATCH, "the pause for want of credits", lambda _: self._run())

    async def _run(self) -> None:
        """Ask for the balance, at growing waits, until it has risen or a probe was taken."""
        backoff, notified = Backoff(_ASK_FIRST, _ASK_LAST, min_pause=_ASK_FIRST / 2), False
        await self._wake()
        while self.lasts:
            account = await self._query.account() if self._query is not None else None
            if isinstance(account, Account):
                self.seen(account)
                if await self._has_risen(account):
                    await self._end("credits were added")
                    continue
            if not notified:
                self._tell(account)
                notified = True
            await self._wake()
            await self._clock.sleep(backoff.next())

    async def _has_risen(self, account: Account) -> bool:
        """Compare what is left with the least that was named since the refusal, and keep that."""
        left, lowest = account.spendable, self._known.lowest
        if left is None or left == lowest:
            return False
        if lowest is not None and left > lowest:
            return True
        note = partial(self._note, lowest=left, explained=left < self._enough)
        await retry(note, StoreFull, lambda _: None, self._clock)
        return False

    def _tell(self, account: Account | KeyNotAccepted | None) -> None:
        """Tell the owner what there is to do: where the account has enough, it is the key's own cap."""
        left = account.credits if isinstance(account, Account) else 0.0
        if left is not None and left < self._enough:
            self._tell_owner(NoBalance())
        else:
            self._tell_owner(KeyCapReached(None if left is None or math.isinf(left) else int(left)))

    async def _end(self, why: str) -> None:
        await retry(lambda: self._pauses.end(PauseKind.BALANCE), StoreFull, lambda _: None, self._clock)
        self._probe = None
        log.warning("Videos are sent again: %s.", why)
        await self._wake()


def _read(note: str | None) -> _Known | None:
    """Read the note; None where there is none, or another version wrote it."""
    try:
        return None if note is None else _Known(**json.loads(note))
    except (ValueError, TypeError):
        return None
