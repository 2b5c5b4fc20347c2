"""The gateway, v10: sessions, events, resume, and every way it may end."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from aiohttp import WSMsgType, web

from sandbox.clock import Clock
from sandbox.discord.gateway_faults import GatewayFaults
from sandbox.discord.gateway_schema import wrong_event, wrong_from_bot
from sandbox.discord.gateway_session import Session, Wire, events_for, ready
from sandbox.discord.gateway_starts import Starts
from sandbox.discord.model import Json
from sandbox.discord.settings import Settings
from sandbox.discord.world import World
from sandbox.ledger import Ledger

_ENDING = (1000, 1001)


class Gateway:
    """All connections of the bot. `closes` are the codes with which they ended, as seen here."""

    def __init__(self, world: World, clock: Clock, ledger: Ledger, settings: Settings, violations: list[str]) -> None:
        self._world = world
        self._clock = clock
        self._ledger = ledger
        self._settings = settings
        self._violations = violations
        self._wires: set[Wire] = set()
        self._starts = Starts(clock, settings)
        self._refusal: int | None = None
        self._seen_until = 0.0
        self._made = 0
        self._watchers: list[Callable[[], None]] = []
        self._fading: list[asyncio.Task[None]] = []
        self.url = ""
        self.faults = GatewayFaults()
        self.token_valid = True
        self.sessions: dict[str, Session] = {}
        self.closes: list[int] = []
        self.identifies = 0
        self.resumes = 0

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call `watcher` when the bot comes or goes."""
        self._watchers.append(watcher)

    @property
    def connected(self) -> bool:
        """Whether a session is live on a connection now."""
        return any(wire.session is not None for wire in self._wires)

    @property
    def online(self) -> bool:
        """Whether members see the bot as online: for minutes also after its process was dropped."""
        return self.connected or self._clock.now() < self._seen_until

    @property
    def activity(self) -> str:
        """What members read under the bot's name, such as "Playing chess"; empty while no session is live."""
        return next((wire.session.activity for wire in self._wires if wire.session is not None), "")

    async def wait_online(self, within: float = 20.0) -> None:
        """Wait until a session is live."""
        await self._ledger.until(lambda: self.connected, within=within, what="the bot at the gateway")

    async def wait_offline(self, within: float = 20.0) -> None:
        """Wait until no connection is left."""
        await self._ledger.until(lambda: not self._wires, within=within, what="the bot's leaving the gateway")

    @property
    def shards(self) -> list[tuple[int, int]]:
        """The shards that have a live session now, each with the count that it named; one is there once a session."""
        return sorted(wire.session.shard or (0, 1) for wire in self._wires if wire.session is not None)

    async def wait_shards(self, *shards: tuple[int, int], within: float = 20.0) -> None:
        """Wait until each of these shards has a live session, and no other has."""
        await self._ledger.until(lambda: self.shards == sorted(shards), within=within, what=f"just the shards {shards}")

    def start_limit(self) -> Json:
        """Return how many sessions may still be started today."""
        return self._starts.limit()

    async def drop(self, code: int) -> None:
        """Close every connection with a code; sessions stay resumable."""
        for wire in tuple(self._wires):
            await self._end(wire, code)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Tell every connection that its session is invalid."""
        for wire in tuple(self._wires):
            if not resumable and wire.session is not None:
                self.sessions.pop(wire.session.id, None)
                wire.session = None
            await wire.send({"op": 9, "d": resumable, "s": None, "t": None})

    async def reconnect(self) -> None:
        """Ask every connection to reconnect and resume."""
        for wire in tuple(self._wires):
            await wire.send({"op": 7, "d": None, "s": None, "t": None})

    def identified_elsewhere(self, times: int = 1) -> None:
        """Count sessions that another process began with the same token."""
        self._starts.elsewhere(times)

    async def send_raw(self, frame: str | bytes) -> None:
        """Send a frame as it is to every connection, past JSON and compression."""
        for wire in tuple(self._wires):
            await (wire.socket.send_str(frame) if isinstance(frame, str) else wire.socket.send_bytes(frame))

    def refuse_identify(self, code: int | None) -> None:
        """Close every connection that identifies from now on with this code; None ends that."""
        self._refusal = code

    def dispatch(self, event: str, data: Json, guild_id: int) -> None:
        """Send an event to the session of a server's shard; kept for its resume when it is away."""
        for session in tuple(self.sessions.values()):
            if session.owns(guild_id) and session.wants(event, guild_id):
                is_message = event.startswith("MESSAGE_")
                self._send(session, event, session.readable(data, guild_id, self._world.bot.id) if is_message else data)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Serve one connection."""
        socket = web.WebSocketResponse(max_msg_size=16 * 1024)
        await socket.prepare(request)
        wire = Wire(socket, compressed=request.query.get("compress") == "zlib-stream")
        self._wires.add(wire)
        if self.faults.closes_first:
            await self._end(wire, 4000)
            self._left(wire)
            return socket
        sender = asyncio.create_task(wire.pump())
        beat = int(self._settings.heartbeat_interval * 1000)
        await wire.send({"op": 10, "d": {"heartbeat_interval": beat, "_trace": []}, "s": None, "t": None})
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    await self._received(wire, message.data)
        finally:
            sender.cancel()
            self._left(wire)
        return socket

    async def close(self) -> None:
        """Close all connections as a server that goes away."""
        for task in self._fading:
            task.cancel()
        for wire in tuple(self._wires):
            await self._end(wire, 1001)

    def _left(self, wire: Wire) -> None:
        self._wires.discard(wire)
        code = wire.closing or wire.socket.close_code or 1006
        self.closes.append(code)
        session, wire.session = wire.session, None
        if session is not None and session.wire is wire:
            session.wire, session.left_at = None, self._clock.now()
            if code in _ENDING:
                self.sessions.pop(session.id, None)
                self._seen_until = 0.0
            else:
                self._seen_until = self._clock.now() + self._settings.dropped_shown_online
                self._fading.append(asyncio.create_task(self._fade()))
        self._ledger.write("gateway", "closed", code=code)
        self._changed()

    async def _received(self, wire: Wire, text: str) -> None:
        try:
            payload = json.loads(text)
        except ValueError:
            await self._end(wire, 4002)
            return
        self._note(wrong_from_bot(payload))
        op, data = (payload.get("op"), payload.get("d")) if isinstance(payload, dict) else (None, None)
        self._ledger.write("gateway", f"received op {op}", op=op)
        match op:
            case 1:
                wire.enqueue_in(self._settings.heartbeat_latency, {"op": 11, "d": None, "s": None, "t": None})
            case 2 if wire.session is not None:
                await self._end(wire, 4005)
            case 2 if isinstance(data, dict):
                await self._identify(wire, data)
            case 6 if isinstance(data, dict):
                await self._resume(wire, data)
            case 3 if wire.session is not None:
                self._present(wire.session, data)
            case 4 | 8 if wire.session is not None:
                pass
            case 3 | 4 | 8:
                await self._end(wire, 4003)
            case _:
                await self._end(wire, 4001)

    async def _identify(self, wire: Wire, data: Json) -> None:
        self.identifies += 1
        refusal = self._refused(data)
        if refusal is not None:
            await self._end(wire, refusal)
            return
        shard, shards = data.get("shard") or (0, 1)
        in_time, bucket = self._starts.start(shard), self._starts.bucket(shard)
        self._ledger.write("gateway", "identify", shard=shard, shards=shards, bucket=bucket, early=not in_time)
        if self._starts.is_over:
            # The price of a quick restart loop: the token is reset.
            self.token_valid = False
            await self._end(wire, 4004)
            return
        if not in_time or self.faults.takes_none:
            await wire.send({"op": 9, "d": False, "s": None, "t": None})
            return
        self._made += 1
        named = (shard, shards) if "shard" in data else None
        session = Session(f"session{self._made}", data["intents"], named, self._settings.replay_limit)
        self.sessions[session.id] = session
        session.wire = wire
        self._present(session, data.get("presence"))
        self._send(session, "READY", ready(self._world, session, self.url))
        wire.session = session
        for event, shape, _guild in events_for(self._world, session):
            self._send(session, event, shape)
        self._changed()
        await self.faults.after_session(wire)

    def _present(self, session: Session, presence: Any) -> None:
        session.presence = presence if isinstance(presence, dict) else {}
        self._ledger.write("gateway", "presence", activity=session.activity)
        self._changed()

    def _refused(self, data: Json) -> int | None:
        if self._refusal is not None:
            return self._refusal
        if data.get("token") != self._settings.token or not self.token_valid:
            return 4004
        shard = data.get("shard")
        if shard is not None and (len(shard) != 2 or not 0 <= shard[0] < shard[1]):
            return 4010
        privileged = (1 << 1) | (1 << 8) | (1 << 15)
        intents = data.get("intents")
        if not isinstance(intents, int) or intents < 0 or intents >= 1 << 26:
            return 4013
        return 4014 if intents & privileged & ~self._settings.privileged_intents else None

    async def _resume(self, wire: Wire, data: Json) -> None:
        self.resumes += 1
        now = self._clock.now()
        session = self.sessions.get(str(data.get("session_id")))
        if data.get("token") != self._settings.token or not self.token_valid:
            await self._end(wire, 4004)
            return
        late = session is not None and now > (session.left_at or now) + self._settings.resumable_for
        missed = None if session is None or late else session.since(data.get("seq"))
        if session is None or missed is None or self.faults.takes_none:
            await wire.send({"op": 9, "d": False, "s": None, "t": None})
            return
        session.wire = wire
        for payload in missed:
            await wire.send(payload)
        self._send(session, "RESUMED", {"_trace": []})
        wire.session = session
        self._changed()
        await self.faults.after_session(wire)

    def _send(self, session: Session, event: str, data: Json) -> None:
        self._note(wrong_event(event, data))
        sent = self.faults.sent(event, data)
        payload = session.record(event, sent)
        self._ledger.write("gateway", f"sent {event}", seq=payload["s"], data=data)
        if session.wire is not None:
            session.wire.enqueue(payload)

    async def _fade(self) -> None:
        await self._clock.until(self._seen_until)
        self._changed()

    def _changed(self) -> None:
        self._ledger.touch()
        for watcher in tuple(self._watchers):
            watcher()

    async def _end(self, wire: Wire, code: int) -> None:
        wire.closing = code
        await wire.socket.close(code=code)

    def _note(self, violations: list[Any]) -> None:
        for violation in violations:
            self._violations.append(violation)
            self._ledger.write("violation", violation)
