"""The S3-compatible store: what a real one does, and what is said of one that doesn't answer."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.clip_errors import FileStoreDown
from bot.media.bucket import Bucket, Place
from tests.media.s3_server import KEY, KEY_ID, S3Server
from tests.tcp_server import TcpServer

LARGE = bytes(range(256)) * 50_000  # of more than one part


async def test_an_object_comes_back_as_it_was_and_goes(server: S3Server, tmp_path: Path) -> None:
    bucket, given = server.bucket(), tmp_path / "given"
    given.write_bytes(LARGE)
    assert await bucket.get("clips/a.mp4", tmp_path) is None
    await bucket.put("clips/a.mp4", given)
    part = await bucket.get("clips/a.mp4", tmp_path)
    assert part is not None
    assert part.read_bytes() == LARGE
    assert (server.folder / "one/bot/clips/a.mp4").read_bytes() == LARGE
    await bucket.put("posters/a.jpg", b"poster")
    assert await bucket.read("posters/a.jpg") == b"poster"
    listed = await bucket.listed("clips")
    assert [(each.name, each.size) for each in listed] == [("clips/a.mp4", len(LARGE))]
    assert abs(listed[0].at - await bucket.now()) < 60
    found = await bucket.find("clips/a.mp4")
    assert found is not None
    assert found.size == len(LARGE)
    await bucket.delete(["clips/a.mp4", "clips/never"])
    assert await bucket.find("clips/a.mp4") is None
    assert sorted(path.suffix for path in tmp_path.iterdir() if path.is_file()) == ["", ".part"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"key": "another-key-altogether"}, "HTTP 403 Forbidden, SignatureDoesNotMatch"),
        ({"name": "no-such-bucket"}, "there is no such bucket"),
    ],
)
async def test_what_is_set_wrong_is_said_once_and_is_no_missing_file(server: S3Server, tmp_path, changes, said) -> None:
    bucket = server.bucket(**changes)
    for call in (
        bucket.put("a", b"1"),
        bucket.get("a", tmp_path),
        bucket.read("a"),
        bucket.find("a"),
        bucket.listed("a"),
    ):
        with pytest.raises(FileStoreDown) as down:
            await call
        assert (down.value.detail, down.value.lasts) == (said, True)
    trouble = await bucket.trouble()
    assert trouble == f"{bucket.place} can't be written to ({said})"
    assert list(tmp_path.glob("*.part")) == []


async def test_check_says_what_can_be_done_and_leaves_nothing(server: S3Server) -> None:
    assert await server.bucket().trouble() is None
    assert [path for path in server.folder.rglob("*") if path.is_file()] == []


async def test_a_store_that_is_not_there_is_said_to_be_so_without_a_key(server: S3Server) -> None:
    await server.stop()
    bucket = server.bucket()
    with pytest.raises(FileStoreDown) as down:
        await bucket.put("a", b"1")
    assert (down.value.detail, down.value.lasts) == ("it can't be reached (connect)", False)
    for text in (repr(bucket.place), str(down.value), repr(down.value.__cause__)):
        assert KEY not in text
        assert KEY_ID not in text


async def test_a_store_that_never_answers_is_waited_for_no_longer_than_a_call_may_take() -> None:
    connected = asyncio.Semaphore(0)

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connected.release()
        await reader.read()

    async with TcpServer(silent) as there:
        bucket = Bucket(
            Place("clips", "", f"http://{there.address}", "us-east-1", KEY_ID, KEY), tries=3, pause=0.01, call=0.2
        )
        with pytest.raises(FileStoreDown, match=r"no answer within 0\.2 s"):
            await bucket.find("a")
        for _ in range(3):
            await asyncio.wait_for(connected.acquire(), 10)
        assert connected.locked()


async def test_what_fails_for_a_moment_is_tried_again(server: S3Server, tmp_path: Path) -> None:
    asked = 0

    async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal asked
        asked += 1
        head = await reader.readuntil(b"\r\n\r\n")
        if asked < 3:
            writer.write(b"HTTP/1.1 503 Slow Down\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        else:
            port = int(server.url.rpartition(":")[2])
            upstream, to = await asyncio.open_connection("127.0.0.1", port)
            to.write(head.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            writer.write(await upstream.read())
            to.close()
        await writer.drain()

    (server.folder / "one/bot").mkdir(parents=True)
    (server.folder / "one/bot/a").write_bytes(b"there")
    async with TcpServer(relay) as between:
        place = Place("clips-of-the-bot", "one/bot", f"http://{between.address}", "us-east-1", KEY_ID, KEY)
        bucket = Bucket(place, tries=3, pause=0.01)
        assert await bucket.read("a") == b"there"
        assert asked == 3
