"""One query for a task: in its dialect or the other, and what everyone learns of the provider from its response."""

import logging
from dataclasses import dataclass

from bot.domain.backoff import read_retry_after
from bot.domain.models import Dialect
from bot.domain.pace import MIN_WAIT
from bot.domain.progress import Silence, Snapshot, TaskStatus
from bot.studio.ports import Clock
from bot.toapis.api_client import ApiClient
from bot.toapis.dialects import task_path
from bot.toapis.polling import Breaker
from bot.toapis.responses import NoResponse, Response, says_not_found
from bot.toapis.submit_outcome import MAX_RETRY_AFTER
from bot.toapis.task_responses import TaskBody

log = logging.getLogger(__name__)

_NO_ROUTE = frozenset({404, 405, 410})  # of a server that knows no such path


@dataclass(frozen=True, slots=True)
class TaskResponse:
    """What a response says of a task; `task_id` is the provider's where the response names it."""

    snapshot: Snapshot
    task_id: str | None


class TaskQueries:
    """Asks for tasks, once each time, and tells the breaker the outcome."""

    def __init__(self, api: ApiClient, breaker: Breaker, clock: Clock) -> None:
        self._api = api
        self._breaker = breaker
        self._clock = clock

    async def find(self, task_id: str, dialect: Dialect, own: str | None = None) -> TaskResponse | None:
        """Ask once for a task; for one that is not known, or where its route is gone, in the other dialect too.

        The operator may have changed the dialect since it was sent, and no page says that each one knows all tasks.
        """
        found = self._judged(*await self._ask(task_id, dialect), task_id, own)
        known = found if isinstance(found, TaskResponse) else None
        if known.snapshot.status is not TaskStatus.MISSING if known else found not in _NO_ROUTE:
            return known
        other = next(each for each in Dialect if each is not dialect)
        response, body = await self._ask(task_id, other)
        elsewhere = _snapshot(response, body, task_id, own) if isinstance(response, Response) else None
        if elsewhere is None or (known is None and elsewhere.status is TaskStatus.MISSING):
            return known
        self._breaker.succeeded()
        return TaskResponse(elsewhere, task_id)

    async def find_own(self, own: str, dialect: Dialect) -> TaskResponse | None:
        """Ask once for the task of a job, by our own id of it, over a fresh connection: a wrong "not found" would pay.

        None where nothing is said of the task.
        """
        found = self._judged(*_read(await self._api.get(task_path(dialect, own))), own, own)
        return found if isinstance(found, TaskResponse) else None

    async def _ask(self, task_id: str, dialect: Dialect) -> tuple[Response | NoResponse, TaskBody]:
        """Ask over a kept connection; again over a fresh one where the response tells of a task that it doesn't name.

        It may be meant for an earlier question on that connection. That there is no such task is told without a name,
        and is the one word that changes nothing.
        """
        path = task_path(dialect, task_id)
        response, body = _read(await self._api.ask(path))
        if isinstance(response, NoResponse) or body.names(task_id):
            return response, body
        response.close()
        tells = response.status == 200 and body.snapshot() is not None
        return _read(await self._api.get(path)) if tells else (response, body)

    def _judged(
        self, response: Response | NoResponse, body: TaskBody, task_id: str, own: str | None
    ) -> TaskResponse | int:
        """Read a response and tell the breaker; an HTTP status or 0 where nothing is said of the task.

        `own`: our id of the task's job.
        """
        if not isinstance(response, Response):
            log.debug("A query got no response: %s", response.problem)
            self._breaker.failed()
            return 0
        self._api.note_key(response.status)
        if (snapshot := _snapshot(response, body, task_id, own)) is not None:
            self._breaker.succeeded()
            return TaskResponse(snapshot, body.task_id)
        log.debug("A query was answered with HTTP %d and nothing about the task.", response.status)
        if response.status == 429:
            pause = read_retry_after(response.retry_after, self._clock.now(), MAX_RETRY_AFTER)
            self._breaker.pause(max(pause or 0.0, MIN_WAIT))
        else:
            self._breaker.failed()
        return response.status

    def silence_now(self) -> Silence:
        """Say since when the provider has not answered."""
        return Silence(self._breaker.failing_since or self._clock.now())


def _read(response: Response | NoResponse) -> tuple[Response | NoResponse, TaskBody]:
    return response, TaskBody(response.body if isinstance(response, Response) else None)


def _snapshot(response: Response, body: TaskBody, task_id: str, own: str | None) -> Snapshot | None:
    if says_not_found(response):
        return Snapshot(TaskStatus.MISSING)
    if response.status != 200:
        return None
    if not body.is_about(task_id, own):
        log.warning("The provider answered a query for task %s with another task; ignored.", task_id)
        return None
    return body.snapshot()
