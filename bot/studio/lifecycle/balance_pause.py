"""The one pause of all jobs once the provider has refused a video for want of credits, and what ends it.

It ends when the balance has risen since the refusal, or when a probe was taken: one waiting job, sent to see whether
it goes on. Beside the pause, a note says what the next start has to know of it.
"""

import logging
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Protocol

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.alerts import Alert, KeyCapReached, NoBalance
from bot.domain.backoff import Backoff
from bot.domain.errors import StoreFull
from bot.domain.pauses import PauseKind
from bot.log_lines import about_job
from bot.studio.lifecycle.balance_note import KEY, BalanceKnown, BalanceNote, Change, read_known, write_known
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.retry import retry
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# Scaled seconds between two probes at the least: where the balance does not explain the refusal, and where it does.
PROBE_EVERY = 900.0
PROBE_EMPTY_EVERY = 7200.0
# Scaled seconds: the first step of the waits between two questions for the balance, and the longest.
_ASK_FIRST, _ASK_LAST = 60.0, 900.0
# So many credits pay for a video: with that many left, a refusal has another cause.
_ENOUGH = 500
_WATCH = "balance"


class AccountQuery(Protocol):
    """The question for the balance; it costs nothing and does not raise."""

    async def account(self) -> Account | KeyNotAccepted | None:
        """Ask once for the remaining balance; None where the provider does not tell."""
        ...


class BalancePause:
    """Begins, watches and ends the pause; `wake` makes the line be looked at again.

    Where many processes share the note, one of them watches: `watches` is False then, until `start`.
    """

    def __init__(
        self,
        pauses: Pauses,
        note: BalanceNote,
        clock: Clock,
        tell_owner: Callable[[Alert], None],
        wake: Callable[[], Awaitable[None]],
        *,
        watches: bool = True,
    ) -> None:
        self._pauses = pauses
        self._note = note
        self._clock = clock
        self._tell_owner = tell_owner
        self._wake = wake
        self._watches = watches
        self._known = BalanceKnown()
        self._query: AccountQuery | None = None
        self._enough = float(_ENOUGH)
        self._low = False
        self._tasks = BackgroundTasks(clock)

    @property
    def lasts(self) -> bool:
        """Tell whether nothing is sent for want of credits."""
        return self._pauses.in_force(PauseKind.BALANCE)

    async def start(self, query: AccountQuery, low_balance: int) -> None:
        """Take up a pause that an earlier run of the bot has left; ask for the balance from now on."""
        self._query, self._enough, self._watches = query, float(max(low_balance, _ENOUGH)), True
        await self._pauses.look()
        if self.lasts:
            self._known = await self._note.read() or BalanceKnown(self._clock.now())
            log.warning("Nothing is sent: the provider has refused a video for want of credits.")
            await self._watch()

    async def close(self) -> None:
        """Ask no more, until it is started again."""
        self._watches = False
        await self._tasks.stop(_WATCH)

    async def look(self) -> None:
        """Take in what other processes have written, and watch where that has become necessary."""
        await self._pauses.look()
        known = await self._note.read() or self._known
        is_new, self._known = known.refusals != self._known.refusals, known
        if self.lasts and (is_new or self._tasks.get(_WATCH) is None):
            await self._watch()

    def seen(self, account: Account) -> None:
        """Take in the remaining balance, at any time."""
        left = account.spendable
        self._low = left is not None and left < self._enough

    @property
    def in_doubt(self) -> bool:
        """Tell whether the next job may be refused too: then one is sent at a time."""
        return self._low or self._known.unproven

    @property
    def probe_due(self) -> bool:
        """Tell whether one waiting job is to be sent to see whether the provider takes it."""
        apart = PROBE_EMPTY_EVERY if self._known.explained else PROBE_EVERY
        return self._known.probe is None and self.lasts and self._clock.elapsed(self._known.sent) >= apart

    async def begin_probe(self, job_id: str) -> None:
        """Write down that a probe goes out now, before it does. Raises StoreFull."""
        now = self._clock.now()
        await self._change(lambda known: replace(known, sent=now))
        self.probe_started(job_id)

    def probe_note(self, job_id: str) -> tuple[str, Callable[[str | None], str]]:
        """Return the note that has to be written down with the turn of a probe: its key, and what it becomes."""
        now = self._clock.now()

        def changed(before: str | None) -> str:
            return write_known(replace(read_known(before) or self._known, sent=now, probe=job_id))

        return KEY, changed

    def probe_started(self, job_id: str) -> None:
        """Note that a probe goes out, which is written down."""
        self._known = replace(self._known, probe=job_id)
        with about_job(job_id):
            log.info("Sending it to see whether the provider takes videos again.")

    def is_probe(self, job_id: str) -> bool:
        """Tell whether a job is the probe that is on its way."""
        return self._known.probe == job_id

    @property
    def probe(self) -> str | None:
        """Return the job that was sent to see whether the provider takes it, as far as its answer is not known."""
        return self._known.probe

    def probe_over(self, job_id: str) -> None:
        """Note that a job is not on its way any more."""
        if self.is_probe(job_id):
            self._known = replace(self._known, probe=None)

    async def refused(self) -> None:
        """Begin the pause, or go on with it: the provider has just refused a job for want of credits.

        Written down before it returns, waiting for as long as the disk is full.
        """
        now, began = self._clock.now(), not self.lasts

        def change(known: BalanceKnown) -> BalanceKnown:
            again = replace(known, sent=now) if not began else BalanceKnown(now)
            return replace(again, unproven=True, probe=None, refusals=known.refusals + 1)

        await retry(partial(self._write_down, change, now), StoreFull, lambda _: None, self._clock)
        if began:
            log.warning("Nothing more is sent until there are credits again; what waits stays.")
        await self._watch()

    async def taken(self, job_id: str) -> None:
        """Take in that the provider has accepted a job: as the probe, it ends the pause."""
        if self.is_probe(job_id):
            await self._tasks.stop(_WATCH)
            await self._end("a video was accepted")
        if self._known.unproven and not self.lasts:
            with suppress(StoreFull):
                await self._change(lambda known: replace(known, unproven=False))

    async def _write_down(self, change: Change, at: float) -> None:
        await self._change(change)
        await self._pauses.begin(PauseKind.BALANCE, at)

    async def _change(self, change: Change) -> None:
        """Take a change in, and write down what is known by then: a probe and a look at the balance may meet here."""
        before = self._known = change(self._known)
        after = await self._note.write(before, change)
        if self._known is before:
            self._known = after

    async def _watch(self) -> None:
        """Ask for the balance now, and then at growing waits."""
        await self._tasks.stop(_WATCH)
        if self._watches:
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
        explained = left < self._enough
        note = partial(self._change, lambda known: replace(known, lowest=left, explained=explained))
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
        self._known = replace(self._known, probe=None)
        log.warning("Videos are sent again: %s.", why)
        await self._wake()
