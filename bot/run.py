"""Run the app until a signal stops it, and shut it down."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.app import App, open_app
from bot.clock import ScaledClock
from bot.config import Settings
from bot.connect import Share, call_only, connect, stop_on_signals
from bot.domain.errors import StoreFull, StoreInUse
from bot.domain.processes import Role
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.garbage import collect_when_idle, tune_collector
from bot.gateway.session_starts import SharedStarts
from bot.heartbeat import beat
from bot.infrastructure import ALONE, Place
from bot.log_lines import counted
from bot.replies.members import owners_of
from bot.standby import wait_for_lock
from bot.studio.lifecycle.retry import retry
from bot.studio.ports import Clock
from bot.version import VERSION
from bot.watchdog import HUNG_AFTER, watched

if TYPE_CHECKING:
    from bot.operations.listening import Listener

Loop = Coroutine[Any, Any, None]
log = logging.getLogger(__name__)

# What closing the gateway and the REST session may take, in seconds.
CLOSE_SECONDS: Final = 5.0
# What handing over the rows of jobs may take, once their tasks have ended, in seconds.
HAND_OVER_SECONDS: Final = 5.0
# How long an end of any of the store's calls is waited for, before it is asked again.
_MOVE_SECONDS: Final = 5.0


async def run(
    settings: Settings, place: Place = ALONE, *, standby: bool = False, hung_after: float = HUNG_AFTER
) -> Exit:
    """Run the bot, or its part of it, until a signal stops it, or Discord refuses it for good.

    `standby`: where another bot has the database, wait until it has ended. `hung_after`: real seconds after which a
    process that hangs ends itself.
    """
    log.info("Seedreel %s.", VERSION)
    if standby and settings.database_url is not None:
        log.critical("--standby is for a database in DATA_DIR; with DATABASE_URL several bots work at the same time.")
        return Exit.MISCONFIGURED
    stop = stop_on_signals()
    try:
        if not standby:
            heartbeat = settings.heartbeat if place.role is Role.ALL else settings.own_heartbeat
            return await _open(settings, stop, place, (heartbeat,), hung_after)
        async with wait_for_lock(settings, stop) as lock:
            heartbeats = (settings.heartbeat, settings.own_heartbeat)
            held = replace(place, lock=lock)
            return Exit.WELL if lock is None else await _open(settings, stop, held, heartbeats, hung_after)
    except STORE_ERRORS as error:
        code, line = end_of(error)
        log.critical("%s", line)
        return code


async def _open(
    settings: Settings, stop: asyncio.Event, place: Place, heartbeats: Sequence[Path], hung_after: float
) -> Exit:
    logged_in = {Role.ALL: _resume, Role.GATEWAY: _start_taking_commands, Role.WORKER: _drive}[place.role]
    async with watched(hung_after) as watchdog, open_app(settings, logged_in, place) as app:
        own = [beat(path, works=app.works) for path in heartbeats]
        moves = partial(app.store.moves, _MOVE_SECONDS)
        clock = ScaledClock(settings.time_scale)
        loops = [*own, watchdog.follow("The database's thread", moves), *_loops(app, clock, place.role)]
        return await _live(app, loops, stop, _with_discord(app, settings, clock, place))


async def _resume(app: App) -> None:
    """Take up every job, tell the members that an earlier process left waiting, and push commands that changed."""
    tune_collector()
    await _settle_restored(app)
    await app.ownership.start(owners_of(app.client.application))
    await app.command_updates.start(app.use_cases)
    if left := await app.pending_replies.recover():
        count = counted(left, "request")
        log.warning("The bot stopped before it could accept %s. The members will be told.", count)
    await app.use_cases.self_tests.recover()
    if shares := await app.use_cases.sharing.resume():
        log.info("Going on with %s.", counted(shares, "share"))
    jobs, assets = await app.use_cases.runner.resume(), await app.asset_uploader.resume()
    log.info("Resumed %s and %s.", counted(jobs, "job"), counted(assets, "asset"))
    await app.command_updates.push()
    app.server_log.start()
    app.use_cases.privacy.start()
    say = app.use_cases.languages.english.text
    await app.client.set_profile(say("profile.activity"), say("profile.description"))


async def _settle_restored(app: App) -> None:
    """Fail what a backup doesn't know to be sent, before anything of it is sent."""
    if unclear := await app.tables.jobs.stamp_restored():
        count = counted(unclear, "job")
        log.warning("Restored from a backup: %s may have been sent since, and won't be sent again.", count)


async def _start_taking_commands(app: App) -> None:
    """Begin to take commands and presses, for jobs that other processes drive."""
    tune_collector()
    # Where it starts before the workers, drafts and shares that it takes from now on are not of the backup.
    await _settle_restored(app)
    app.ownership.learn(owners_of(app.client.application))
    await app.command_updates.start(app.use_cases)
    await app.use_cases.self_tests.recover()
    await app.command_updates.push()
    say = app.use_cases.languages.english.text
    await app.client.set_profile(say("profile.activity"), say("profile.description"))


async def _drive(app: App) -> None:
    """Take rows, as other processes defer them, from now on."""
    tune_collector()
    await _settle_restored(app)
    app.ownership.learn(owners_of(app.client.application))
    # Another worker may lead by now, which sees to its own disk.
    await app.use_cases.privacy.exports.clear()
    if app.worker is not None:
        await app.worker.start()
    log.info("Driving videos.")


def _with_discord(app: App, settings: Settings, clock: Clock, place: Place) -> Coroutine[Any, Any, Exit]:
    """Be with Discord in the way that this process's role asks for."""
    token, notes = settings.discord_token.reveal(), app.tables.notes
    share = None
    match place.role:
        case Role.WORKER:
            return call_only(app.client, token, notes, clock)
        case Role.GATEWAY:
            share = Share(place.shards, SharedStarts(notes, clock))
        case Role.ALL:
            pass
    return connect(app.client, token, notes, clock, app.use_cases.other_processes, share)


async def _live(app: App, loops: Sequence[Loop], stop: asyncio.Event, discord: Coroutine[Any, Any, Exit]) -> Exit:
    beside = [asyncio.create_task(loop) for loop in loops]
    for looping in beside:
        looping.add_done_callback(_note_end)
    started = asyncio.create_task(discord)
    stopped = asyncio.create_task(stop.wait())
    damaged = asyncio.create_task(until_damaged(app.store.check))
    ends = {started, stopped, damaged}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if stop.is_set() or damaged.done():
            log.info("Stopping. Uploads in progress are finished first.")
        await _drained(app)
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSE_SECONDS):
                await app.client.close()
        for task in (*beside, *ends):
            task.cancel()
        await asyncio.gather(*beside, *ends, return_exceptions=True)
    if not damaged.cancelled():
        damaged.result()
    return Exit.WELL if started.cancelled() else started.result()


async def _drained(app: App) -> None:
    """End the work on jobs; what a worker drives is handed over at once, but for what is being sent."""
    if app.worker is None:
        await app.use_cases.runner.drain()
        return
    app.worker.leave()
    await app.use_cases.runner.drain()
    await app.worker.close(HAND_OVER_SECONDS)


async def until_damaged(check: Callable[[], Awaitable[None]]) -> None:
    """Raise StoreUnusable if the database turns out to be damaged by a check; never end otherwise."""
    try:
        await check()
    except (StoreInUse, StoreFull) as error:
        # The bot itself works with it, or notices by itself that it cannot.
        log.warning("The database couldn't be checked (%s); the next start does it.", error)
    await asyncio.Event().wait()


def _loops(app: App, clock: Clock, role: Role) -> Iterator[Loop]:
    """Yield what runs for as long as the bot does."""
    if role is Role.ALL:
        yield app.cleanup.run()
    yield collect_when_idle(lambda: app.use_cases.runner.is_answering)
    yield app.media.self_test.report()
    if app.deleted_elsewhere is not None:
        yield app.deleted_elsewhere.follow()
    if app.metrics is not None:
        yield app.metrics.watch_loop()
    for listener in app.listeners:
        yield _listen(listener, clock)


async def _listen(listener: "Listener", clock: Clock) -> None:
    """Serve a port until cancelled; one that can't be opened is tried again, and costs no video."""
    from bot.operations.listening import listening

    async def hold() -> None:
        async with listening(listener):
            log.info("Listening on %s.", listener)
            await asyncio.Event().wait()

    tries = 0

    def refused(error: OSError) -> None:
        nonlocal tries
        tries += 1
        if tries == 1:
            reason = os.strerror(error.errno) if error.errno else type(error).__name__
            log.error("%s can't be opened (%s); trying again.", listener, reason)

    await retry(hold, OSError, refused, clock)


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("A background service stopped; jobs keep running.", exc_info=error)
