"""What everything else stands on: the store, the media, the provider, and what the studio makes of them."""

import decimal
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.clock import ScaledClock
from bot.config import Settings
from bot.domain.alerts import Alert
from bot.domain.errors import StoreUnusable
from bot.domain.job import Job
from bot.domain.processes import Role
from bot.domain.shards import Shards
from bot.media.disk_media import DiskMedia
from bot.recording.record import Recorder
from bot.secret import redact
from bot.storage import Store, Tables
from bot.storage.lock import Lock
from bot.storage.queries import OpenStore
from bot.studio.assembly import Assembly, Resources
from bot.studio.intake.disk_quota import GB, DiskQuota, Quota
from bot.studio.lifecycle.line import Line
from bot.studio.lifecycle.member_settings import MemberSettingsService
from bot.studio.lifecycle.server_settings import ServerSettingsService
from bot.studio.lifecycle.sharing import SharedRows
from bot.studio.ports.metrics import Metrics, NoMetrics
from bot.studio.running.uploads import FileUploader
from bot.studio.self_tests import NOTE
from bot.toapis.provider import ToapisProvider
from bot.ui.language import Languages
from bot.version import VERSION

if TYPE_CHECKING:
    from bot.engine.process import SharedProcess
    from bot.media.bucket import Bucket
    from bot.media.bucket_media import BucketMedia
    from bot.operations.metrics import PrometheusMetrics


@dataclass(frozen=True, slots=True)
class Place:
    """What this process is: its role among those of its bot, and the database's lock, where it holds that already.

    `shards`: those of a gateway; None: all.
    """

    role: Role = Role.ALL
    lock: Lock | None = None
    shards: Shards | None = None


ALONE: Final = Place()


def may_send(shared: "SharedProcess | None", store: OpenStore) -> Callable[[], bool]:
    """Return what tells whether this process may still send what only one of all may."""
    return store.holds if shared is None else shared.lease.holds


def permit(shared: "SharedProcess | None", store: OpenStore) -> Callable[[], bool]:
    """Return what tells whether what begins now may still be sent: not after a lapse, though there is a new lease."""
    return store.holds if shared is None else shared.lease.permit()


@dataclass(frozen=True, slots=True)
class Infrastructure:
    """What everything else stands on."""

    clock: ScaledClock
    store: OpenStore
    tables: Tables
    media: "DiskMedia | BucketMedia"
    disk_quota: DiskQuota
    assembly: Assembly
    provider: ToapisProvider
    uploader: FileUploader
    recorder: Recorder | None
    languages: Languages
    metrics: "PrometheusMetrics | None"  # None where no port shows them
    server_settings: ServerSettingsService
    member_settings: MemberSettingsService
    shared: "SharedProcess | None"  # None where this process does everything alone
    self_test_note: str


async def open_infrastructure(
    settings: Settings,
    stack: AsyncExitStack,
    show: Callable[[Job], None],
    tell_owner: Callable[[Alert], None],
    place: Place,
    lapsed: Callable[[], Awaitable[None]],
) -> Infrastructure:
    """Open the store, the media and the provider's API; `lapsed` as in Lease, where this is one process of many."""
    # Every task that writes a number would make a context of decimals of its own; now all inherit this one.
    decimal.getcontext()
    clock = ScaledClock(settings.time_scale)
    store = await stack.enter_async_context(_store(settings, place))
    tables, shared = await _tables(settings, store, clock, stack, place.role, lapsed)
    media = _media(settings)
    await stack.enter_async_context(media)
    quota = Quota(round(settings.max_files_gb * GB), round(settings.max_clips_gb * GB))
    stores = (tables.jobs, tables.assets, tables.drafts, clock)
    disk_quota = DiskQuota(media, *stores, quota, input_days=settings.input_days)
    metrics = _metrics(settings, lambda: assembly.queue)
    server_settings = ServerSettingsService(tables.server_settings, clock)
    members = await _member_settings(tables, clock, stack)
    rows = (tables.jobs, tables.notes, tables.pauses, media, clock)
    resources = Resources(*rows, metrics or NoMetrics(), server_settings.covers, members.ping, tables.takes)
    line = None if shared is None else SharedRows(tables.line, tables.notes)
    assembly = Assembly(resources, settings.provider_slots, disk_quota.closed, show, tell_owner, line)
    recorder = stack.enter_context(Recorder(settings.record)) if settings.record else None
    provider = _provider(settings, clock, resources.metrics, may_send(shared, store))
    if recorder is not None:
        provider.listen(recorder.trace("provider"), recorder.answered_by_provider)
    await stack.enter_async_context(provider)
    uploader, languages = FileUploader(provider.assets, tables.uploads, clock), Languages.read()
    return Infrastructure(
        *(clock, store, tables, media, disk_quota, assembly, provider, uploader, recorder, languages, metrics),
        server_settings=server_settings,
        member_settings=members,
        shared=shared,
        # Each gateway takes away what its own run before has left.
        self_test_note=f"{NOTE} {place.shards}" if place.shards else NOTE,
    )


async def _member_settings(tables: Tables, clock: ScaledClock, stack: AsyncExitStack) -> MemberSettingsService:
    members = MemberSettingsService(tables.member_settings, clock)
    stack.push_async_callback(members.close)
    await members.start()
    return members


def _provider(settings: Settings, clock: ScaledClock, metrics: Metrics, may_send: Callable[[], bool]) -> ToapisProvider:
    return ToapisProvider(
        settings.toapis_base_url,
        settings.toapis_api_key.reveal(),
        settings.toapis_dialect,
        clock,
        private_asset_review=settings.private_asset_review,
        redact=partial(redact, secrets=settings.secrets),
        metrics=metrics,
        may_send=may_send,
    )


async def _tables(
    settings: Settings,
    store: OpenStore,
    clock: ScaledClock,
    stack: AsyncExitStack,
    role: Role,
    lapsed: Callable[[], Awaitable[None]],
) -> "tuple[Tables, SharedProcess | None]":
    """Put the tables together, for one process alone or one of many; only for those is the engine loaded."""
    if role is Role.ALL or settings.database_url is None:
        return Tables(store), None
    from bot.engine.process import open_shared
    from bot.engine.schema import defer

    tables = Tables(store, lambda: shared.lease.id, defer)
    shared = await open_shared(settings.database_url.reveal(), role, tables.leases, clock, stack, lapsed)
    return tables, shared


def _store(settings: Settings, place: Place) -> AbstractAsyncContextManager[OpenStore]:
    """Make the store; only for PostgreSQL is its library loaded."""
    if settings.database_url is None:
        return Store(settings.database, lock=place.lock)
    try:
        from bot.storage.postgres import PostgresStore
    except ModuleNotFoundError as error:
        remedy = "Install it with `pip install -e '.[scale]'`, or remove DATABASE_URL."
        raise StoreUnusable("DATABASE_URL is set, but PostgreSQL's library isn't installed.", remedy) from error
    # What is this process's own stands there: its heartbeat, its recordings.
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    # The line is in this process's memory: no other may work on the same jobs.
    return PostgresStore(settings.database_url.reveal(), settings.database, alone=place.role is Role.ALL)


def _media(settings: Settings) -> "DiskMedia | BucketMedia":
    disk = DiskMedia(settings.media_folder, settings.media_allow_hosts, alone=not settings.media_is_shared)
    bucket = open_bucket(settings)
    if bucket is None:
        return disk
    from bot.media.bucket_media import BucketMedia
    from bot.media.local_copies import LocalCopies

    copies = LocalCopies(settings.media_folder, bucket, round(settings.media_copies_gb * GB))
    return BucketMedia(disk, copies, bucket)


def open_bucket(settings: Settings) -> "Bucket | None":
    """Return the store of files; None where they lie in a folder. Raises StoreUnusable where its client is missing."""
    if settings.media_url is None or settings.media_key_id is None or settings.media_key is None:
        return None
    try:
        from bot.media.bucket import Bucket, Place
    except ImportError as error:
        raise StoreUnusable(
            f"MEDIA_URL needs the package {error.name}, which isn't installed.", "Run `pip install -e '.[s3]'`."
        ) from error
    name, prefix = settings.media_url
    keys = (settings.media_key_id.reveal(), settings.media_key.reveal())
    return Bucket(Place(name, prefix, settings.media_endpoint, settings.media_region, *keys))


def _metrics(settings: Settings, queue: Callable[[], Line]) -> "PrometheusMetrics | None":
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
