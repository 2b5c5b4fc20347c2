"""Compose the app from settings: what is connected to Discord, and in which order it is opened and closed."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

from bot.client import SeedreelClient, made_client
from bot.command_updates import CommandUpdates
from bot.config import Settings
from bot.domain.job import Job
from bot.heartbeat import is_alive
from bot.infrastructure import ALONE, Infrastructure, Place, open_infrastructure, permit
from bot.media.disk_media import DiskMedia
from bot.replies.discord_api import DiscordApi, trace_calls
from bot.replies.members import DiscordMembers
from bot.replies.notices import Notices
from bot.replies.presenter import Presenter
from bot.replies.replies import DiscordReplies
from bot.roles import join, make_duties
from bot.storage import Tables
from bot.storage.queries import OpenStore
from bot.studio.assembly import Ownership, Running
from bot.studio.assets.uploader import AssetUploader
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.delivery.deleted_elsewhere import DeletedElsewhere
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.lifecycle.health import Health
from bot.studio.lifecycle.server_log import ServerLog
from bot.studio.ports.metrics import NoMetrics
from bot.use_cases import (
    make_asset_uploader,
    make_cleanup,
    make_deleted_elsewhere,
    make_running,
    make_server_log,
    make_sharing,
    make_steps,
    make_use_cases,
)
from cogs import UseCases, first_response

if TYPE_CHECKING:
    from bot.engine.worker import Worker
    from bot.media.bucket_media import BucketMedia
    from bot.operations.listening import Listener
    from bot.operations.metrics import PrometheusMetrics
    from bot.operations.pages import Look, OperatorPages
    from bot.toapis.webhooks import HintTaker

# The store's thread is stuck when a call waits for longer than this, in seconds.
_STORE_SECONDS: Final = 30.0
# The store is not ready when a call waits for longer than this, in seconds.
_READY_SECONDS: Final = 3.0


class Closing(Protocol):
    """What works in the background until it is closed."""

    async def close(self) -> None:
        """End it."""
        ...


@dataclass(frozen=True, slots=True)
class App:
    """What runs: the connection to Discord, its use cases, the work on jobs and assets, and the cleaning up."""

    client: SeedreelClient
    use_cases: UseCases
    asset_uploader: AssetUploader
    pending_replies: PendingReplies
    cleanup: Cleanup
    media: "DiskMedia | BucketMedia"
    tables: Tables
    command_updates: CommandUpdates
    ownership: Ownership
    works: Callable[[], Awaitable[bool]]
    store: OpenStore
    listeners: "tuple[Listener, ...]"
    metrics: "PrometheusMetrics | None"
    server_log: ServerLog
    worker: "Worker | None"
    deleted_elsewhere: DeletedElsewhere | None


LoggedIn = Callable[[App], Awaitable[None]]


@asynccontextmanager
async def open_app(settings: Settings, logged_in: LoggedIn, place: Place = ALONE) -> AsyncIterator[App]:
    """Build everything, outermost first; `logged_in` runs once, before the gateway.

    Raises StoreInUse or StoreUnusable, with nothing started.
    """
    async with AsyncExitStack() as stack:
        base = await open_infrastructure(
            settings,
            stack,
            lambda job: replies.show(assembly.job_moves.addressed(job)),
            lambda alert: ownership.owner.tell(alert),  # noqa: PLW0108 - it is made later
            place,
            lambda: worker.lapsed() if worker is not None else _nothing(),
        )
        clock, tables, assembly = base.clock, base.tables, base.assembly
        client = await stack.enter_async_context(_client(settings, base, lambda: logged_in(app)))
        api = DiscordApi(client, clock, partial(permit, base.shared, base.store))
        replies = DiscordReplies(api, _presenter(settings, base), clock, on_address=assembly.job_moves.found_at)
        stack.push_async_callback(replies.close)
        notices, members = Notices(base.languages, api, clock), DiscordMembers(client, api)
        pending_replies = PendingReplies(tables.pending_replies, notices, clock, replies.limits.token_seconds)
        uploader, server_log = make_asset_uploader(base, notices), make_server_log(base, api)
        ownership, sharing = _ownership(settings, base, notices, members), make_sharing(base, replies, notices)
        _close_after(stack, assembly.posters, pending_replies, uploader, ownership, server_log)
        running = _through_rows(base, make_running(settings, base, replies, server_log, sharing))
        parts = (running, pending_replies, uploader, ownership, api, server_log)
        use_cases = make_use_cases(settings, base, *parts, (replies, sharing))
        cleanup = make_cleanup(settings, base, replies)
        command_updates = CommandUpdates(settings, base.provider.dialect, tables.notes, client, clock)
        _close_after(stack, use_cases.sharing, use_cases.self_tests, use_cases.privacy, command_updates)
        works, hints = partial(_works, use_cases.runner.health, base.store), _hints(base, stack)
        done = (use_cases.sharing, use_cases.privacy)
        duties = make_duties(base, cleanup, ownership, pending_replies, uploader, server_log, *done)
        worker = await join(base, running, replies, duties, stack)
        listeners = tuple(_listeners(settings, base, client, hints))
        app = App(
            *(client, use_cases, uploader, pending_replies, cleanup, base.media, tables, command_updates, ownership),
            *(works, base.store, listeners, base.metrics, server_log, worker, make_deleted_elsewhere(base)),
        )
        yield app


async def _nothing() -> None:
    pass


def _through_rows(base: Infrastructure, running: Running) -> Running:
    """Have what members do act on rows, where any of many processes may drive them."""
    if base.shared is None:
        return running
    lease = base.shared.lease
    return base.assembly.through_rows(running, base.tables.leases, lambda: lease.id)


def _close_after(stack: AsyncExitStack, *working: Closing) -> None:
    """Close what works in the background before what it stands on, the last of them first."""
    for each in working:
        stack.push_async_callback(each.close)


def _client(settings: Settings, base: Infrastructure, prepare: Callable[[], Awaitable[None]]) -> SeedreelClient:
    trace = trace_calls(first_response.trace(base.metrics or NoMetrics()))
    return made_client(settings.discord_api_url, prepare, trace, base.recorder)


def _presenter(settings: Settings, base: Infrastructure) -> Presenter:
    clock, forecast, covers = base.clock, base.assembly.forecasts.of, base.server_settings.covers
    moves, of_lead = base.assembly.job_moves, base.tables.takes.of

    async def takes(lead_id: str) -> list[Job]:
        return [moves.with_percent(take) for take in await of_lead(lead_id)]

    times, steps = (clock.now, settings.clip_days, clock.elapsed), make_steps(settings, base)
    return Presenter(
        *(base.languages, forecast, *times, covers, takes),
        steps=steps,
        ai_label=settings.ai_label,
        shows_off=base.server_settings.shows_off,
    )


def _hints(base: Infrastructure, stack: AsyncExitStack) -> "HintTaker":
    """Return what takes a webhook's hints in: where there are many processes, for all of them."""
    if base.shared is None:
        return base.provider.hints
    from bot.engine.hint_notices import KIND, HintNotices

    notices = HintNotices(base.provider.hints, partial(base.tables.line.tell, KIND), base.clock)
    base.shared.hub.listen(KIND, notices.heard)
    stack.push_async_callback(notices.close)
    return notices


def _listeners(
    settings: Settings, base: Infrastructure, client: SeedreelClient, hints: "HintTaker"
) -> "Iterator[Listener]":
    """Put together what is served on the ports that are open; a bot without one loads no server."""
    if settings.http_port is None and settings.webhook_port is None:
        return
    from bot.operations.listening import Listener
    from bot.toapis.webhooks import WebhookReceiver

    if base.metrics is not None and settings.http_port is not None:
        pages = _operator_pages(settings, base, base.metrics, client)
        yield Listener("HTTP_PORT", pages.application(), settings.http_host, settings.http_port)
    if settings.webhook_port is not None and settings.webhook_secret is not None:
        secret, metrics = settings.webhook_secret.reveal(), base.metrics or NoMetrics()
        webhooks = WebhookReceiver(secret, hints, base.clock, metrics)
        yield Listener("WEBHOOK_PORT", webhooks.application(), settings.webhook_host, settings.webhook_port)


def _operator_pages(
    settings: Settings, base: Infrastructure, metrics: "PrometheusMetrics", client: SeedreelClient
) -> "OperatorPages":
    from bot.operations.pages import OperatorPages

    async def connected() -> bool:
        return client.connected

    async def alive() -> bool:
        return await asyncio.to_thread(is_alive, settings.heartbeat, time.time())

    parts: dict[str, Look] = {
        "gateway": connected,
        "store": partial(base.store.is_ready, _READY_SECONDS),
        "provider": base.provider.is_ready,
    }
    return OperatorPages(metrics, alive, parts)


def _ownership(settings: Settings, base: Infrastructure, notices: Notices, members: DiscordMembers) -> Ownership:
    rules, limits, low_balance = settings.spending, settings.limits, settings.low_balance
    return base.assembly.ownership(notices, members, base.provider, rules, limits, base.tables.charges, low_balance)


async def _works(health: Health, store: OpenStore) -> bool:
    return health.is_working and await store.answers(_STORE_SECONDS)
