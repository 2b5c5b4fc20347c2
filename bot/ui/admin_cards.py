"""The private cards of `/admin`: the limits in force with where they come from, and the latest changes."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.domain.administration import Action, Authority, Target
from bot.domain.audit import Change, Fact
from bot.domain.limits import InForce, LimitShown, Measure, Scope, Source
from bot.ui.admin_texts import limit_text, member_text, target_text
from bot.ui.choices import choice_text
from bot.ui.components import NEUTRAL, Card, date_time, text
from bot.ui.language import Language
from bot.ui.sanitize import code_line

_SOURCES: Final = {
    Source.SETTINGS: "admin.from-settings",
    Source.OWNER: "admin.from-owner",
    Source.MANAGERS: "admin.from-managers",
}
_CHANNELS: Final = {
    Action.LOG_CHANNEL: ("admin.audit-log-channel", "admin.audit-log-off"),
    Action.SHOWCASE: ("admin.audit-showcase", "admin.audit-showcase-off"),
}
_OF_VIDEOS: Final = {Action.CANCEL: "admin.audit-cancelled", Action.DELETE: "admin.audit-deleted"}
_FACT_SHOWN: Final = 60


def limits_card(
    language: Language, by: Authority, target: Target, limits: Mapping[Measure, LimitShown], *, roles_known: bool
) -> Card:
    """Show what is in force for a member, a role or a server, who set it, and how far managers may go."""
    title = language.text("admin.limits-of", whose=target_text(language, by.guild_id, target))
    lines = [f"### {title}", *(_limit_line(language, by, *each) for each in limits.items())]
    if target.scope is Scope.MEMBER and not roles_known:
        lines.append(f"-# {language.text('admin.roles-not-known')}")
    return Card(NEUTRAL, [text("\n".join(lines))])


def audit_card(language: Language, by: Authority, changes: Sequence[Change]) -> Card:
    """Show the latest changes, newest first: when, who, and what."""
    title = f"### {language.text('admin.audit')}"
    if not changes:
        return Card(NEUTRAL, [text(f"{title}\n{language.text('admin.audit-none')}")])
    lines = [_change_line(language, change, elsewhere=change.guild_id != by.guild_id) for change in changes]
    return Card(NEUTRAL, [text("\n".join([title, *lines]))])


def _limit_line(language: Language, by: Authority, measure: Measure, shown: LimitShown) -> str:
    found = shown.in_force
    if found is None:
        parts = [language.text("admin.not-set")]
    else:
        parts = [f"**{limit_text(language, measure, found.value)}**", _source(language, by, found)]
    if shown.ceiling is not None:
        parts.append(language.text("admin.ceiling", limit=limit_text(language, measure, shown.ceiling)))
    return f"- {choice_text(language, measure)}: {' · '.join(parts)}"


def _source(language: Language, by: Authority, found: InForce) -> str:
    said = language.text(_SOURCES[found.source])
    if found.role_id is None:
        return said
    role = target_text(language, by.guild_id, Target(Scope.ROLE, found.role_id))
    return language.text("admin.from-role", role=role, source=said)


def _change_line(language: Language, change: Change, *, elsewhere: bool) -> str:
    place = code_line(str(change.guild_id), _FACT_SHOWN) if change.guild_id else language.text("admin.everywhere")
    where = f" · {place}" if elsewhere else ""
    return f"- {date_time(change.at)}{where} · {change_text(language, change)}"


def change_text(language: Language, change: Change) -> str:
    """Say who has changed something, and what."""
    who = language.text("admin.command-line") if change.actor_id is None else member_text(language, change.actor_id)
    return f"{who}: {_what_changed(language, change)}"


def _what_changed(language: Language, change: Change) -> str:
    facts, after = change.facts, change.facts.get("after")
    match change.action:
        case Action.LIMIT:
            return _limit_change(language, change)
        case Action.BLOCK:
            message = "admin.audit-blocked" if after else "admin.audit-unblocked"
            return language.text(message, member=member_text(language, facts.get("user_id")))
        case Action.PAUSE:
            return language.text("admin.audit-paused" if after else "admin.audit-resumed")
        case Action.CANCEL | Action.DELETE:
            video, member = code_line(f"#{facts.get('video')}", _FACT_SHOWN), member_text(language, facts.get("member"))
            return language.text(_OF_VIDEOS[Action(change.action)], video=video, member=member)
        case Action.LOG_CHANNEL | Action.SHOWCASE:
            on, off = _CHANNELS[Action(change.action)]
            return language.text(on, channel=f"<#{after}>") if after else language.text(off)
        case _:
            before, now = (_fact(language, each) for each in (facts.get("before"), after))
            return language.text(
                "admin.audit-setting", name=code_line(change.action, _FACT_SHOWN), before=before, after=now
            )


def _limit_change(language: Language, change: Change) -> str:
    facts = change.facts
    target, measure = Target(Scope(str(facts["scope"])), int(facts["target_id"] or 0)), Measure(str(facts["measure"]))
    before, after = (_number(language, measure, facts.get(each)) for each in ("before", "after"))
    whose, what = target_text(language, change.guild_id, target), choice_text(language, measure)
    return language.text("admin.audit-limit", whose=whose, measure=what, before=before, after=after)


def _number(language: Language, measure: Measure, value: Fact) -> str:
    return language.text("admin.nothing") if value is None else limit_text(language, measure, int(value))


def _fact(language: Language, value: Fact) -> str:
    return language.text("admin.nothing") if value is None else code_line(str(value), _FACT_SHOWN)
