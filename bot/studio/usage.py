"""What was used, for those who may see it: a member's own, a server's for its managers, everything for the owner."""

from collections.abc import Mapping
from typing import Protocol, assert_never

from bot.domain.administration import OwnerOnly
from bot.domain.asset_problems import NeedsManageServer
from bot.domain.caller import Caller
from bot.domain.chart import Chart
from bot.domain.errors import Refusal
from bot.domain.limits import DAY, Scope
from bot.domain.spending import Membership, Payer
from bot.domain.usage import Picture, Standing, Usage, UsageReport
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.owner import Owner
from bot.studio.ports import Clock
from bot.studio.ports.stores import UsageStore


class ChartDrawer(Protocol):
    """Draws charts beside the event loop."""

    async def draw(self, chart: Chart) -> bytes | None:
        """Return a PNG; None where that takes too long."""
        ...


class UsageReports:
    """Makes reports; all but a member's own have charts."""

    def __init__(self, store: UsageStore, charts: ChartDrawer, spending: Spending, owner: Owner, clock: Clock) -> None:
        self._store = store
        self._charts = charts
        self._spending = spending
        self._owner = owner
        self._clock = clock

    async def of(self, caller: Caller, scope: Scope) -> UsageReport:
        """Report what a member, a server, or everyone used; no prompt is in it.

        Raises Refusal (NeedsManageServer, OwnerOnly) where the caller may not see that.
        """
        open_to, now = self._visible_scopes(caller), self._clock.now()
        day = self._clock.later(DAY) - now
        if scope not in open_to:
            raise Refusal(NeedsManageServer() if scope is Scope.SERVER else OwnerOnly())
        match scope:
            case Scope.MEMBER | Scope.ROLE:
                usage = await self._store.of_member(caller.user_id, now, day)
                return UsageReport(Scope.MEMBER, open_to, usage, await self._standings_of_member(caller, now))
            case Scope.SERVER:
                usage = await self._store.of_server(caller.guild_id or 0, now, day)
            case Scope.TOTAL:
                usage = await self._store.of_all(now, day)
            case _:
                assert_never(scope)
        standings = await self._standings_of_all(caller, scope, now, DAY / day)
        return UsageReport(scope, open_to, usage, standings, await self._pictures(usage))

    def _visible_scopes(self, caller: Caller) -> tuple[Scope, ...]:
        is_owner = caller.user_id in self._owner.ids
        added = caller.guild_id is not None and not caller.user_installed_only
        open_to = [Scope.MEMBER]
        if added and (caller.manages_guild or is_owner):
            open_to.append(Scope.SERVER)
        return (*open_to, Scope.TOTAL) if is_owner else tuple(open_to)

    async def _standings_of_member(self, caller: Caller, now: float) -> tuple[Standing, ...]:
        """List the limits that hold for a member, in the server where most is left; none where they may not spend."""
        try:
            payer = await self._spending.payer(caller)
        except Refusal:
            return ()
        if payer.exempt:
            return ()
        choices = [
            tuple(await self._store.standings(payer, membership, caller.user_id, now))
            for membership in payer.memberships or (None,)
        ]
        return max(choices, key=lambda standings: min((one.left / max(one.limit, 1) for one in standings), default=1))

    async def _standings_of_all(
        self, caller: Caller, scope: Scope, now: float, time_scale: float
    ) -> tuple[Standing, ...]:
        guild_id = caller.guild_id if scope is Scope.SERVER else None
        membership = None if guild_id is None else Membership(guild_id, frozenset())
        payer = Payer((), self._spending.limits, time_scale=time_scale)
        found = await self._store.standings(payer, membership, caller.user_id, now)
        return tuple(one for one in found if one.scope is scope)

    async def _pictures(self, usage: Usage) -> Mapping[Picture, bytes]:
        if not usage.members:
            return {}
        charts = {Picture.MEMBERS: usage.chart_of_members, Picture.MODELS: usage.chart_of_models}
        drawn = {about: await self._charts.draw(chart) for about, chart in charts.items()}
        return {about: picture for about, picture in drawn.items() if picture is not None}
