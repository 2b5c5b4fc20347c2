"""Fulfil the studio's Replies with discord.py: one card writer a job, one attempt by one route, one search."""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path

import discord

from bot.discord_limits import MAX_FILES, MAX_REQUEST, TOKEN_USE_SECONDS, USUAL_FILE_LIMIT
from bot.domain.job import DeliveryAttempt, Job
from bot.domain.media import InputUrl, StoredFile
from bot.domain.reply import Route
from bot.domain.stages import ENDS, Stage
from bot.log_lines import about_job
from bot.replies.card_writer import Address, CardWriter, WriterContext, address
from bot.replies.delivery_search import DeliverySearch, file_url
from bot.replies.discord_api import DiscordApi
from bot.replies.presenter import Presenter
from bot.replies.sender import Sender
from bot.studio.ports import CannotSearch, Clock, NotThere, Outcome, PlatformLimits, Posted, Unclear

log = logging.getLogger(__name__)

# What the message of such a job says is sent by `deliver` and `show_end` alone.
_NOT_SHOWN = ENDS | {Stage.HELD}
# Settled jobs that are remembered; a job that has been settled this long ago is not shown any more.
_MAX_SETTLED = 10_000


class DiscordReplies:
    """Send everything that is sent about jobs from the background.

    `on_address` takes a reply's message id where an edit has shown it first. The message of a settled job is changed
    by `deliver` and `show_end` alone: showing it again does nothing, so late progress cannot cover a clip. A message
    that cannot be reached is not tried again before its address changes: Discord counts such calls, and bans for them.
    """

    limits = PlatformLimits(MAX_FILES, USUAL_FILE_LIMIT, TOKEN_USE_SECONDS, MAX_REQUEST)

    def __init__(
        self, api: DiscordApi, presenter: Presenter, clock: Clock, on_address: Callable[[str, int], Awaitable[None]]
    ) -> None:
        self._presenter = presenter
        self._clock = clock
        self._api = api
        self._sender = Sender(api, presenter, clock)
        self._search = DeliverySearch(api, clock)
        self._writers: dict[str, CardWriter] = {}
        self._settled: dict[str, None] = {}
        self._unreachable: dict[str, Address] = {}
        # Writers by channel.
        self._in_channels: Counter[int] = Counter()
        self._context = WriterContext(self._jobs_in, on_address, self._forget)

    def show(self, job: Job) -> None:
        """Update the card of a running job, with a writer of its own; takes have one, that of the first."""
        card_id = job.card_id
        if card_id not in {job.id, job.share}:
            if (writer := self._writers.get(card_id)) is not None:
                writer.wake()
            return
        if card_id in self._settled or (job.stage in _NOT_SHOWN and job.lead_id is None):
            return
        if (writer := self._writers.get(card_id)) is not None and not writer.task.done():
            self._update(writer, job)
            return
        unreachable = writer.unreachable if writer is not None else self._unreachable.get(card_id)
        if unreachable == address(job.reply):
            return
        self._unreachable.pop(card_id, None)
        with about_job(job.id):
            writer = CardWriter(job, self._presenter, self._api, self._clock, self._context)
        self._writers[card_id] = writer
        self._in_channels[writer.channel_id] += 1

    async def stop_updates(self, job_id: str) -> None:
        """Stop the job's writer for good, and wait until no edit of it is under way."""
        self._settled[job_id] = None
        self._unreachable.pop(job_id, None)
        if len(self._settled) > _MAX_SETTLED:
            del self._settled[next(iter(self._settled))]
        if (writer := self._writers.get(job_id)) is not None:
            await writer.stop()

    async def let_go(self, job_id: str) -> None:
        """Stop the job's writer, and wait until no edit of it is under way: another process may have one by then."""
        if (writer := self._writers.get(job_id)) is not None:
            await writer.stop()

    async def close(self) -> None:
        """Stop every writer."""
        await asyncio.gather(*(self.stop_updates(job_id) for job_id in tuple(self._writers)))

    async def deliver(self, job: Job, attempt: DeliveryAttempt, clip: Path | None, *others: Path | None) -> Outcome:
        """Send the finished card and the clip, with those of other takes, or its link, by one route."""
        if attempt.route is not Route.ASKED:
            await self.stop_updates(job.card_id)
        return await self._sender.send_clip(job, attempt, clip, *others)

    async def find_delivery(
        self, job: Job, attempt: DeliveryAttempt, until: float | None = None
    ) -> Posted | NotThere | CannotSearch:
        """Search once for the attempt; `until`: when it may have arrived at the latest, if not about `attempt.at`."""
        return await self._search.find(job, attempt, until)

    async def clip_url(self, job: Job) -> str | Outcome:
        """Fetch the message that holds the job's clip again, and return the URL that its file has now."""
        return await self._search.clip_url(job)

    async def show_end(self, job: Job, route: Route) -> Outcome:
        """Show an end that has no clip, or that it is held."""
        await self.stop_updates(job.card_id)
        return await self._sender.send_end(job, route)

    async def show_chosen(self, job: Job) -> Outcome:
        """Leave a message with several takes, through the token of a press on it, to this one."""
        return await self._sender.show_chosen(job)

    async def ping(self, job: Job, *, directly: bool = False) -> Outcome:
        """Mention the requester in a message below the reply; where the bot is not, by the token, or directly."""
        return await (self._sender.ping_directly(job) if directly else self._sender.ping(job))

    async def attach_inputs(self, job: Job, files: Mapping[StoredFile, Path]) -> tuple[InputUrl, ...] | Outcome:
        """Attach files to the reply, and return their URLs."""
        names = {file: job.file_name(at, file) for at, file in enumerate(files, 1)}
        writer = self._writers.get(job.id)
        async with writer.lock if writer else asyncio.Lock():
            answer = await self._sender.attach_inputs(job, files, names)
        if not isinstance(answer, discord.Message):
            return answer
        now = self._clock.now()
        urls = {file: file_url(answer, name) for file, name in names.items()}
        input_urls = tuple(InputUrl(file.sha256, url, now) for file, url in urls.items() if url is not None)
        if len(input_urls) < len(names):
            return Unclear("the answer does not name the URLs of the files")
        if writer:
            self._update(writer, job.with_input_urls(*input_urls))
        return input_urls

    def _update(self, writer: CardWriter, job: Job) -> None:
        if writer.task.done():
            return
        before = writer.channel_id
        writer.update(job)
        if writer.channel_id != before:
            self._left(before)
            self._in_channels[writer.channel_id] += 1

    def _left(self, channel_id: int) -> None:
        self._in_channels[channel_id] -= 1
        if not self._in_channels[channel_id]:
            del self._in_channels[channel_id]

    def _jobs_in(self, channel_id: int) -> int:
        return self._in_channels[channel_id]

    def _forget(self, writer: CardWriter) -> None:
        card_id, task = writer.card_id, writer.task
        self._left(writer.channel_id)
        if self._writers.get(card_id) is writer:
            del self._writers[card_id]
            if writer.unreachable is not None and card_id not in self._settled:
                self._unreachable[card_id] = writer.unreachable
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("The card is no longer updated.", exc_info=error)
