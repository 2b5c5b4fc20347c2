"""Discord as the home servers see it, the messages to the owner, and rules that let everyone spend."""

from collections.abc import Callable, Sequence

from bot.domain.administration import Authority
from bot.domain.alerts import Alert
from bot.domain.audit import Change
from bot.domain.limits import Limits, OwnerLimits, Rule
from bot.domain.spending import Elsewhere, Membership, NoMember, Payer, SpendingRules
from bot.studio.administration import Administration
from bot.studio.intake.memberships import Memberships
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.balance_note import OwnBalanceNote
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.owner import Owner
from bot.studio.lifecycle.pauses import Pauses
from bot.studio.lifecycle.shutdown import ShutdownGuard
from bot.studio.ports import Clock, Closed, NotNow, Outcome, Posted, Unclear
from bot.studio.ports.stores import Charges, NoteStore

OWNER = 1900


class ScriptedMembers:
    """Members by server; `silent`: Discord does not answer. `asked` lists (server, user)."""

    def __init__(self, **members: set[int]) -> None:
        self.members = {int(name.removeprefix("s")): users for name, users in members.items()}
        self.names = {guild_id: f"Server {guild_id}" for guild_id in self.members}
        self.silent = False
        self.asked: list[tuple[int, int]] = []

    async def membership(self, guild_id: int, user_id: int) -> Membership | NoMember | None:
        self.asked.append((guild_id, user_id))
        if self.silent:
            return None
        known = user_id in self.members.get(guild_id, ())
        return Membership(guild_id, frozenset()) if known else NoMember()

    async def server_name(self, guild_id: int) -> str | Closed | NotNow | Unclear:
        return self.names.get(guild_id) or Closed("404/10004")


class ListedMessages:
    """Lists what the owner is told; `outcomes` are what becomes of the next messages."""

    def __init__(self) -> None:
        self.told: list[tuple[int, Alert]] = []
        self.outcomes: list[Outcome] = []

    async def tell_owner(self, user_id: int, alert: Alert, nonce: str) -> Outcome:
        assert len(nonce) <= 25
        self.told.append((user_id, alert))
        return self.outcomes.pop(0) if self.outcomes else Posted(1, 2)


class NoNotes:
    """Notes that forget everything."""

    async def get(self, key: str) -> str | None:
        return None

    async def put(self, key: str, value: str) -> None:
        """Keep nothing."""


def balance_with(
    pauses: Pauses, clock: Clock, tell: Callable[[Alert], None] = lambda _: None, notes: NoteStore | None = None
) -> BalancePause:
    """Build the pause for want of credits over those pauses, with nobody in line."""

    async def wake() -> None:
        """Wake nobody."""

    return BalancePause(pauses, OwnBalanceNote(notes or NoNotes()), clock, tell, wake)


class NoCharges:
    """Lets every video pass."""

    async def check(self, payer: Payer, user_id: int, seconds: int | None, now: float, videos: int = 1) -> None:
        """Refuse nothing."""


class NoRules:
    """Rules that managers have not set, and that change nothing."""

    async def rules(self, guild_id: int) -> tuple[Rule, ...]:
        return ()

    async def set_limit(self, *change: object) -> bool:
        return True

    async def clear_limit(self, *change: object) -> bool:
        return False

    async def block(self, by: Authority, user_id: int, at: float) -> bool:
        return True

    async def unblock(self, by: Authority, user_id: int, at: float) -> bool:
        return False

    async def pause(self, by: Authority, at: float) -> bool:
        return True

    async def resume(self, by: Authority, at: float) -> bool:
        return False

    async def latest(self, guild_id: int | None, maximum: int) -> Sequence[Change]:
        return []


AT_ONCE = 5
LIMITS = OwnerLimits(member=Limits(at_once=AT_ONCE))


def spending_by(
    rules: SpendingRules, members: ScriptedMembers, clock: Clock, charges: Charges | None = None
) -> Spending:
    """Build the decision by these rules, for an app that OWNER owns."""
    owner, memberships = Owner(ListedMessages(), NoNotes(), clock), Memberships(members, rules.home_servers, clock)
    owner.learn(frozenset({OWNER}))
    return Spending(rules, LIMITS, owner, memberships, charges or NoCharges(), ShutdownGuard(), clock)


def spending_for_all(clock: Clock, charges: Charges | None = None) -> Spending:
    """Build the decision that lets everyone spend, as without any setting."""
    return spending_by(SpendingRules.of(frozenset(), Elsewhere.ALL), ScriptedMembers(), clock, charges)


def administration(clock: Clock) -> Administration:
    """Build what managers and OWNER use, over rules that change nothing."""
    return Administration(NoRules(), NoRules(), LIMITS, lambda: frozenset({OWNER}), clock.now)
