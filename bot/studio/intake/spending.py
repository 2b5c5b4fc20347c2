"""Whether a caller may spend what the bot's owner pays for: the one decision before anything that costs.

`Intake` asks before it takes a request, and so does everything that stores or makes something at the provider.
"""

import logging

from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.spending import (
    Elsewhere,
    Membership,
    MembershipNotKnown,
    MembersOnly,
    NotAllowedHere,
    SpendingRules,
)
from bot.studio.intake.memberships import Memberships
from bot.studio.lifecycle.owner import Owner
from bot.studio.lifecycle.shutdown import ShutdownGuard

log = logging.getLogger(__name__)


class Spending:
    """Decides by the owner's rules; the owner may always spend."""

    def __init__(self, rules: SpendingRules, owner: Owner, memberships: Memberships, shutdown: ShutdownGuard) -> None:
        self._rules = rules
        self._owner = owner
        self._memberships = memberships
        self._shutdown = shutdown

    def check_known(self, caller: Caller) -> None:
        """Refuse what is decided without a question, for a first response: it cannot wait for Discord.

        What has to be asked of Discord is asked in the background from here on. Raises Refusal (NotAllowedHere,
        MembersOnly).
        """
        if not self._is_decided(caller):
            self._memberships.ask(caller.user_id)

    async def check(self, caller: Caller) -> None:
        """Refuse a caller who may not spend, asking Discord where that is needed.

        Raises Refusal (NotAllowedHere, MembersOnly, MembershipNotKnown, Restarting).
        """
        if self._is_decided(caller):
            return
        async with self._shutdown.visit():
            found = await self._memberships.of(caller.user_id)
        if found is None:
            raise self._refused(caller, MembershipNotKnown(self._memberships.names))
        if not found:
            raise self._refused(caller, MembersOnly(self._memberships.names))

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
        place = f"server {caller.guild_id}" if caller.guild_id else "a direct message"
        log.info("User %d can't spend in %s: %s.", caller.user_id, place, refusal)
        return refusal
