"""Several processes over one database: the living ones, the offices they hold, and the jobs in line."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LEASE_SECONDS: Final = 20.0
"""Real seconds without a renewal, by the database's clock, after which a process is dead for all others."""
LINE: Final = "line"
"""The office of the process that grants turns."""


class Role(StrEnum):
    """What a process does."""

    ALL = "all"  # everything, alone
    GATEWAY = "gateway"  # takes commands and presses
    WORKER = "worker"  # drives jobs


@dataclass(frozen=True, slots=True)
class Process:
    """A process that is alive; `started` and `seen` in UTC seconds of the database's clock."""

    id: str
    role: str
    host: str
    started: float
    seen: float


@dataclass(frozen=True, slots=True)
class Office:
    """A named office in the hands of a process; `fence` rises with each that takes it over."""

    name: str
    holder: str
    fence: int


@dataclass(frozen=True, slots=True)
class InLine:
    """A job in line, as far as its place needs it.

    `changed`, `fence`, `token_at`: once one of them changes, so does its card.
    """

    id: str
    user_id: int
    created: float
    charged: int
    changed: float
    fence: int
    token_at: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A job that has one of the provider's slots; `submitted`: when its POST left, in UTC seconds, if it did."""

    id: str
    user_id: int
    submitted: float | None
    answered: bool  # the provider has it
