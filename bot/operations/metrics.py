"""The studio's `Metrics` in the form of Prometheus, on a registry of its own.

Every label takes its values from a fixed set, and every series is there from the start: an alert on a series that does
not exist yet never fires. Prometheus' page "Metric and label naming" is followed: base units, `_total` for counters.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
from prometheus_client.exposition import choose_encoder

from bot.domain.account import Account
from bot.domain.job import Job
from bot.domain.stages import ENDS, Reason, Stage
from bot.studio.ports.metrics import Acknowledgement, Answer, Call, Webhook

# Seconds between two looks at how late the event loop is.
_LAG_EVERY: Final = 0.5
_STAGE_SECONDS: Final = (1, 5, 15, 30, 60, 120, 300, 600, 1800, 3600, 14_400, 43_200)
_ACKNOWLEDGEMENT_SECONDS: Final = (0.1, 0.25, 0.5, 1, 1.5, 2, 2.5, 3, 5)
_LAG_SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


_QUEUE: Final = {
    "waiting": "Videos that wait for their turn",
    "running": "Slots at the provider that are taken",
    "slots": "Slots at the provider that there are",
}


class PrometheusMetrics:
    """Counts, and shows what was counted. `queue` gives numbers when they are asked for, by their names."""

    def __init__(self, version: str, queue: Mapping[str, Callable[[], float]]) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._gauge("build_info", "The version that runs", "version").labels(version).set(1)
        self._ended = self._counter(
            "videos_ended", "Videos that ended or are held, and why those without a video did", "end", "reason"
        )
        self._stages = self._histogram(
            "stage_seconds", "How long videos stood in a stage that they have left", _STAGE_SECONDS, "stage"
        )
        self._acknowledgements = self._histogram(
            "acknowledgement_seconds",
            "From an interaction to the end of an attempt at its first response, which Discord takes for 3 s",
            _ACKNOWLEDGEMENT_SECONDS,
            "outcome",
        )
        self._provider = self._counter("provider_calls", "Calls to the provider", "call", "answer")
        self._webhooks = self._counter("webhooks", "Requests to the webhook's port", "outcome")
        self._balance = self._gauge("balance_credits", "Credits left at the provider, as it said last", "of")
        self._ready = self._gauge("ready", "Whether a part works: 1 or 0", "part")
        self._lag = self._histogram("loop_lag_seconds", "How late the event loop was", _LAG_SECONDS)
        for name, number in queue.items():
            self._gauge(f"queue_{name}", _QUEUE[name]).set_function(number)
        self._begin_series()

    def moved(self, job: Job, was: Stage, seconds: float | None) -> None:
        """Count the end that the job came to, and how long it stood where it was."""
        if seconds is not None:
            self._stages.labels(was.value).observe(seconds)
        if job.stage in ENDS or job.stage is Stage.HELD:
            self._ended.labels(job.stage.value, job.reason.value if job.reason else "").inc()

    def acknowledged(self, outcome: Acknowledgement, seconds: float) -> None:
        """Count an attempt at a first response."""
        self._acknowledgements.labels(outcome.value).observe(seconds)

    def provider_answered(self, call: Call, answer: Answer) -> None:
        """Count a call to the provider."""
        self._provider.labels(call.value, answer.value).inc()

    def account(self, account: Account) -> None:
        """Note what is left; what is not told is left out."""
        for name, left in (("account", account.credits), ("key", account.key_credits)):
            if left is not None:
                self._balance.labels(name).set(left)

    def webhook(self, taken: Webhook) -> None:
        """Count a request to the webhook's port."""
        self._webhooks.labels(taken.value).inc()

    def ready(self, parts: Mapping[str, bool]) -> None:
        """Note which parts work."""
        for part, well in parts.items():
            self._ready.labels(part).set(well)

    async def watch_loop(
        self,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Measure how late the event loop is, until cancelled."""
        while True:
            due = ticks() + _LAG_EVERY
            await sleep(_LAG_EVERY)
            self._lag.observe(max(ticks() - due, 0.0))

    def page(self, accept: str) -> tuple[bytes, str]:
        """Return the page in the form that an Accept header asks for, and that form's content type."""
        encode, content_type = choose_encoder(accept)
        return encode(self._registry), content_type

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"seedreel_{name}", says, labels, registry=self._registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"seedreel_{name}", says, labels, registry=self._registry)

    def _histogram(self, name: str, says: str, buckets: Sequence[float], *labels: str) -> Histogram:
        return Histogram(f"seedreel_{name}", says, labels, buckets=buckets, registry=self._registry)

    def _begin_series(self) -> None:
        for end in (Stage.DELIVERED, Stage.HELD):
            self._ended.labels(end.value, "")
        for reason in Reason:
            self._ended.labels(Stage.FAILED.value, reason.value)
            self._ended.labels(Stage.CANCELLED.value, reason.value)
        for stage in Stage:
            if stage not in ENDS:
                self._stages.labels(stage.value)
        for outcome in Acknowledgement:
            self._acknowledgements.labels(outcome.value)
        for taken in Webhook:
            self._webhooks.labels(taken.value)
        for call in Call:
            for answer in Answer:
                self._provider.labels(call.value, answer.value)
