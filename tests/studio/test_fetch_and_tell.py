"""Clips that do not come, and requesters who are told."""

import pytest

from bot.domain.errors import ClipGone, ClipUnreachable, ClipUnusable
from bot.domain.job import Job
from bot.domain.progress import Silence
from bot.domain.reply import Form, Rung
from bot.domain.stages import Reason, Stage
from bot.studio.ladder import plan_drop
from bot.studio.ports import Closed, NotNow
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, job


async def ready(studio: Studio) -> Job:
    fields = {"task_id": "t", "submitted": START, "clip_url": "https://files.test/a.mp4", "clip_dies": START + 90}
    return await studio.stored(job(stage=Stage.READY, **fields))


async def test_three_clips_that_are_no_video_fail_the_job_with_fresh_answers_between(studio: Studio) -> None:
    studio.media.fetches = [ClipUnusable("html")] * 3
    found = await studio.fetch.clip(await ready(studio))
    assert (found.stage, found.reason) == (Stage.FAILED, Reason.UNUSABLE)
    assert len(studio.media.fetched) == 3
    assert studio.provider.asked == ["t", "t"]
    assert studio.media.fetched[1:] == ["https://files.test/clip.mp4"] * 2


async def test_a_dead_url_is_asked_for_anew(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")]
    found = await studio.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes) == (Stage.READY, MEGABYTE)


async def test_a_clip_that_is_gone_for_good_expires(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 3
    assert (await studio.fetch.clip(await ready(studio))).reason is Reason.EXPIRED


async def test_a_broken_connection_is_tried_for_as_long_as_it_takes(studio: Studio) -> None:
    studio.media.fetches = [ClipUnreachable("reset"), OSError("disk full")] * 15
    studio.provider.answers = [Silence(START)] * 10
    found = await studio.fetch.clip(await ready(studio))
    assert (found.clip_bytes, len(studio.media.fetched)) == (MEGABYTE, 31)


@pytest.mark.parametrize(("waited", "rung", "pings"), [(10, Rung.TOKEN, 0), (40, Rung.TOKEN, 1), (40, Rung.DIRECT, 0)])
async def test_a_ping_comes_only_for_those_who_are_no_longer_looking(
    studio: Studio, waited: float, rung: Rung, pings: int
) -> None:
    drop = plan_drop(job(), rung, Form.FILE, START)
    done = await studio.stored(job(stage=Stage.DELIVERED, changed=START + waited, drop=drop))
    studio.clock.at = START + waited
    await studio.tell.end_of(done)
    await studio.tell.end_of(await studio.row(done))
    assert len(studio.replies.did("ping")) == pings
    assert (await studio.row(done)).told is not None


async def test_an_end_that_a_restart_shows_late_is_pinged_though_it_came_at_once(studio: Studio) -> None:
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR, changed=START + 1))
    studio.clock.at = START + 300
    await studio.tell.end_of(failed)
    assert studio.replies.did("end") == [Rung.TOKEN]
    assert len(studio.replies.did("ping")) == 1


async def test_a_failure_is_told_down_to_a_direct_message_and_never_as_a_new_one_in_the_channel(studio: Studio) -> None:
    studio.replies.ends = {Rung.TOKEN: [NotNow(1, "429"), Closed("401")], Rung.BOT: [Closed("50001")]}
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.GENERATION, changed=START + 100))
    await studio.tell.end_of(failed)
    assert studio.replies.did("end") == [Rung.TOKEN, Rung.TOKEN, Rung.BOT, Rung.DIRECT]
    assert studio.replies.did("ping") == []


async def test_held_is_told_once(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_bytes=MEGABYTE))
    await studio.produce.run(held)
    await studio.produce.run(await studio.row(held))
    assert studio.replies.did("end") == [Rung.TOKEN]
