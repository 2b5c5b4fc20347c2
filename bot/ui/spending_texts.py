"""Say why a caller may not spend, and what the bot's owner is told."""

import math
from typing import Final, assert_never

from bot.domain.alerts import Alert, JobStuck, KeyCapReached, KeyRefused, LowBalance, NoBalance, ProviderDown
from bot.domain.limits import LimitReached, Measure, Scope
from bot.domain.spending import Blocked, MembershipNotKnown, MembersOnly, NotAllowedHere, Paused, SpendingProblem
from bot.ui.language import Language
from bot.ui.sanitize import code_line

# Home servers that are named at most, and the characters of a name: Discord allows a hundred.
_NAMED = 5
_NAME_SHOWN = 100
_AT_ONCE: Final = {
    Scope.MEMBER: "limit.member-at-once",
    Scope.SERVER: "limit.server-at-once",
}
_NONE: Final = {
    Scope.MEMBER: "limit.member-none",
    Scope.SERVER: "limit.server-none",
    Scope.TOTAL: "limit.total-none",
}
_SEVERAL: Final = {
    Scope.MEMBER: "limit.member-several",
    Scope.SERVER: "limit.server-several",
}
_IN_A_WINDOW: Final = {
    (Scope.MEMBER, Measure.DAY): "limit.member-day",
    (Scope.MEMBER, Measure.MONTH): "limit.member-month",
    (Scope.SERVER, Measure.DAY): "limit.server-day",
    (Scope.SERVER, Measure.MONTH): "limit.server-month",
    (Scope.TOTAL, Measure.DAY): "limit.total-day",
    (Scope.TOTAL, Measure.MONTH): "limit.total-month",
}


def spending_problem_text(language: Language, problem: SpendingProblem) -> str:
    """Say why nothing can be made, and where or when it can."""
    match problem:
        case LimitReached():
            return _limit_text(language, problem)
        case Blocked(guild_id):
            return language.text("problem.blocked" if guild_id is None else "problem.blocked-here")
        case Paused(guild_id):
            return language.text("problem.paused" if guild_id is None else "problem.paused-here")
        case NotAllowedHere() | MembersOnly() | MembershipNotKnown():
            return _place_text(language, problem)
        case _:
            assert_never(problem)


def _limit_text(language: Language, problem: LimitReached) -> str:
    """Say which limit it is, how much of it is left, and when there is enough again."""
    if problem.limit == 0:
        return language.text(_NONE[problem.scope])
    if problem.measure is Measure.AT_ONCE:
        return _at_once_text(language, problem)
    limit, left, asked = (language.seconds(each) for each in (problem.limit, problem.left, problem.asked))
    said = language.text(_IN_A_WINDOW[problem.scope, problem.measure], limit=limit, left=left, asked=asked)
    if problem.never_fits:
        return said
    if problem.free_at is None:
        return f"{said} {language.text('limit.later')}"
    return f"{said} {language.text('limit.free-at', time=f'<t:{math.ceil(problem.free_at)}:R>')}"


def _at_once_text(language: Language, problem: LimitReached) -> str:
    """Say how many may be in progress, and of several takes that fewer may fit."""
    if problem.asked == 1:
        return language.text(_AT_ONCE[problem.scope], count=problem.limit)
    said = language.text(_SEVERAL[problem.scope], asked=str(problem.asked), limit=str(problem.limit))
    return said if problem.never_fits else f"{said} {language.text('limit.several-later')}"


def _place_text(language: Language, problem: NotAllowedHere | MembersOnly | MembershipNotKnown) -> str:
    """Say where the bot can be used instead; home servers whose names are not known are not named."""
    servers = language.one_of([code_line(name, _NAME_SHOWN) for name in problem.servers[:_NAMED]])
    match problem:
        case NotAllowedHere(servers=()):
            return language.text("problem.not-allowed-here-unnamed")
        case NotAllowedHere():
            return language.text("problem.not-allowed-here", servers=servers)
        case MembersOnly(servers=()):
            return language.text("problem.members-only-unnamed")
        case MembersOnly():
            return language.text("problem.members-only", servers=servers)
        case MembershipNotKnown(servers=()):
            return language.text("problem.membership-not-known-unnamed")
        case MembershipNotKnown():
            return language.text("problem.membership-not-known", servers=servers)
        case _:
            assert_never(problem)


def alert_text(language: Language, alert: Alert) -> str:
    """Say to the owner what is wrong, and what to do."""
    return f"{_alert(language, alert)}\n-# {language.text('owner.once-a-day')}"


def _alert(language: Language, alert: Alert) -> str:
    match alert:
        case NoBalance():
            return language.text("owner.no-balance")
        case KeyCapReached(left):
            return _key_cap(language, left)
        case KeyRefused():
            return language.text("owner.key-refused")
        case LowBalance(left, limit):
            return language.text("owner.low-balance", count=left, limit=limit)
        case ProviderDown(seconds):
            return language.text("owner.provider-down", duration=language.duration(seconds))
        case JobStuck(job):
            return language.text("owner.job-stuck", job=job)
        case _:
            assert_never(alert)


def _key_cap(language: Language, left: int | None) -> str:
    if left is None:
        return language.text("owner.key-cap-reached-unknown")
    return language.text("owner.key-cap-reached", count=left)
