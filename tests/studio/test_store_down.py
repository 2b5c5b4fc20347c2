"""A store of files that does not answer costs no video: its card says so, and what can go on without it goes on."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.clip_errors import FileStoreDown
from bot.domain.errors import ClipNotPosted, Refusal
from bot.domain.job import Job
from bot.domain.progress import Forecast, Holdup
from bot.domain.stages import Stage
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, job, picture, reply

DAY = 86400.0
FIELDS = {"task_id": "t", "submitted": START, "completed": START, "clip_url": "https://files.test/a.mp4"}
DOWN = FileStoreDown("503")


async def ready(studio: Studio, **fields: object) -> Job:
    return await studio.stored(job(stage=Stage.READY, **FIELDS | {"clip_dies": START + DAY} | fields))


def shown(studio: Studio) -> list[Holdup | None]:
    seen: list[Holdup | None] = []
    studio.replies.on_show = lambda one: seen.append(studio.forecasts.now(one).holdup)
    return seen


async def test_a_clip_that_can_t_be_stored_waits_says_so_and_then_goes_out_from_our_own_disk(studio: Studio) -> None:
    seen, size = shown(studio), MEGABYTE // 2
    studio.media.fetches = [FileStoreDown("503", size)] * 20
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes) == (Stage.READY, size)
    assert set(seen) == {Holdup.STORE_DOWN}
    assert 10 < studio.clock.at - START < 120
    assert await studio.forecasts.of(found) == Forecast()


async def test_a_clip_that_may_be_stored_is_not_given_up_however_long_its_address_has_been_dead(studio: Studio) -> None:
    studio.media.fetches = [DOWN] * 600
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes) == (Stage.READY, MEGABYTE)
    assert studio.clock.at - START > DAY


async def test_a_stored_clip_is_waited_for_and_posted_once(studio: Studio) -> None:
    seen, stored = shown(studio), await ready(studio, clip_bytes=MEGABYTE)
    (studio.media.folder / f"{stored.id}.mp4").write_bytes(b"clip")
    studio.media.store_down = [DOWN] * 3
    delivered = await studio.running.deliverer.deliver(stored)
    assert delivered.stage is Stage.DELIVERED
    assert set(seen) == {Holdup.STORE_DOWN}
    assert studio.media.fetched == []
    assert len(studio.replies.did("drop")) == 1


async def test_what_the_provider_still_has_is_fetched_from_there_meanwhile(studio: Studio) -> None:
    studio.media.store_down = [DOWN] * 5
    delivered = await studio.running.deliverer.deliver(await ready(studio, clip_bytes=MEGABYTE))
    assert delivered.stage is Stage.DELIVERED
    assert studio.media.fetched == ["https://files.test/a.mp4"]
    assert len(studio.replies.did("drop")) == 1


async def test_where_it_has_no_more_the_store_is_waited_for(studio: Studio) -> None:
    stored = await ready(studio, clip_bytes=MEGABYTE, clip_dies=START - 1)
    (studio.media.folder / f"{stored.id}.mp4").write_bytes(b"clip")
    studio.media.store_down = [DOWN] * 100
    assert (await studio.running.deliverer.deliver(stored)).stage is Stage.DELIVERED
    assert studio.media.fetched == []


async def test_a_member_who_asks_for_it_meanwhile_is_told_to_try_again(studio: Studio) -> None:
    stored = await ready(studio, clip_bytes=MEGABYTE)
    studio.media.store_down = [DOWN]
    with pytest.raises(Refusal) as refused:
        await studio.actions.send_privately(Caller(stored.user_id), stored.id, reply(channel_id=99, private=True))
    assert refused.value.problem == ClipNotPosted()


async def test_a_file_that_goes_with_a_request_is_waited_for(studio: Studio) -> None:
    bring, down = studio.media.bring_input, [DOWN] * 3

    async def brings(stored):
        if down:
            raise down.pop()
        return await bring(stored)

    studio.media.bring_input = brings
    studio.media.copies["a" * 64] = studio.media.folder / "a.png"
    asked = await studio.stored(job(request=replace(job().request, media=(picture(),))))
    await studio.running.pipeline.run(asked)
    assert down == []
    assert len(studio.provider.submitted) == 1
