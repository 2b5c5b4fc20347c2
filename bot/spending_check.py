"""What `check` says about money: who may spend the owner's credits, how many are left, and prices."""

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import assert_never

import discord

from bot.config import Settings
from bot.domain.account import Account
from bot.domain.limits import Limits
from bot.domain.models import Dialect
from bot.domain.money import MILLION
from bot.domain.pauses import Pause, PauseKind
from bot.domain.spending import Elsewhere
from bot.finding import Finding
from bot.replies.members import owners_of
from bot.toapis.model_table import catalogue

_ELSEWHERE = {
    Elsewhere.MEMBERS: "members of these servers",
    Elsewhere.NO_ONE: "nobody",
    Elsewhere.ALL: "everybody",
}
_HOME = "Set HOME_SERVERS to the ids of your servers"


def who_may_spend(
    settings: Settings, application: discord.AppInfo, servers: Mapping[int, str | None]
) -> Iterator[Finding]:
    """Say who may spend; `servers` are the names of the home servers, None for one that the bot is not in."""
    yield Finding(True, _owner(application))
    rules = settings.spending
    for guild_id in sorted(guild_id for guild_id, name in servers.items() if name is None):
        yield Finding(False, f"The bot isn't in the home server {guild_id}", "Invite it there, or fix HOME_SERVERS.")
    if not rules.home_servers:
        yield Finding.warning("Your credits can be spent in every server that adds the bot", f"{_HOME}.")
    else:
        names = ", ".join(f"{servers.get(guild_id) or '?'} ({guild_id})" for guild_id in sorted(rules.home_servers))
        yield Finding(True, f"Your credits can be spent in {names}")
    elsewhere = (
        f"Elsewhere, in direct messages and as a user-installed app, they can be spent by {_ELSEWHERE[rules.elsewhere]}"
    )
    if rules.elsewhere is Elsewhere.ALL:
        yield Finding.warning(elsewhere, f"{_HOME}, and leave ELSEWHERE empty or set it to nobody.")
    else:
        yield Finding(True, elsewhere)
    yield _public_bot(application, restricted=bool(rules.home_servers) and rules.elsewhere is not Elsewhere.ALL)


def _owner(application: discord.AppInfo) -> str:
    if application.team is None:
        return f"The bot's owner, who can always spend, is {application.owner.name}"
    owners = owners_of(application)
    names = ", ".join(sorted(member.name for member in application.team.members if member.id in owners))
    return f"The bot's owners, who can always spend, are those of the team {application.team.name}: {names}"


def _public_bot(application: discord.AppInfo, *, restricted: bool) -> Finding:
    if not application.bot_public:
        return Finding(True, "Public Bot is off: only you can add the bot to a server")
    on = "Public Bot is on: everybody can add the bot to a server"
    if restricted:
        return Finding(True, f"{on}, but not spend your credits there")
    return Finding.warning(
        f"{on} and spend your credits there", "Turn it off: Developer Portal > your application > Bot."
    )


def credits_left(account: Account, low_balance: int) -> Iterator[Finding]:
    """Say how many credits are left on the account, and under the key's own cap."""
    if account.credits is None:
        yield Finding(True, "The provider doesn't say how many credits are left on the account")
    elif account.credits < low_balance:
        yield Finding.warning(f"Only {account.credits:,.0f} credits are left on the account", "Add more at toapis.com.")
    else:
        yield Finding(True, f"{_credits(account.credits)} are left on the account")
    if account.key_credits is None:
        yield Finding(True, "The provider doesn't say whether the key has a spending cap of its own")
    elif math.isinf(account.key_credits):
        yield Finding.warning(
            "The key has no spending cap of its own",
            "Set one at toapis.com > API keys: it's the only cap that holds whatever the bot does.",
        )
    else:
        yield Finding(True, f"The key's own cap leaves {_credits(account.key_credits)}")


def limits_in_force(settings: Settings) -> Iterator[Finding]:
    """Say how much may be made by all together, and by a member and a server."""
    limits = settings.limits
    if limits.total == Limits():
        yield Finding.warning(
            "There's no limit on all videos together",
            "Set TOTAL_SECONDS_A_DAY or TOTAL_SECONDS_A_MONTH: it caps everything that your key pays for.",
        )
    else:
        yield Finding(True, f"All videos together are limited to {_limits(limits.total)}")
    for who, each in (("A member", limits.member), ("A server", limits.server)):
        yield Finding(True, f"{who} is limited to {_limits(each)}" if each != Limits() else f"{who} has no limit")


def _limits(limits: Limits) -> str:
    given = (
        (limits.at_once, "videos at once"),
        (limits.day, "seconds in 24 hours"),
        (limits.month, "seconds in 30 days"),
    )
    return ", ".join(f"{value:,} {what}" for value, what in given if value is not None)


def prices_known(settings: Settings) -> Iterator[Finding]:
    """Say in which currency prices are shown, what is asked first, and which videos have no price."""
    prices, above = settings.prices, settings.confirm_above
    if not prices.rates:
        return
    day = f" of {prices.as_of}" if prices.as_of else ""
    asked = "" if above is None else f"; above {Decimal(above) / MILLION:f} the member is asked first"
    yield Finding(True, f"Members see prices in {prices.currency}{day}{asked}")
    enabled = catalogue(settings.toapis_dialect or Dialect.VIDEOS).capabilities
    unknown = [
        f"{model} at {resolution}" if resolution else f"{model} without a resolution"
        for model, capability in enabled.items()
        for resolution in capability.resolutions or (None,)
        if not prices.knows(model, resolution)
    ]
    if unknown:
        missing = f"No price is shown, and nothing asked first, for {', '.join(unknown)}"
        yield Finding.warning(missing, "Add them to the file that PRICES names.")


def what_is_paused(pauses: Sequence[Pause]) -> Iterator[Finding]:
    """Say which pauses are in force, since when, and what ends them."""
    for pause in pauses:
        since = datetime.fromtimestamp(pause.since, UTC).strftime("%d %B %H:%M UTC")
        where = "" if pause.guild_id is None else f" for server {pause.guild_id}"
        match pause.kind:
            case PauseKind.BALANCE:
                why, remedy = "ToAPIs refused one for lack of credits", "Add credits, or raise the key's own cap."
            case PauseKind.ADMIN:
                why, remedy = "its managers have paused it", "They or you can resume it."
            case PauseKind.OWNER:
                why, remedy = "you have paused it", "Resume it when videos may be made again."
            case _:
                assert_never(pause.kind)
        yield Finding.warning(f"No videos are sent{where} since {since}: {why}. What waits is kept for 7 days", remedy)


def _credits(left: float) -> str:
    return "Unlimited credits" if math.isinf(left) else f"{left:,.0f} credits"
