"""What a question to the provider costs: CPU of the asking process for each, with many tasks followed, plain and TLS.

Ours is `ToapisProvider.follow` as the bot runs it, a thousand times at once, in a time that runs faster, the provider's
rate limit with it. The yardstick is a GET by aiohttp and its JSON, one after the other on one kept connection. Each
measurement is a process of its own: `python -m bench.poll SIDE URL IN_FLIGHT QUESTIONS` prints milliseconds.
"""

import asyncio
import os
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing, asynccontextmanager
from functools import partial

import aiohttp

from bench.measure import Aim, Effort, Figure
from bench.task_server import TaskServer, task_server
from bot.clock import ScaledClock
from bot.domain.job import Job
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.reply import Reply
from bot.domain.request import VideoRequest
from bot.secret import Secret, redact
from bot.toapis import api_client
from bot.toapis.provider import ToapisProvider

# So many times faster goes the time of those who wait for the next question: about 800 questions a second.
_SCALE = 20.0
_KEY = "sk-bench-0123456789abcdef"


async def run(effort: Effort) -> Sequence[Figure]:
    """Measure a question in milliseconds of CPU."""
    sizes = effort.of((1000, 2000), (20, 20))
    figures = []
    async with task_server(effort.scratch) as server:
        for name, url in (("plain", server.plain), ("TLS", server.tls)):
            ours = partial(_measured, effort, server, f"poll-{name}", "ours", url, *sizes)
            taken, beside = await effort.interleaved(ours, partial(_measured, effort, server, "", "bare", url, *sizes))
            what = f"CPU of a question with {sizes[0]} in flight, {name}"
            figures.append(Figure(what, "ms", tuple(taken), tuple(beside), Aim(1.5)))
    return figures


async def _measured(effort: Effort, server: TaskServer, profile: str, *arguments: object) -> float:
    """Run one side in a process of its own, which trusts the server's certificate."""
    module = effort.module(profile, "bench.poll") if profile else ("bench.poll",)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", *module, *map(str, arguments)),
        stdout=asyncio.subprocess.PIPE,
        env=os.environ | {"SSL_CERT_FILE": str(server.trusted)},
    )
    said, _ = await process.communicate()
    return float(said)


async def _bare(url: str, _: int, questions: int) -> float:
    async with aiohttp.ClientSession() as session:

        async def ask(number: int) -> None:
            async with session.get(f"{url}/v1/video/generations/task_{number}") as response:
                await response.json()

        await ask(0)
        began = time.process_time()
        for number in range(questions):
            await ask(number)
        return time.process_time() - began


async def _ours(url: str, in_flight: int, questions: int) -> float:
    # The provider's limit is in real seconds otherwise, whatever the clock's scale.
    api_client.QUERIES_PER_SECOND *= _SCALE
    async with _following(url, in_flight) as answered:
        await answered(in_flight)
        began = time.process_time()
        await answered(questions)
        return time.process_time() - began


@asynccontextmanager
async def _following(url: str, in_flight: int) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """Follow so many tasks; what it yields waits for so many more answers."""
    clock = ScaledClock(_SCALE)
    masked = partial(redact, secrets=[Secret(_KEY)])
    answers = asyncio.Semaphore(0)

    async def follow(api: ToapisProvider, number: int) -> None:
        async with aclosing(api.follow(_job(number, clock.now()))) as heard:
            async for _ in heard:
                answers.release()

    async def answered(count: int) -> None:
        for _ in range(count):
            await answers.acquire()

    async with ToapisProvider(url, _KEY, Dialect.VIDEO, clock, redact=masked) as provider:
        following = [asyncio.create_task(follow(provider, number)) for number in range(in_flight)]
        yield answered
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)


def _job(number: int, now: float) -> Job:
    reply = Reply(1, 2, 3, number, token=_KEY, token_at=now, private=False, bot_reaches=True, limit=10**7)
    request = VideoRequest("A calm sunrise over the sea", Model.SEEDANCE_2, 5, Ratio.WIDE, ())
    return Job(f"job{number:017}", 5, 6, request, reply, now, submitted=now, task_id=f"task_{number}")


def main(side: str, url: str, in_flight: str, questions: str) -> None:
    """Measure one side, once."""
    measured = (_ours if side == "ours" else _bare)(url, int(in_flight), int(questions))
    print(1000 * asyncio.run(measured) / int(questions))


if __name__ == "__main__":
    main(*sys.argv[1:])
