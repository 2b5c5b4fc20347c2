"""One process of many over PostgreSQL: its lease, and the notices between it and the others."""

from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import psycopg

from bot.domain.errors import StoreClosed
from bot.domain.processes import Role
from bot.engine.hub import Hub
from bot.engine.lease import Lease, Processes
from bot.engine.schema import prepare
from bot.studio.ports import Clock


@dataclass(frozen=True, slots=True)
class SharedProcess:
    """What each of many processes has; notices are heard once `hub` is entered."""

    url: str
    role: Role
    lease: Lease
    hub: Hub


async def open_shared(
    url: str,
    role: Role,
    processes: Processes,
    clock: Clock,
    stack: AsyncExitStack,
    lapsed: Callable[[], Awaitable[None]],
) -> SharedProcess:
    """Make the engine's tables where they are not there, and begin a lease, which ends with `stack`.

    `lapsed` as in Lease. Raises StoreFull where the database does not answer.
    """
    try:
        await prepare(url)
    except psycopg.OperationalError as error:
        raise StoreClosed("the database doesn't answer") from error
    lease = await stack.enter_async_context(Lease(processes, role.value, clock, lapsed))
    return SharedProcess(url, role, lease, Hub(url, clock))
