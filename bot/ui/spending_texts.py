"""Say why a caller may not spend, and what the bot's owner is told."""

from typing import assert_never

from bot.domain.alerts import Alert, JobStuck, KeyRefused, LowBalance, NoBalance, ProviderDown
from bot.domain.spending import MembershipNotKnown, MembersOnly, NotAllowedHere, SpendingProblem
from bot.ui.language import Language
from bot.ui.sanitize import code_line

# Home servers that are named at most, and the characters of a name: Discord allows a hundred.
_NAMED = 5
_NAME_SHOWN = 100


def spending_problem_text(language: Language, problem: SpendingProblem) -> str:
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
