"""The provider as the studio's port: submit once, follow for as long as it takes, ask once."""

import logging
import random
import secrets
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from bot.domain.errors import NotAccepted, SubmitError, SubmitRefused
from bot.domain.job import Job
from bot.domain.models import CAPABILITIES, Dialect
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.domain.stages import Reason
from bot.studio.ports import Clock
from bot.toapis import pace, retry, wire
from bot.toapis.breaker import Breaker
from bot.toapis.dialects import BALANCE_PATH, submit_path, task_path, video_body
from bot.toapis.line import Line, Timeouts
from bot.toapis.probe import Answer, KeyCheck, judge_dialect, judge_key
from bot.toapis.wire import Broken, Heard

log = logging.getLogger(__name__)

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


@dataclass(slots=True)
class _KeyWatch:
    """Whether the provider accepts the key; a change is logged once, however many questions meet it."""

    refused: bool = False

    def heard(self, status: int) -> None:
        refused = status in (401, 403)
        if refused and not self.refused:
            log.error("the provider does not accept the key (HTTP %d): check TOAPIS_API_KEY; jobs are safe", status)
        if self.refused and 200 <= status < 300:
            log.info("the provider accepts the key again")
        self.refused = refused or (self.refused and not 200 <= status < 300)


class ToapisProvider:
    """The ToAPIs Seedance API. Use as an async context manager: it owns the session.

    Args:
        base_url: with or without a trailing slash or `/v1`.
        key: the operator's.
        dialect: which of the API's two forms is spoken; ValueError for one that no model is listed for.
        clock: for all waits but the limits of a network call, which are real seconds.
        running: how many jobs are at the provider now, which slows the questions down.
        timeouts: of the network calls.
        dice: behind every jitter.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        dialect: Dialect,
        clock: Clock,
        running: Callable[[], int],
        timeouts: Timeouts | None = None,
        dice: random.Random | None = None,
    ) -> None:
        if dialect not in CAPABILITIES:
            raise ValueError(f"no model is listed for dialect {dialect}")
        self._line = Line(base_url, key, timeouts or Timeouts())
        self._dialect = dialect
        self._clock = clock
        self._running = running
        self._dice = dice or random.Random()
        self._breaker = Breaker(clock, self._dice)
        self._key = _KeyWatch()

    async def __aenter__(self) -> Self:
        await self._line.__aenter__()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._line.__aexit__(kind, error, trace)

    async def submit(self, job: Job) -> str:
        """Send the job once and return the task's id.

        Raises NotAccepted (definitely not counted), SubmitRefused, or SubmitUnclear: then it must never be sent again.
        """
        if job.request.image is not None and job.image_url is None:
            raise SubmitRefused(Reason.INPUT, "the job has an image and no address for it")
        body = video_body(job.request, job.image_url)
        if self._breaker.is_down and not await self._is_back():
            raise NotAccepted("not sent: the provider is not answering")
        outcome = await self._line.submit(submit_path(self._dialect), body)
        judged = retry.submitted(outcome, self._clock.now())
        if isinstance(judged, SubmitError):
            raise judged
        return judged

    async def follow(self, job: Job) -> AsyncGenerator[Snapshot | Silence]:
        """Yield what the provider says of the job's task until it says COMPLETED or FAILED.

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
                snapshot = await self._question(job.task_id)
            if snapshot is None:
                self._note_failure(job, quiet)
                if silence := self._silence(quiet):
                    yield silence
                if not self._breaker.is_shut():  # else its pause is the wait
                    await self._clock.sleep(pace.backoff(quiet.failures, self._dice))
                continue
            quiet = _Quiet()
            percent = snapshot.percent if snapshot.percent is not None else percent
            yield snapshot
            if snapshot.status in (TaskStatus.COMPLETED, TaskStatus.FAILED):
                return
            await self._clock.sleep(pace.next_wait(self._age(job), percent, self._running(), self._dice))

    async def ask(self, task_id: str) -> Snapshot | Silence:
        """Ask once for a task, now; for a fresh clip URL."""
        snapshot = await self._question(task_id)
        if snapshot is not None:
            return snapshot
        return Silence(self._breaker.failing_since or self._clock.now())

    async def check_key(self) -> KeyCheck:
        """Ask what is left on the key, which costs nothing and starts nothing."""
        return judge_key(await self._line.ask(BALANCE_PATH))

    async def which_dialects(self) -> dict[Dialect, Answer]:
        """Ask for an impossible task in every dialect: who knows that it does not exist speaks the dialect."""
        return {
            dialect: judge_dialect(await self._line.ask(task_path(dialect, _impossible_id()))) for dialect in Dialect
        }

    async def _question(self, task_id: str) -> Snapshot | None:
        """Ask once, and tell the breaker; None when nothing was said of the task."""
        heard = await self._line.ask(task_path(self._dialect, task_id))
        if isinstance(heard, Heard):
            self._key.heard(heard.status)
            snapshot = _snapshot(heard)
            if snapshot is not None:
                self._breaker.answered()
                return snapshot
            log.debug("a question was answered with HTTP %d and nothing about the task", heard.status)
        else:
            log.debug("a question got no answer: %s", heard.why)
        if isinstance(heard, Heard) and heard.status == 429:
            pause = retry.retry_after(heard.retry_after, self._clock.now())
            self._breaker.pause(max(pause or 0.0, pace.LEAST))
        else:
            self._breaker.failed()
        return None

    async def _is_back(self) -> bool:
        """Look, with a question that costs nothing, whether the provider is there again before it is paid."""
        heard = await self._line.ask(task_path(self._dialect, _impossible_id()))
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


def _snapshot(heard: Heard | Broken) -> Snapshot | None:
    if isinstance(heard, Broken):
        return None
    if wire.says_missing(heard):
        return Snapshot(TaskStatus.MISSING)
    return wire.read_snapshot(heard.answer) if heard.status == 200 else None


def _impossible_id() -> str:
    return f"seedreel-check-{secrets.token_hex(8)}"
