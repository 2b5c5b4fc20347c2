"""The library's WebSocket, for which one event that it cannot read costs the event and nothing else."""

import json
import logging
from collections.abc import Callable
from typing import Any, Final

import aiohttp
from discord import ConnectionClosed
from discord.gateway import DiscordWebSocket, ReconnectWebSocket

log = logging.getLogger(__name__)

# How a connection ends; these are no event's fault.
_ENDS: Final = (ReconnectWebSocket, ConnectionClosed, aiohttp.ClientError, OSError, TimeoutError)
# Without these there is no session that could go on.
_NEEDED: Final = frozenset({"READY", "RESUMED"})
_KEYS_SHOWN: Final = 40
# What an operation code that ends a session says.
_SAYS: Final = {7: "asked to reconnect", 9: "session invalid"}


class Socket(DiscordWebSocket):
    """One connection. `problem` says how it ended, where a frame said so.

    `unreadable` is dispatched with its name for each event that is dropped.
    """

    problem: str | None = None
    _text: Any = None

    def log_receive(self, data: Any, /) -> None:
        """Keep the frame that is about to be read: the library hands it in after decompressing it."""
        self._text = data

    async def received_message(self, msg: Any, /) -> None:
        """Read one frame; an event that cannot be read is dropped, any other frame ends the connection.

        Raises ReconnectWebSocket, which says whether the session can be resumed.
        """
        self._text = None
        try:
            await super().received_message(msg)
        except _ENDS:
            self.problem = _SAYS.get(_op(self._text))
            raise
        except Exception as error:  # noqa: BLE001 - logged without its text, which may quote what a member wrote
            event, keys = _outline(self._text)
            log.warning("Discord sent %s that the library can't read (%s). Keys: %s", event, _brief(error), keys)
            self._dispatch("unreadable", event)
            await self._reconnect_if_needed(event)

    async def _reconnect_if_needed(self, event: str) -> None:
        if event.isupper() and event not in _NEEDED:
            return
        # What was in a frame that is no JSON, or came compressed and broken, is only found by resuming.
        self.problem = f"{event} can't be read"
        await self.close()
        raise ReconnectWebSocket(self.shard_id, resume=event not in _NEEDED)


def recorded(record: Callable[[str, str], None]) -> type[Socket]:
    """Make a socket whose frames are recorded, each with its way: "in" or "out"; heartbeats go another way."""

    class RecordedSocket(Socket):
        """A socket that is listened to."""

        def log_receive(self, data: Any, /) -> None:
            """Record a frame that came."""
            super().log_receive(data)
            if isinstance(data, str):
                record("in", data)

        async def send(self, data: str, /) -> None:
            """Record a frame that goes."""
            record("out", data)
            await super().send(data)

    return RecordedSocket


def _op(text: Any) -> int:
    try:
        return int(json.loads(text)["op"])
    except (TypeError, ValueError, LookupError):
        return 0


def _outline(text: Any) -> tuple[str, str]:
    """Name a frame and its keys, never a value: those are what members wrote."""
    if text is None:
        return "a compressed frame", "unknown"
    try:
        payload = json.loads(text)
    except (TypeError, ValueError):
        return "a frame without JSON", "none"
    if not isinstance(payload, dict):
        return f"a frame of JSON that is {_kind(payload)}", "none"
    event, data = payload.get("t"), payload.get("d")
    name = event if isinstance(event, str) and event.isupper() and event.isidentifier() else "a frame without an event"
    return name, ", ".join(sorted(map(str, data))[:_KEYS_SHOWN]) if isinstance(data, dict) else _kind(data)


def _kind(value: Any) -> str:
    return f"{type(value).__name__}"


def _brief(error: Exception) -> str:
    """Name an error; a KeyError's text is the key that is missing, any other's may quote a value."""
    return f"KeyError {error.args[0]!r}" if isinstance(error, KeyError) and error.args else type(error).__name__
