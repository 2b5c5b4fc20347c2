"""The private card of `/usage`: what was used, what is left of which limit, and charts for those who manage."""

from collections.abc import Callable, Sequence
from typing import Final, assert_never

import discord
from discord.ui import Button, Item, LayoutView, MediaGallery

from bot.domain.limits import Measure, Scope
from bot.domain.usage import DAYS, OTHERS, Amount, Picture, Share, Standing, Usage, UsageReport
from bot.ui import custom_ids
from bot.ui.admin_texts import member_text
from bot.ui.components import NEUTRAL, Card, action_row, relative_time, text
from bot.ui.language import Language
from bot.ui.state_lines import progress_bar

# Discord's "Component Reference", "Media Gallery Item": the most characters of a description.
_MAX_ALT: Final = 1024


def usage_card(language: Language, report: UsageReport) -> Card:
    """Draw a report; its pictures go out with the card, each as a file named `picture_name`."""
    items: list[Item[LayoutView]] = [text(f"### {_title(language, report.scope)}")]
    items += [
        text(_window(language, report, Measure.DAY, "usage.day", report.usage.today)),
        text(_window(language, report, Measure.MONTH, "usage.month", report.usage.month)),
    ]
    if lines := _standing_lines(language, report, Measure.AT_ONCE):
        items.append(text("\n".join(lines)))
    if report.scope is Scope.MEMBER and (forgotten := report.usage.forgotten_seconds):
        items.append(text(f"-# {language.text('usage.forgotten', length=language.seconds(forgotten))}"))
    if report.scope is not Scope.MEMBER and report.usage.members:
        items += _share_items(language, report, Picture.MEMBERS, report.usage.members)
        items += _share_items(language, report, Picture.MODELS, report.usage.models)
        items.append(text(f"-# {language.text('usage.footer')}"))
    items.append(action_row([_button(language, report, scope) for scope in report.open_to]))
    return Card(NEUTRAL, items)


def picture_name(about: Picture) -> str:
    """Name the file of a picture, as it goes out with the card."""
    return f"usage-by-{about}.png"


def alt_text(language: Language, usage: Usage, about: Picture) -> str:
    """Say in words what a picture shows: whose seconds, how many, and when the most were used."""
    shares, name = _numbered(usage, about)
    listed = [f"{name(at, share)}: {_sum(language, share.total)}" for at, share in enumerate(shares)]
    days = usage.days
    ago = min(range(DAYS), key=lambda each: -days[DAYS - 1 - each].seconds)
    highest = _sum(language, days[DAYS - 1 - ago])
    peak = (
        language.text("usage.peak", most=highest, count=ago) if ago else language.text("usage.peak-today", most=highest)
    )
    by = "usage.alt-members" if about is Picture.MEMBERS else "usage.alt-models"
    return f"{language.text(by, count=DAYS, shares=language.all_of(listed))} {peak}"[:_MAX_ALT]


def _title(language: Language, scope: Scope) -> str:
    match scope:
        case Scope.MEMBER | Scope.ROLE:
            return language.text("usage.title-member")
        case Scope.SERVER:
            return language.text("usage.title-server")
        case Scope.TOTAL:
            return language.text("usage.title-total")
        case _:
            assert_never(scope)


def _window(language: Language, report: UsageReport, measure: Measure, heading: str, amount: Amount) -> str:
    used = _amount(language, amount) if amount.videos else language.text("usage.nothing")
    return "\n".join([f"**{language.text(heading)}** · {used}", *_standing_lines(language, report, measure)])


def _amount(language: Language, amount: Amount) -> str:
    return f"{_sum(language, amount)} · {language.text('usage.videos', count=amount.videos)}"


def _sum(language: Language, amount: Amount) -> str:
    """Write the seconds, and the cost as far as it is known."""
    seconds = language.seconds(amount.seconds)
    if not amount.priced:
        return seconds
    cost = language.all_of([language.money(price) for price in amount.prices])
    return f"{seconds} · {cost if amount.priced == amount.videos else language.text('usage.at-least', cost=cost)}"


def _standing_lines(language: Language, report: UsageReport, measure: Measure) -> list[str]:
    """Say what is left of the limits of one measure; a member reads of the whole bot's only where it is used up."""
    found = [one for one in report.standings if one.measure is measure]
    if report.scope is Scope.MEMBER:
        found = [one for one in found if one.scope is not Scope.TOTAL or not one.left]
    return [_standing_line(language, report.scope, one) for one in found]


def _standing_line(language: Language, scope: Scope, standing: Standing) -> str:
    if standing.measure is Measure.AT_ONCE:
        line = language.text("usage.in-progress", used=standing.used, limit=standing.limit)
    else:
        percent = min(100, 100 * standing.used // standing.limit) if standing.limit else 100
        limit = language.seconds(standing.limit)
        if standing.left:
            left = language.text("usage.left", left=language.seconds(standing.left), limit=limit)
        elif standing.free_at is None:
            left = language.text("usage.none-left", limit=limit)
        else:
            left = language.text("usage.free-again", limit=limit, time=relative_time(standing.free_at))
        line = f"{progress_bar(language, percent)} · {left}"
    if standing.scope is scope:
        return line
    of_server = standing.scope is Scope.SERVER
    return f"{line}\n-# {language.text('usage.of-server' if of_server else 'usage.of-total')}"


def _share_items(
    language: Language, report: UsageReport, about: Picture, shares: Sequence[Share]
) -> list[Item[LayoutView]]:
    """List who or what used most, each as it is named in the picture, and show that."""
    _, name = _numbered(report.usage, about)
    heading = language.text("usage.by-member" if about is Picture.MEMBERS else "usage.by-model")
    lines = [f"**{heading}**"]
    for at, share in enumerate(shares):
        who = "" if about is Picture.MODELS else f" {member_text(language, share.name)}"
        if share.name is None:
            who = f" {language.text('usage.others', count=share.count)}"
        lines.append(f"**{name(at, share)}**{who} · {_amount(language, share.total)}")
    items: list[Item[LayoutView]] = [text("\n".join(lines))]
    if about in report.pictures:
        alt = alt_text(language, report.usage, about)
        shown = discord.MediaGalleryItem(f"attachment://{picture_name(about)}", description=alt)
        items.append(MediaGallery[LayoutView](shown))
    return items


def _numbered(usage: Usage, about: Picture) -> tuple[Sequence[Share], Callable[[int, Share], str]]:
    """Return the shares of a picture, and what each is called in it."""
    if about is Picture.MEMBERS:
        return usage.members, lambda at, share: OTHERS if share.name is None else str(at + 1)
    return usage.models, lambda _at, share: share.name or OTHERS


def _button(language: Language, report: UsageReport, scope: Scope) -> Button[LayoutView]:
    labels = {
        Scope.MEMBER: "button.usage-member",
        Scope.SERVER: "button.usage-server",
        Scope.TOTAL: "button.usage-total",
    }
    label = language.text("button.refresh" if scope is report.scope else labels[scope])
    return Button[LayoutView](label=label, custom_id=custom_ids.USAGE.encode(scope))
