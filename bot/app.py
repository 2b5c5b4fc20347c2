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
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.assets.verification import VerificationService
from bot.studio.delivery.aspect_ratio import AspectRatioCheck
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.delivery.deliver import Deliverer
from bot.studio.delivery.fetch import Fetch
from bot.studio.delivery.notify import Notifier
from bot.studio.delivery.restore_check import RestoreCheck
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.disk_quota import GB, DiskQuota, Quota
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.running.forecasts import Forecasts
from bot.studio.running.health import Health
from bot.studio.running.input_urls import InputUrls
from bot.studio.running.job_moves import JobMoves
from bot.studio.running.pipeline import Pipeline
from bot.studio.running.queue import Queue
from bot.studio.running.runner import JobRunner
from bot.studio.running.shutdown import ShutdownGuard
from bot.studio.running.unclear_submits import UnclearSubmits
from bot.studio.running.uploads import FileUploader
from bot.toapis.provider import ToapisProvider
from bot.version import VERSION
from cogs import UseCases, answers

log = logging.getLogger(__name__)

# What closing the gateway and the REST session may take, in seconds.
_CLOSE_SECONDS: Final = 5.0
# The store's thread is stuck when a call waits for longer than this, in seconds.
_STORE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class App:
    """What runs: the client, what its doormen open, the desk of jobs, the assets' keeper, and the sweeping."""

    client: SeedreelClient
    use_cases: UseCases
    runner: JobRunner
    register: AssetUploader
    begun: PendingReplies
    sweep: Cleanup
    media: DiskMedia
    jobs: SqliteJobs
    notes: SqliteNotes
    offering: Offering
    works: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Infrastructure:
    """What everything else stands on."""

    clock: ScaledClock
    store: Store
    shelves: Tables
    media: DiskMedia
    disk_quota: DiskQuota
    job_moves: JobMoves
    queue: Queue
    provider: ToapisProvider
    upload: FileUploader
    forecasts: Forecasts
    shutdown: ShutdownGuard
    recorder: Recorder | None


@asynccontextmanager
async def open_app(settings: Settings, logged_in: Callable[[App], Awaitable[None]]) -> AsyncIterator[App]:
    """Build everything, outermost first; `logged_in` runs once, before the gateway.

    Raises StoreInUse or StoreUnusable, with nothing started.
    """
    async with AsyncExitStack() as stack:
        ground = await _infrastructure(settings, stack, lambda job: replies.show(ground.job_moves.addressed(job)))
        clock, shelves, media, job_moves = ground.clock, ground.shelves, ground.media, ground.job_moves
        trace = trace_rate_limits(answers.trace())
        client = await stack.enter_async_context(
            made_client(settings.discord_api_url, lambda: logged_in(app), trace, ground.recorder)
        )
        presenter = Presenter(ground.forecasts.of, clock.now, settings.clip_days, clock.elapsed)
        api = DiscordApi(client, clock)
        replies = DiscordReplies(api, presenter, clock, on_address=job_moves.found_at)
        stack.push_async_callback(replies.close)
        runner = _job_runner(settings, ground, replies)
        notices = Notices(api, clock)
        begun = PendingReplies(shelves.pending_replies, notices, clock)
        stack.push_async_callback(begun.close)
        register = AssetUploader(
            shelves.assets, shelves.characters, ground.provider.assets, ground.upload, media, notices, clock
        )
        stack.push_async_callback(register.close)
        use_cases = _use_cases(settings, ground, runner, begun, register)
        days = {"clip_days": settings.clip_days, "input_days": settings.input_days}
        sweep = Cleanup(shelves.jobs, shelves.assets, media, job_moves, clock, **days)
        works = partial(_works, runner.health, ground.store)
        offering = Offering(settings, ground.provider.dialect, shelves.notes, client)
        stack.push_async_callback(offering.close)
        stored = (media, shelves.jobs, shelves.notes, offering)
        app = App(client, use_cases, runner, register, begun, sweep, *stored, works)
        yield app


async def _infrastructure(settings: Settings, stack: AsyncExitStack, show: Callable[[Job], None]) -> _Infrastructure:
    """Open the store, the media and the line to the provider."""
    clock = ScaledClock(settings.time_scale)
    store = await stack.enter_async_context(Store(settings.database))
    shelves = Tables(store)
    media = await stack.enter_async_context(DiskMedia(settings.data_dir, settings.media_allow_hosts))
    quota = Quota(round(settings.max_files_gb * GB), round(settings.max_clips_gb * GB))
    disk_quota = DiskQuota(media, shelves.jobs, shelves.assets, clock, quota, input_days=settings.input_days)
    queue = Queue(settings.provider_slots, shelves.jobs, clock, show, disk_quota.closed)
    forecasts = Forecasts(shelves.jobs, queue, clock, show)
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
    job_moves, upload = (
        JobMoves(shelves.jobs, clock, forecasts.wait_for_room),
        FileUploader(provider.assets, shelves.uploads, clock),
    )
    return _Infrastructure(
        clock,
        store,
        shelves,
        media,
        disk_quota,
        job_moves,
        queue,
        provider,
        upload,
        forecasts,
        ShutdownGuard(),
        recorder,
    )


def _job_runner(settings: Settings, ground: _Infrastructure, replies: DiscordReplies) -> JobRunner:
    """Put the steps of a job's way together, and the desk that drives them."""
    clock, media, job_moves, queue, shutdown = (
        ground.clock,
        ground.media,
        ground.job_moves,
        ground.queue,
        ground.shutdown,
    )
    fetch = Fetch(ground.provider, media, job_moves, ground.forecasts, clock)
    deliver = Deliverer(replies, media, job_moves, fetch, shutdown, clock)
    dialect = ground.provider.dialect
    host = InputUrls(replies, media, ground.upload, job_moves, clock, uploads_first=dialect.value is Dialect.VIDEOS)
    dialect.listeners.append(host.speak)
    produce = Pipeline(
        provider=ground.provider,
        queue=queue,
        job_moves=job_moves,
        host=host,
        unclear_submits=UnclearSubmits(
            ground.provider, ground.shelves.notes, queue, job_moves, clock, settings.toapis_base_url
        ),
        fetch=fetch,
        ratio=AspectRatioCheck(media, ground.shelves.notes),
        deliver=deliver,
        earlier=RestoreCheck(replies, job_moves, clock),
        tell=Notifier(replies, job_moves, shutdown, clock),
        replies=replies,
        forecasts=ground.forecasts,
        shutdown=shutdown,
        clock=clock,
    )
    return JobRunner(
        jobs=ground.shelves.jobs,
        job_moves=job_moves,
        queue=queue,
        produce=produce,
        deliver=deliver,
        replies=replies,
        media=media,
        shutdown=shutdown,
        clock=clock,
    )


def _use_cases(
    settings: Settings, ground: _Infrastructure, runner: JobRunner, begun: PendingReplies, register: AssetUploader
) -> UseCases:
    """Put together what the doormen open."""
    shelves, clock, assets = ground.shelves, ground.clock, ground.provider.assets
    asset_lookup = AssetLookup(shelves.assets)
    accept = Intake(
        jobs=shelves.jobs,
        media=ground.media,
        disk_quota=ground.disk_quota,
        asset_lookup=asset_lookup,
        runner=runner,
        begun=begun,
        clock=clock,
        catalogue=settings.offer_in(ground.provider.dialect.value),
        input_days=settings.input_days,
    )
    return UseCases(
        accept=accept,
        archive=History(shelves.jobs, ground.media, ground.forecasts),
        runner=runner,
        now=clock.now,
        catalogue=settings.offer_in(ground.provider.dialect.value),
        asset_lookup=asset_lookup,
        collection=AssetService(
            shelves.assets,
            shelves.characters,
            assets,
            shelves.uploads,
            ground.disk_quota,
            register,
            ground.shutdown,
            clock,
        ),
        others=OtherProcesses(clock),
        verify=VerificationService(
            shelves.characters, assets, ground.shutdown, clock, settings.verify_callback_url or ""
        ),
    )


async def run(settings: Settings) -> Exit:
    """Run the bot until a signal stops it, or Discord refuses it for good."""
    try:
        async with open_app(settings, _resume) as app:
            log.info("Seedreel %s.", VERSION)
            return await _live(app, settings)
    except STORE_ERRORS as error:
        code, line = end_of(error)
        log.critical("%s", line)
        return code


async def _resume(app: App) -> None:
    """Take up every job where it stands, tell whom an earlier life left waiting, and push the commands that changed."""
    if unclear := await app.jobs.stamp_restored():
        log.warning("From a restored backup: %d jobs may have been sent since, and are not sent again.", unclear)
    await app.offering.begin(app.use_cases)
    if left := await app.begun.recover():
        log.warning("The bot ended before it could take %d wishes on; their members are told.", left)
    log.info("Taken up again: %d jobs, %d assets.", await app.runner.resume(), await app.register.resume())
    await try_to_push_commands(app.client, app.notes)


async def _works(health: Health, store: Store) -> bool:
    return health.well and await store.answers(_STORE_SECONDS)


async def _live(app: App, settings: Settings) -> Exit:
    stop = stop_on_signals()
    keepers = (beat(settings.heartbeat, works=app.works), app.sweep.run(), app.media.self_test.report())
    beside = [asyncio.create_task(keeper) for keeper in keepers]
    for keeper in beside:
        keeper.add_done_callback(_note_end)
    token, clock = settings.discord_token.reveal(), ScaledClock(settings.time_scale)
    started = asyncio.create_task(connect(app.client, token, app.notes, clock, app.use_cases.others))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({started, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if stop.is_set():
            log.info("Stopping: what is being written or uploaded is finished first.")
        await app.runner.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await app.client.close()
        for task in (*beside, stopped, started):
            task.cancel()
        await asyncio.gather(*beside, stopped, started, return_exceptions=True)
    return Exit.WELL if started.cancelled() else started.result()


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("What runs beside the jobs has ended; the jobs go on.", exc_info=error)
