"""Posters: made beside the delivery, which they neither delay nor fail, and at the first look where one is missing."""

import asyncio
from pathlib import Path

import pytest

from bot.domain.caller import Caller
from bot.domain.clip_errors import ClipDamaged
from bot.domain.job import Job
from bot.domain.reply import RepairedClip
from bot.domain.stages import Stage
from bot.storage import SqliteFavourites, SqliteOwnJobs
from bot.studio.history import PAGE_SIZE, History
from bot.studio.lifecycle.poster_maker import PosterMaker
from tests.studio.conftest import Studio
from tests.studio.fakes import START, JumpingClock, job
from tests.studio.folder_media import FolderMedia


async def ready(studio: Studio) -> Job:
    fields = {"task_id": "t", "submitted": START, "completed": START, "clip_url": "https://files.test/a.mp4"}
    return await studio.stored(job(stage=Stage.READY, **fields))


@pytest.fixture
def begun(studio: Studio) -> asyncio.Event:
    """Tell when a poster is being made."""
    event = asyncio.Event()

    async def begin() -> None:
        event.set()

    studio.media.before_poster = begin
    return event


async def comes(event: asyncio.Event) -> None:
    async with asyncio.timeout(5):
        await event.wait()


@pytest.fixture
def never(studio: Studio) -> asyncio.Event:
    """Let no poster be made before this is set."""
    event = asyncio.Event()

    async def wait() -> None:
        await event.wait()

    studio.media.before_poster = wait
    return event


async def test_it_is_made_when_the_clip_is_kept(studio: Studio, begun: asyncio.Event) -> None:
    found = await studio.running.fetch.clip(await ready(studio))
    assert found.clip_bytes is not None
    await comes(begun)


async def test_it_is_made_of_a_clip_that_was_repaired_too(studio: Studio, begun: asyncio.Event) -> None:
    studio.media.fetches = [ClipDamaged("half", same=True)] * 20
    studio.media.mends = [RepairedClip(7, incomplete=False)]
    found = await studio.running.fetch.clip(await ready(studio))
    assert found.clip_bytes == 7
    await comes(begun)


async def test_a_delivery_does_not_wait_for_it(studio: Studio, never: asyncio.Event) -> None:
    one = await ready(studio)
    async with asyncio.timeout(5):
        await studio.running.pipeline.run(one)
    assert (await studio.row(one)).stage is Stage.DELIVERED
    assert studio.media.posters == {}
    never.set()
    assert set(await studio.assembly.posters.of([one.id])) == {one.id}


async def test_a_poster_that_breaks_breaks_nothing(studio: Studio, caplog: pytest.LogCaptureFixture) -> None:
    async def broken() -> None:
        raise RuntimeError("no picture")

    studio.media.before_poster = broken
    one = await ready(studio)
    await studio.running.pipeline.run(one)
    assert (await studio.row(one)).stage is Stage.DELIVERED


def posters_over(tmp_path: Path, within: float = 5.0) -> tuple[PosterMaker, FolderMedia]:
    media = FolderMedia(tmp_path)
    return PosterMaker(media, JumpingClock(), within), media


async def test_a_clip_from_before_gets_its_own_at_the_first_look(tmp_path: Path) -> None:
    posters, media = posters_over(tmp_path)
    (tmp_path / "kept.mp4").write_bytes(b"clip")
    media.posters["there"] = b"made long ago"
    assert list(await posters.of(["kept", "there", "deleted"])) == ["kept", "there"]
    assert set(media.posters) == {"kept", "there"}


async def test_a_list_waits_for_so_long_and_has_it_at_the_next_look(tmp_path: Path) -> None:
    posters, media = posters_over(tmp_path, within=0.01)
    (tmp_path / "kept.mp4").write_bytes(b"clip")
    slow = asyncio.Event()

    async def wait() -> None:
        await slow.wait()

    media.before_poster = wait
    assert await posters.of(["kept"]) == {}
    slow.set()
    patient = PosterMaker(media, JumpingClock(), 5.0)
    assert set(await patient.of(["kept"])) == {"kept"}
    assert set(await posters.of(["kept"])) == {"kept"}
    await posters.close()


async def test_the_overview_lists_eight_with_what_can_be_said_of_each(studio: Studio) -> None:
    own_jobs, favourites = SqliteOwnJobs(studio.store), SqliteFavourites(studio.store)
    parts = (studio.media, studio.assembly.posters, studio.forecasts, studio.job_moves, studio.clock)
    history = History(own_jobs, favourites, *parts)
    ids = [f"{at:020}" for at in range(PAGE_SIZE + 2)]
    for at, job_id in enumerate(ids):
        await studio.stored(job(id=job_id, interaction_id=at + 1, created=START + at))
    (studio.media.folder / f"{ids[-1]}.mp4").write_bytes(b"clip")
    one = job()
    listed = await history.overview(Caller(one.user_id))
    assert [each.job.id for each in listed] == ids[:1:-1]
    assert [each.has_clip for each in listed] == [True, *[False] * 7]
    assert set(await history.posters([each.job for each in listed])) == {ids[-1]}
