"""The provider as the studio's port: submit once, follow for as long as it takes, ask once."""

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import aiohttp

from bot.domain.errors import NotAccepted, SubmitError, SubmitRefused
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.domain.progress import OVERDUE_AFTER_MIN, NotKnown, Silence, Snapshot, TaskStatus
from bot.domain.stages import Reason
from bot.studio.ports import Clock
from bot.toapis import pace, retry
from bot.toapis.assets import ToapisAssets
from bot.toapis.bodies import beyond, body_of
from bot.toapis.breaker import Breaker
from bot.toapis.dialects import BALANCE_PATH, submit_path, task_path
from bot.toapis.key_watch import KeyWatch
from bot.toapis.line import Line, Timeouts
from bot.toapis.probe import Answer, KeyCheck, judge_dialect, judge_key, read_balance
from bot.toapis.spoken import Spoken
from bot.toapis.task_answers import is_about, read_snapshot, read_task_id
from bot.toapis.wire import Heard, says_missing

log = logging.getLogger(__name__)

_NO_ROUTE = frozenset({404, 405, 410})  # of a server that knows no such path
SILENT_AFTER = 2
"""Questions in a row without an answer after which a follower says that the provider is silent."""


@dataclass(slots=True)
class _Quiet:
    """How long one follower has heard nothing, and whether it has said so."""

    failures: int = 0
    since: float | None = None
    said: bool = False

    def failed(self, now: float) -> None:
        self.failures += 1
        self.since = self.since or now

    def silence(self, now: float, shared_since: float | None, *, down: bool) -> Silence | None:
        """Return what there is to say, once for each time of silence."""
        if self.said or not (down or self.failures >= SILENT_AFTER):
            return None
        self.said = True
        return Silence(min(time for time in (self.since, shared_since, now) if time is not None))


@dataclass(frozen=True, slots=True)
class _Told:
    """An answer about a task; `task_id` is the provider's where the answer names it."""

    snapshot: Snapshot
    task_id: str | None


class ToapisProvider:
    """The ToAPIs Seedance API. Use as an async context manager: it owns the session.

    Args:
        base_url: with or without a trailing slash or `/v1`.
        key: the operator's.
        dialect: which of the API's two forms is spoken; None where that is to be found out.
        clock: for all waits but the limits of a network call, which are real seconds.
        running: how many jobs are at the provider now, which slows the questions down.
        timeouts: of the network calls.
        dice: behind every jitter.
        private_asset_review: whether media are reviewed first, which the provider does in dialect VIDEOS only.
        redact: masks secrets in what the provider says; its own key when left out.
    """

    def __init__(  # noqa: PLR0913 - what it speaks with, and to whom
        self,
        base_url: str,
        key: str,
        dialect: Dialect | None,
        clock: Clock,
        running: Callable[[], int],
        timeouts: Timeouts | None = None,
        dice: random.Random | None = None,
        *,
        private_asset_review: bool = False,
        redact: Callable[[str], str] | None = None,
    ) -> None:
        self._line = Line(base_url, key, timeouts or Timeouts(), redact)
        self.spoken = Spoken(dialect, self.which_dialects)
        self._clock = clock
        self._running = running
        self._dice = dice or random.Random()
        self._breaker = Breaker(clock, self._dice)
        self._key = KeyWatch()
        self._review = private_asset_review
        self._assets = ToapisAssets(self._line, self._key)

    async def __aenter__(self) -> Self:
        await self._line.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._line.__aexit__(kind, error, trace)

    def listen(self, trace: aiohttp.TraceConfig, on_body: Callable[[bytes], None]) -> None:
        """Let a trace see every request and `on_body` every answer's body; before this is entered."""
        self._line.listen(trace, on_body)

    async def submit(self, job: Job) -> str:
        """Send the job once and return the task's id.

        Raises NotAccepted (definitely not counted), SubmitRefused, MediaUnfetched, or SubmitUnclear: then it must
        never be sent again.
        """
        dialect = job.dialect or self.spoken.now
        body = self._body(job, dialect)
        if self._breaker.is_down and not await self._is_back():
            raise NotAccepted("not sent: the provider is not answering")
        outcome = await self._line.submit(submit_path(dialect), body)
        judged = retry.submitted(outcome, self._clock.now(), job.id)
        if isinstance(judged, SubmitError):
            raise judged
        return judged

    def recalls(self, job: Job) -> bool:
        """Tell whether a submit of this job carried our id, by which its task can be asked for.

        A job that was sent in dialect VIDEO did not: that no task has its id then says nothing.
        """
        return _dialect_of(job) is Dialect.VIDEOS

    async def settle_dialect(self) -> Dialect:
        """Return the dialect in which the next job is sent; as long as that is not sure, it is asked for."""
        return await self.spoken.settle()

    async def recall(self, job: Job) -> str | NotKnown | Silence:
        """Ask once, by the job's own id, whether a submit of it counted; returns the task's id if so.

        NotKnown only in the provider's own words; every other answer that names no task is Silence. An answer about a
        task that does not name it leaves our id, which the provider takes in its place. ValueError where none is sent.
        """
        if not self.recalls(job):
            raise ValueError("in this dialect the provider knows no ids of ours")
        told = await self._question(job.id, Dialect.VIDEOS, job.id)
        if isinstance(told, int):
            return Silence(self._breaker.failing_since or self._clock.now())
        if told.snapshot.status is TaskStatus.MISSING:
            return NotKnown()
        return told.task_id or job.id

    @property
    def assets(self) -> ToapisAssets:
        """Give what keeps files and assets there: the same connection, rates and key; alive as long as this."""
        return self._assets

    async def follow(self, job: Job, overdue_after: float = OVERDUE_AFTER_MIN) -> AsyncGenerator[Snapshot | Silence]:
        """Yield what the provider says of the job's task until it says COMPLETED or FAILED.

        From `overdue_after`, in scaled seconds since the submit, it asks less often.
        It never gives up by itself. Silence comes once for each time in which nothing is heard.
        """
        if job.task_id is None:
            raise ValueError("a job without a task cannot be followed")
        quiet = _Quiet()
        percent = job.percent
        await self._clock.sleep(pace.first_wait(self._age(job), self._dice))
        while True:
            if silence := self._silence(quiet):
                yield silence
            async with self._breaker.turn():
                told = await self._found(job.task_id, job.dialect or self.spoken.now, job.id)
            if told is None:
                self._note_failure(job, quiet)
                if silence := self._silence(quiet):
                    yield silence
                if not self._breaker.is_shut():  # else its pause is the wait
                    await self._clock.sleep(pace.backoff(quiet.failures, self._dice))
                continue
            quiet = _Quiet()
            snapshot = told.snapshot
            percent = snapshot.percent if snapshot.percent is not None else percent
            yield snapshot
            if snapshot.status in (TaskStatus.COMPLETED, TaskStatus.FAILED):
                return
            age = self._age(job)
            await self._clock.sleep(pace.next_wait(age, percent, self._running(), self._dice, overdue_after))

    async def ask(self, task_id: str, dialect: Dialect | None = None) -> Snapshot | Silence:
        """Ask once for a task, now, in the dialect that it was sent in; for a fresh clip URL."""
        told = await self._found(task_id, dialect or self.spoken.now)
        if told is not None:
            return told.snapshot
        return Silence(self._breaker.failing_since or self._clock.now())

    async def check_key(self) -> KeyCheck:
        """Ask what is left on the key, which costs nothing and starts nothing."""
        return judge_key(await self._line.ask(BALANCE_PATH))

    async def balance(self) -> str:
        """Ask what is left on the key, in words."""
        return read_balance(await self._line.ask(BALANCE_PATH))

    async def which_dialects(self) -> dict[Dialect, Answer]:
        """Ask for an impossible task in every dialect: who knows that it does not exist speaks the dialect."""
        asked = [self._line.ask(task_path(dialect, _impossible_id())) for dialect in Dialect]
        return dict(zip(Dialect, map(judge_dialect, await asyncio.gather(*asked)), strict=True))

    def _body(self, job: Job, dialect: Dialect) -> dict[str, object]:
        """Build what is sent; raises SubmitRefused where something would be left out."""
        urls = [job.url_of(medium) for medium in job.request.media]
        known = [url for url in urls if url is not None]
        if len(known) < len(urls):
            raise SubmitRefused(Reason.INPUT, "the job has a medium and no address for it")
        if option := beyond(job.request, dialect):
            raise SubmitRefused(Reason.INVALID, f"the job was taken on in the other dialect: {option} cannot be said")
        return body_of(job.request, known, job.id, dialect, review=self._review)

    async def _found(self, task_id: str, dialect: Dialect, own: str | None = None) -> _Told | None:
        """Ask once for a task; for one that is not known, or where its route is gone, in the other dialect too.

        The operator may have changed the dialect since it was sent, and no page says that each one knows all tasks.
        """
        told = await self._question(task_id, dialect, own)
        known = told if isinstance(told, _Told) else None
        if known.snapshot.status is not TaskStatus.MISSING if known else told not in _NO_ROUTE:
            return known
        other = next(each for each in Dialect if each is not dialect)
        heard = await self._line.ask(task_path(other, task_id))
        elsewhere = _snapshot(heard, task_id, own) if isinstance(heard, Heard) else None
        if elsewhere is None or (known is None and elsewhere.status is TaskStatus.MISSING):
            return known
        self._breaker.answered()
        return _Told(elsewhere, task_id)

    async def _question(self, task_id: str, dialect: Dialect, own: str | None = None) -> _Told | int:
        """Ask once, and tell the breaker; an HTTP status or 0 for no word of it. `own`: our id of the task's job."""
        heard = await self._line.ask(task_path(dialect, task_id))
        if isinstance(heard, Heard):
            self._key.heard(heard.status)
            snapshot = _snapshot(heard, task_id, own)
            if snapshot is not None:
                self._breaker.answered()
                return _Told(snapshot, read_task_id(heard.answer))
            log.debug("a question was answered with HTTP %d and nothing about the task", heard.status)
        else:
            log.debug("a question got no answer: %s", heard.why)
        if isinstance(heard, Heard) and heard.status == 429:
            pause = retry.retry_after(heard.retry_after, self._clock.now())
            self._breaker.pause(max(pause or 0.0, pace.LEAST))
        else:
            self._breaker.failed()
        return heard.status if isinstance(heard, Heard) else 0

    async def _is_back(self) -> bool:
        """Look, with a question that costs nothing, whether the provider is there again before it is paid."""
        heard = await self._line.ask(task_path(self.spoken.now, _impossible_id()))
        back = isinstance(heard, Heard) and heard.status < 500 and heard.answer is not None
        if back:
            self._breaker.answered()
        return back

    def _age(self, job: Job) -> float:
        return self._clock.elapsed(job.submitted or job.created)

    def _silence(self, quiet: _Quiet) -> Silence | None:
        return quiet.silence(self._clock.now(), self._breaker.failing_since, down=self._breaker.is_down)

    def _note_failure(self, job: Job, quiet: _Quiet) -> None:
        quiet.failed(self._clock.now())
        if quiet.failures == SILENT_AFTER:
            log.warning("[#%s] The provider says nothing of its task; asking on.", job.short)


def _dialect_of(job: Job) -> Dialect:
    """Return the dialect in which a job was sent; rows from before that was kept name a resolution only in VIDEOS."""
    return job.dialect or (Dialect.VIDEO if job.request.resolution is None else Dialect.VIDEOS)


def _snapshot(heard: Heard, asked: str, own: str | None) -> Snapshot | None:
    if says_missing(heard):
        return Snapshot(TaskStatus.MISSING)
    if heard.status != 200:
        return None
    if not is_about(heard.answer, asked, own):
        log.warning("The provider answered a question for task %s with another task; that is no answer.", asked)
        return None
    return read_snapshot(heard.answer)


def _impossible_id() -> str:
    return f"seedreel-check-{secrets.token_hex(8)}"
