"""What happens to processes of one bot, and to their database, while members order videos."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable, Collection
from itertools import cycle

import psycopg

from sandbox.ledger import Entry
from tests.journeys.bot_process import BotProcess
from tests.real_time import passes
from tests.scale.fleet import Fleet

_LEASE = 20.0
# One moment in each stage: submitting, queued or rendering, ready, delivering, delivered.
MOMENTS: dict[str, Callable[[Entry], bool]] = {
    "submitting": lambda entry: entry.kind == "paid",
    "rendering": lambda entry: entry.kind == "provider" and entry.route.startswith("GET /v1/"),
    "ready": lambda entry: entry.kind == "clip",
    "delivering": lambda entry: (
        entry.kind == "message" and any(name.endswith(".mp4") for name in entry.detail["files"])
    ),
    "telling": lambda entry: entry.kind == "rest" and entry.route == "POST /channels/{channel_id}/messages",
}
# Of these a small run meets two.
FEW = ("submitting", "delivering")
Strike = Callable[[Fleet, Collection[str]], Awaitable[None]]


def workers(these: Fleet) -> list[BotProcess]:
    return [process for process in these.processes.values() if "--worker" in process.words]


async def moment(these: Fleet, name: str, within: float = 30.0) -> None:
    """Wait for the next event of a stage; where none comes any more, go on."""
    since, fits = len(these.here.ledger.entries), MOMENTS[name]
    try:
        await these.here.ledger.until(lambda: any(map(fits, these.here.ledger.entries[since:])), within=within)
    except AssertionError:
        return


async def _again(process: BotProcess) -> None:
    await process.start(online=False)


async def nothing(these: Fleet, moments: Collection[str]) -> None:
    """Strike nothing: what the others' delays are compared with."""


async def kills(these: Fleet, moments: Collection[str]) -> None:
    """Kill one worker after the other, each in the middle of another stage, and start it again."""
    for name, worker in zip(moments, cycle(workers(these)), strict=False):
        await moment(these, name)
        await worker.stop(signal.SIGKILL)
        await _again(worker)


async def stops(these: Fleet, moments: Collection[str]) -> None:
    """Roll a deploy over the workers: each is told to stop, and started again."""
    for name, worker in zip(moments, cycle(workers(these)), strict=False):
        await moment(these, name)
        began = time.monotonic()
        worker.send(signal.SIGTERM)
        handed_over = await these.handed_over(worker)
        assert await worker.ended() == 0, worker.tail()
        ended = time.monotonic() - began
        print(f"\nSIGTERM while {name}: handed over after {handed_over:.1f} s, ended after {ended:.1f} s")
        await _again(worker)


async def zombie(these: Fleet, moments: Collection[str]) -> None:
    """Stop a worker for longer than its lease, so that others have its work by then, and let it go on."""
    worker = workers(these)[0]
    await moment(these, next(iter(moments)))
    worker.send(signal.SIGSTOP)
    await passes(_LEASE + 8.0)
    worker.send(signal.SIGCONT)


async def crashes(these: Fleet, moments: Collection[str]) -> None:
    """Crash the database twice, in the middle of whatever is done."""
    for name in moments:
        await moment(these, name)
        await asyncio.to_thread(these.cluster.stop)
        await passes(1.0)
        await asyncio.to_thread(these.cluster.start)


async def lost_jobs(these: Fleet, moments: Collection[str]) -> None:
    """Delete the engine's jobs: rows without one are left."""
    for name in moments:
        await moment(these, name, within=10.0)
        async with await psycopg.AsyncConnection.connect(these.url) as connection:
            await connection.execute("DELETE FROM procrastinate_jobs")


async def gateways(these: Fleet, moments: Collection[str]) -> None:
    """Kill each gateway once, and start it again."""
    for name, process in zip(
        moments, [each for each in these.processes.values() if "--gateway" in each.words], strict=False
    ):
        await moment(these, name)
        await process.stop(signal.SIGKILL)
        await process.start(online=False)


STRIKES: dict[str, Strike] = {
    "nothing": nothing,
    "kills": kills,
    "stops": stops,
    "zombie": zombie,
    "crashes": crashes,
    "lost jobs": lost_jobs,
    "gateways": gateways,
}
