"""What managers and the owner set while the bot runs: limits, blocks and pauses, each change with its line of audit."""

from typing import Any

from bot.domain.administration import AboveCeiling, Action, Authority, PausedByOwner, Target
from bot.domain.audit import Change, Fact
from bot.domain.errors import Refusal
from bot.domain.limits import Measure, OwnerLimits, Rule, Rules
from bot.domain.pauses import PauseKind
from bot.storage.audit_store import write_down
from bot.storage.charges import EVERYWHERE, rules_of
from bot.storage.database import Database
from bot.storage.pause_store import begin, end, pauses_since
from bot.storage.queries import Queries, immediate, query, reading

SET_LIMIT = """
INSERT INTO limits VALUES (:guild_id, :scope, :target_id, :measure, :by_owner, :value)
ON CONFLICT (guild_id, scope, target_id, measure, by_owner) DO UPDATE SET value = excluded.value
"""
CLEAR_LIMIT = """
DELETE FROM limits WHERE guild_id = :guild_id AND scope = :scope AND target_id = :target_id
    AND measure = :measure AND by_owner = :by_owner
"""
BLOCK = "INSERT INTO blocks VALUES (:guild_id, :user_id, :at) ON CONFLICT DO NOTHING"
UNBLOCK = "DELETE FROM blocks WHERE guild_id = :guild_id AND user_id = :user_id"


class SqliteRules(Queries):
    """The rules in an open store; times are UTC seconds. Each change and its line of audit are one transaction.

    A change that changes nothing is no change: False is returned, and nothing is noted.
    """

    @reading
    def rules(self, db: Database, guild_id: int) -> tuple[Rule, ...]:
        """Read the limits that were set in a server."""
        return rules_of(db, guild_id)

    @query
    def set_limit(
        self, db: Database, by: Authority, target: Target, measure: Measure, value: int, limits: OwnerLimits, at: float
    ) -> bool:
        """Set a limit in a server.

        Raises Refusal(AboveCeiling) where managers set more than the owner lets them: by `limits`, or by a rule.
        """
        guild_id = _place(by)
        with immediate(db):
            rules = Rules(guild_id, limits, rules_of(db, guild_id))
            ceiling = rules.ceiling(target.scope, target.id, measure)
            if not by.by_owner and ceiling is not None and value > ceiling:
                raise Refusal(AboveCeiling(measure, value, ceiling))
            before = rules.rule(target.scope, target.id, measure, by_owner=by.by_owner)
            if before == value:
                return False
            db.execute(SET_LIMIT, _limit_row(by, target, measure) | {"value": value})
            _note_limit(db, by, at, target, measure, before=before, after=value)
        return True

    @query
    def clear_limit(self, db: Database, by: Authority, target: Target, measure: Measure, at: float) -> bool:
        """Take back a limit that was set in a server, by the same hand: the owner's, or its managers'."""
        guild_id = _place(by)
        with immediate(db):
            rules = Rules(guild_id, OwnerLimits(), rules_of(db, guild_id))
            before = rules.rule(target.scope, target.id, measure, by_owner=by.by_owner)
            if before is None:
                return False
            db.execute(CLEAR_LIMIT, _limit_row(by, target, measure))
            _note_limit(db, by, at, target, measure, before=before, after=None)
        return True

    @query
    def block(self, db: Database, by: Authority, user_id: int, at: float) -> bool:
        """Block a member, in a server or everywhere."""
        with immediate(db):
            if not db.execute(BLOCK, {"guild_id": _place(by), "user_id": user_id, "at": at}).rowcount:
                return False
            _note(db, by, at, Action.BLOCK, user_id=user_id, before=0, after=1)
        return True

    @query
    def unblock(self, db: Database, by: Authority, user_id: int, at: float) -> bool:
        """Let a member make videos again, in a server or everywhere."""
        with immediate(db):
            if not db.execute(UNBLOCK, {"guild_id": _place(by), "user_id": user_id}).rowcount:
                return False
            _note(db, by, at, Action.BLOCK, user_id=user_id, before=1, after=0)
        return True

    @query
    def pause(self, db: Database, by: Authority, at: float) -> bool:
        """Accept and send nothing from now on, in a server or everywhere."""
        kind = PauseKind.OWNER if by.by_owner else PauseKind.ADMIN
        with immediate(db):
            if not begin(db, kind, by.guild_id, at):
                return False
            _note(db, by, at, Action.PAUSE, before=0, after=1)
        return True

    @query
    def resume(self, db: Database, by: Authority, at: float) -> bool:
        """End the pause of a server, or of everything; what the owner has paused only they resume.

        Raises Refusal(PausedByOwner).
        """
        with immediate(db):
            there = (each for each in pauses_since(db, at) if each.guild_id == by.guild_id)
            kinds = {each.kind for each in there if each.until is None}
            if not by.by_owner and PauseKind.OWNER in kinds:
                raise Refusal(PausedByOwner())
            ended = [end(db, kind, by.guild_id, at) for kind in (PauseKind.ADMIN, PauseKind.OWNER)]
            if not any(ended):
                return False
            _note(db, by, at, Action.PAUSE, before=1, after=0)
        return True


def _note(db: Database, by: Authority, at: float, action: Action, **facts: Fact) -> None:
    """Write a change down: inside the transaction that makes it."""
    write_down(db, Change(at, _place(by), by.actor_id, action.value, facts | {"by_owner": int(by.by_owner)}))


def _note_limit(
    db: Database, by: Authority, at: float, target: Target, measure: Measure, *, before: int | None, after: int | None
) -> None:
    about: dict[str, Fact] = {"scope": target.scope.value, "target_id": target.id, "measure": measure.value}
    _note(db, by, at, Action.LIMIT, **about, before=before, after=after)


def _place(by: Authority) -> int:
    return EVERYWHERE if by.guild_id is None else by.guild_id


def _limit_row(by: Authority, target: Target, measure: Measure) -> dict[str, Any]:
    row = {"guild_id": _place(by), "scope": target.scope, "target_id": target.id}
    return row | {"measure": measure, "by_owner": int(by.by_owner)}
