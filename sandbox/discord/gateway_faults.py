"""How a gateway may misbehave for as long as it likes; all of it is off by default."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import assert_never

from sandbox.discord.gateway_session import Wire
from sandbox.discord.model import Json


class GatewayFault(StrEnum):
    """What follows every session that was begun or resumed, or comes in its place."""

    RECONNECT = "op 7"
    """Asks to reconnect at once."""
    INVALID_RESUMABLE = "op 9, resumable"
    """Calls the session invalid, and resumable all the same."""
    CLOSE = "close 4000"
    """Closes so that the session can be resumed."""
    NO_HELLO = "close before HELLO"
    """Closes every connection before a word was said."""
    INVALID = "op 9"
    """Takes no session, neither a new one nor a resumed one."""


@dataclass(slots=True)
class GatewayFaults:
    """What the gateway is like now. `changes` holds, by event, how the next ones are changed."""

    now: GatewayFault | None = None
    changes: dict[str, list[Callable[[Json], object]]] = field(default_factory=dict)

    def change(self, event: str, change: Callable[[Json], object], times: int = 1) -> None:
        """Send the next so many events of a name as `change` returns them."""
        self.changes.setdefault(event, []).extend([change] * times)

    def sent(self, event: str, data: Json) -> object:
        """Return what is sent for an event."""
        changes = self.changes.get(event)
        return changes.pop(0)(data) if changes else data

    @property
    def closes_first(self) -> bool:
        """Whether a connection is closed before HELLO."""
        return self.now is GatewayFault.NO_HELLO

    @property
    def takes_none(self) -> bool:
        """Whether every session is invalid."""
        return self.now is GatewayFault.INVALID

    async def after_session(self, wire: Wire) -> None:
        """Do what follows a session that was begun or resumed."""
        match self.now:
            case None | GatewayFault.NO_HELLO | GatewayFault.INVALID:
                pass
            case GatewayFault.RECONNECT:
                await wire.send({"op": 7, "d": None, "s": None, "t": None})
            case GatewayFault.INVALID_RESUMABLE:
                await wire.send({"op": 9, "d": True, "s": None, "t": None})
            case GatewayFault.CLOSE:
                await wire.close_after(4000)
            case _:
                assert_never(self.now)


def without(*path: str) -> Callable[[Json], Json]:
    """Build a change that leaves a key out: `without("channel", "name")`."""

    def change(data: Json) -> Json:
        changed = dict(data)
        if len(path) == 1:
            changed.pop(path[0], None)
        elif isinstance(changed.get(path[0]), dict):
            changed[path[0]] = without(*path[1:])(changed[path[0]])
        return changed

    return change
