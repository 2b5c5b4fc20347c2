"""The composition root: the only room that knows every other. It builds the house, runs it and shuts it down."""

import asyncio
import logging
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Final

import aiohttp
import discord

from bot.client import FINAL_CLOSE_CODES, SeedreelClient, push_commands
from bot.clock import ScaledClock
from bot.config import Settings
from bot.domain.errors import StoreFull, StoreInUse, StoreUnusable
from bot.domain.models import CAPABILITIES
from bot.heartbeat import beat
from bot.media.files import DiskMedia
from bot.replies.replies import DiscordReplies
from bot.replies.withdraw import Withdraw
from bot.storage.beginnings import SqliteBeginnings
from bot.storage.jobs import SqliteJobs
from bot.storage.notes import SqliteNotes
from bot.storage.thread import Store
from bot.studio.accept import Accept
from bot.studio.archive import Archive
from bot.studio.begun import Begun
from bot.studio.busy import Busy
from bot.studio.deliver import Deliver
from bot.studio.desk import Desk
from bot.studio.earlier import Earlier
from bot.studio.fetch import Fetch
from bot.studio.host import Host
from bot.studio.outlook import Outlooks
from bot.studio.produce import Produce
from bot.studio.queue import Queue
from bot.studio.rows import Rows
from bot.studio.sweep import Sweep
from bot.studio.tell import Tell
from bot.toapis.client import ToapisProvider
from bot.ui import texts
from bot.ui.voice import Voice
from cogs import Doors, answers, install

log = logging.getLogger(__name__)

# What closing the gateway and the REST session may take, in seconds.
_CLOSE_SECONDS: Final = 5.0


class Exit(IntEnum):
    """How the process ended, after BSD's sysexits where one fits."""

    WELL = 0
    UNUSABLE = 65  # the database is damaged, or from a newer version
    UNREACHABLE = 69  # Discord does not answer; a supervisor starts the bot again
    NO_SPACE = 74  # nothing can be written down
    IN_USE = 75  # another bot holds the database
    REFUSED = 77  # Discord refuses the token or the intents for good
    MISCONFIGURED = 78


@dataclass(frozen=True, slots=True)
class House:
    """What runs: the client, what its doormen open, the desk of jobs, and the sweeping."""

    client: SeedreelClient
    doors: Doors
    desk: Desk
    begun: Begun
    sweep: Sweep
    jobs: SqliteJobs
    notes: SqliteNotes


@asynccontextmanager
async def open_house(settings: Settings, logged_in: Callable[[House], Awaitable[None]]) -> AsyncIterator[House]:
    """Build everything, outermost first; `logged_in` runs once, before the gateway.

    Raises StoreInUse or StoreUnusable, with nothing started.
    """
    clock = ScaledClock(settings.time_scale)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store(settings.database))
        jobs, notes = SqliteJobs(store), SqliteNotes(store)
        media = await stack.enter_async_context(_media(settings))
        rows = Rows(jobs, clock)
        queue = Queue(settings.provider_slots, jobs, clock, lambda job: replies.show(rows.addressed(job)))
        provider = await stack.enter_async_context(_provider(settings, clock, lambda: queue.running))
        outlooks = Outlooks(jobs, queue, clock)
        client = await stack.enter_async_context(
            SeedreelClient(settings.discord_api_url, lambda: logged_in(house), answers.trace())
        )
        voice = Voice(outlooks.of, clock.now, settings.clip_days, clock.elapsed)
        replies = DiscordReplies(client, voice, clock, on_address=rows.found_at)
        stack.push_async_callback(replies.close)
        desk = _desk(jobs, media, provider, replies, rows, queue, outlooks, clock)
        begun = Begun(SqliteBeginnings(store), Withdraw(client, clock, texts.NOT_TAKEN_ON), clock)
        stack.push_async_callback(begun.close)
        accept = Accept(jobs, media, desk, begun, clock, settings.input_days)
        sweep = Sweep(jobs, media, rows, clock, clip_days=settings.clip_days, input_days=settings.input_days)
        doors = Doors(accept, Archive(jobs, media, outlooks), desk, clock.now)
        house = House(client, doors, desk, begun, sweep, jobs, notes)
        yield house


def _desk(
    jobs: SqliteJobs,
    media: DiskMedia,
    provider: ToapisProvider,
    replies: DiscordReplies,
    rows: Rows,
    queue: Queue,
    outlooks: Outlooks,
    clock: ScaledClock,
) -> Desk:
    """Put the steps of a job's way together, and the desk that drives them."""
    busy = Busy()
    fetch = Fetch(provider, media, rows, clock)
    deliver = Deliver(replies, media, rows, fetch, busy, clock)
    produce = Produce(
        provider=provider,
        queue=queue,
        rows=rows,
        host=Host(replies, media, rows, clock),
        fetch=fetch,
        deliver=deliver,
        earlier=Earlier(replies, rows, clock),
        tell=Tell(replies, rows, busy, clock),
        replies=replies,
        outlooks=outlooks,
        busy=busy,
        clock=clock,
    )
    return Desk(
        jobs=jobs,
        rows=rows,
        queue=queue,
        produce=produce,
        deliver=deliver,
        replies=replies,
        media=media,
        busy=busy,
        clock=clock,
    )


def _media(settings: Settings) -> DiskMedia:
    models = CAPABILITIES[settings.toapis_dialect].values()
    return DiskMedia(settings.data_dir, settings.media_allow_hosts, max(model.image_bytes for model in models))


def _provider(settings: Settings, clock: ScaledClock, running: Callable[[], int]) -> ToapisProvider:
    key = settings.toapis_api_key.reveal()
    return ToapisProvider(settings.toapis_base_url, key, settings.toapis_dialect, clock, running)


async def run(settings: Settings) -> Exit:
    """Run the bot until a signal stops it, or Discord refuses it for good."""
    try:
        async with open_house(settings, _open_doors) as house:
            return await _live(house, settings)
    except StoreInUse as error:
        log.critical("Another bot uses this database: %s. Stop it, or give this one a DATA_DIR of its own.", error)
        return Exit.IN_USE
    except StoreUnusable as error:
        log.critical("%s %s", error.problem, error.remedy)
        return Exit.UNUSABLE
    except StoreFull:
        log.critical("Nothing can be written to %s: make room on its disk.", settings.data_dir)
        return Exit.NO_SPACE


async def _open_doors(house: House) -> None:
    """Take up every job where it stands, tell whom an earlier life left waiting, and push the commands that changed."""
    if unclear := await house.jobs.stamp_restored():
        log.warning("From a restored backup: %d jobs may have been sent since, and are not sent again.", unclear)
    await install(house.client, house.doors)
    if left := await house.begun.make_good():
        log.warning("The bot ended before it could take %d wishes on; their members are told.", left)
    log.info("Taken up again: %d jobs.", await house.desk.resume())
    try:
        await push_commands(house.client, house.notes)
    except (discord.DiscordException, StoreFull, aiohttp.ClientError, OSError):
        # Yesterday's commands still work, and paid jobs do not wait for new ones.
        log.exception("The commands could not be pushed. Try `python -m bot sync`.")


async def _live(house: House, settings: Settings) -> Exit:
    stop = _stop_on_signals()
    beside = [asyncio.create_task(beat(settings.heartbeat)), asyncio.create_task(house.sweep.run())]
    for keeper in beside:
        keeper.add_done_callback(_note_end)
    started = asyncio.create_task(_connect(house.client, settings.discord_token.reveal()))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({started, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if stop.is_set():
            log.info("Stopping: what is being written or uploaded is finished first.")
        await house.desk.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await house.client.close()
        for task in (*beside, stopped, started):
            task.cancel()
        await asyncio.gather(*beside, stopped, started, return_exceptions=True)
    return Exit.WELL if started.cancelled() else started.result()


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("What runs beside the jobs has ended; the jobs go on.", exc_info=error)


def _stop_on_signals() -> asyncio.Event:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def _connect(client: SeedreelClient, token: str) -> Exit:
    """Log in and stay connected; ends only when the client is closed, or refused for good."""
    try:
        await client.start(token)
    except discord.LoginFailure:
        log.critical("Discord does not accept DISCORD_TOKEN. Copy it anew: developer portal, your application, Bot.")
        return Exit.REFUSED
    except discord.PrivilegedIntentsRequired:
        log.critical("Discord refuses the intents of this application. Check the Bot page of the developer portal.")
        return Exit.REFUSED
    except discord.ConnectionClosed as error:
        if error.code not in FINAL_CLOSE_CODES:
            log.critical("Discord closed the gateway (%d); start again later.", error.code)
            return Exit.UNREACHABLE
        log.critical("Discord closed the gateway for good (%d). Check DISCORD_TOKEN and the application.", error.code)
        return Exit.REFUSED
    except (discord.DiscordException, aiohttp.ClientError, OSError):
        log.exception("Discord cannot be reached; start again later.")
        return Exit.UNREACHABLE
    return Exit.WELL


async def sync(settings: Settings) -> int:
    """Push the command tree now, whatever was pushed before; returns how many commands there are.

    It works beside a running bot: the database is not touched, a temporary one stands in for it.
    """
    with tempfile.TemporaryDirectory(prefix="seedreel-sync-") as folder:
        async with open_house(replace(settings, data_dir=Path(folder)), _install_only) as house:
            await house.client.login(settings.discord_token.reveal())
            return len(await house.client.tree.sync())


async def _install_only(house: House) -> None:
    await install(house.client, house.doors)
