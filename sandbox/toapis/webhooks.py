"""The provider's task webhooks: signed, at least once, sent again until they are taken; and what goes wrong there."""

import asyncio
import hashlib
import hmac
import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from sandbox.clock import Clock
from sandbox.json_answer import JSON
from sandbox.ledger import Ledger
from sandbox.toapis.tasks import Status, Task

RETRIES = (10.0, 30.0, 120.0, 600.0, 3600.0, 21_600.0, 86_400.0)
"""Seconds of the provider's pace before each further try."""
_LOOK_EVERY = 0.02
_ANSWER_SECONDS = 10.0


@dataclass(slots=True)
class Troubles:
    """What happens to the next events: each field counts down.

    `lost` are never sent, `copied` are sent twice, `forged` are signed with another secret, `stale` carry a time that
    is ten minutes old, `late` are first sent a minute of the provider's pace after the end.
    """

    lost: int = 0
    copied: int = 0
    forged: int = 0
    stale: int = 0
    late: int = 0

    def takes(self, name: str) -> bool:
        """Tell whether the next event has this trouble, and count it."""
        left = getattr(self, name)
        if left > 0:
            setattr(self, name, left - 1)
        return bool(left > 0)


@dataclass(slots=True)
class Endpoint:
    """Where events go, and what they are signed with; `previous` while a secret is being changed."""

    url: str
    secret: str
    previous: str = ""


@dataclass(slots=True)
class Webhooks:
    """Sends an event for each task that ends, once there is an endpoint.

    The ledger gets kind "webhook" for each try: `event`, `type`, `task`, `status` (None where nothing answered).
    """

    clock: Clock
    ledger: Ledger
    tasks: Callable[[], Mapping[str, Task]]
    clip_url: Callable[[Task], str]
    pace: float
    troubles: Troubles = field(default_factory=Troubles)
    _endpoint: Endpoint | None = None
    _known: set[str] = field(default_factory=set)
    _numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))
    _running: set["asyncio.Task[None]"] = field(default_factory=set)

    def send_to(self, url: str, secret: str, previous: str = "") -> None:
        """Send events there from now on, for whatever ends from now on."""
        if self._endpoint is None:
            self._known = {task.id for task in self.tasks().values() if task.ended}
            self._begin(self._watch())
        self._endpoint = Endpoint(url, secret, previous)

    async def close(self) -> None:
        """Send nothing any more."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def early(self, task_id: str) -> None:
        """Tell of a task that it has ended, whatever it does."""
        self._tell(self.tasks()[task_id])

    async def test(self) -> int | None:
        """Send the console's test, and return the status."""
        body = {**self._envelope("endpoint.test"), "data": {}}
        return await self._post(json.dumps(body).encode(), body, "")

    async def again(self) -> int | None:
        """Send what was sent last once more, byte for byte, and return the status."""
        latest = self.ledger.of("webhook")[-1].detail
        return await self._sent(latest["headers"], latest["body"], {"id": latest["event"]}, latest["task"])

    def _begin(self, work: Any) -> None:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def _watch(self) -> None:
        while True:
            for task in list(self.tasks().values()):
                if task.ended and task.id not in self._known:
                    self._known.add(task.id)
                    if self.troubles.takes("lost"):
                        self.ledger.touch()
                    else:
                        self._tell(task)
            await asyncio.sleep(_LOOK_EVERY)

    def _tell(self, task: Task) -> None:
        event = self._event(task)
        for _ in range(2 if self.troubles.takes("copied") else 1):
            self._begin(self._deliver(event, task.id, late=self.troubles.takes("late")))

    async def _deliver(self, event: dict[str, Any], task_id: str, *, late: bool) -> None:
        body = json.dumps(event, ensure_ascii=False).encode()
        for pause in (60.0 if late else 0.0, *RETRIES):
            if pause:
                await self.clock.until(self.clock.now() + pause / self.pace)
            status = await self._post(body, event, task_id)
            if status is not None and 200 <= status < 300:
                return

    async def _post(self, body: bytes, event: Mapping[str, Any], task_id: str) -> int | None:
        endpoint = self._endpoint
        if endpoint is None:
            return None
        off = 600 if self.troubles.takes("stale") else 0
        stamp = str(int(self.clock.now()) - off)
        signed = f"{event['id']}.{stamp}.".encode() + body
        first = "not-the-secret" if self.troubles.takes("forged") else endpoint.secret
        secrets = [each for each in (first, endpoint.previous) if each]
        signatures = [f"v1={hmac.new(each.encode(), signed, hashlib.sha256).hexdigest()}" for each in secrets]
        headers = {
            "Content-Type": JSON,
            "X-ToAPIs-Webhook-Id": str(event["id"]),
            "X-ToAPIs-Webhook-Timestamp": stamp,
            "X-ToAPIs-Webhook-Signature": ",".join(signatures),
        }
        return await self._sent(headers, body, event, task_id)

    async def _sent(
        self, headers: Mapping[str, str], body: bytes, event: Mapping[str, Any], task_id: str
    ) -> int | None:
        status, url = None, self._endpoint.url if self._endpoint else ""
        try:
            limit = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
            async with (
                aiohttp.ClientSession(timeout=limit) as session,
                session.post(url, data=body, headers=headers) as answer,
            ):
                status = answer.status
        except (aiohttp.ClientError, OSError):
            pass  # written down as None, and tried again
        self.ledger.write(
            "webhook",
            f"POST {url}",
            event=event["id"],
            type=event.get("type", ""),
            task=task_id,
            status=status,
            headers=headers,
            body=body,
        )
        return status

    def _envelope(self, kind: str) -> dict[str, Any]:
        now = int(self.clock.now())
        return {"id": f"evt_{next(self._numbers):06d}", "type": kind, "api_version": "v1", "created_at": now}

    def _event(self, task: Task) -> dict[str, Any]:
        failed = task.status is Status.FAILED
        data = {
            "task_id": task.id,
            "client_business_id": task.request.business_id,
            "task_type": "video",
            "model": task.request.model,
            "status": "FAILURE" if failed else "SUCCESS",
            "progress": "100%",
            "result": None if failed else {"type": "video", "data": [{"url": self.clip_url(task)}]},
            "error": dict(task.error) if failed else None,
            "submitted_at": int(task.created_at),
            "finished_at": int(task.completed_at or self.clock.now()),
        }
        return {**self._envelope("generation.failed" if failed else "generation.completed"), "data": data}
