"""Foreign programs within their bounds."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from bot.media.bounded import Bounds, OutOfTime, run_bounded
from tests.tcp_server import TcpServer

MEGABYTE = 1024 * 1024
AMPLE = Bounds(memory=512 * MEGABYTE, processor=20, seconds=60.0)


def python(code: str, *arguments: str) -> list[str]:
    return [sys.executable, "-S", "-c", code, *arguments]


async def test_a_program_s_end_and_words_come_back() -> None:
    ran = await run_bounded(python("import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"), AMPLE)
    assert ran.code == 3
    assert {"out", "err"} == set(ran.output.split())


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not limit an address space")
async def test_memory_ends() -> None:
    grab = "bytearray(400 * 1024 * 1024); print('had it')"
    assert (await run_bounded(python(grab), AMPLE)).output.strip() == "had it"
    small = await run_bounded(python(grab), Bounds(200 * MEGABYTE, 20, 60.0))
    assert small.code != 0
    assert "MemoryError" in small.output


async def test_processor_time_ends() -> None:
    ran = await run_bounded(python("while True: pass"), Bounds(512 * MEGABYTE, 1, 60.0))
    assert ran.code < 0


async def test_nothing_is_written_to_the_disk(tmp_path: Path) -> None:
    target = tmp_path / "file"
    ran = await run_bounded(python("import sys; open(sys.argv[1], 'wb', 0).write(b'x')", str(target)), AMPLE)
    assert ran.code != 0
    assert target.stat().st_size == 0


async def test_output_is_kept_up_to_its_cap_and_read_to_its_end() -> None:
    ran = await run_bounded(python("print('x' * 3_000_000)"), Bounds(512 * MEGABYTE, 20, 60.0, output=1000))
    assert (ran.code, ran.output) == (0, "x" * 1000)


async def test_a_child_gets_no_setting_of_the_bot(monkeypatch) -> None:
    monkeypatch.setenv("TOAPIS_API_KEY", "sk-secret-secret")
    ran = await run_bounded(python("import json, os; print(json.dumps(dict(os.environ)))"), AMPLE)
    given = json.loads(ran.output)
    assert "PATH" in given
    assert "TOAPIS_API_KEY" not in given


@asynccontextmanager
async def meeting() -> AsyncIterator[tuple[list[str], asyncio.Queue[asyncio.StreamReader]]]:
    """A program that connects and waits for ever, and its connections, which end only with it."""
    met: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    done = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await met.put(reader)
        await done.wait()

    code = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.recv(1)"
    async with TcpServer(meet) as server:
        yield python(code, str(server.port)), met
        done.set()


@pytest.mark.parametrize("way", ["out of time", "cancelled"])
async def test_a_program_is_gone_however_it_ends(way) -> None:
    async with meeting() as (command, met):
        bounds = Bounds(512 * MEGABYTE, 20, 1.0 if way == "out of time" else 60.0)
        running = asyncio.create_task(run_bounded(command, bounds))
        peer = await met.get()
        if way == "cancelled":
            running.cancel()
        with pytest.raises((OutOfTime, asyncio.CancelledError)):
            await running
        assert await peer.read() == b""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a program with the process that started it")
async def test_a_program_ends_with_a_bot_that_is_killed() -> None:
    code = "import asyncio, json, sys; from bot.media.bounded import Bounds, run_bounded"
    code += "; asyncio.run(run_bounded(json.loads(sys.argv[1]), Bounds(2**29, 20, 60.0)))"
    async with meeting() as (command, met):
        bot = await asyncio.create_subprocess_exec(sys.executable, "-c", code, json.dumps(command))
        peer = await met.get()
        bot.kill()
        await bot.wait()
        async with asyncio.timeout(20.0):
            assert await peer.read() == b""


async def test_a_file_grows_to_its_bound_where_one_is_given(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write = "import sys; open(sys.argv[1], 'wb', 0).write(bytes(int(sys.argv[2])))"
    bounds = Bounds(512 * MEGABYTE, 20, 60.0, file_size=1024)
    assert (await run_bounded(python(write, str(target), "1024"), bounds)).code == 0
    assert target.stat().st_size == 1024
    await run_bounded(python(write, str(target), "1025"), bounds)
    assert target.stat().st_size == 1024
    # A bound in the middle of a block holds at its end.
    await run_bounded(python(write, str(target), "1025"), replace(bounds, file_size=1000))
    assert target.stat().st_size == 1024


async def test_a_write_past_the_bound_fails_and_ends_nothing(tmp_path: Path) -> None:
    write = f"dd if=/dev/zero of={tmp_path}/file bs=4096 count=1 2>&1; echo over"
    ran = await run_bounded(["/bin/sh", "-c", write], replace(AMPLE, file_size=1024))
    assert ran.output.strip().endswith("over")
    assert "too large" in ran.output.lower()


async def test_what_a_program_may_use_besides_is_little() -> None:
    code = "import os, resource as r; print(os.nice(0), *(r.getrlimit(w) for w in (r.RLIMIT_NOFILE, r.RLIMIT_CORE)))"
    ran = await run_bounded(python(code), AMPLE)
    assert ran.output.split(" ", 1) == [str(os.nice(0) + 10), "(64, 64) (0, 0)\n"]


async def test_the_second_stream_comes_apart_where_it_is_wanted_so() -> None:
    both = python("import sys; print('x' * 200_000); print('y' * 200_000, file=sys.stderr)")
    ran = await run_bounded(both, replace(AMPLE, output=1000), apart=True)
    assert (ran.output, ran.errors) == ("x" * 1000, "y" * 1000)
