"""The provider's task webhooks: verified, and turned into hints.

From the provider's page "Webhooks": the headers, what is signed, the five minutes, two signatures while a secret is
changed, at least one delivery of each event, and 2xx within 10 s; anything else is sent again, for up to a day.
"""

import asyncio
import hmac
import logging
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from aiohttp import web

from bot.studio.ports import Clock
from bot.studio.ports.metrics import Metrics, Webhook
from bot.toapis.responses import parse, read_time, usable_id

log = logging.getLogger(__name__)

PATH: Final = "/webhooks/toapis"
ID: Final = "X-ToAPIs-Webhook-Id"
TIMESTAMP: Final = "X-ToAPIs-Webhook-Timestamp"
SIGNATURE: Final = "X-ToAPIs-Webhook-Signature"

MAX_BODY: Final = 256 * 1024
"""Bytes of an event; those of the documented form have about a thousand."""
MAX_OFF: Final = 300.0
"""Seconds by which an event's time may differ from ours."""
_MAX_SIGNATURES: Final = 4
_MAX_ID: Final = 256
# Events that are known to have come; one that was forgotten is one more hint.
_MAX_SEEN: Final = 4096
# How long a body may take to come, in real seconds, and how many may be on their way at once.
_READ_SECONDS: Final = 5.0
_MAX_READING: Final = 32
# Between two lines of the log about what was refused, in scaled seconds.
_SAY_EVERY: Final = 3600.0
_TASK_EVENTS: Final = frozenset({"generation.completed", "generation.failed"})


def judge(headers: Mapping[str, str], body: bytes, secret: bytes, now: float) -> Webhook:
    """Judge a request by its signature and its time: TAKEN where it is the provider's. `now` in UTC seconds."""
    event_id, stamp = headers.get(ID, ""), headers.get(TIMESTAMP, "")
    signed = b".".join((_bytes(event_id), _bytes(stamp), body))
    expected = _bytes(f"v1={hmac.digest(secret, signed, 'sha256').hex()}")
    given = headers.get(SIGNATURE, "").split(",")[:_MAX_SIGNATURES]
    # In a time that does not depend on where they differ.
    genuine = any(hmac.compare_digest(expected, _bytes(each.strip())) for each in given)
    if not genuine or not 0 < len(event_id) <= _MAX_ID:
        return Webhook.FORGED
    at = read_time(float(stamp)) if stamp.isascii() and stamp.isdigit() else None
    return Webhook.TAKEN if at is not None and abs(now - at) <= MAX_OFF else Webhook.LATE


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


class HintTaker(Protocol):
    """What takes hints in: `Hints`, or what brings them to the `Hints` of other processes too."""

    @property
    def are_coming(self) -> bool:
        """Tell whether the end of a task is likely to be told."""

    def note(self, names: Iterable[str]) -> None:
        """Take in that a task may have ended."""


class WebhookReceiver:
    """Takes the provider's events on a port of their own, and answers nothing else."""

    def __init__(
        self, secret: str, hints: HintTaker, clock: Clock, metrics: Metrics, read_seconds: float = _READ_SECONDS
    ) -> None:
        self._secret = secret.encode()
        self._hints = hints
        self._clock = clock
        self._metrics = metrics
        self._read_seconds = read_seconds
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._reading = 0
        self._said_at: float | None = None

    def application(self) -> web.Application:
        """Make the application; what is no event of the provider's is not found."""
        app = web.Application(client_max_size=MAX_BODY)
        app.router.add_route("*", "/{path:.*}", self._answer)
        return app

    async def _answer(self, request: web.Request) -> web.Response:
        if request.method != "POST" or request.path != PATH:
            return web.Response(status=404)
        if self._reading >= _MAX_READING:
            return web.Response(status=503)
        self._reading += 1
        try:
            async with asyncio.timeout(self._read_seconds):
                body = await request.read()
        except TimeoutError:
            return web.Response(status=408)
        finally:
            self._reading -= 1
        taken = self.take(request.headers, body)
        self._metrics.webhook(taken)
        return web.Response(status=401 if taken in {Webhook.FORGED, Webhook.LATE} else 204)

    def take(self, headers: Mapping[str, str], body: bytes) -> Webhook:
        """Take a request in, and say what it was."""
        judged = judge(headers, body, self._secret, self._clock.now())
        if judged is not Webhook.TAKEN:
            self._say(judged)
            return judged
        event_id = headers[ID]
        if event_id in self._seen:
            return Webhook.REPEATED
        self._seen[event_id] = None
        if len(self._seen) > _MAX_SEEN:
            self._seen.popitem(last=False)
        return self._read(parse(body))

    def _read(self, event: object) -> Webhook:
        """Hand on the hint in a genuine event; one that can't be read is no reason to have it sent again."""
        kind = event.get("type") if isinstance(event, dict) else None
        if kind == "endpoint.test":
            log.info("The provider's test of the webhook has arrived.")
            return Webhook.TEST
        data = event.get("data") if isinstance(event, dict) else None
        if not isinstance(kind, str) or kind not in _TASK_EVENTS or not isinstance(data, dict):
            log.debug("A webhook that tells of no task's end was ignored.")
            return Webhook.UNKNOWN
        if not self._hints.are_coming:
            log.info("The provider tells when videos are ready, so it's asked less often.")
        names = (data.get("task_id"), data.get("client_business_id"))
        self._hints.note([name for name in names if usable_id(name)])
        return Webhook.TAKEN

    def _say(self, judged: Webhook) -> None:
        """Tell in the log, once an hour, that requests are refused."""
        if self._said_at is not None and self._clock.elapsed(self._said_at) < _SAY_EVERY:
            return
        self._said_at = self._clock.now()
        if judged is Webhook.LATE:
            log.warning("A webhook was refused: its time is more than 5 minutes off. Is this machine's clock right?")
        else:
            log.warning("A webhook was refused: it isn't signed with WEBHOOK_SECRET.")
