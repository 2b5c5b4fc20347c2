"""Notices reach those who listen to their kind, and what may have been missed is said."""

import asyncio

import psycopg

from bot.engine.hub import Hub

SECONDS = 20


class Heard:
    def __init__(self, hub, *kinds):
        self.values, self.looks = asyncio.Queue(), asyncio.Queue()
        for kind in kinds:
            hub.listen(kind, lambda value, kind=kind: self.values.put_nowait((kind, value)))
        hub.on_missed(lambda: self.looks.put_nowait(None))

    async def value(self):
        return await asyncio.wait_for(self.values.get(), SECONDS)

    async def look(self):
        await asyncio.wait_for(self.looks.get(), SECONDS)


async def notify(url, *payloads):
    async with await psycopg.AsyncConnection.connect(url) as connection:
        for payload in payloads:
            await connection.execute("SELECT pg_notify('seedreel', %s)", [payload])


async def test_each_kind_is_handed_to_its_listeners_alone(url, clock):
    hub = Hub(url, clock)
    heard = Heard(hub, "line", "hint")
    async with hub:
        await heard.look()
        await notify(url, "address:a1", "line:b2", "hint:task:with:colons")
        assert await heard.value() == ("line", "b2")
        assert await heard.value() == ("hint", "task:with:colons")
    assert heard.values.empty()


async def test_a_notice_comes_once_its_transaction_is_committed_and_not_before(url, clock):
    hub = Hub(url, clock)
    heard = Heard(hub, "line")
    async with hub, await psycopg.AsyncConnection.connect(url) as connection:
        await heard.look()
        await connection.execute("SELECT pg_notify('seedreel', 'line:inside')")
        await notify(url, "line:beside")
        assert await heard.value() == ("line", "beside")
        await connection.commit()
        assert await heard.value() == ("line", "inside")


async def test_after_a_crash_of_the_server_it_listens_again_and_says_so(own_postgres, own_url, clock):
    hub = Hub(own_url, clock)
    heard = Heard(hub, "line")
    async with hub:
        await heard.look()
        await asyncio.to_thread(own_postgres.restart)
        await heard.look()
        await notify(own_url, "line:after")
        assert await heard.value() == ("line", "after")


async def test_a_connection_that_someone_ends_is_made_again(url, clock):
    hub = Hub(url, clock)
    heard = Heard(hub, "line")
    async with hub:
        await heard.look()
        async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'"
            await connection.execute(others)
        await heard.look()
        await notify(url, "line:after")
        assert await heard.value() == ("line", "after")


async def test_it_waits_for_a_server_that_is_not_there_yet_and_leaves_nothing_open(own_postgres, own_url, clock):
    await asyncio.to_thread(own_postgres.stop)
    hub = Hub(own_url, clock)
    heard = Heard(hub, "line")
    async with hub:
        await asyncio.to_thread(own_postgres.start)
        await heard.look()
    async with await psycopg.AsyncConnection.connect(own_url) as connection:
        left = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        gone = False
        async with asyncio.timeout(SECONDS):
            while not gone:
                gone = (await (await connection.execute(left)).fetchone()) == (0,)
