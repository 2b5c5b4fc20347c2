"""Say what managers and the owner have changed, and why something is refused to them."""

from collections.abc import Sequence
from typing import Final, assert_never

from bot.domain.administration import (
    AboveCeiling,
    AdminProblem,
    Authority,
    OwnerOnly,
    PausedByOwner,
    ServerMissing,
    ServerUnknown,
    Target,
    TargetUnclear,
)
from bot.domain.limits import Measure, Scope
from bot.domain.server_settings import LogChannel, Spoilers
from bot.domain.shares import OtherChannel
from bot.ui.choices import choice_text
from bot.ui.language import Language
from bot.ui.sanitize import code_line

_ID_SHOWN: Final = 30
_PERMISSIONS: Final = {
    "view_channel": "permission.view-channel",
    "send_messages": "permission.send",
    "attach_files": "permission.attach-files",
    "create_public_threads": "permission.create-threads",
}
_SPOILERS: Final = {
    Spoilers.NEVER: "admin.spoilers-never",
    Spoilers.ALWAYS: "admin.spoilers-always",
    Spoilers.OUTSIDE: "admin.spoilers-outside",
}


def admin_problem_text(language: Language, problem: AdminProblem) -> str:
    """Say why something is refused, and what to do."""
    match problem:
        case OwnerOnly():
            return language.text("problem.owner-only")
        case ServerMissing():
            return language.text("problem.server-missing")
        case ServerUnknown(given):
            return language.text("problem.server-unknown", given=code_line(given, _ID_SHOWN))
        case TargetUnclear():
            return language.text("problem.target-unclear")
        case AboveCeiling(measure, given, ceiling):
            asked, limit = (limit_text(language, measure, each) for each in (given, ceiling))
            return language.text("problem.above-ceiling", given=asked, limit=limit)
        case PausedByOwner():
            return language.text("problem.paused-by-owner")
        case _:
            assert_never(problem)


def limit_text(language: Language, measure: Measure, value: int | None) -> str:
    """Write a limit: videos, or seconds."""
    if value is None:
        return language.text("admin.no-limit")
    return language.text("admin.video-count", count=value) if measure is Measure.AT_ONCE else language.seconds(value)


def whole_limit_text(language: Language, measure: Measure, value: int) -> str:
    """Write a limit with what it counts in."""
    match measure:
        case Measure.AT_ONCE:
            return language.text("limit.at-once", count=value)
        case Measure.DAY:
            return language.text("limit.a-day", length=language.seconds(value))
        case Measure.MONTH:
            return language.text("limit.a-month", length=language.seconds(value))
        case _:
            assert_never(measure)


def member_text(language: Language, user_id: str | int | None) -> str:
    """Name a member; one who was forgotten has no id any more."""
    return f"<@{user_id}>" if int(user_id or 0) > 0 else language.text("admin.forgotten-member")


def target_text(language: Language, guild_id: int | None, target: Target) -> str:
    """Name a member, a role or a whole server; what is private pings no one."""
    match target:
        case Target(Scope.MEMBER, user_id):
            return member_text(language, user_id)
        case Target(Scope.ROLE, role_id):
            # The role of everyone has the server's id, and is named so by no mention.
            return "@everyone" if role_id == guild_id else f"<@&{role_id}>"
        case _:
            return language.text("admin.whole-server")


def limit_set_text(
    language: Language, by: Authority, target: Target, measure: Measure, value: int, *, is_new: bool
) -> str:
    """Say that a limit was set, or was so before."""
    whose, limit = target_text(language, by.guild_id, target), whole_limit_text(language, measure, value)
    return language.text("admin.limit-set" if is_new else "admin.limit-unchanged", whose=whose, limit=limit)


def limit_cleared_text(language: Language, by: Authority, target: Target, measure: Measure, *, was_set: bool) -> str:
    """Say that a limit was taken back, or was not there."""
    message = "admin.limit-cleared" if was_set else "admin.limit-not-set"
    whose = target_text(language, by.guild_id, target)
    return language.text(message, whose=whose, measure=choice_text(language, measure))


def blocked_text(language: Language, by: Authority, user_id: int, *, blocked: bool, changed: bool) -> str:
    """Say that a member was blocked or let in again, or was so before."""
    everywhere = by.guild_id is None
    member = f"<@{user_id}>"
    if not changed:
        return language.text("admin.already-blocked" if blocked else "admin.not-blocked", member=member)
    if blocked:
        return language.text("admin.blocked-everywhere" if everywhere else "admin.blocked", member=member)
    return language.text("admin.unblocked-everywhere" if everywhere else "admin.unblocked", member=member)


def paused_text(language: Language, by: Authority, *, paused: bool, changed: bool) -> str:
    """Say that a server, or everything, was paused or goes on, or was so before."""
    everywhere = by.guild_id is None
    if not changed:
        return language.text("admin.already-paused" if paused else "admin.not-paused")
    if paused:
        return language.text("admin.paused-everywhere" if everywhere else "admin.paused")
    return language.text("admin.resumed-everywhere" if everywhere else "admin.resumed")


def spoilers_text(language: Language, spoilers: Spoilers) -> str:
    """Say when media are covered in a server."""
    return language.text(_SPOILERS[spoilers])


def log_channel_text(language: Language, channel: LogChannel | None) -> str:
    """Say where a server's log is posted."""
    if channel is None:
        return language.text("admin.log-off")
    return language.text("admin.log-on", channel=f"<#{channel.channel_id}>")


def log_closed_text(language: Language, channel_id: int) -> str:
    """Say that a server's log was turned off because its channel takes no message any more."""
    return language.text("admin.log-closed", channel=f"<#{channel_id}>")


def showcase_text(language: Language, channel: OtherChannel | None) -> str:
    """Say where members show their videos off."""
    if channel is None:
        return language.text("admin.showcase-off")
    return language.text("admin.showcase-on", channel=f"<#{channel.channel_id}>")


def missing_permissions_text(
    language: Language, channel_id: int, missing: Sequence[str], *, showcase: bool = False
) -> str:
    """Say which permissions the bot lacks in a channel, by Discord's own names."""
    what = "admin.showcase-permissions" if showcase else "admin.log-permissions"
    names = language.all_of([language.text(_PERMISSIONS[name]) for name in missing])
    return language.text(what, channel=f"<#{channel_id}>", permissions=names)
