"""Small values by key."""

from bot.storage.note_store import SqliteNotes
from bot.storage.thread import Store


async def test_a_note_outlives_the_bot(path):
    async with Store(path) as store:
        notes = SqliteNotes(store)
        assert await notes.get("commands") is None
        await notes.put("commands", "first")
        await notes.put("commands", "second")
        await notes.put("other", "ünïcode")
    async with Store(path) as store:
        notes = SqliteNotes(store)
        assert await notes.get("commands") == "second"
        assert await notes.get("other") == "ünïcode"
