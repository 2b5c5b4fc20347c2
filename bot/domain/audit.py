"""Audit entries: a change by managers or the owner, its author and its time, saved with the change itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Fact = str | int | None


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `guild_id`: the server that it is about, 0 where that is all of them.

    `action`: the word that names it; `facts`: what it is about, and of what was set `before` and `after` (None:
    nothing). `actor_id` is None where it was done from the command line. `at` in UTC seconds. `id` counts up, and is 0
    before it was written down.
    """

    at: float
    guild_id: int
    actor_id: int | None
    action: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    id: int = 0
