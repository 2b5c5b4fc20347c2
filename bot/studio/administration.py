"""What a server's managers and the owner see and change while the bot runs: limits, blocks, pauses, and who did it.

What Discord has let through to `/admin` is not judged again: a server decides who may use it. The owner alone has it
elsewhere, for any server.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Final

from bot.domain.administration import Authority, OwnerOnly, ServerMissing, ServerUnknown, Target, discord_id
from bot.domain.audit import Change
from bot.domain.caller import Caller
from bot.domain.errors import Refusal
from bot.domain.limits import InForce, LimitShown, Measure, OwnerLimits, Rules, Scope
from bot.studio.ports.stores import Audit, RuleStore

ALL: Final = "all"
"""Stands for every server, where the id of one can be given."""

_AUDIT_SHOWN: Final = 15


class Administration:
    """Works for managers and the owner in Discord, and for the command line."""

    def __init__(
        self,
        store: RuleStore,
        audit: Audit,
        limits: OwnerLimits,
        owner_ids: Callable[[], frozenset[int]],
        now: Callable[[], float],
        changed: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        """Take the owner's settings; `changed` is called after a pause began or ended."""
        self._store = store
        self._audit = audit
        self._limits = limits
        self._owner_ids = owner_ids
        self._now = now
        self._changed = changed

    def authority(self, caller: Caller, server: str | None) -> Authority:
        """Find out for which server a caller speaks; `server` is what they gave, an id or ALL.

        Raises Refusal (OwnerOnly, ServerMissing, ServerUnknown).
        """
        by_owner = caller.user_id in self._owner_ids()
        if caller.guild_id is not None and server in (None, str(caller.guild_id)):
            return Authority(caller.guild_id, caller.user_id, by_owner)
        if not by_owner:
            raise Refusal(OwnerOnly())
        if server is None:
            raise Refusal(ServerMissing())
        return Authority(None if server.strip().lower() == ALL else _server(server), caller.user_id, by_owner=True)

    async def limits(self, by: Authority, target: Target, role_ids: Iterable[int] = ()) -> Mapping[Measure, LimitShown]:
        """Return what is in force for a target, and where it comes from; `role_ids`: a member's roles, as far as known.

        Raises Refusal(ServerMissing) where no one server is meant.
        """
        guild_id = _one_server(by)
        rules = Rules(guild_id, self._limits, await self._store.rules(guild_id))
        held = tuple(role_ids)
        return {
            measure: LimitShown(
                _in_force(rules, target, held, measure), rules.ceiling(target.scope, target.id, measure)
            )
            for measure in Measure
        }

    async def set_limit(self, by: Authority, target: Target, measure: Measure, value: int) -> bool:
        """Set a limit; False where it was so already. Raises Refusal (AboveCeiling, ServerMissing)."""
        _one_server(by)
        return await self._store.set_limit(by, target, measure, value, self._limits, self._now())

    async def clear_limit(self, by: Authority, target: Target, measure: Measure) -> bool:
        """Take a limit back; False where none was set. Raises Refusal(ServerMissing)."""
        _one_server(by)
        return await self._store.clear_limit(by, target, measure, self._now())

    async def block(self, by: Authority, user_id: int) -> bool:
        """Keep a member from making videos; False where they were blocked already."""
        return await self._store.block(by, user_id, self._now())

    async def unblock(self, by: Authority, user_id: int) -> bool:
        """Let a member make videos again; False where they were not blocked there."""
        return await self._store.unblock(by, user_id, self._now())

    async def pause(self, by: Authority) -> bool:
        """Accept and send nothing; what runs is finished and delivered. False where it was paused already."""
        done = await self._store.pause(by, self._now())
        if self._changed is not None:
            await self._changed()
        return done

    async def resume(self, by: Authority) -> bool:
        """End a pause; False where there was none. Raises Refusal(PausedByOwner)."""
        done = await self._store.resume(by, self._now())
        if self._changed is not None:
            await self._changed()
        return done

    async def audit(self, by: Authority, maximum: int = _AUDIT_SHOWN) -> Sequence[Change]:
        """List the latest changes, newest first."""
        return await self._audit.latest(by.guild_id, maximum)


def _one_server(by: Authority) -> int:
    if by.guild_id is None:
        raise Refusal(ServerMissing())
    return by.guild_id


def _server(given: str) -> int:
    if (guild_id := discord_id(given)) is None:
        raise Refusal(ServerUnknown(given))
    return guild_id


def _in_force(rules: Rules, target: Target, role_ids: Iterable[int], measure: Measure) -> InForce | None:
    match target.scope:
        case Scope.MEMBER:
            return rules.of_member(target.id, role_ids, measure)
        case Scope.SERVER:
            return rules.of_server(measure)
        case _:
            return rules.of_target(target.scope, target.id, measure)
