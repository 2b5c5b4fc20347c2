"""The composition root: the only room that knows every other. It builds the house, runs it and shuts it down."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.client import SeedreelClient, made_client, try_to_push_commands
from bot.clock import ScaledClock
from bot.config import Settings
from bot.connect import connect, stop_on_signals
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.heartbeat import beat
from bot.media.files import DiskMedia
from bot.offering import Offering
from bot.recording.record import Recorder
from bot.replies.discord_api import DiscordApi, trace_rate_limits
from bot.replies.notices import Notices
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from bot.secret import redact
from bot.storage import SqliteJobs, SqliteNotes, Store, Tables
from bot.studio.accept import Accept
from bot.studio.archive import Archive
from bot.studio.assets import Collection
from bot.studio.begun import Begun
from bot.studio.busy import Busy
from bot.studio.deliver import Deliver
from bot.studio.desk import Desk
from bot.studio.earlier import Earlier
from bot.studio.fetch import Fetch
from bot.studio.health import Health
from bot.studio.host import Host
from bot.studio.others import Others
from bot.studio.outlook import Outlooks
from bot.studio.produce import Produce
from bot.studio.queue import Queue
from bot.studio.ratio import RatioCheck
from bot.studio.recall import Recall
from bot.studio.register import Register
from bot.studio.room import GB, Quota, Room
from bot.studio.rows import Rows
from bot.studio.shelf import Shelf
from bot.studio.sweep import Sweep
from bot.studio.tell import Tell
from bot.studio.upload import Upload
from bot.studio.verify import Verify
from bot.toapis.provider import ToapisProvider
from bot.version import VERSION
from cogs import Doors, answers

log = logging.getLogger(__name__)

# What closing the gateway and the REST session may take, in seconds.
_CLOSE_SECONDS: Final = 5.0
# The store's thread is stuck when a call waits for longer than this, in seconds.
_STORE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class House:
    """What runs: the client, what its doormen open, the desk of jobs, the assets' keeper, and the sweeping."""

    client: SeedreelClient
    doors: Doors
    desk: Desk
    register: Register
    begun: Begun
    sweep: Sweep
    media: DiskMedia
    jobs: SqliteJobs
    notes: SqliteNotes
    offering: Offering
    works: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Ground:
    """What everything else stands on."""

    clock: ScaledClock
    store: Store
    shelves: Tables
    media: DiskMedia
    room: Room
    rows: Rows
    queue: Queue
    provider: ToapisProvider
    upload: Upload
    outlooks: Outlooks
    busy: Busy
    recorder: Recorder | None


@asynccontextmanager
async def open_house(settings: Settings, logged_in: Callable[[House], Awaitable[None]]) -> AsyncIterator[House]:
    """Build everything, outermost first; `logged_in` runs once, before the gateway.

    Raises StoreInUse or StoreUnusable, with nothing started.
    """
    async with AsyncExitStack() as stack:
        ground = await _ground(settings, stack, lambda job: replies.show(ground.rows.addressed(job)))
        clock, shelves, media, rows = ground.clock, ground.shelves, ground.media, ground.rows
        trace = trace_rate_limits(answers.trace())
        client = await stack.enter_async_context(
            made_client(settings.discord_api_url, lambda: logged_in(house), trace, ground.recorder)
        )
        presenter = Presenter(ground.outlooks.of, clock.now, settings.clip_days, clock.elapsed)
        api = DiscordApi(client, clock)
        replies = DiscordReplies(api, presenter, clock, on_address=rows.found_at)
        stack.push_async_callback(replies.close)
        desk = _desk(settings, ground, replies)
        notices = Notices(api, clock)
        begun = Begun(shelves.beginnings, notices, clock)
        stack.push_async_callback(begun.close)
        register = Register(
            shelves.assets, shelves.characters, ground.provider.assets, ground.upload, media, notices, clock
        )
        stack.push_async_callback(register.close)
        doors = _doors(settings, ground, desk, begun, register)
        days = {"clip_days": settings.clip_days, "input_days": settings.input_days}
        sweep = Sweep(shelves.jobs, shelves.assets, media, rows, clock, **days)
        works = partial(_works, desk.health, ground.store)
        offering = Offering(settings, ground.provider.dialect, shelves.notes, client)
        stack.push_async_callback(offering.close)
        kept = (media, shelves.jobs, shelves.notes, offering)
        house = House(client, doors, desk, register, begun, sweep, *kept, works)
        yield house


async def _ground(settings: Settings, stack: AsyncExitStack, show: Callable[[Job], None]) -> _Ground:
    """Open the store, the media and the line to the provider."""
    clock = ScaledClock(settings.time_scale)
    store = await stack.enter_async_context(Store(settings.database))
    shelves = Tables(store)
    media = await stack.enter_async_context(DiskMedia(settings.data_dir, settings.media_allow_hosts))
    quota = Quota(round(settings.max_files_gb * GB), round(settings.max_clips_gb * GB))
    room = Room(media, shelves.jobs, shelves.assets, clock, quota, input_days=settings.input_days)
    queue = Queue(settings.provider_slots, shelves.jobs, clock, show, room.closed)
    outlooks = Outlooks(shelves.jobs, queue, clock, show)
    recorder = stack.enter_context(Recorder(settings.record)) if settings.record else None
    provider = ToapisProvider(
        settings.toapis_base_url,
        settings.toapis_api_key.reveal(),
        settings.toapis_dialect,
        clock,
        lambda: queue.running,
        private_asset_review=settings.private_asset_review,
        redact=partial(redact, secrets=settings.secrets),
    )
    if recorder is not None:
        provider.listen(recorder.trace("provider"), recorder.answered_by_provider)
    await stack.enter_async_context(provider)
    rows, upload = Rows(shelves.jobs, clock, outlooks.wait_for_room), Upload(provider.assets, shelves.uploads, clock)
    return _Ground(clock, store, shelves, media, room, rows, queue, provider, upload, outlooks, Busy(), recorder)


def _desk(settings: Settings, ground: _Ground, replies: DiscordReplies) -> Desk:
    """Put the steps of a job's way together, and the desk that drives them."""
    clock, media, rows, queue, busy = ground.clock, ground.media, ground.rows, ground.queue, ground.busy
    fetch = Fetch(ground.provider, media, rows, ground.outlooks, clock)
    deliver = Deliver(replies, media, rows, fetch, busy, clock)
    dialect = ground.provider.dialect
    host = Host(replies, media, ground.upload, rows, clock, uploads_first=dialect.value is Dialect.VIDEOS)
    dialect.listeners.append(host.speak)
    produce = Produce(
        provider=ground.provider,
        queue=queue,
        rows=rows,
        host=host,
        recall=Recall(ground.provider, ground.shelves.notes, queue, rows, clock, settings.toapis_base_url),
        fetch=fetch,
        ratio=RatioCheck(media, ground.shelves.notes),
        deliver=deliver,
        earlier=Earlier(replies, rows, clock),
        tell=Tell(replies, rows, busy, clock),
        replies=replies,
        outlooks=ground.outlooks,
        busy=busy,
        clock=clock,
    )
    return Desk(
        jobs=ground.shelves.jobs,
        rows=rows,
        queue=queue,
        produce=produce,
        deliver=deliver,
        replies=replies,
        media=media,
        busy=busy,
        clock=clock,
    )


def _doors(settings: Settings, ground: _Ground, desk: Desk, begun: Begun, register: Register) -> Doors:
    """Put together what the doormen open."""
    shelves, clock, assets = ground.shelves, ground.clock, ground.provider.assets
    shelf = Shelf(shelves.assets)
    accept = Accept(
        jobs=shelves.jobs,
        media=ground.media,
        room=ground.room,
        shelf=shelf,
        desk=desk,
        begun=begun,
        clock=clock,
        offer=settings.offer_in(ground.provider.dialect.value),
        input_days=settings.input_days,
    )
    return Doors(
        accept=accept,
        archive=Archive(shelves.jobs, ground.media, ground.outlooks),
        desk=desk,
        now=clock.now,
        offer=settings.offer_in(ground.provider.dialect.value),
        shelf=shelf,
        collection=Collection(
            shelves.assets, shelves.characters, assets, shelves.uploads, ground.room, register, ground.busy, clock
        ),
        others=Others(clock),
        verify=Verify(shelves.characters, assets, ground.busy, clock, settings.verify_callback_url or ""),
    )


async def run(settings: Settings) -> Exit:
    """Run the bot until a signal stops it, or Discord refuses it for good."""
    try:
        async with open_house(settings, _open_doors) as house:
            log.info("Seedreel %s.", VERSION)
            return await _live(house, settings)
    except STORE_ERRORS as error:
        code, line = end_of(error)
        log.critical("%s", line)
        return code


async def _open_doors(house: House) -> None:
    """Take up every job where it stands, tell whom an earlier life left waiting, and push the commands that changed."""
    if unclear := await house.jobs.stamp_restored():
        log.warning("From a restored backup: %d jobs may have been sent since, and are not sent again.", unclear)
    await house.offering.begin(house.doors)
    if left := await house.begun.make_good():
        log.warning("The bot ended before it could take %d wishes on; their members are told.", left)
    log.info("Taken up again: %d jobs, %d assets.", await house.desk.resume(), await house.register.resume())
    await try_to_push_commands(house.client, house.notes)


async def _works(health: Health, store: Store) -> bool:
    return health.well and await store.answers(_STORE_SECONDS)


async def _live(house: House, settings: Settings) -> Exit:
    stop = stop_on_signals()
    keepers = (beat(settings.heartbeat, works=house.works), house.sweep.run(), house.media.self_test.report())
    beside = [asyncio.create_task(keeper) for keeper in keepers]
    for keeper in beside:
        keeper.add_done_callback(_note_end)
    token, clock = settings.discord_token.reveal(), ScaledClock(settings.time_scale)
    started = asyncio.create_task(connect(house.client, token, house.notes, clock, house.doors.others))
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
