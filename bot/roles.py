"""What a process has beside the others of its bot: as a worker it drives rows, and one of the workers leads."""

import asyncio
import logging
from collections.abc import Sequence
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.domain.errors import StoreFull, StoreUnusable
from bot.domain.processes import LINE, Role
from bot.engine.duties import Repeated, Watched
from bot.infrastructure import Infrastructure
from bot.replies.replies import DiscordReplies
from bot.studio.assembly import Ownership, Running
from bot.studio.assets.uploader import AssetUploader
from bot.studio.delivery.cleanup import Cleanup
from bot.studio.delivery.sharing import Sharing
from bot.studio.intake.pending_replies import PendingReplies
from bot.studio.lifecycle.leader import Duty, Leader
from bot.studio.lifecycle.server_log import ServerLog
from bot.studio.privacy import Privacy

if TYPE_CHECKING:
    from bot.engine.breaker_notices import BreakerNotices
    from bot.engine.process import SharedProcess
    from bot.engine.worker import Worker

log = logging.getLogger(__name__)

# Real seconds between two looks at who lives, and for what the dead have left.
_LOOK_EVERY: Final = 5.0


async def join(
    base: Infrastructure,
    running: Running,
    replies: DiscordReplies,
    duties: "Sequence[Duty]",
    stack: AsyncExitStack,
) -> "Worker | None":
    """Hear the notices of the other processes, if there are any; make what drives rows, where that is this one's part.

    `duties`: what the one of the workers that leads does besides granting turns.
    """
    if (shared := base.shared) is None:
        return None
    worker = _worker(base, shared, running, replies, duties) if shared.role is Role.WORKER else None
    shared.hub.listen("settings", lambda guild_id: base.server_settings.changed(int(guild_id)))
    shared.hub.on_missed(base.server_settings.missed_changes)
    shared.hub.listen("member", lambda user_id: base.member_settings.changed(int(user_id)))
    shared.hub.on_missed(base.member_settings.missed_changes)
    shared.hub.on_lost(base.member_settings.lost_changes)
    await stack.enter_async_context(shared.hub)
    return worker


def _worker(
    base: Infrastructure,
    shared: "SharedProcess",
    running: Running,
    replies: DiscordReplies,
    duties: "Sequence[Duty]",
) -> "Worker":
    from bot.engine.worker import Worker, sweep_of

    leases, moves, clock, lease = base.tables.leases, base.assembly.job_moves, base.clock, shared.lease
    supervisor = base.assembly.line_supervisor(replies.show, replies.let_go)
    shared.hub.listen(LINE, lambda _: supervisor.wake())
    shared.hub.listen("moved", supervisor.moved)
    shared.hub.on_missed(supervisor.wake)
    sweep = Repeated("the sweep", sweep_of(base.store, leases).run, clock)
    leader = Leader(leases, lambda: lease.id, lease.holds, [supervisor, sweep, *duties], clock)
    beside = partial(_share, base, _breaker(base, shared))
    return Worker(shared, leases, running.runner, replies, moves, leader, beside, clock)


def make_duties(
    base: Infrastructure,
    cleanup: Cleanup,
    ownership: Ownership,
    pending_replies: PendingReplies,
    uploader: AssetUploader,
    server_log: ServerLog,
    sharing: Sharing,
    privacy: Privacy,
) -> "Sequence[Duty]":
    """List what is done once for all processes, besides what concerns rows."""
    if base.shared is None:
        return ()
    base.shared.hub.listen("export", lambda _: privacy.exports.wake())
    base.shared.hub.listen("forget", lambda _: privacy.forgetting.wake())
    given = asyncio.Event()
    base.shared.hub.listen("asset", lambda _: given.set())
    base.shared.hub.on_missed(given.set)

    async def apologize() -> None:
        while True:
            try:
                await pending_replies.recover()
            except (StoreFull, StoreUnusable) as error:
                log.info("What dead processes have left could not be looked up: %s", error)
            await asyncio.sleep(_LOOK_EVERY)

    watch = ownership.account_watch
    return (
        Repeated("the cleanup", cleanup.run, base.clock),
        Repeated("apologies", apologize, base.clock),
        Repeated("the shares", sharing.follow, base.clock),
        Repeated("the exports of members", privacy.exports.follow, base.clock),
        Repeated("forgetting members", privacy.forgetting.follow, base.clock),
        Repeated("the assets", partial(uploader.follow, given), base.clock),
        Repeated("the changes for servers' logs", server_log.follow_changes, base.clock),
        Watched(watch.start, watch.close),
    )


def _breaker(base: Infrastructure, shared: "SharedProcess") -> "BreakerNotices":
    from bot.engine.breaker_notices import KIND, BreakerNotices

    notices = BreakerNotices(base.provider.breaker, base.tables.notes, partial(base.tables.line.tell, KIND), base.clock)
    shared.hub.listen(KIND, lambda _: notices.wake())
    shared.hub.on_missed(notices.wake)
    return notices


async def _share(base: Infrastructure, breaker: "BreakerNotices") -> None:
    """Share what workers share: the provider's rate, whether it answers, and the percents that other processes show."""
    await asyncio.gather(_share_rate(base), breaker.follow(), base.assembly.job_moves.share_percents())


async def _share_rate(base: Infrastructure) -> None:
    """Call the provider at this worker's share of the rate, as many as there are, until cancelled."""
    share = 0.0
    while True:
        try:
            workers = sum(process.role == Role.WORKER for process in await base.tables.leases.living())
        except (StoreFull, StoreUnusable) as error:
            log.info("Who lives could not be looked up: %s", error)
        else:
            if share != (share := 1.0 / max(workers, 1)):
                base.provider.take_share(share)
        await asyncio.sleep(_LOOK_EVERY)
