"""Raw frames at the stand-in's gateway."""

from typing import Any

import aiohttp

from sandbox.discord import DiscordStandIn


class Wire:
    """Raw frames."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, token: str) -> None:
        self.socket = socket
        self.token = token

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def get(self, event: str | None = None) -> Any:
        while True:
            frame = await self.socket.receive_json()
            if event is None or frame["t"] == event:
                return frame

    async def identify(self, **more: Any) -> None:
        properties = {"os": "linux", "browser": "x", "device": "x"}
        await self.send(2, {"token": self.token, "properties": properties, "intents": 0, **more})

    async def closed(self) -> int:
        while True:
            frame = await self.socket.receive()
            if frame.type in (aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED, aiohttp.WSMsgType.CLOSING):
                assert self.socket.close_code is not None
                return self.socket.close_code


async def connect(stand_in: DiscordStandIn, session: aiohttp.ClientSession) -> Wire:
    wire = Wire(await session.ws_connect(stand_in.gateway.url + "?v=10&encoding=json"), stand_in.token)
    hello = await wire.get()
    assert hello["op"] == 10
    assert hello["d"]["heartbeat_interval"] == 41250
    return wire
