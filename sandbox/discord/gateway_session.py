"""One session at the gateway, and one connection."""

import asyncio
import json
import zlib
from collections import defaultdict, deque
from collections.abc import Iterator
from typing import Any

from aiohttp import web

from sandbox.discord import shapes
from sandbox.discord.model import ChannelType, Json
from sandbox.discord.world import World

_GUILDS, _GUILD_MESSAGES, _DIRECT_MESSAGES, _CONTENT = 1 << 0, 1 << 9, 1 << 12, 1 << 15


# What a client shows of an activity, by its type.
_ACTIVITIES = {
    0: "Playing {name}",
    1: "Streaming {details}",
    2: "Listening to {name}",
    3: "Watching {name}",
    4: "{state}",
    5: "Competing in {name}",
}


class Wire:
    """One connection; payloads leave in the order in which they were put in."""

    def __init__(self, socket: web.WebSocketResponse, *, compressed: bool) -> None:
        self.socket = socket
        self.session: Session | None = None
        self.closing: int | None = None
        self._queue: asyncio.Queue[Json | int] = asyncio.Queue(maxsize=10_000)
        self._deflate = zlib.compressobj() if compressed else None

    def enqueue(self, payload: Json) -> None:
        """Send soon."""
        self._queue.put_nowait(payload)

    def enqueue_in(self, seconds: float, payload: Json) -> None:
        """Send after so many real seconds, unless the connection has ended by then."""

        def send() -> None:
            if not self.socket.closed:
                self.enqueue(payload)

        asyncio.get_running_loop().call_later(seconds, send)

    async def send(self, payload: Json) -> None:
        """Send after what is waiting."""
        await self._queue.put(payload)

    async def close_after(self, code: int) -> None:
        """Close with a code after what is waiting was sent."""
        await self._queue.put(code)

    async def pump(self) -> None:
        """Write until cancelled."""
        while True:
            payload = await self._queue.get()
            if isinstance(payload, int):
                self.closing = payload
                await self.socket.close(code=payload)
                return
            # In ASCII, half a surrogate pair in a text can be written too.
            text = json.dumps(payload)
            try:
                if self._deflate is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._deflate.compress(text.encode())
                    await self.socket.send_bytes(packed + self._deflate.flush(zlib.Z_SYNC_FLUSH))
            except ConnectionError:
                # Gone in the middle; the session keeps the event for a resume.
                return


class Session:
    """What the gateway remembers of an identified client: intents, shard, numbered events."""

    def __init__(self, session_id: str, intents: int, shard: tuple[int, int] | None, replay_limit: int) -> None:
        self.id = session_id
        self.intents = intents
        self.shard = shard
        self.wire: Wire | None = None
        self.left_at: float | None = None
        self.presence: Json = {}
        self.seq = 0
        self._events: deque[Json] = deque(maxlen=replay_limit)

    @property
    def activity(self) -> str:
        """The first activity in Discord's words ("Gateway Events", Activity Types); "" without one."""
        # At IDENTIFY discord.py 2.7.1 still calls a single activity `game`, and Discord takes it.
        activities = self.presence.get("activities") or [self.presence.get("game")]
        shown = activities[0]
        if not shown:
            return ""
        return _ACTIVITIES.get(shown.get("type", 0), "{name}").format_map(defaultdict(str, shown)).strip()

    def record(self, event: str, data: object) -> Json:
        """Give an event its number and keep it for a resume."""
        self.seq += 1
        payload = {"op": 0, "t": event, "s": self.seq, "d": data}
        self._events.append(payload)
        return payload

    def since(self, seq: Any) -> list[Json] | None:
        """Return the events after a number; None when they are not all there any more."""
        if not isinstance(seq, int) or seq > self.seq:
            return None
        missed = [one for one in self._events if one["s"] > seq]
        return missed if len(missed) == self.seq - seq else None

    def owns(self, guild_id: int) -> bool:
        """Whether a server's events come here; direct messages (0) go to shard 0 (Discord, "Gateway", Sharding)."""
        return self.shard is None or (guild_id >> 22) % self.shard[1] == self.shard[0]

    def wants(self, event: str, guild_id: int) -> bool:
        """Whether the intents cover an event."""
        if event.startswith("MESSAGE_"):
            return bool(self.intents & (_GUILD_MESSAGES if guild_id else _DIRECT_MESSAGES))
        return True

    def readable(self, data: Json, guild_id: int, bot_id: int) -> Json:
        """Return an event's message, emptied where the intents keep its content from the bot."""
        own = data.get("author", {}).get("id") == str(bot_id)
        named = any(one["id"] == str(bot_id) for one in data.get("mentions", ()))
        if "content" not in data or not guild_id or own or named or self.intents & _CONTENT:
            return data
        return data | {"content": "", "embeds": [], "attachments": [], "components": []}


def ready(world: World, session: Session, url: str) -> Json:
    """Return READY for a session."""
    shape: Json = {
        "v": 10,
        "user": shapes.user(world.bot) | {"verified": True, "mfa_enabled": False, "email": None},
        "guilds": [
            {"id": str(one.id), "unavailable": True}
            for one in world.guilds.values()
            if one.bot_member and session.owns(one.id)
        ],
        "session_id": session.id,
        "session_type": "normal",
        "resume_gateway_url": url,
        "application": {"id": str(world.bot.id), "flags": 0},
        "private_channels": [],
        "relationships": [],
        "presences": [],
        "user_settings": {},
        "geo_ordered_rtc_regions": [],
        "_trace": [],
    }
    if session.shard is not None:
        shape["shard"] = list(session.shard)
    return shape


def events_for(world: World, session: Session) -> Iterator[tuple[str, Json, int]]:
    """Yield the events after READY: GUILD_CREATE per server, with the intent for it."""
    if not session.intents & _GUILDS:
        return
    for guild in world.guilds.values():
        if not guild.bot_member or not session.owns(guild.id):
            continue
        inside = [one for one in world.channels.values() if one.guild_id == guild.id]
        yield (
            "GUILD_CREATE",
            shapes.guild(guild)
            | {
                "joined_at": "2026-01-01T00:00:00.000000+00:00",
                "large": False,
                "unavailable": False,
                "member_count": len(guild.members) + 1,
                "members": [shapes.member(world, inside[0], world.bot)] if inside else [],
                "channels": [shapes.channel(world, one) for one in inside if one.type is ChannelType.TEXT],
                "threads": [shapes.channel(world, one) for one in inside if one.type is ChannelType.THREAD],
                "voice_states": [],
                "presences": [],
                "stage_instances": [],
                "guild_scheduled_events": [],
                "soundboard_sounds": [],
            },
            guild.id,
        )
