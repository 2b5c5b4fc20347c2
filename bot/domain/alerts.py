"""What the bot's owner is told, each kind at most once a day."""

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class NoBalance:
    """The provider refused a video for want of money: on the account, or under the key's own cap."""

    kind: ClassVar[str] = "no-balance"


@dataclass(frozen=True, slots=True)
class KeyCapReached:
    """The provider refused a video for want of money, and the account has enough, so many credits, as far as is told.

    `credits` is None where it is not told, or has no end.
    """

    kind: ClassVar[str] = "key-cap-reached"
    credits: int | None


@dataclass(frozen=True, slots=True)
class KeyRefused:
    """The provider does not accept the key."""

    kind: ClassVar[str] = "key-refused"


@dataclass(frozen=True, slots=True)
class LowBalance:
    """Fewer credits are left than the owner wants to be told of."""

    kind: ClassVar[str] = "low-balance"
    credits: int
    limit: int


@dataclass(frozen=True, slots=True)
class ProviderDown:
    """The provider has not answered for so many seconds."""

    kind: ClassVar[str] = "provider-down"
    seconds: float


@dataclass(frozen=True, slots=True)
class JobStuck:
    """The work on a job, of this short id, breaks again and again."""

    kind: ClassVar[str] = "job-stuck"
    job: str


Alert = NoBalance | KeyCapReached | KeyRefused | LowBalance | ProviderDown | JobStuck
