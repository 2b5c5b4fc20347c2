"""What may go wrong with a connection that questions keep, against servers that do it on purpose."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import pytest

from bot.domain.models import Dialect, Resolution
from bot.domain.progress import NotKnown, Silence, TaskStatus
from bot.toapis.api_client import MAX_RESPONSE
from bot.toapis.provider import ToapisProvider
from tests.tcp_server import TcpServer
from tests.toapis.fakes import a_job, provider

MISSING = {"error": {"code": 404, "message": "Task not found", "type": "not_found_error"}}
UNNAMED = {"status": "completed", "result": {"data": [{"url": "https://files.example/other.mp4"}]}}


def clip(task_id: str) -> str:
    return f"https://files.example/{task_id}.mp4"


def done(task_id: str) -> dict[str, object]:
    return {"id": task_id, "status": "completed", "result": {"data": [{"url": clip(task_id)}]}}


def raw(body: object, status: int = 200) -> bytes:
    text = json.dumps(body).encode()
    return b"HTTP/1.1 %d Said\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
        status,
        len(text),
        text,
    )


@dataclass
class Connection:
    """One that was made to the server: the number of its coming, and what was asked on it."""

    number: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    asked: list[str] = field(default_factory=list)
    ended: asyncio.Event = field(default_factory=asyncio.Event)

    async def next(self) -> str:
        """Wait for a request, and return the last part of its path."""
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        if "content-length: " in head.lower():
            await self.reader.readexactly(int(head.lower().split("content-length: ")[1].split("\r\n")[0]))
        self.asked.append(head.split(" ")[1].rpartition("/")[2])
        return self.asked[-1]

    def say(self, body: object, status: int = 200) -> None:
        self.writer.write(raw(body, status))


Serve = Callable[[Connection], Awaitable[None]]


@asynccontextmanager
async def serving(serve: Serve) -> AsyncIterator[tuple[ToapisProvider, list[Connection]]]:
    """Serve each connection until its client leaves; yields ours before it, and the connections as they come."""
    connections: list[Connection] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = Connection(len(connections), reader, writer)
        connections.append(connection)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await serve(connection)
        connection.ended.set()

    async with TcpServer(handle) as server:
        async with provider(f"http://{server.address}", dialect=Dialect.VIDEOS) as api:
            yield api, connections


async def answering(connection: Connection) -> None:
    while True:
        connection.say(done(await connection.next()))


async def test_questions_share_a_connection_and_whatever_pays_or_decides_about_money_has_its_own() -> None:
    async with serving(answering) as (api, connections):
        job = a_job(choices={"resolution": Resolution.P720})
        for task_id in ("tsk_1", "tsk_2", "tsk_3"):
            assert (await api.ask(task_id)).clip_url == clip(task_id)
        await api.submit(job)
        await api.find_by_own_id(job)
        await api.ask("tsk_1")
        assert [connection.asked for connection in connections] == [
            ["tsk_1", "tsk_2", "tsk_3", "tsk_1"],
            ["generations"],
            [job.id],
        ]


async def test_a_connection_that_was_closed_meanwhile_is_not_used() -> None:
    async def once(connection: Connection) -> None:
        connection.say(done(await connection.next()))

    async with serving(once) as (api, connections):
        assert (await api.ask("tsk_1")).clip_url == clip("tsk_1")
        await connections[0].ended.wait()
        assert (await api.ask("tsk_2")).clip_url == clip("tsk_2")
        assert [connection.asked for connection in connections] == [["tsk_1"], ["tsk_2"]]


async def test_a_question_that_meets_the_close_of_its_connection_is_repeated_on_another() -> None:
    async def unlucky(connection: Connection) -> None:
        connection.say(done(await connection.next()))
        await connection.next()
        if connection.number:
            connection.say(done(connection.asked[-1]))

    async with serving(unlucky) as (api, connections):
        await api.ask("tsk_1")
        assert (await api.ask("tsk_2")).clip_url == clip("tsk_2")
        assert [connection.asked for connection in connections] == [["tsk_1", "tsk_2"], ["tsk_2"]]


async def test_a_response_that_comes_after_its_time_finds_its_connection_closed() -> None:
    async def late(connection: Connection) -> None:
        if connection.number:
            await answering(connection)
        connection.say(done(await connection.next()))
        asked = await connection.next()
        # Nothing is said for longer than a question waits; the client has left then.
        assert await connection.reader.read() == b""
        connection.say(done(asked))

    async with serving(late) as (api, connections):
        await api.ask("tsk_1")
        assert isinstance(await api.ask("tsk_2"), Silence)
        await connections[0].ended.wait()
        assert (await api.ask("tsk_3")).clip_url == clip("tsk_3")
        assert [connection.asked for connection in connections] == [["tsk_1", "tsk_2"], ["tsk_3"]]


async def test_a_response_that_breaks_off_or_has_no_end_takes_its_connection_along() -> None:
    async def endless(connection: Connection) -> None:
        if connection.number > 1:
            await answering(connection)
        await connection.next()
        length = MAX_RESPONSE * 2
        connection.writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n{" % length)
        if connection.number:
            for _ in range(2 * MAX_RESPONSE // 2**16):
                connection.writer.write(b" " * 2**16)
                await connection.writer.drain()
        await connection.reader.read()

    async with serving(endless) as (api, connections):
        for task_id in ("tsk_1", "tsk_2"):
            assert isinstance(await api.ask(task_id), Silence)
        assert (await api.ask("tsk_3")).clip_url == clip("tsk_3")
        assert [connection.asked for connection in connections] == [["tsk_1"], ["tsk_2"], ["tsk_3"]]


@pytest.mark.parametrize("surplus", [done("tsk_1"), UNNAMED], ids=["another's", "nobody's"])
async def test_a_second_response_to_an_earlier_question_is_not_taken_for_this_one(surplus) -> None:
    async with serving(answering) as (api, connections):
        await api.ask("tsk_1")
        connections[0].say(surplus)
        assert (await api.ask("tsk_2")).clip_url == clip("tsk_2")
        assert (await api.ask("tsk_3")).clip_url == clip("tsk_3")
        await asyncio.wait_for(connections[0].ended.wait(), 10)
        assert [connection.asked for connection in connections[1:]] == [["tsk_2"], ["tsk_3"]]


async def test_a_second_response_that_says_not_found_changes_nothing_and_decides_about_no_money() -> None:
    job = a_job(choices={"resolution": Resolution.P720}, task_id=None)
    async with serving(answering) as (api, connections):
        await api.ask("tsk_1")
        connections[0].say(MISSING, 404)
        assert await api.find_by_own_id(job) == job.id, "a payment is looked up on a connection of its own"
        # In this dialect the surplus says that there is none; in the other one it is found.
        assert (await api.ask("tsk_2")).clip_url == clip("tsk_2")
        await asyncio.wait_for(connections[0].ended.wait(), 10)
        assert [connection.asked for connection in connections[1:]] == [[job.id], ["tsk_2"]]


async def test_a_provider_that_knows_no_such_job_is_believed_on_a_fresh_connection() -> None:
    async def knows_none(connection: Connection) -> None:
        while True:
            await connection.next()
            connection.say(MISSING, 404)

    async with serving(knows_none) as (api, connections):
        assert (await api.ask("tsk_1")).status is TaskStatus.MISSING
        assert await api.find_by_own_id(a_job(choices={"resolution": Resolution.P720})) == NotKnown()
        assert [len(connection.asked) for connection in connections] == [1, 1, 1]


async def test_of_a_proxy_that_mixes_answers_nothing_is_believed_until_it_stops() -> None:
    waiting: list[Connection] = []
    mixing = True

    async def mixed(connection: Connection) -> None:
        while True:
            asked = await connection.next()
            if not mixing:
                connection.say(done(asked))
                continue
            waiting.append(connection)
            if len(waiting) == 2:
                one, other = waiting
                one.say(done(other.asked[-1]))
                other.say(done(one.asked[-1]))
                waiting.clear()

    async with serving(mixed) as (api, _):
        for _ in range(2):
            both = await asyncio.gather(api.ask("tsk_1"), api.ask("tsk_2"))
            assert [type(each) for each in both] == [Silence, Silence]
        mixing = False
        both = await asyncio.gather(api.ask("tsk_1"), api.ask("tsk_2"))
        assert [each.clip_url for each in both] == [clip("tsk_1"), clip("tsk_2")]
