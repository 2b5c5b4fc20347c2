"""How the provider behaves: what its percents do, which tasks never end, what it makes of a request."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sandbox.toapis.request import GenerationRequest
from sandbox.toapis.tasks import Status, Task

_ENDLESS = 1e9
"""Seconds of a run that never ends."""
_JUMPS_TO = 50


@dataclass(slots=True)
class Behavior:
    """What a test or the demo may change while the provider runs; all of it is off by default.

    `percents` is a key of PERCENTS. The next `endless` tasks never end by themselves. `ignores_ratio` makes every clip
    16:9. `unsure` answers a question for a task that does not exist so that its meaning is unclear.

    The next `mixed_questions`, `mixed_lookups` (questions by the client's own id) and `mixed_submits` are answered
    with another task, where there is one; what was submitted was paid all the same.
    """

    percents: str = "linear"
    endless: int = 0
    ignores_ratio: bool = False
    unsure: bool = False
    mixed_questions: int = 0
    mixed_lookups: int = 0
    mixed_submits: int = 0

    def taken(self, request: GenerationRequest) -> GenerationRequest:
        """Return what is really made of a request."""
        return replace(request, ratio="16:9") if self.ignores_ratio else request

    def run(self, seconds: float) -> float:
        """Return how long the next task runs where it would take that long, and count it."""
        if self.endless <= 0:
            return seconds
        self.endless -= 1
        return _ENDLESS

    def asked(self, task: Task, tasks: Iterable[Task], *, by_own_id: bool) -> Task:
        """Return the task that a question is answered with."""
        other = _other(task, tasks, self.mixed_lookups if by_own_id else self.mixed_questions)
        if other is not None and by_own_id:
            self.mixed_lookups -= 1
        elif other is not None:
            self.mixed_questions -= 1
        return other or task

    def submitted(self, task: Task, tasks: Iterable[Task]) -> Task:
        """Return the task that a submit is answered with."""
        other = _other(task, tasks, self.mixed_submits)
        if other is not None:
            self.mixed_submits -= 1
        return other or task

    def with_percent(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Return an answer with its percent as this provider tells it."""
        if answer["status"] == Status.COMPLETED:
            return answer
        percent = PERCENTS[self.percents](answer["progress"])
        rest = {key: value for key, value in answer.items() if key != "progress"}
        return rest if percent is None else answer | {"progress": percent}


def _other(task: Task, tasks: Iterable[Task], left: int) -> Task | None:
    return next((each for each in tasks if each is not task), None) if left > 0 else None


PERCENTS: Mapping[str, Callable[[int], int | None]] = {
    "linear": lambda percent: percent,
    "jumping": lambda percent: 0 if percent < _JUMPS_TO else _JUMPS_TO,
    "absent": lambda _percent: None,
}
"""What becomes of the documented percent, by the word in `Behavior.percents`."""
