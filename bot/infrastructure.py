"""What everything else stands on: the store, the media, the provider, and what the studio makes of them."""

import decimal
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bot.clock import ScaledClock
from bot.config import Settings
from bot.domain.alerts import Alert
from bot.domain.errors import StoreUnusable
from bot.domain.job import Job
from bot.media.disk_media import DiskMedia
from bot.recording.record import Recorder
from bot.secret import redact
from bot.storage import Store, Tables
from bot.storage.lock import Lock
from bot.storage.queries import OpenStore
from bot.studio.assembly import Assembly, Resources
from bot.studio.intake.disk_quota import GB, DiskQuota, Quota
from bot.studio.lifecycle.queue import Queue
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.ports.metrics import NoMetrics
from bot.studio.running.uploads import FileUploader
from bot.toapis.provider import ToapisProvider
from bot.ui.language import Languages
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.operations.metrics import PrometheusMetrics


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """What everything else stands on."""

    clock: ScaledClock
    store: OpenStore
    tables: Tables
    media: DiskMedia
    disk_quota: DiskQuota
    assembly: Assembly
    provider: ToapisProvider
    uploader: FileUploader
    recorder: Recorder | None
    languages: Languages
    metrics: "PrometheusMetrics | None"  # None where no port shows them
    server_settings: ServerSettingsService


async def open_infrastructure(
    settings: Settings,
    stack: AsyncExitStack,
    show: Callable[[Job], None],
    tell_owner: Callable[[Alert], None],
    lock: Lock | None = None,
) -> Infrastructure:
    """Open the store, the media and the provider's API; `lock` is the database's, where this process holds it."""
    # Every task that writes a number would make a context of decimals of its own; now all inherit this one.
    decimal.getcontext()
    clock = ScaledClock(settings.time_scale)
    store = await stack.enter_async_context(_store(settings, lock))
    tables = Tables(store)
    media = await stack.enter_async_context(_media(settings))
    quota = Quota(round(settings.max_files_gb * GB), round(settings.max_clips_gb * GB))
    stores = (tables.jobs, tables.assets, tables.drafts, clock)
    disk_quota = DiskQuota(media, *stores, quota, input_days=settings.input_days)
    metrics = _metrics(settings, lambda: assembly.queue)
    server_settings = ServerSettingsService(tables.server_settings, clock)
    covers = server_settings.covers
    resources = Resources(tables.jobs, tables.notes, tables.pauses, media, clock, metrics or NoMetrics(), covers=covers)
    assembly = Assembly(resources, settings.provider_slots, disk_quota.closed, show, tell_owner)
    recorder = stack.enter_context(Recorder(settings.record)) if settings.record else None
    provider = ToapisProvider(
        settings.toapis_base_url,
        settings.toapis_api_key.reveal(),
        settings.toapis_dialect,
        clock,
        private_asset_review=settings.private_asset_review,
        redact=partial(redact, secrets=settings.secrets),
        metrics=resources.metrics,
    )
    if recorder is not None:
        provider.listen(recorder.trace("provider"), recorder.answered_by_provider)
    await stack.enter_async_context(provider)
    uploader, languages = FileUploader(provider.assets, tables.uploads, clock), Languages.read()
    return Infrastructure(
        *(clock, store, tables, media, disk_quota, assembly, provider, uploader, recorder, languages, metrics),
        server_settings=server_settings,
    )


def _store(settings: Settings, lock: Lock | None) -> AbstractAsyncContextManager[OpenStore]:
    """Make the store; only for PostgreSQL is its library loaded."""
    if settings.database_url is None:
        return Store(settings.database, lock=lock)
    try:
        from bot.storage.postgres import PostgresStore
    except ModuleNotFoundError as error:
        remedy = "Install it with `pip install 'seedreel[scale]'`, or remove DATABASE_URL."
        raise StoreUnusable("DATABASE_URL is set, but PostgreSQL's library isn't installed.", remedy) from error
    # The line is in this process's memory: no other may work on the same jobs.
    return PostgresStore(settings.database_url.reveal(), settings.database, alone=True)


def _media(settings: Settings) -> DiskMedia:
    return DiskMedia(settings.media_folder, settings.media_allow_hosts, alone=not settings.media_is_shared)


def _metrics(settings: Settings, queue: Callable[[], Queue]) -> "PrometheusMetrics | None":
    """Count, where there is a port that shows it; only there is Prometheus' library loaded."""
    if settings.http_port is None:
        return None
    from bot.operations.metrics import PrometheusMetrics

    return PrometheusMetrics(
        VERSION,
        {
            "waiting": lambda: queue().waiting,
            "running": lambda: queue().running,
            "slots": lambda: queue().slots,
        },
    )
