"""Whether a caller may spend what the bot's owner pays for: the one decision before anything that costs.

`Intake` asks before it takes a request, and so does everything that stores or makes something at the provider.
"""

import logging

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.limits import DAY, OwnerLimits
from bot.domain.spending import (
    Elsewhere,
    Membership,
    MembershipNotKnown,
    MembersOnly,
    NotAllowedHere,
    Payer,
    SpendingRules,
)
from bot.studio.intake.memberships import Memberships
from bot.studio.lifecycle.owner import Owner
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock
from bot.studio.ports.stores import Charges

log = logging.getLogger(__name__)


class Spending:
    """Decides by the owner's rules and limits; the owner may always spend, but for a pause."""

    def __init__(
        self,
        rules: SpendingRules,
        limits: OwnerLimits,
        owner: Owner,
        memberships: Memberships,
        charges: Charges,
        shutdown: ShutdownGuard,
        clock: Clock,
    ) -> None:
        self._rules = rules
        self._limits = limits
        self._owner = owner
        self._memberships = memberships
        self._charges = charges
        self._shutdown = shutdown
        self._clock = clock

    @property
    def limits(self) -> OwnerLimits:
        """Return the limits of the owner's settings."""
        return self._limits

    def check_known(self, caller: Caller) -> None:
        """Refuse what can be refused without asking Discord, for a first response, which cannot wait.

        What has to be asked of Discord is asked in the background from here on. Raises Refusal (NotAllowedHere,
        MembersOnly).
        """
        if not self._is_decided(caller):
            self._memberships.ask(caller.user_id)

    async def check(self, caller: Caller, seconds: int | None = None) -> Payer:
        """Refuse a caller who may not spend, asking Discord where that is needed; return who pays otherwise.

        `seconds`: of the requested video; None for anything else. The transaction that accepts a video looks at blocks,
        pauses and limits once more. Raises Refusal (NotAllowedHere, MembersOnly, MembershipNotKnown,
        Paused, Blocked, LimitReached, Restarting).
        """
        payer = await self.payer(caller)
        await self.check_limits(payer, caller, seconds)
        return payer

    async def check_limits(self, payer: Payer, caller: Caller, seconds: int | None, videos: int = 1) -> None:
        """Refuse as `check` does, without a question to Discord, for so many videos and seconds in all."""
        try:
            await self._charges.check(payer, caller.user_id, seconds, self._clock.now(), videos)
        except Refusal as refusal:
            _log(caller, refusal)
            raise

    async def payer(self, caller: Caller) -> Payer:
        """Return the accounts that a video of the caller is charged to; raises Refusal as `check`, but for limits."""
        is_decided, exempt = self._is_decided(caller), caller.user_id in self._owner.ids
        now = self._clock.now()
        scale = DAY / (self._clock.later(DAY) - now)
        if caller.guild_id is not None and self._rules.at_home(caller):
            return Payer((Membership(caller.guild_id, caller.role_ids),), self._limits, exempt, scale)
        if not self._rules.home_servers:
            return Payer((), self._limits, exempt, scale)
        if exempt:
            return Payer(self._memberships.remembered(caller.user_id) or (), self._limits, exempt, scale)
        async with self._shutdown.visit():
            found = await self._memberships.of(caller.user_id)
        if found is None and not is_decided:
            raise self._refused(caller, MembershipNotKnown(self._memberships.names))
        if not found and not is_decided:
            raise self._refused(caller, MembersOnly(self._memberships.names))
        if not found and caller.guild_id is not None and not caller.user_installed_only:
            found = (Membership(caller.guild_id, caller.role_ids),)
        return Payer(found or (), self._limits, exempt, scale)

    def _is_decided(self, caller: Caller) -> bool:
        """Tell whether the caller may spend, without a question; False where Discord has to be asked."""
        if caller.guild_id is not None and caller.guild_id in self._rules.home_servers:
            self._memberships.note(Membership(caller.guild_id, caller.role_ids), caller.user_id)
        if self._rules.elsewhere is Elsewhere.ALL or self._rules.at_home(caller) or caller.user_id in self._owner.ids:
            return True
        if self._rules.elsewhere is Elsewhere.NO_ONE:
            raise self._refused(caller, NotAllowedHere(self._memberships.names))
        found = self._memberships.remembered(caller.user_id)
        if found is None:
            return False
        if not found:
            raise self._refused(caller, MembersOnly(self._memberships.names))
        return True

    def _refused(self, caller: Caller, problem: NotAllowedHere | MembersOnly | MembershipNotKnown) -> Refusal:
        refusal = Refusal(problem)
        _log(caller, refusal)
        return refusal


def _log(caller: Caller, refusal: Refusal) -> None:
    place = f"server {caller.guild_id}" if caller.guild_id else "a direct message"
    log.info("User %d can't spend in %s: %s.", caller.user_id, place, refusal)
