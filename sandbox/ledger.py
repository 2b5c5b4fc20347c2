"""Book of everything that passed through a stand-in, and the place to wait for it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sandbox.clock import Clock

T = TypeVar("T")
_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened.

    `at` is unix seconds by the stand-in's clock; `route` names what was touched, such as
    "PATCH /webhooks/{app}/{token}/messages/@original".
    """

    at: float
    kind: str
    route: str
    detail: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        shown = ", ".join(f"{key}={str(value)[:120]!r}" for key, value in self.detail.items())
        return f"{self.at:.2f} {self.kind} {self.route} {shown}"[:400]


class Ledger:
    """Keep entries in order and wake those who wait for one."""

    def __init__(self, clock: Clock | None = None) -> None:
        self._clock = clock or Clock()
        self._entries: list[Entry] = []
        self._waiting: set[asyncio.Event] = set()

    @property
    def entries(self) -> Sequence[Entry]:
        """All entries, oldest first."""
        return self._entries

    def write(self, kind: str, route: str, **detail: Any) -> None:
        """Add an entry and wake everyone in `until`."""
        self._entries.append(Entry(self._clock.now(), kind, route, detail))
        self.touch()

    def of(self, kind: str, route_contains: str = "") -> list[Entry]:
        """Return the entries of a kind whose route contains the given text."""
        return [entry for entry in self._entries if entry.kind == kind and route_contains in entry.route]

    def touch(self) -> None:
        """Let everyone in `until` look again: something changed that is not written here."""
        for event in self._waiting:
            event.set()

    async def until(self, condition: Callable[[], T | bool | None], *, within: float = 20.0, what: str = "") -> T:
        """Return the condition's first true answer, looking again whenever something is written.

        Args:
            condition: what is waited for.
            within: real seconds after which an AssertionError is raised.
            what: name of what is waited for, said in that error with the latest entries.
        """
        event = asyncio.Event()
        self._waiting.add(event)
        try:
            async with asyncio.timeout(within):
                while True:
                    event.clear()
                    if answer := condition():
                        return answer  # type: ignore[return-value]
                    await event.wait()
        except TimeoutError:
            latest = "\n  ".join(str(entry) for entry in self._entries[-_SHOWN:])
            raise AssertionError(
                f"{what or 'what was waited for'} did not come within {within:g} s. Latest:\n  {latest}"
            ) from None
        finally:
            self._waiting.discard(event)
