"""Submit a job to the provider, once, and save what the answer makes of it."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from bot.domain.alerts import Alert, KeyRefused
from bot.domain.backoff import Backoff, spread
from bot.domain.errors import MediaUnfetched, NotAccepted, NotSent, SubmitRefused, SubmitUnclear
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.domain.stages import Reason, Stage
from bot.studio.lifecycle.balance_pause import BalancePause
from bot.studio.lifecycle.job_moves import JobMoves, quoted
from bot.studio.lifecycle.line import Line
from bot.studio.ports import Clock, Provider
from bot.studio.running.input_urls import InputUrls

log = logging.getLogger(__name__)

MAX_TRIES = 3
"""Submits of one job that the provider does not take for a passing reason of this job alone."""
TRY_AGAIN_AFTER = 20.0
"""Scaled seconds before the second of them at the least; each further wait is three times as long."""
# What the owner has to know of, and to do something about; of the balance `BalancePause` tells them.
_ALERTS: Final[Mapping[Reason, Alert]] = {Reason.KEY: KeyRefused()}


class Submitter:
    """Submits jobs whose turn has come; the answer decides whether a job is accepted, sent again later, or failed."""

    def __init__(
        self,
        *,
        provider: Provider,
        queue: Line,
        balance: BalancePause,
        job_moves: JobMoves,
        input_urls: InputUrls,
        clock: Clock,
        tell_owner: Callable[[Alert], None],
    ) -> None:
        self._provider = provider
        self._queue = queue
        self._balance = balance
        self._job_moves = job_moves
        self._input_urls = input_urls
        self._clock = clock
        self._tell_owner = tell_owner

    async def submit(self, job: Job, dialect: Dialect) -> Job:
        """Save SUBMITTING, POST once, and save what came of it."""
        job = await self._job_moves.move(job.sending(self._clock.now(), dialect), Stage.WAITING)
        try:
            task_id = await self._provider.submit(job)
        except NotAccepted as error:
            after = await self._not_accepted(job, error)
        except SubmitRefused as error:
            log.warning("Rejected by the provider: %s", error.detail)
            if error.reason is Reason.NO_BALANCE:
                await self._balance.refused()
                now = self._clock.now()
                return await self._job_moves.move(job.not_accepted(now, now), Stage.SUBMITTING)
            if (alert := _ALERTS.get(error.reason)) is not None:
                self._tell_owner(alert)
            after = job.failed(error.reason, self._clock.now(), error.provider_message, error.code)
        except MediaUnfetched as error:
            log.warning("The provider can't download the files of the request: %s", error.detail)
            now, otherwise = self._clock.now(), await self._input_urls.unfetched(job)
            after = (
                otherwise.not_accepted(now, now) if otherwise else job.failed(Reason.INPUT, now, error.provider_message)
            )
        except SubmitUnclear as error:
            quote = quoted(job, error.provider_message)
            log.warning("Unclear whether the provider accepted it: %s%s", error.detail, quote)
            # Whether that can be found out is a matter of minutes, which a shutdown does not wait for.
            return (
                await self._job_moves.move(replace(job, provider_message=error.provider_message), Stage.SUBMITTING)
                if error.provider_message
                else job
            )
        else:
            await self._queue.note_accepted()
            log.info("Accepted by the provider as task %s.", task_id)
            accepted = await self._job_moves.accepted(job, task_id)
            await self._balance.taken(job.id)
            return accepted
        return await self._job_moves.move(after, Stage.SUBMITTING)

    async def _not_accepted(self, job: Job, error: NotAccepted) -> Job:
        """Send it again later: after a rest of all jobs, or of this one alone, which has a few tries."""
        now = self._clock.now()
        if not error.of_this:
            not_before = now if isinstance(error, NotSent) else await self._queue.pause(error.retry_after)
            log.warning("Not accepted by the provider, trying again: %s", error.detail)
            return job.not_accepted(now, not_before)
        tries = job.tries + 1
        quote = quoted(job, error.provider_message)
        log.warning("Not accepted by the provider, try %d of %d: %s%s", tries, MAX_TRIES, error.detail, quote)
        if tries >= MAX_TRIES:
            return job.failed(Reason.NOT_TAKEN, now, error.provider_message, error.code)
        shortest = TRY_AGAIN_AFTER * 3.0 ** (tries - 1)
        backoff = Backoff(1.5 * TRY_AGAIN_AFTER, min_pause=shortest, factor=3.0, failures=tries - 1)
        return job.not_accepted(now, self._clock.later(backoff.next(spread(error.retry_after or 0.0))), tries)
