"""The command `admin`: what the owner sets and looks up without Discord, also while the bot runs."""

import argparse
import asyncio
import time
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime
from pathlib import Path

from bot.console import complain, say
from bot.domain.administration import Authority, Target
from bot.domain.audit import Change
from bot.domain.limits import LimitShown, Measure, OwnerLimits, Scope
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.storage import OpenStore, Store, Tables
from bot.studio.administration import Administration


def administer(database: Path, limits: OwnerLimits, wanted: argparse.Namespace, url: str | None = None) -> int:
    """Do what `bot.admin_arguments` has read, with the owner's rights; returns the exit code.

    `url`: a database of PostgreSQL's, in place of the file.
    """
    if url is None and not database.is_file():
        return _ended(
            Exit.NO_INPUT, f"There is no database at {database}. Start the bot once, or set DATA_DIR to its folder."
        )
    try:
        return asyncio.run(_administer(_store(database, url), limits, wanted))
    except STORE_ERRORS as error:
        return _ended(*end_of(error))


def _store(database: Path, url: str | None) -> AbstractAsyncContextManager[OpenStore]:
    if url is None:
        return Store(database, beside=True)
    from bot.storage.postgres import PostgresStore

    return PostgresStore(url, database, beside=True, threads=1)


async def _administer(
    opening: AbstractAsyncContextManager[OpenStore], limits: OwnerLimits, wanted: argparse.Namespace
) -> int:
    by = Authority(wanted.server, None, by_owner=True)
    async with opening as store:
        tables = Tables(store)
        administration = Administration(tables.rules, tables.audit, limits, frozenset, time.time)
        match wanted.action:
            case "show" | "set" | "clear":
                return await _limit(administration, by, wanted)
            case "audit":
                return await _audit(administration, by, wanted.last)
            case "block" | "unblock":
                return await _block(administration, by, wanted)
            case _:
                return await _pause(administration, by, wanted)


async def _block(administration: Administration, by: Authority, wanted: argparse.Namespace) -> int:
    if wanted.action == "block":
        changed = await administration.block(by, wanted.user)
        return _done(f"Member {wanted.user} is {'' if changed else 'already '}blocked {_place(by)}.")
    if await administration.unblock(by, wanted.user):
        return _done(f"Member {wanted.user} is no longer blocked {_place(by)}.")
    return _ended(Exit.NO_INPUT, f"There is no block of member {wanted.user} {_place(by)}.")


async def _pause(administration: Administration, by: Authority, wanted: argparse.Namespace) -> int:
    if wanted.action == "pause":
        changed = await administration.pause(by)
        return _done(f"Videos are {'' if changed else 'already '}paused {_place(by)}.")
    if await administration.resume(by):
        return _done(f"Videos go on {_place(by)}.")
    return _ended(Exit.NO_INPUT, f"There is no pause {_place(by)} to end.")


async def _audit(administration: Administration, by: Authority, maximum: int) -> int:
    changes = await administration.audit(by, maximum)
    for line in map(_change, changes):
        say(line)
    return Exit.WELL if changes else _done("Nothing has been changed yet.")


async def _limit(administration: Administration, by: Authority, wanted: argparse.Namespace) -> int:
    target = _target(wanted)
    about = f"{_whose(target)} in server {by.guild_id}"
    if wanted.action == "show":
        shown = await administration.limits(by, target)
        say(f"Limits for {about}:")
        for measure, limit in shown.items():
            say(f"  {measure.value}: {' · '.join(_shown(limit))}")
        if target.scope is Scope.MEMBER:
            say("Limits of the member's roles may count as well: only Discord knows who has which.")
        return Exit.WELL
    measure = Measure(wanted.measure)
    if wanted.action == "set":
        changed = await administration.set_limit(by, target, measure, wanted.limit)
        return _done(f"The limit for {about} is {'now' if changed else 'already'} {wanted.limit} {measure.value}.")
    if await administration.clear_limit(by, target, measure):
        return _done(f"The limit of {measure.value} for {about} is removed.")
    return _ended(Exit.NO_INPUT, f"The bot's owner has set no limit of {measure.value} for {about}.")


def _target(wanted: argparse.Namespace) -> Target:
    if wanted.member is not None:
        return Target(Scope.MEMBER, wanted.member)
    return Target(Scope.SERVER, wanted.server) if wanted.role is None else Target(Scope.ROLE, wanted.role)


def _whose(target: Target) -> str:
    return "everyone together" if target.scope is Scope.SERVER else f"{target.scope.value} {target.id}"


def _shown(limit: LimitShown) -> Iterator[str]:
    if (found := limit.in_force) is None:
        yield "not set"
    else:
        yield "no limit" if found.value is None else str(found.value)
        yield f"from the {found.source.value}" + (f" for role {found.role_id}" if found.role_id else "")
    if limit.ceiling is not None:
        yield f"managers can set up to {limit.ceiling}"


def _change(change: Change) -> str:
    at = datetime.fromtimestamp(change.at, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    who = "command line" if change.actor_id is None else f"user {change.actor_id}"
    facts = " ".join(f"{name}={value}" for name, value in change.facts.items())
    return f"{at}  {f'server {change.guild_id}' if change.guild_id else 'everywhere'}  {who}  {change.action}  {facts}"


def _place(by: Authority) -> str:
    return "everywhere" if by.guild_id is None else f"in server {by.guild_id}"


def _done(line: str) -> int:
    say(line)
    return Exit.WELL


def _ended(code: Exit, line: str) -> int:
    complain(line)
    return code
