"""A stream that a test leaves open is that test's failure, by a fixture of tests/conftest.py that looks after each."""

import asyncio

from tests.tcp_server import TcpServer, open_streams


async def test_a_stream_is_seen_until_it_is_closed() -> None:
    async with TcpServer(_silent) as server:
        _, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert writer.transport in open_streams()
        writer.close()
        await writer.wait_closed()
    await asyncio.sleep(0)
    assert open_streams() == []


async def test_a_server_that_is_cut_leaves_none_not_even_one_that_was_not_served_yet() -> None:
    async with TcpServer(_silent) as server:
        writers = [(await asyncio.open_connection("127.0.0.1", server.port))[1] for _ in range(3)]
        await server.cut()
        for writer in writers:
            writer.close()
    await asyncio.sleep(0)
    assert open_streams() == []


async def _silent(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    await reader.read()
