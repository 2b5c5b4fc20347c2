"""The provider as the studio's port: submit once, follow for as long as it takes, ask once."""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import replace
from types import TracebackType
from typing import Self

import aiohttp

from bot.domain.account import Account, KeyNotAccepted
from bot.domain.errors import NotAccepted, SubmitError, SubmitRefused
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.domain.pace import MIN_WAIT
from bot.domain.progress import NotKnown, Silence, Snapshot, TaskStatus
from bot.domain.run_lengths import RunLengths
from bot.domain.stages import Reason
from bot.studio.ports import Clock
from bot.studio.ports.metrics import Metrics, NoMetrics
from bot.toapis.account import ACCOUNT_PATH, BALANCE_PATH, KeyCheck, judge_key, read_account, read_balance
from bot.toapis.api_client import ApiClient, Timeouts
from bot.toapis.asset_client import ToapisAssets
from bot.toapis.dialects import CheckResult, CurrentDialect, judge_dialect, submit_path, task_path
from bot.toapis.hints import Hints
from bot.toapis.model_table import MODELS
from bot.toapis.polling import FIRST_AFTER, SILENT_AFTER, Breaker, Pace, SilenceTracker
from bot.toapis.request_body import medium_url, request_body, unsupported_option
from bot.toapis.responses import Response
from bot.toapis.submit_outcome import judge_submit
from bot.toapis.task_queries import TaskQueries

log = logging.getLogger(__name__)

# Scaled seconds for which an answer of the provider's shows that it is there.
_READY_SECONDS = 60.0


class ToapisProvider:
    """The ToAPIs Seedance API. Use as an async context manager: it owns the session.

    Args:
        base_url: with or without a trailing slash or `/v1`.
        key: the operator's.
        dialect: which of the API's two forms is used; None where that is to be found out.
        clock: for all waits but the limits of a network call, which are real seconds.
        timeouts: of the network calls.
        rng: behind every jitter.
        private_asset_review: whether media are reviewed first, which the provider does in dialect VIDEOS only.
        redact: masks secrets in what the provider says; its own key when left out.
        metrics: counts calls, and what is left on the account.
        may_send: tells whether this process may still pay for a video; where it may not, no submit leaves it whole.
    """

    def __init__(  # noqa: PLR0913 - what it calls, and how
        self,
        base_url: str,
        key: str,
        dialect: Dialect | None,
        clock: Clock,
        timeouts: Timeouts | None = None,
        rng: random.Random | None = None,
        *,
        private_asset_review: bool = False,
        redact: Callable[[str], str] | None = None,
        metrics: Metrics | None = None,
        may_send: Callable[[], bool] = lambda: True,
    ) -> None:
        self._metrics = metrics or NoMetrics()
        self._api = ApiClient(base_url, key, timeouts or Timeouts(), redact, self._metrics, may_send)
        self.dialect = CurrentDialect(dialect, self.probe_dialects)
        self.hints = Hints(clock)
        self._clock = clock
        self._rng = rng or random.Random()
        self._breaker = Breaker(clock, self._rng)
        self._pace = Pace(self._rng)
        self._queries = TaskQueries(self._api, self._breaker, clock)
        self._review = private_asset_review
        self._looked_at: float | None = None
        self._there = False
        self._assets = ToapisAssets(self._api)

    async def __aenter__(self) -> Self:
        await self._api.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._api.__aexit__(kind, error, trace)

    def listen(self, trace: aiohttp.TraceConfig, on_body: Callable[[bytes], None]) -> None:
        """Let a trace see every request and `on_body` every response's body; before this is entered."""
        self._api.listen(trace, on_body)

    @property
    def breaker(self) -> Breaker:
        """Return whether the provider answers queries, as far as known."""
        return self._breaker

    def take_share(self, share: float) -> None:
        """Call and plan at that part of the provider's rates from now on; once this is entered."""
        self._pace.share = share
        self._api.take_share(share)

    async def submit(self, job: Job) -> str:
        """Send the job once and return the task's id.

        Raises NotAccepted (definitely not counted; NotSent where this process may not send), SubmitRefused,
        MediaUnfetched, or SubmitUnclear: then it must never be sent again.
        """
        dialect = job.dialect or self.dialect.value
        body = self._body(job, dialect)
        if self._breaker.is_down and not await self.answers():
            raise NotAccepted("not sent: the provider is not answering")
        outcome = await self._api.submit(submit_path(dialect), body)
        judged = judge_submit(outcome, self._clock.now(), job.id)
        if isinstance(judged, SubmitError):
            raise judged
        return judged

    def can_find_by_own_id(self, job: Job) -> bool:
        """Tell whether a submit of this job carried our id, by which its task can be asked for.

        A job that was sent in dialect VIDEO did not: that no task has its id then says nothing.
        """
        row = MODELS[_dialect_of(job)].get(job.request.model)
        return row is not None and row.own_id is not None

    async def choose_dialect(self) -> Dialect:
        """Return the dialect in which the next job is sent; as long as that is not sure, it is asked for."""
        return await self.dialect.choose()

    async def find_by_own_id(self, job: Job) -> str | NotKnown | Silence:
        """Ask once, by the job's own id, whether a submit of it counted; returns the task's id if so.

        NotKnown only in the provider's own words; every other response that names no task is Silence. A response about
        a task that does not name it leaves our id, which the provider takes in its place. ValueError where none is
        sent.
        """
        if not self.can_find_by_own_id(job):
            raise ValueError("in this dialect the provider knows no ids of ours")
        found = await self._queries.find_own(job.id, Dialect.VIDEOS)
        if found is None:
            return self._queries.silence_now()
        if found.snapshot.status is TaskStatus.MISSING:
            return NotKnown()
        return found.task_id or job.id

    @property
    def assets(self) -> ToapisAssets:
        """Give what keeps files and assets there: the same connection, rates and key; alive as long as this."""
        return self._assets

    async def follow(self, job: Job, lengths: RunLengths | None = None) -> AsyncGenerator[Snapshot | Silence]:
        """Yield what the provider says of the job's task until it says COMPLETED or FAILED.

        It asks when an end is likely by the `lengths` of comparable runs and by the task's percents; less often once
        it is overdue, and while `hints` are coming. It never gives up by itself. Silence comes once for each time
        without a response.
        """
        if job.task_id is None:
            raise ValueError("a job without a task cannot be followed")
        tracker = SilenceTracker(self._clock, self._breaker, self._rng)
        names, age = (job.task_id, job.id), self._age(job)
        with self._pace.follow(job.request.model, lengths or RunLengths()) as pace:
            hinted = await self.hints.wait(names, max(FIRST_AFTER - age, 0.0), pace.first_wait(age))
            while True:
                if silence := tracker.silence():
                    yield silence
                async with self._breaker.permit():
                    # One that comes from here on may be about what this question does not see yet.
                    self.hints.forget(names)
                    found = await self._queries.find(job.task_id, job.dialect or self.dialect.value, job.id)
                if found is None:
                    if tracker.failed() == SILENT_AFTER:
                        log.warning("The provider doesn't answer; asking again.")
                    if silence := tracker.silence():
                        yield silence
                    await tracker.wait()
                    continue
                tracker, snapshot = SilenceTracker(self._clock, self._breaker, self._rng), found.snapshot
                if snapshot.status in (TaskStatus.COMPLETED, TaskStatus.FAILED):
                    self.hints.ended(names, hinted=hinted)
                    completed = snapshot.status is TaskStatus.COMPLETED
                    yield replace(snapshot, ran=pace.ended(self._age(job))) if completed else snapshot
                    return
                yield snapshot
                # A hint that came too early may be about to come true: the next question is not put off then.
                fallback = self.hints.are_coming and not hinted
                wait = pace.next_wait(self._age(job), snapshot.percent, hinted=fallback)
                hinted = await self.hints.wait(names, MIN_WAIT, wait)

    async def ask(self, task_id: str, dialect: Dialect | None = None) -> Snapshot | Silence:
        """Ask once for a task, now, in the dialect that it was sent in; for a fresh clip URL."""
        found = await self._queries.find(task_id, dialect or self.dialect.value)
        return self._queries.silence_now() if found is None else found.snapshot

    async def check_key(self) -> KeyCheck:
        """Ask for the key's balance, which costs nothing and starts nothing."""
        return judge_key(await self._api.get(BALANCE_PATH))

    async def balance(self) -> str:
        """Ask for the key's balance, in words."""
        return read_balance(await self._api.get(BALANCE_PATH))

    async def account(self) -> Account | KeyNotAccepted | None:
        """Ask for the balance of the account and of the key; None where the provider does not say."""
        key, account = await asyncio.gather(self._api.get(BALANCE_PATH), self._api.get(ACCOUNT_PATH))
        found = read_account(key, account)
        if isinstance(found, Account):
            self._metrics.account(found)
        return found

    @property
    def troubled_since(self) -> float | None:
        """Return since when queries for tasks have failed without an answer between them, in UTC seconds."""
        return self._breaker.failing_since

    async def answers(self) -> bool:
        """Look, with a query that costs nothing, whether the provider is there."""
        response = await self._api.get(task_path(self.dialect.value, _impossible_id()))
        back = isinstance(response, Response) and response.status < 500 and response.body is not None
        if back:
            self._breaker.succeeded()
        return back

    async def is_ready(self) -> bool:
        """Tell whether the provider answers: by its latest answer, or by a new one where that is a minute old."""
        if self._breaker.answered_within(_READY_SECONDS):
            return True
        if self._looked_at is None or self._clock.elapsed(self._looked_at) >= MIN_WAIT:
            self._looked_at = self._clock.now()
            try:
                self._there = await self.answers()
            except asyncio.CancelledError:
                # The one that asks has waited for long enough: that is an answer too.
                self._there = False
                raise
        return self._there

    async def probe_dialects(self) -> dict[Dialect, CheckResult]:
        """Ask for an impossible task in every dialect: a server that knows that there is none has the dialect."""
        outcomes = await asyncio.gather(*(self._api.get(task_path(each, _impossible_id())) for each in Dialect))
        return dict(zip(Dialect, map(judge_dialect, outcomes), strict=True))

    def _body(self, job: Job, dialect: Dialect) -> dict[str, object]:
        """Build the request body; raises SubmitRefused where something would be left out."""
        urls = [url for medium in job.request.media if (url := medium_url(job, medium))]
        if len(urls) < len(job.request.media):
            raise SubmitRefused(Reason.INPUT, "the job has a medium and no address for it")
        if option := unsupported_option(job.request, dialect):
            raise SubmitRefused(Reason.INVALID, f"the job was accepted in the other dialect: {option} cannot be said")
        return request_body(job.request, urls, job.id, dialect, review=self._review)

    def _age(self, job: Job) -> float:
        return self._clock.elapsed(job.submitted or job.created)


def _dialect_of(job: Job) -> Dialect:
    """Return the dialect in which a job was sent; rows from before that was kept name a resolution only in VIDEOS."""
    return job.dialect or (Dialect.VIDEO if job.request.resolution is None else Dialect.VIDEOS)


def _impossible_id() -> str:
    return f"seedreel-check-{secrets.token_hex(8)}"
