"""The command line: run, demo, check, sync, backup, restore, usage, admin, migrate. Here exit codes are decided."""

import argparse
import asyncio
import gc
import os
import sys
from pathlib import Path
from typing import Final

from bot.admin_arguments import add_admin
from bot.config import Settings, SettingsInvalid, read_database, read_settings
from bot.console import complain, hold_streams, let_go_of_streams
from bot.domain.limits import OwnerLimits
from bot.domain.models import Dialect
from bot.domain.processes import Role
from bot.domain.shards import Shards, ShardsInvalid, parse_shards
from bot.domain.usage import DAYS, MAX_DAYS
from bot.logs import configure_logging
from bot.version import VERSION


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code, whatever becomes of the standard streams."""
    hold_streams()
    # Whatever is written is for the bot's own user alone.
    os.umask(0o077)
    try:
        return _command(_parser().parse_args(arguments))
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    finally:
        let_go_of_streams()


def _command(wanted: argparse.Namespace) -> int:
    match wanted.command or "run":
        case "demo":
            from bot.demo import demo

            draft = demo(
                wanted.port,
                fast=wanted.fast,
                dialect=wanted.dialect,
                openapi=wanted.discord_openapi,
                open_page=not wanted.no_open,
            )
            return asyncio.run(draft)
        case "check":
            return _check(wanted)
        case "sync":
            return _sync(wanted)
        case "backup" | "restore" | "usage" | "admin" | "migrate":
            return _on_database(wanted)
        case _:
            return _run(wanted)


def _run(wanted: argparse.Namespace) -> int:
    settings = _settings(wanted)
    if settings is None:
        return 78
    # Nothing of what is imported is ever garbage: looking for some would take an eighth of the start.
    gc.disable()
    from bot.run import run

    gc.freeze()
    gc.enable()
    if wanted.command != "run":
        return asyncio.run(run(settings))
    role = Role.WORKER if wanted.worker else Role.GATEWAY if wanted.gateway else Role.ALL
    if role is not Role.ALL and settings.database_url is None:
        complain("Seedreel can't start: several processes work together over PostgreSQL; set DATABASE_URL.")
        return 78
    if wanted.shards is not None and role is not Role.GATEWAY:
        complain("Seedreel can't start: --shards are those of a gateway; use it with --gateway.")
        return 78
    from bot.infrastructure import Place

    return asyncio.run(run(settings, Place(role, shards=wanted.shards), standby=wanted.standby))


def _sync(wanted: argparse.Namespace) -> int:
    settings = _settings(wanted)
    if settings is None:
        return 78
    from bot.commands import sync

    return asyncio.run(sync(settings))


def _on_database(wanted: argparse.Namespace) -> int:
    try:
        database, secret = read_database(os.environ, _dotenv(wanted))
    except SettingsInvalid as invalid:
        _complain_of(invalid)
        return 78
    url = None if secret is None else secret.reveal()
    match wanted.command:
        case "usage":
            from bot.usage import report_usage

            code = report_usage(database, wanted.days, wanted.csv, url)
        case "admin":
            code = _administer(wanted, database, url)
        case "migrate":
            from bot.migrate import migrate

            code = migrate(database, wanted.url or url, back=wanted.back, dry=wanted.dry_run)
        case "backup":
            from bot.copies import make_backup

            code = make_backup(database, wanted.file, url, force=wanted.force)
        case _:
            from bot.copies import restore_backup

            code = restore_backup(database, wanted.file, url, stamp=wanted.stamp)
    return code


def _administer(wanted: argparse.Namespace, database: Path, url: str | None) -> int:
    from bot.admin_command import administer

    # What is in force depends on the settings; what the owner sets does not.
    settings = _settings(wanted) if wanted.action == "show" else None
    if wanted.action == "show" and settings is None:
        return 78
    return administer(database, settings.limits if settings else OwnerLimits(), wanted, url)


def _check(wanted: argparse.Namespace) -> int:
    from bot.doctor import check
    from bot.live_check import live, spend

    more = [live(wanted.live)] if wanted.live is not None else []
    return asyncio.run(check(dict(os.environ), _dotenv(wanted), [*more, spend] if wanted.spend else more))


def _settings(wanted: argparse.Namespace) -> Settings | None:
    """Read the settings and set the log up; None after every mistake was printed."""
    try:
        settings = read_settings(os.environ, _dotenv(wanted))
    except SettingsInvalid as invalid:
        _complain_of(invalid)
        return None
    configure_logging(settings.log_level, settings.log_format, settings.secrets)
    return settings


def _complain_of(invalid: SettingsInvalid) -> None:
    count = len(invalid.mistakes)
    complain(f"Seedreel can't start: {count} {'setting needs' if count == 1 else 'settings need'} fixing.")
    for mistake in invalid.mistakes:
        complain(f"  {mistake}")


def _dotenv(wanted: argparse.Namespace) -> Path | None:
    """Return the `.env` of the current directory, or else the one beside the README: a service may start anywhere."""
    if wanted.no_dotenv:
        return None
    here = Path(".env")
    return here if here.exists() else Path(__file__).resolve().parents[1] / here


_FILES: Final = {"backup": "the file to write", "restore": "a file made by `backup`"}
_ABOUT_STANDBY: Final = "where another bot uses the database, wait until it has ended, then take over"
_ABOUT_WORKER: Final = "only drive videos, as one of several processes over PostgreSQL"
_ABOUT_GATEWAY: Final = "only take commands and presses, as one of several processes over PostgreSQL"
_ABOUT_SHARDS: Final = "a gateway's shards, such as 0-3/16 (default: all that Discord recommends)"
_ABOUT_STAMP: Final = "PostgreSQL: pg_restore has been run; make sure that nothing is paid for twice"
_ABOUT_DAYS: Final = f"how many days of UTC, with today's (default: {DAYS})"


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a port: use 0 to 65535")
    return port


def _shards(text: str) -> Shards:
    try:
        return parse_shards(text)
    except ShardsInvalid as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _days(text: str) -> int:
    days = int(text)
    if not 1 <= days <= MAX_DAYS:
        raise argparse.ArgumentTypeError(f"{text} is out of range: use 1 to {MAX_DAYS} days")
    return days


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="seedreel", description="A Discord bot that turns a prompt into an AI video.")
    parser.add_argument("--no-dotenv", action="store_true", help="ignore .env files", default=False)
    parser.add_argument("--version", action="version", version=f"seedreel {VERSION}", help="print the version")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    for name, says in (
        ("run", "run the bot (the default)"),
        ("check", "check that everything is set up; costs nothing and starts nothing"),
        ("sync", "send the slash commands to Discord now"),
        ("backup", "back up the database to FILE; the bot may be running"),
        ("restore", "restore the database from FILE; stop the bot first"),
        ("usage", "print what was used by day, member, server and model; the bot may be running"),
    ):
        command = commands.add_parser(name, help=says, description=says)
        command.add_argument("--no-dotenv", action="store_true", help="ignore .env files", default=argparse.SUPPRESS)
        if name == "run":
            command.add_argument("--standby", action="store_true", help=_ABOUT_STANDBY)
            parts = command.add_mutually_exclusive_group()
            parts.add_argument("--gateway", action="store_true", help=_ABOUT_GATEWAY)
            parts.add_argument("--worker", action="store_true", help=_ABOUT_WORKER)
            command.add_argument("--shards", type=_shards, metavar="SHARDS", help=_ABOUT_SHARDS)
        if name in {"backup", "restore"}:
            command.add_argument("file", type=Path, nargs="?", metavar="FILE", help=_FILES[name])
        if name == "restore":
            command.add_argument("--stamp", action="store_true", help=_ABOUT_STAMP)
        if name == "backup":
            command.add_argument("--force", action="store_true", help="replace FILE if it exists")
        if name == "usage":
            command.add_argument("--days", type=_days, default=DAYS, metavar="DAYS", help=_ABOUT_DAYS)
            command.add_argument("--csv", metavar="FILE", help="write a CSV instead; - for standard output")
        if name == "check":
            command.add_argument("--live", type=int, metavar="CHANNEL_ID", help="also try a message in that channel")
            command.add_argument("--spend", action="store_true", help="also make a cheap real video, after asking")
    add_admin(commands)
    _add_migrate(commands)
    _add_demo(commands)
    return parser


def _add_migrate(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    says = "move everything from the file in DATA_DIR to PostgreSQL; stop every bot first"
    migrate = commands.add_parser("migrate", help=says, description=says)
    migrate.add_argument("--no-dotenv", action="store_true", help="ignore .env files", default=argparse.SUPPRESS)
    migrate.add_argument("url", nargs="?", metavar="DATABASE_URL", help="where to (default: the setting of that name)")
    migrate.add_argument("--back", action="store_true", help="from PostgreSQL to the file")
    migrate.add_argument("--dry-run", action="store_true", help="look at both and change nothing")


def _add_demo(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    demo = commands.add_parser("demo", help="try it in your browser, without a key or an account")
    demo.add_argument(
        "--port", type=_port, default=8765, metavar="PORT", help="the page's port (default: 8765; 0: any free port)"
    )
    demo.add_argument("--fast", action="store_true", help="videos are ready in seconds")
    dialects = ["auto", *(each.value for each in Dialect)]
    demo.add_argument("--dialect", choices=dialects, default="auto", help="which of the provider's APIs to use")
    demo.add_argument("--no-open", action="store_true", help="don't open a browser")
    demo.add_argument(
        "--discord-openapi", type=Path, metavar="PATH", help="check what is sent against this OpenAPI file"
    )


if __name__ == "__main__":
    sys.exit(main())
