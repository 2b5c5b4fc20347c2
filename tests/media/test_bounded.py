"""Foreign programs within their bounds."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from bot.media.bounded import Bounds, OutOfTime, run_bounded

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


@pytest.mark.parametrize("way", ["out of time", "cancelled"])
async def test_a_program_is_gone_however_it_ends(way) -> None:
    met: asyncio.Queue[asyncio.StreamReader] = asyncio.Queue()
    done = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await met.put(reader)
        await done.wait()
        writer.close()

    server = await asyncio.start_server(meet, "127.0.0.1", 0)
    code = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.recv(1)"
    command = python(code, str(server.sockets[0].getsockname()[1]))
    async with server:
        bounds = Bounds(512 * MEGABYTE, 20, 1.0 if way == "out of time" else 60.0)
        running = asyncio.create_task(run_bounded(command, bounds))
        peer = await met.get()
        if way == "cancelled":
            running.cancel()
        with pytest.raises((OutOfTime, asyncio.CancelledError)):
            await running
        # The program's own connection ends only with the program.
        assert await peer.read() == b""
        done.set()


async def test_a_file_grows_to_its_bound_where_one_is_given(tmp_path: Path) -> None:
    target = tmp_path / "file"
    write = "import sys; open(sys.argv[1], 'wb', 0).write(bytes(int(sys.argv[2])))"
    bounds = Bounds(512 * MEGABYTE, 20, 60.0, file_size=1000)
    assert (await run_bounded(python(write, str(target), "1000"), bounds)).code == 0
    assert target.stat().st_size == 1000
    await run_bounded(python(write, str(target), "1001"), bounds)
    assert target.stat().st_size == 1000
