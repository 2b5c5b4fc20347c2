"""How the provider goes about its tasks: what its percents do, which tasks never end, what it makes of a request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.toapis.request import GenerationRequest
from sandbox.toapis.tasks import Status

_ENDLESS = 1e9
"""Seconds of a run that never ends."""
_JUMPS_TO = 50


@dataclass(slots=True)
class Manner:
    """What a test or the demo may change while the provider runs; all of it is off by default.

    `percents` is a key of PERCENTS. The next `endless` tasks never end by themselves. `ignores_ratio` makes every clip
    16:9. `unsure` answers a question for a task that does not exist so that nobody can tell what it means.
    """

    percents: str = "linear"
    endless: int = 0
    ignores_ratio: bool = False
    unsure: bool = False

    def taken(self, request: GenerationRequest) -> GenerationRequest:
        """Return what is really made of a request."""
        return replace(request, ratio="16:9") if self.ignores_ratio else request

    def run(self, seconds: float) -> float:
        """Return how long the next task runs where it would take that long, and count it."""
        if self.endless <= 0:
            return seconds
        self.endless -= 1
        return _ENDLESS

    def told(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer with its percent as this provider tells it."""
        if answer["status"] == Status.COMPLETED:
            return answer
        percent = PERCENTS[self.percents](answer["progress"])
        rest = {key: value for key, value in answer.items() if key != "progress"}
        return rest if percent is None else answer | {"progress": percent}


PERCENTS: Mapping[str, Callable[[int], int | None]] = {
    "linear": lambda percent: percent,
    "jumping": lambda percent: 0 if percent < _JUMPS_TO else _JUMPS_TO,
    "absent": lambda _percent: None,
}
"""What becomes of the documented percent, by the word in `Manner.percents`."""
