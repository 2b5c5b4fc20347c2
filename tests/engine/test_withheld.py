"""A process that is stopped, and goes on when its lease is over, ends no request: it neither pays nor posts."""

import asyncio
import json
import re
import signal
import socket
import sys
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from pathlib import Path

import pytest

from tests.engine.sender_process import TRUST_SECONDS
from tests.real_time import comes_true, passes

SECONDS = 40
ME = json.dumps({"id": "1", "username": "bot", "discriminator": "0", "avatar": None}).encode()
TASK = json.dumps({"id": "tsk_1", "status": "queued"}).encode()
CLIP = 6_000_000
# What the one that was stopped may say of its call: it was let go with its lease, or definitely not applied.
NOT_SENT = {
    "let go",
    "NotSent: ClientOSError",
    "not now (this process may not send now); trying again in 5 s or more",
}


class Door:
    """A server's socket that takes and reads only as the test says; GETs are answered, others counted once whole."""

    def __init__(self) -> None:
        self.socket = socket.socket()
        # Small, so that the sender soon waits for the reader.
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.listen(0)
        self.socket.setblocking(False)
        self.port = self.socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.whole = 0

    async def take(self):
        connection, _ = await asyncio.wait_for(asyncio.get_running_loop().sock_accept(self.socket), SECONDS)
        return connection

    @contextmanager
    def filled(self):
        """Connect until the system takes no more connections."""
        with ExitStack() as stack:
            fillers = []
            while sum(self._states()) == len(fillers):
                filler = stack.enter_context(socket.socket())
                filler.setblocking(False)
                filler.connect_ex(("127.0.0.1", self.port))
                fillers.append(filler)
            # The last one waits like whoever comes next.
            fillers.pop().close()
            yield fillers

    def _states(self):
        """Tell of each connection that was asked for whether it was made."""
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        return [row[3] == "01" for row in rows if _port(row[2]) == self.port]

    def _on_the_way(self, connection):
        """Count the bytes that the sender's system holds, and those that ours does."""
        sender = connection.getpeername()[1]
        rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
        ends = {(self.port, sender), (sender, self.port)}
        queues = [row[4].split(":") for row in rows if tuple(_port(end) for end in row[1:3]) in ends]
        return sum(int(size, 16) for queue in queues for size in queue)

    async def asked_for(self):
        """Wait until a connection was asked for and could not be made yet."""

        async def is_asked() -> bool:
            return not all(self._states())

        await comes_true(is_asked, SECONDS, every=0.01)

    async def read(self, connection, at_most, *, answers=True, seen=b"", quiet=False):
        """Read up to so many bytes of the next request that is no GET; tell whether it is whole.

        `quiet`: no more than the systems on both sides have of it.
        """
        loop = asyncio.get_running_loop()
        while len(seen) < at_most:
            if quiet and not self._on_the_way(connection):
                return seen, False
            try:
                reading = loop.sock_recv(connection, min(65536, at_most - len(seen)))
                got = await asyncio.wait_for(reading, 0.5 if quiet else SECONDS)
            except ConnectionError:
                got = b""
            except TimeoutError:
                # What the one side has sent the other may not have acknowledged yet.
                assert quiet
                continue
            if not got:
                return seen, False
            seen += got
            if seen.startswith(b"GET") and seen.endswith(b"\r\n\r\n"):
                if not answers:
                    return seen, False
                await self.answer(connection, ME)
                seen = b""
            if self._is_whole(seen):
                self.whole += 1
                return seen, True
        return seen, False

    @staticmethod
    def _is_whole(seen):
        head, end, body = seen.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        return bool(end and length and len(body) >= int(length[1]))

    @staticmethod
    async def answer(connection, body):
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        await asyncio.get_running_loop().sock_sendall(connection, head + body)


def _port(end):
    return int(end.rpartition(":")[2], 16)


class Sender:
    def __init__(self, process):
        self.process = process

    def stop(self):
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self):
        self.process.send_signal(signal.SIGCONT)

    async def said(self):
        return (await asyncio.wait_for(self.process.stdout.readline(), SECONDS)).decode().strip()


@asynccontextmanager
async def sender(what, door, file):
    command = [sys.executable, "-m", "tests.engine.sender_process", what, door.url, str(file)]
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    try:
        yield Sender(process)
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        door.socket.close()


async def pass_by():
    """Let the lease of a stopped process run out; only time does that."""
    await passes(TRUST_SECONDS + 0.5)


@pytest.fixture
def file(tmp_path):
    file = tmp_path / "clip.mp4"
    file.write_bytes(bytes(range(256)) * (CLIP // 256))
    return file


@pytest.fixture
def no_file(tmp_path):
    (tmp_path / "none").touch()
    return tmp_path / "none"


async def test_whole_requests_are_whole(file, no_file):
    """What the other tests look for does happen where no one is stopped."""
    for what, sent, answer, outcome in (
        ("submit", no_file, TASK, "tsk_1"),
        ("post", no_file, b"{}", "unclear"),
        ("post", file, b"{}", "unclear"),
    ):
        door = Door()
        async with sender(what, door, sent) as process:
            connection = await door.take()
            assert await door.read(connection, 2 * CLIP) != (b"", False)
            await door.answer(connection, answer)
            assert outcome in await process.said()
            assert door.whole == 1
            connection.close()


async def test_a_submit_whose_connection_is_made_while_it_is_stopped_is_not_sent(no_file):
    door = Door()
    # The system takes so many connections before the door does, and drops the next until there is room.
    with door.filled() as fillers:
        async with sender("submit", door, no_file) as process:
            await door.asked_for()
            process.stop()
            for _ in fillers:
                (await door.take()).close()
            connection = await door.take()
            await pass_by()
            process.go_on()
            assert await door.read(connection, CLIP) == (b"", False)
            connection.close()
            assert await process.said() in NOT_SENT
    assert door.whole == 0


async def test_a_message_that_is_begun_after_a_stop_is_not_sent(no_file):
    door = Door()
    async with sender("post", door, no_file) as process:
        connection = await door.take()
        login, _ = await door.read(connection, 65536, answers=False)
        assert login.startswith(b"GET /users/@me")
        process.stop()
        await door.answer(connection, ME)
        await pass_by()
        process.go_on()
        assert await process.said() in NOT_SENT
        assert await door.read(connection, CLIP) == (b"", False)
        connection.close()


@pytest.mark.parametrize("read", [1_000_000, 2_600_000])
async def test_an_upload_that_is_stopped_on_its_way_is_not_ended_afterwards(file, read):
    door = Door()
    async with sender("post", door, file) as process:
        connection = await door.take()
        with connection:
            before, _ = await door.read(connection, read)
            process.stop()
            # What the system has of it arrives all the same, whatever becomes of the process.
            arrived, is_whole = await door.read(connection, 2 * CLIP, seen=before, quiet=True)
            await pass_by()
            reading = asyncio.create_task(door.read(connection, 2 * CLIP, seen=arrived))
            process.go_on()
            said = await process.said()
            if is_whole:
                # Some megabytes of it are with the system; the last of them had left it before.
                assert read > 1_000_000
                return
            assert said in NOT_SENT
            assert (await reading)[1] is False
    assert door.whole == 0
