"""What `check` looks at: is everything set up? It costs nothing, starts nothing, takes no lock and leaves no file."""

import asyncio
import ipaddress
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import discord

from bot.client import SeedreelClient
from bot.clock import ScaledClock
from bot.config import Settings, SettingsInvalid, read_settings
from bot.console import say
from bot.domain.account import Account
from bot.domain.errors import StoreUnusable
from bot.domain.models import Dialect
from bot.domain.pauses import Pause
from bot.finding import Finding
from bot.infrastructure import open_bucket
from bot.media.bounded import FfmpegMissing, find_ffmpeg
from bot.media.download import Fetcher, Timeouts
from bot.media.place_check import try_folder
from bot.media.probe import REMEDY, try_ffmpeg
from bot.replies.api_errors import API_ERRORS
from bot.secret import redact
from bot.spending_check import credits_left, limits_in_force, prices_known, what_is_paused, who_may_spend
from bot.storage.note_store import noted
from bot.storage.pause_store import pauses_in_force
from bot.storage.writable import writable
from bot.studio.delivery.aspect_ratio import RATIO_NOTE
from bot.toapis.dialects import CheckResult, choose
from bot.toapis.provider import ToapisProvider
from bot.toapis.webhooks import PATH

PERMISSIONS: Final = discord.Permissions(
    view_channel=True,
    send_messages=True,
    send_messages_in_threads=True,
    create_public_threads=True,
    attach_files=True,
    embed_links=True,
    read_message_history=True,
)
SCOPES: Final = ("bot", "applications.commands")
# One question to Discord, in seconds.
_DISCORD_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class _Login:
    """Whose token it is, its application, and what the home servers are called; None for one it is not in."""

    name: str
    application_id: int | None
    application: discord.AppInfo | None
    servers: Mapping[int, str | None]


Look = Callable[[Settings], AsyncIterator[Finding]]


async def check(environ: Mapping[str, str], dotenv: Path | None, more: Sequence[Look] = ()) -> int:
    """Print one line for each thing that has to hold; returns 0 only when all do.

    `more` is looked at after what costs nothing.
    """
    try:
        settings = read_settings(environ, dotenv)
    except SettingsInvalid as invalid:
        for mistake in invalid.mistakes:
            say(str(Finding(holds=False, what=f"{mistake.name} {mistake.problem}", remedy=_sentence(mistake.remedy))))
        say("Fix the settings first; then run check again for the rest.")
        return 1
    well = True
    for look in (findings, *more):
        async for finding in look(settings):
            say(redact(str(finding), settings.secrets))
            well = well and finding.holds
    return 0 if well else 1


async def findings(settings: Settings) -> AsyncIterator[Finding]:
    """Look at everything, one after the other."""
    yield Finding(holds=True, what="Settings are complete")
    for known in (*_ports(settings), *limits_in_force(settings), *prices_known(settings)):
        yield known
    async for finding in _discord(settings):
        yield finding
    async for finding in _provider(settings):
        yield finding
    database = await asyncio.to_thread(_look_at_database, settings)
    for paused in what_is_paused(database.pauses):
        yield paused
    yield await _files(settings)
    if (place := await _place(settings)) is not None:
        yield place
    yield await _ffmpeg()
    if database.ratio_note:
        what = f"Videos come out with the wrong aspect ratio: {database.ratio_note}"
        yield Finding(False, what, "Set TOAPIS_DIALECT to the other dialect.")
    if database.problem is None:
        yield Finding(holds=True, what=f"The database {database.name} can be written")
    else:
        yield Finding(False, str(database.problem).rstrip("."), database.remedy)


@dataclass(frozen=True, slots=True)
class _Database:
    """What is read of the database, and what keeps the bot from using it."""

    name: str
    pauses: Sequence[Pause]
    ratio_note: str | None
    problem: str | None
    remedy: str = ""


def _look_at_database(settings: Settings) -> _Database:
    file = settings.database
    problem = writable(file)
    if settings.database_url is None:
        said = (None,) if problem is None else (problem.problem, problem.remedy)
        return _Database(str(file), pauses_in_force(file), noted(file, RATIO_NOTE), *said)
    from bot.storage import postgres_peek
    from bot.storage.postgres_connection import name_of

    url = settings.database_url.reveal()
    problem = problem or postgres_peek.unusable(url)
    said = (None,) if problem is None else (problem.problem, problem.remedy)
    pauses, note = postgres_peek.pauses_in_force(url), postgres_peek.noted(url, RATIO_NOTE)
    return _Database(name_of(url), pauses, note, *said)


def _ports(settings: Settings) -> Iterator[Finding]:
    """Say which ports the bot opens, and to which machines."""
    if settings.http_port is not None:
        opened = f"HTTP_PORT opens {settings.http_host} port {settings.http_port} for monitoring"
        if _own(settings.http_host):
            yield Finding(True, opened)
        else:
            yield Finding.warning(f"{opened}, also to other machines", "Make sure that none outside can reach it.")
    if settings.webhook_port is not None:
        opened = f"WEBHOOK_PORT opens {settings.webhook_host} port {settings.webhook_port} for ToAPIs' webhooks"
        yield Finding(True, f"{opened}, signed with WEBHOOK_SECRET, at {PATH}")
    elif settings.webhook_secret is not None:
        yield Finding.warning("WEBHOOK_SECRET is set, but WEBHOOK_PORT isn't", "Set both, or neither.")
    if settings.http_port is None and settings.webhook_port is None:
        yield Finding(True, "No port is opened")


def _own(host: str) -> bool:
    """Tell whether only this machine reaches an address."""
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


async def _discord(settings: Settings) -> AsyncIterator[Finding]:
    try:
        login = await _login(settings)
    except discord.LoginFailure:
        yield Finding(False, "Discord rejected the token", "Copy it again: Developer Portal > your application > Bot.")
        return
    except API_ERRORS as error:
        yield Finding(
            False, f"Discord can't be reached ({type(error).__name__})", "Check the network and DISCORD_API_URL."
        )
        return
    yield Finding(holds=True, what=f"Discord accepts the token of {login.name}")
    if login.application_id is None:
        yield Finding(False, "This token belongs to no application", "Use the token of a bot, not of a user.")
        return
    yield Finding(holds=True, what=f"The application's id is {login.application_id}")
    invite = discord.utils.oauth_url(login.application_id, permissions=PERMISSIONS, scopes=SCOPES)
    yield Finding(holds=True, what=f"Invite the bot with {invite}")
    if login.application is not None:
        for finding in who_may_spend(settings, login.application, login.servers):
            yield finding


async def _login(settings: Settings) -> _Login:
    """Log in and ask what can be asked without the gateway; raises one of API_ERRORS."""
    async with asyncio.timeout(_DISCORD_SECONDS), SeedreelClient(settings.discord_api_url, _nothing) as client:
        await client.login(settings.discord_token.reveal())
        servers = {guild_id: await _server_name(client, guild_id) for guild_id in settings.home_servers}
        return _Login(str(client.user), client.application_id, client.application, servers)


async def _server_name(client: SeedreelClient, guild_id: int) -> str | None:
    try:
        return (await client.fetch_guild(guild_id, with_counts=False)).name
    except (discord.NotFound, discord.Forbidden):
        return None


async def _nothing() -> None:
    """Prepare nothing: the check never connects to the gateway."""


async def _provider(settings: Settings) -> AsyncIterator[Finding]:
    url, dialect = settings.toapis_base_url, settings.toapis_dialect
    key = settings.toapis_api_key.reveal()
    async with ToapisProvider(url, key, dialect, ScaledClock()) as provider:
        found = await provider.check_key()
        yield Finding(
            found.reachable,
            f"The provider at {url}" + (" answers" if found.reachable else f" doesn't answer ({found.detail})"),
            "Check the network and TOAPIS_BASE_URL.",
        )
        if not found.reachable:
            return
        yield Finding(
            found.accepted is CheckResult.YES,
            _key_line(found.accepted, found.detail),
            "Copy TOAPIS_API_KEY again from the provider's API keys page.",
        )
        if isinstance(account := await provider.account(), Account):
            for finding in credits_left(account, settings.low_balance):
                yield finding
        answers = await provider.probe_dialects()
    for finding in _dialect(dialect, answers):
        yield finding


def _dialect(dialect: Dialect | None, answers: Mapping[Dialect, CheckResult]) -> Iterator[Finding]:
    answered = ", ".join(f"{name}: {answer}" for name, answer in answers.items())
    if dialect is None:
        chosen, _ = choose(answers)
        what = f"TOAPIS_DIALECT=auto uses {chosen or Dialect.VIDEO}" + (
            "" if chosen else " until the provider gives a clear answer"
        )
        yield Finding(chosen is not None, f"{what} ({answered})", "Check TOAPIS_BASE_URL, or set TOAPIS_DIALECT.")
        return
    others = [name for name in Dialect if answers[name] is CheckResult.YES]
    hint = f"Set TOAPIS_DIALECT={others[0]}." if others else "Check TOAPIS_BASE_URL."
    if answers[dialect] is CheckResult.YES:
        yield Finding(holds=True, what=f"The provider supports the dialect {dialect} ({answered})")
    else:
        doubt = "doesn't support" if answers[dialect] is CheckResult.NO else "doesn't say whether it supports"
        yield Finding(False, f"The provider {doubt} the dialect {dialect} ({answered})", hint)


def _key_line(accepted: CheckResult, detail: str) -> str:
    match accepted:
        case CheckResult.YES:
            return "The provider accepts the key"
        case CheckResult.NO:
            return f"The provider rejected the key ({detail})"
        case CheckResult.CANNOT_TELL:
            return f"The provider didn't say whether it accepts the key ({detail})"


async def _files(settings: Settings) -> Finding:
    """See whether the guard forbids the provider's own address: then no finished video could be fetched from there."""
    async with Fetcher(settings.media_allow_hosts, Timeouts()) as fetcher:
        forbidden = await fetcher.forbids(settings.toapis_base_url)
    if forbidden is None:
        return Finding(holds=True, what="Videos can be downloaded from the provider")
    return Finding(False, f"Videos can't be downloaded from the provider: {forbidden}", f"{forbidden.remedy}.")


async def _place(settings: Settings) -> Finding | None:
    """Try the place of the files where it is not in DATA_DIR: it is written to, read and deleted from."""
    if settings.media_url is None:
        if settings.media_dir is None:
            return None
        what, remedy = str(settings.media_dir), "Mount it, make it writable for the bot, or change MEDIA_DIR."
        problem = await asyncio.to_thread(try_folder, settings.media_dir)
    else:
        try:
            bucket = open_bucket(settings)
        except StoreUnusable as error:
            return Finding(False, error.problem.rstrip("."), error.remedy)
        what = f"s3://{'/'.join(settings.media_url)}".rstrip("/")
        remedy = "Check the bucket, MEDIA_ENDPOINT and the key."
        problem = None if bucket is None else await bucket.trouble()
    return Finding(problem is None, problem or f"Files can be written to {what}, read and deleted", remedy)


async def _ffmpeg() -> Finding:
    try:
        found = await asyncio.to_thread(find_ffmpeg)
    except FfmpegMissing as error:
        return Finding(holds=False, what="ffmpeg was not found", remedy=_sentence(str(error)))
    problem = await try_ffmpeg()
    return Finding(problem is None, f"{found} works" if problem is None else f"{found}: {problem}", REMEDY)


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
