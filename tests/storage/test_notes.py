"""Small values by key."""

from bot.storage.note_store import SqliteNotes


async def test_a_note_outlives_the_bot(place):
    async with place.open() as store:
        notes = SqliteNotes(store)
        assert await notes.get("commands") is None
        await notes.put("commands", "first")
        await notes.put("commands", "second")
        await notes.put("other", "ünïcode")
    async with place.open() as store:
        notes = SqliteNotes(store)
        assert await notes.get("commands") == "second"
        assert await notes.get("other") == "ünïcode"
