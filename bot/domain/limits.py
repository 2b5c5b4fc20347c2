"""How much video may be made: the owner's limits, what a server's managers set, and which of them counts for a member.

Windows are rolling, since Discord tells no time zone: 24 hours and 30 days, counted from when a video was sent to the
provider. What still waits always counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

DAY: Final = 86_400.0
MONTH: Final = 30 * DAY

MAX_LIMIT: Final = 100_000_000
"""The highest limit that can be set, in seconds or videos."""


class Measure(StrEnum):
    """What is counted."""

    AT_ONCE = "videos-at-once"  # accepted and not rendered yet
    DAY = "seconds-a-day"
    MONTH = "seconds-a-month"

    @property
    def window(self) -> float | None:
        """Return for how many seconds a video counts; None where only videos in progress count."""
        return {Measure.DAY: DAY, Measure.MONTH: MONTH}.get(self)


class Scope(StrEnum):
    """Whose videos are counted together."""

    MEMBER = "member"  # over all servers and direct messages
    ROLE = "role"  # each member who has it, alone
    SERVER = "server"  # all its members together
    TOTAL = "total"  # everything that the key pays for


@dataclass(frozen=True, slots=True)
class Limits:
    """The limit of each measure; None: there is none."""

    at_once: int | None = None
    day: int | None = None
    month: int | None = None

    def of(self, measure: Measure) -> int | None:
        """Return the limit of a measure."""
        return {Measure.AT_ONCE: self.at_once, Measure.DAY: self.day, Measure.MONTH: self.month}[measure]


@dataclass(frozen=True, slots=True)
class OwnerLimits:
    """The limits of the owner's settings.

    `managers`: the most that a server's managers may give to a member or a role. A measure that it leaves out is
    capped by `member`, so that managers can only lower it.
    """

    member: Limits = field(default_factory=Limits)
    server: Limits = field(default_factory=Limits)
    total: Limits = field(default_factory=Limits)
    managers: Limits = field(default_factory=Limits)

    def ceiling(self, scope: Scope, measure: Measure) -> int | None:
        """Return the most that a server's managers may set; None: anything."""
        if scope is Scope.SERVER:
            return self.server.of(measure)
        given = self.managers.of(measure)
        return self.member.of(measure) if given is None else given


@dataclass(frozen=True, slots=True)
class Rule:
    """A limit that was set for a member, a role or a server, by the owner or by the server's managers.

    `target_id`: the member's, the role's or the server's own id.
    """

    guild_id: int
    scope: Scope
    target_id: int
    measure: Measure
    value: int
    by_owner: bool = False


class Source(StrEnum):
    """Who set a limit that is in force."""

    SETTINGS = "settings"
    OWNER = "owner"
    MANAGERS = "managers"


@dataclass(frozen=True, slots=True)
class InForce:
    """A limit that is in force (`value` None: there is none), and where it comes from.

    `role_id`: the role that a member has it from.
    """

    value: int | None
    source: Source
    role_id: int | None = None


@dataclass(frozen=True, slots=True)
class LimitShown:
    """A limit that is in force (None: nothing was set for this role), and the most that managers may set there."""

    in_force: InForce | None
    ceiling: int | None


@dataclass(frozen=True, slots=True)
class Rules:
    """The limits that were set in one server, on top of the owner's settings."""

    guild_id: int | None
    limits: OwnerLimits
    rules: tuple[Rule, ...] = ()

    def of_member(self, user_id: int, role_ids: Iterable[int], measure: Measure) -> InForce:
        """Return a member's limit: their own, else the best of their roles', else that of the settings."""
        if (own := self.of_target(Scope.MEMBER, user_id, measure)) is not None:
            return own
        # What everyone in a server has is the role with the server's id.
        held = {*role_ids, *([] if self.guild_id is None else [self.guild_id])}
        found = [self.of_target(Scope.ROLE, role_id, measure) for role_id in sorted(held)]
        best = max((each for each in found if each is not None), key=lambda each: each.value or 0, default=None)
        return best or InForce(self.limits.member.of(measure), Source.SETTINGS)

    def of_server(self, measure: Measure) -> InForce:
        """Return the limit of all the server's members together."""
        if self.guild_id is None:
            return InForce(None, Source.SETTINGS)
        found = self.of_target(Scope.SERVER, self.guild_id, measure)
        return found or InForce(self.limits.server.of(measure), Source.SETTINGS)

    def ceiling(self, scope: Scope, target_id: int, measure: Measure) -> int | None:
        """Return the most that the server's managers may set there, as the owner has set it, else by the settings."""
        owners = self.rule(scope, target_id, measure, by_owner=True)
        return self.limits.ceiling(scope, measure) if owners is None else owners

    def of_target(self, scope: Scope, target_id: int, measure: Measure) -> InForce | None:
        """Return the limit that was set there: by the managers, up to the ceiling, else by the owner."""
        role_id = target_id if scope is Scope.ROLE else None
        managers = self.rule(scope, target_id, measure, by_owner=False)
        if managers is None:
            owners = self.rule(scope, target_id, measure, by_owner=True)
            return None if owners is None else InForce(owners, Source.OWNER, role_id)
        ceiling = self.ceiling(scope, target_id, measure)
        if ceiling is None or managers <= ceiling:
            return InForce(managers, Source.MANAGERS, role_id)
        return InForce(ceiling, Source.OWNER, role_id)

    def rule(self, scope: Scope, target_id: int, measure: Measure, *, by_owner: bool) -> int | None:
        """Return what was set there, by the owner or by the server's managers; None where nothing was."""
        at = (scope, target_id, measure, by_owner)
        return next((r.value for r in self.rules if (r.scope, r.target_id, r.measure, r.by_owner) == at), None)


@dataclass(frozen=True, slots=True)
class LimitReached:
    """A video does not fit into a limit: seconds, or videos at once.

    `left`: what is left of it. `asked`: what the video needs. `free_at`: when enough of it is free again, in UTC
    seconds; None where that is not known, or the video is longer than the limit itself.
    """

    scope: Scope
    measure: Measure
    limit: int
    left: int
    asked: int
    free_at: float | None = None

    @property
    def never_fits(self) -> bool:
        """Tell whether the video alone is more than the limit."""
        return self.asked > self.limit
