"""Compose the app from settings, run it and shut it down: the only module that knows every other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Final

from bot.client import SeedreelClient, made_client
from bot.clock import ScaledClock
from bot.command_updates import CommandUpdates
from bot.config import Settings
from bot.connect import connect, stop_on_signals
from bot.domain.alerts import Alert
from bot.domain.job import Job
from bot.domain.models import Catalogue, Dialect
from bot.exits import STORE_ERRORS, Exit, end_of
from bot.heartbeat import beat
from bot.log_lines import counted
from bot.media.disk_media import DiskMedia
from bot.recording.record import Recorder
from bot.replies.discord_api import DiscordApi, trace_rate_limits
from bot.replies.members import DiscordMembers, owners_of
from bot.replies.notices import Notices
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from bot.secret import redact
from bot.storage import Store, Tables
from bot.studio.assembly import Assembly, Ownership, Resources
from bot.studio.assets.service import AssetService
from bot.studio.assets.uploader import AssetUploader
from bot.studio.assets.verification import VerificationService
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.history import History
from bot.studio.intake.accept import Intake
from bot.studio.intake.asset_lookup import AssetLookup
from bot.studio.intake.disk_quota import GB, DiskQuota, Quota
from bot.studio.intake.drafts import Drafts
from bot.studio.intake.other_processes import OtherProcesses
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.intake.spending import Spending
from bot.studio.lifecycle.health import Health
from bot.studio.running.runner import JobRunner
from bot.studio.running.uploads import FileUploader
from bot.toapis.model_table import catalogue
from bot.toapis.provider import ToapisProvider
from bot.ui.language import Languages
from bot.version import VERSION
from cogs import UseCases, first_response

log = logging.getLogger(__name__)

# What closing the gateway and the REST session may take, in seconds.
_CLOSE_SECONDS: Final = 5.0
# The store's thread is stuck when a call waits for longer than this, in seconds.
_STORE_SECONDS: Final = 30.0


@dataclass(frozen=True, slots=True)
class App:
    """What runs: the connection to Discord, its use cases, the work on jobs and assets, and the cleaning up."""

    client: SeedreelClient
    use_cases: UseCases
    asset_uploader: AssetUploader
    pending_replies: PendingReplies
    cleanup: Cleanup
    media: DiskMedia
    tables: Tables
    command_updates: CommandUpdates
    ownership: Ownership
    works: Callable[[], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class _Infrastructure:
    """What everything else stands on."""

    clock: ScaledClock
    store: Store
    tables: Tables
    media: DiskMedia
    disk_quota: DiskQuota
    assembly: Assembly
    provider: ToapisProvider
    uploader: FileUploader
    recorder: Recorder | None
    languages: Languages


@asynccontextmanager
async def open_app(settings: Settings, logged_in: Callable[[App], Awaitable[None]]) -> AsyncIterator[App]:
    """Build everything, outermost first; `logged_in` runs once, before the gateway.

    Raises StoreInUse or StoreUnusable, with nothing started.
    """
    async with AsyncExitStack() as stack:
        base = await _infrastructure(
            settings,
            stack,
            lambda job: replies.show(assembly.job_moves.addressed(job)),
            lambda alert: ownership.owner.tell(alert),  # noqa: PLW0108 - it is made later
        )
        clock, tables, media, assembly = base.clock, base.tables, base.media, base.assembly
        stack.push_async_callback(assembly.posters.close)
        trace = trace_rate_limits(first_response.trace())
        client = await stack.enter_async_context(
            made_client(settings.discord_api_url, lambda: logged_in(app), trace, base.recorder)
        )
        presenter = Presenter(base.languages, assembly.forecasts.of, clock.now, settings.clip_days, clock.elapsed)
        api = DiscordApi(client, clock)
        replies = DiscordReplies(api, presenter, clock, on_address=assembly.job_moves.found_at)
        stack.push_async_callback(replies.close)
        notices = Notices(base.languages, api, clock)
        pending_replies = PendingReplies(tables.pending_replies, notices, clock, replies.limits.token_seconds)
        stack.push_async_callback(pending_replies.close)
        uploader = _asset_uploader(base, notices)
        stack.push_async_callback(uploader.close)
        rules, low_balance = settings.spending, settings.low_balance
        ownership = assembly.ownership(notices, DiscordMembers(client, api), base.provider, rules, low_balance)
        stack.push_async_callback(ownership.close)
        runner = _job_runner(settings, base, replies)
        use_cases = _use_cases(settings, base, runner, pending_replies, uploader, ownership.spending)
        cleanup = _cleanup(settings, base, replies)
        works = partial(_works, use_cases.runner.health, base.store)
        command_updates = CommandUpdates(settings, base.provider.dialect, tables.notes, client, clock)
        stack.push_async_callback(command_updates.close)
        app = App(
            client, use_cases, uploader, pending_replies, cleanup, media, tables, command_updates, ownership, works
        )
        yield app


async def _infrastructure(
    settings: Settings, stack: AsyncExitStack, show: Callable[[Job], None], tell_owner: Callable[[Alert], None]
) -> _Infrastructure:
    """Open the store, the media and the provider's API."""
    clock = ScaledClock(settings.time_scale)
    store = await stack.enter_async_context(Store(settings.database))
    tables = Tables(store)
    media = await stack.enter_async_context(DiskMedia(settings.data_dir, settings.media_allow_hosts))
    quota = Quota(round(settings.max_files_gb * GB), round(settings.max_clips_gb * GB))
    stores = (tables.jobs, tables.assets, tables.drafts, clock)
    disk_quota = DiskQuota(media, *stores, quota, input_days=settings.input_days)
    resources = Resources(tables.jobs, tables.notes, media, clock)
    assembly = Assembly(resources, settings.provider_slots, disk_quota.closed, show, tell_owner)
    recorder = stack.enter_context(Recorder(settings.record)) if settings.record else None
    provider = ToapisProvider(
        settings.toapis_base_url,
        settings.toapis_api_key.reveal(),
        settings.toapis_dialect,
        clock,
        lambda: assembly.queue.running,
        private_asset_review=settings.private_asset_review,
        redact=partial(redact, secrets=settings.secrets),
    )
    if recorder is not None:
        provider.listen(recorder.trace("provider"), recorder.answered_by_provider)
    await stack.enter_async_context(provider)
    uploader, languages = FileUploader(provider.assets, tables.uploads, clock), Languages.read()
    return _Infrastructure(clock, store, tables, media, disk_quota, assembly, provider, uploader, recorder, languages)


def _job_runner(settings: Settings, base: _Infrastructure, replies: DiscordReplies) -> JobRunner:
    """Connect the work on jobs to the provider and to Discord."""
    dialect, server = base.provider.dialect, settings.toapis_base_url
    uploads_first = dialect.value is Dialect.VIDEOS
    running = base.assembly.connect(base.provider, replies, base.uploader, server, uploads_first=uploads_first)
    dialect.listeners.append(running.input_urls.speak)
    return running.runner


def _asset_uploader(base: _Infrastructure, notices: Notices) -> AssetUploader:
    tables, provider = base.tables, base.provider.assets
    return AssetUploader(tables.assets, tables.characters, provider, base.uploader, base.media, notices, base.clock)


def _cleanup(settings: Settings, base: _Infrastructure, replies: DiscordReplies) -> Cleanup:
    return Cleanup(
        *(base.tables.jobs, base.tables.assets, base.tables.drafts, base.media, base.assembly.job_moves, base.clock),
        clip_days=settings.clip_days,
        input_days=settings.input_days,
        token_seconds=replies.limits.token_seconds,
    )


def _intake(
    base: _Infrastructure, runner: JobRunner, pending_replies: PendingReplies, spending: Spending, available: Catalogue
) -> Intake:
    return Intake(
        jobs=base.tables.jobs,
        drafts=Drafts(base.tables.drafts, base.disk_quota, base.clock),
        disk_quota=base.disk_quota,
        asset_lookup=AssetLookup(base.tables.assets),
        runner=runner,
        pending_replies=pending_replies,
        spending=spending,
        clock=base.clock,
        catalogue=available,
    )


def _use_cases(
    settings: Settings,
    base: _Infrastructure,
    runner: JobRunner,
    pending_replies: PendingReplies,
    uploader: AssetUploader,
    spending: Spending,
) -> UseCases:
    """Put together what the cogs call."""
    tables, clock, provider, shutdown = base.tables, base.clock, base.provider.assets, base.assembly.shutdown
    available = catalogue(base.provider.dialect.value, review=settings.private_asset_review)
    return UseCases(
        intake=_intake(base, runner, pending_replies, spending, available),
        history=History(tables.jobs, base.media, base.assembly.posters, base.assembly.forecasts),
        runner=runner,
        now=clock.now,
        catalogue=available,
        asset_lookup=AssetLookup(tables.assets),
        assets=AssetService(
            *(tables.assets, tables.characters, provider, tables.uploads, base.disk_quota, uploader, shutdown, clock),
            spending=spending,
            # An asset's file is uploaded in both dialects.
            capability=catalogue(Dialect.VIDEOS).widest,
        ),
        other_processes=OtherProcesses(clock),
        languages=base.languages,
        spending=spending,
        verifications=VerificationService(
            tables.characters, provider, shutdown, clock, settings.verify_callback_url or "", spending
        ),
    )


async def run(settings: Settings) -> Exit:
    """Run the bot until a signal stops it, or Discord refuses it for good."""
    log.info("Seedreel %s.", VERSION)
    try:
        async with open_app(settings, _resume) as app:
            return await _live(app, settings)
    except STORE_ERRORS as error:
        code, line = end_of(error)
        log.critical("%s", line)
        return code


async def _resume(app: App) -> None:
    """Take up every job, tell the members that an earlier process left waiting, and push commands that changed."""
    if unclear := await app.tables.jobs.stamp_restored():
        count = counted(unclear, "job")
        log.warning("Restored from a backup: %s may have been sent since, and won't be sent again.", count)
    app.ownership.start(owners_of(app.client.application))
    await app.command_updates.start(app.use_cases)
    if left := await app.pending_replies.recover():
        count = counted(left, "request")
        log.warning("The bot stopped before it could accept %s. The members will be told.", count)
    jobs, assets = await app.use_cases.runner.resume(), await app.asset_uploader.resume()
    log.info("Resumed %s and %s.", counted(jobs, "job"), counted(assets, "asset"))
    await app.command_updates.push()
    say = app.use_cases.languages.english.text
    await app.client.introduce(say("profile.activity"), say("profile.description"))


async def _works(health: Health, store: Store) -> bool:
    return health.well and await store.answers(_STORE_SECONDS)


async def _live(app: App, settings: Settings) -> Exit:
    stop = stop_on_signals()
    loops = (beat(settings.heartbeat, works=app.works), app.cleanup.run(), app.media.self_test.report())
    beside = [asyncio.create_task(loop) for loop in loops]
    for looping in beside:
        looping.add_done_callback(_note_end)
    token, clock = settings.discord_token.reveal(), ScaledClock(settings.time_scale)
    started = asyncio.create_task(connect(app.client, token, app.tables.notes, clock, app.use_cases.other_processes))
    stopped = asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({started, stopped}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        if stop.is_set():
            log.info("Stopping. Uploads in progress are finished first.")
        await app.use_cases.runner.drain()
        with suppress(TimeoutError):
            async with asyncio.timeout(_CLOSE_SECONDS):
                await app.client.close()
        for task in (*beside, stopped, started):
            task.cancel()
        await asyncio.gather(*beside, stopped, started, return_exceptions=True)
    return Exit.WELL if started.cancelled() else started.result()


def _note_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.critical("A background service stopped; jobs keep running.", exc_info=error)
