"""The studio's Replies over discord.py: one writer a job, one attempt on one rung, one look."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from pathlib import Path

import discord

from bot.domain.job import Drop, Job
from bot.domain.media import Hosted, Kept
from bot.domain.reply import Rung
from bot.domain.stages import ENDS, Stage
from bot.replies.attempts import Attempts
from bot.replies.calls import Calls
from bot.replies.cards import Cards
from bot.replies.found import file_url
from bot.replies.look import Look
from bot.replies.writer import Address, Writer, address
from bot.studio.ports import CannotLook, Clock, NotThere, Outcome, Posted, Unclear

log = logging.getLogger(__name__)

# What such a job's message says is written by `drop` and `end` alone.
_NOT_SHOWN = ENDS | {Stage.HELD}
# Settled jobs that are remembered; nobody shows a job that has been settled this long ago.
_SETTLED_MOST = 10_000


class DiscordReplies:
    """Everything said from the background.

    `on_address` is told a reply's message id where an edit has shown it first. A job that has been settled is written
    by `drop` and `end` alone: showing it again does nothing, so no late progress covers a clip. A message that nobody
    can reach is not tried again before its address changes: Discord counts such calls, and bans for them.
    """

    def __init__(
        self, calls: Calls, cards: Cards, clock: Clock, on_address: Callable[[str, int], Awaitable[None]]
    ) -> None:
        self._cards = cards
        self._clock = clock
        self._on_address = on_address
        self._calls = calls
        self._attempts = Attempts(calls, cards, clock)
        self._look = Look(calls, clock)
        self._writers: dict[str, Writer] = {}
        self._settled: dict[str, None] = {}
        self._out_of_reach: dict[str, Address] = {}

    def show(self, job: Job) -> None:
        """Wake the job's writer, or give it one."""
        if job.id in self._settled or job.stage in _NOT_SHOWN:
            return
        if (writer := self._writers.get(job.id)) is not None and not writer.task.done():
            writer.wake(job)
            return
        gone = writer.out_of_reach if writer is not None else self._out_of_reach.get(job.id)
        if gone == address(job.reply):
            return
        self._out_of_reach.pop(job.id, None)
        writer = Writer(job, self._cards, self._calls, self._clock, self._crowd, self._on_address)
        self._writers[job.id] = writer
        writer.task.add_done_callback(partial(self._forget, job, writer))

    async def settle(self, job_id: str) -> None:
        """Stop the job's writer for good, and wait until no edit of it is under way."""
        self._settled[job_id] = None
        self._out_of_reach.pop(job_id, None)
        if len(self._settled) > _SETTLED_MOST:
            del self._settled[next(iter(self._settled))]
        if (writer := self._writers.get(job_id)) is not None:
            await writer.stop()

    async def close(self) -> None:
        """Stop every writer."""
        await asyncio.gather(*(self.settle(job_id) for job_id in tuple(self._writers)))

    async def drop(self, job: Job, drop: Drop, clip: Path | None) -> Outcome:
        """Bring the finished card and the clip, or its link, to one rung."""
        if drop.rung is not Rung.ASKED:
            await self.settle(job.id)
        return await self._attempts.drop(job, drop, clip)

    async def look(self, job: Job, drop: Drop, until: float | None = None) -> Posted | NotThere | CannotLook:
        """Look once whether the drop is there; `until`: when it may have come at the latest, if not about `drop.at`."""
        return await self._look.at(job, drop, until)

    async def end(self, job: Job, rung: Rung) -> Outcome:
        """Show an end that has no clip, or that it is held."""
        await self.settle(job.id)
        return await self._attempts.end(job, rung)

    async def ping(self, job: Job) -> Outcome:
        """Mention the requester beside the reply; where the bot is not, through the token, or directly."""
        return await self._attempts.ping(job)

    async def host(self, job: Job, files: Mapping[Kept, Path]) -> tuple[Hosted, ...] | Outcome:
        """Attach files to the reply, which shows them, and return their URLs."""
        names = {kept: job.file_name(at, kept) for at, kept in enumerate(files, 1)}
        writer = self._writers.get(job.id)
        async with writer.turn if writer else asyncio.Lock():
            answer = await self._attempts.host(job, files, names)
        if not isinstance(answer, discord.Message):
            return answer
        now = self._clock.now()
        urls = {kept: file_url(answer, name) for kept, name in names.items()}
        hosted = tuple(Hosted(kept.sha256, url, now) for kept, url in urls.items() if url is not None)
        if len(hosted) < len(names):
            return Unclear("the answer does not name the URLs of the files")
        if writer:
            writer.wake(job.hosting(*hosted))
        return hosted

    def _crowd(self, channel_id: int) -> int:
        return sum(writer.channel_id == channel_id for writer in self._writers.values())

    def _forget(self, job: Job, writer: Writer, task: asyncio.Task[None]) -> None:
        if self._writers.get(job.id) is writer:
            del self._writers[job.id]
            if writer.out_of_reach is not None and job.id not in self._settled:
                self._out_of_reach[job.id] = writer.out_of_reach
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("[#%s] The writer of its card has died.", job.short, exc_info=error)
