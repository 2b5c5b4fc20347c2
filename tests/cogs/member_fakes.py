"""The stores of members' and servers' settings, in memory; the first can be held still."""

import asyncio
from collections import defaultdict

from tests.cogs.fakes import MARA, Scripted


class FakeMemberSettings(Scripted):
    """What members have set, `of_mara` at first; while `moves` is cleared, nobody is answered."""

    def __init__(self, **of_mara: str) -> None:
        super().__init__()
        self.rows = defaultdict(dict, {MARA: of_mara})
        self.moves = asyncio.Event()
        self.moves.set()

    async def all(self):
        self.note("all")
        await self.moves.wait()
        return {user_id: dict(values) for user_id, values in self.rows.items()}

    async def of(self, user_id):
        self.note("of", user_id)
        await self.moves.wait()
        return dict(self.rows[user_id])

    async def put(self, user_id, name, value):
        self.note("put", user_id, name, value)
        await self.moves.wait()
        self.rows[user_id].pop(name, None)
        if value is not None:
            self.rows[user_id][name] = value


class NoServerSettings:
    """A store of servers' settings in which nothing is set."""

    async def of(self, guild_id) -> dict[str, str]:
        return {}

    async def put(self, guild_id, values, change=None) -> None:
        pass
