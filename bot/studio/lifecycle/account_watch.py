"""Look after the account at the provider, and whether the provider answers, and tell the owner what is wrong."""

import logging
from typing import Protocol

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.alerts import KeyRefused, LowBalance, ProviderDown
from bot.domain.backoff import jittered
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.owner import Owner
from bot.studio.lifecycle.tasks import BackgroundTasks
from bot.studio.ports import Clock

log = logging.getLogger(__name__)

# Scaled seconds: between two looks at the account, between two looks while something is wrong, and of silence after
# which the owner is told.
LOOK_EVERY = 3600.0
LOOK_AGAIN = 60.0
DOWN_AFTER = 600.0


class ProviderAccount(Protocol):
    """What the provider is asked about itself; nothing of it costs anything, and nothing raises."""

    @property
    def troubled_since(self) -> float | None:
        """Return since when queries for tasks have failed without an answer between them, in UTC seconds."""
        ...

    async def account(self) -> Account | KeyNotAccepted | None:
        """Ask once for the remaining balance; None where the provider does not tell."""
        ...

    async def answers(self) -> bool:
        """Ask once whether the provider answers at all."""
        ...


class AccountWatch:
    """One background task: looks at the start, every hour, and every minute while the provider does not answer.

    After a refusal for want of credits `BalancePause` looks too.
    """

    def __init__(
        self, provider: ProviderAccount, owner: Owner, balance: BalancePause, clock: Clock, low_balance: int
    ) -> None:
        self._provider = provider
        self._owner = owner
        self._balance = balance
        self._clock = clock
        self._low_balance = low_balance
        self._silent_since: float | None = None
        self._tasks = BackgroundTasks(clock)

    async def start(self) -> None:
        """Look from now on, also where an earlier run was refused for want of credits."""
        await self._balance.start(self._provider, self._low_balance)
        self._tasks.start("account", "account", lambda _: self._run())

    async def close(self) -> None:
        """Look no more, until it is started again."""
        await self._tasks.stop("account")
        await self._balance.close()

    async def _run(self) -> None:
        looked: float | None = None
        while True:
            if looked is None or self._down_since() is not None or not 0 <= self._clock.elapsed(looked) < LOOK_EVERY:
                await self._look()
                looked = self._clock.now()
            await self._clock.sleep(jittered(LOOK_AGAIN))

    async def _look(self) -> None:
        account = await self._provider.account()
        if isinstance(account, KeyNotAccepted):
            self._owner.tell(KeyRefused())
        elif account is not None:
            self._look_at(account)
        answered = account is not None and self._provider.troubled_since is None
        if answered or await self._provider.answers():
            self._silent_since = None
            return
        self._silent_since = since = self._down_since() or self._clock.now()
        if (silent := self._clock.elapsed(since)) >= DOWN_AFTER:
            self._owner.tell(ProviderDown(silent))

    def _look_at(self, account: Account) -> None:
        self._balance.seen(account)
        left = account.spendable
        # Where videos were refused for it already, the owner was told of that.
        if left is not None and left < self._low_balance and not self._balance.lasts:
            self._owner.tell(LowBalance(max(int(left), 0), self._low_balance))

    def _down_since(self) -> float | None:
        """Return since when the provider has not answered, as far as is known."""
        known = (self._silent_since, self._provider.troubled_since)
        return min((since for since in known if since is not None), default=None)
