"""Clips that do not come, and requesters who are told."""

import errno
from dataclasses import replace

import pytest

from bot.domain.clip_errors import (
    ClipDamaged,
    ClipForbidden,
    ClipGone,
    ClipTooMuch,
    ClipUnkeepable,
    ClipUnreachable,
    ClipUnusable,
)
from bot.domain.job import Job
from bot.domain.models import Dialect
from bot.domain.progress import Forecast, Holdup, Silence, Snapshot, TaskStatus
from bot.domain.reply import RepairedClip, Route, Variant
from bot.domain.stages import Reason, Stage
from bot.studio.delivery.routes import plan_attempt
from bot.studio.ports import Closed, NotNow, Outcome, Unclear
from tests.studio.conftest import Studio
from tests.studio.fakes import MEGABYTE, START, job

DAY = 86400


async def ready(studio: Studio) -> Job:
    fields = {"task_id": "t", "submitted": START, "completed": START}
    fields |= {"clip_url": "https://files.test/a.mp4", "clip_dies": START + DAY}
    return await studio.stored(job(stage=Stage.READY, **fields))


def waited(studio: Studio) -> float:
    return studio.clock.at - START


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (ClipGone("404"), Reason.EXPIRED),
        (ClipUnusable("HTML"), Reason.UNUSABLE),
        (ClipUnreachable("503"), Reason.EXPIRED),
        (ClipForbidden("not on the public internet"), Reason.EXPIRED),
    ],
)
async def test_a_file_that_is_not_there_is_asked_for_until_its_address_dies(
    studio: Studio, problem: Exception, reason: Reason
) -> None:
    studio.media.fetches = [problem] * 2000
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.reason) == (Stage.FAILED, reason)
    assert DAY <= waited(studio) < DAY + 3600
    # A fresh answer before each try, with growing waits.
    assert len(studio.provider.asked) == len(studio.media.fetched) - 1
    assert set(studio.media.fetched[1:]) == {"https://files.test/clip.mp4"}
    assert max(studio.clock.slept[:5]) < 35 < max(studio.clock.slept) <= 300
    assert 300 < len(studio.media.fetched) < 900


@pytest.mark.parametrize("late", [12, 150, 3600])
@pytest.mark.parametrize("problem", [ClipGone("404"), ClipUnusable("an empty file"), ClipDamaged("half", same=True)])
async def test_a_file_that_comes_late_is_brought_soon_after(studio: Studio, late: float, problem: Exception) -> None:
    fetched = studio.media.fetch_clip

    async def fetch(url: str, job_id: str) -> int:
        studio.media.fetches = [problem] if waited(studio) < late else []
        return await fetched(url, job_id)

    studio.media.fetch_clip = fetch
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes, found.incomplete) == (Stage.READY, MEGABYTE, False)
    assert waited(studio) < (late + 35 if late < 600 else late + 310)


async def test_without_a_known_end_it_is_asked_for_a_day(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 2000
    studio.provider.answers = [Silence(START), Snapshot(TaskStatus.WORKING)] * 2000
    fields = {"task_id": "t", "submitted": START, "completed": START, "clip_url": "https://files.test/a.mp4"}
    found = await studio.running.fetch.clip(await studio.stored(job(stage=Stage.READY, **fields)))
    assert (found.stage, found.reason) == (Stage.FAILED, Reason.EXPIRED)
    assert waited(studio) >= DAY


async def test_a_clock_that_jumped_gives_nothing_up_at_once(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 4
    made = await ready(studio)
    studio.clock.at += 2 * DAY
    found = await studio.running.fetch.clip(made)
    assert (found.stage, found.clip_bytes) == (Stage.READY, MEGABYTE)


async def test_nobody_answering_at_all_ends_nothing(studio: Studio) -> None:
    studio.media.fetches = [ClipUnreachable("reset")] * 700
    studio.provider.answers = [Silence(START)] * 700
    found = await studio.running.fetch.clip(await ready(studio))
    assert waited(studio) > DAY
    assert found.clip_bytes == MEGABYTE


async def test_its_card_says_what_it_waits_for_and_hands_the_address_on_after_five_minutes(studio: Studio) -> None:
    seen: list[tuple[float, Forecast]] = []
    fetched = studio.media.fetch_clip

    async def fetch(url: str, job_id: str) -> int:
        seen.append((waited(studio), await studio.forecasts.of(await studio.row(job()))))
        return await fetched(url, job_id)

    studio.media.fetches = [ClipGone("404")] * 40
    studio.media.fetch_clip = fetch
    found = await studio.running.fetch.clip(await ready(studio))
    assert [forecast.holdup for _, forecast in seen[:2]] == [None, None]
    assert {forecast.holdup for _, forecast in seen[2:]} == {Holdup.NOT_HANDED_OVER}
    assert all(forecast.link is (at >= 300) for at, forecast in seen[2:])
    assert max(at for at, _ in seen) > 300
    assert len(studio.replies.did("show")) == 39
    assert await studio.forecasts.of(found) == Forecast()


@pytest.mark.parametrize(
    ("problem", "holdup"),
    [
        (ClipForbidden("10.0.0.1"), Holdup.FORBIDDEN),
        (ClipDamaged("half"), Holdup.IN_PART),
        (OSError(errno.ENOSPC, "full"), Holdup.NO_ROOM),
        (ClipUnreachable("503"), Holdup.NOT_HANDED_OVER),
    ],
)
async def test_each_reason_to_wait_is_told_as_its_own(studio: Studio, problem: Exception, holdup: Holdup) -> None:
    studio.media.fetches = [problem] * 40
    seen: list[Forecast] = []
    studio.replies.on_show = lambda shown: seen.append(studio.forecasts.now(shown))
    await studio.running.fetch.clip(await ready(studio))
    assert seen[-1].holdup is holdup
    # An address within an inner network helps nobody outside.
    assert seen[-1].link is (holdup is not Holdup.FORBIDDEN)


async def test_a_clip_under_delivery_is_fetched_again_without_a_word(studio: Studio) -> None:
    attempt = plan_attempt(job(), Route.TOKEN, Variant.FILE, START)
    fields = {"task_id": "t", "clip_url": "https://files.test/a.mp4", "clip_dies": START + DAY, "attempt": attempt}
    studio.media.fetches = [ClipGone("404")] * 5
    await studio.running.fetch.clip(await studio.stored(job(stage=Stage.DELIVERING, **fields)))
    assert studio.replies.did("show") == []


@pytest.mark.parametrize(("incomplete", "waits"), [(False, 60), (True, 7200)])
async def test_what_decodes_of_the_same_bytes_goes_out_half_of_it_after_two_hours(
    studio: Studio, incomplete: bool, waits: float
) -> None:
    studio.media.fetches = [ClipDamaged("cut"), *[ClipDamaged("cut", same=True)] * 2000]
    mended = RepairedClip(77, incomplete=incomplete)
    mend = studio.media.repair_clip

    async def repair_clip(job_id: str, *, in_part: bool) -> RepairedClip | None:
        studio.media.mends = [mended if in_part or not incomplete else None]
        return await mend(job_id, in_part=in_part)

    studio.media.repair_clip = repair_clip
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes, found.incomplete) == (Stage.READY, 77, incomplete)
    assert (await studio.row(found)).incomplete is incomplete
    assert studio.media.mended == ([False] * (len(studio.media.mended) - 1) + [True] if incomplete else [False])
    assert len(studio.media.fetched) >= 3
    assert waits - 60 <= waited(studio) < waits + 310


async def test_a_file_that_grows_is_not_mended_while_it_does(studio: Studio) -> None:
    studio.media.fetches = [ClipDamaged("cut", same=at % 2 == 1) for at in range(20)]
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.clip_bytes, studio.media.mended) == (MEGABYTE, [])


async def test_half_of_it_is_taken_before_all_of_it_is_lost(studio: Studio) -> None:
    studio.media.fetches = [ClipDamaged("cut"), *[ClipGone("404")] * 2000]
    studio.media.mends = [RepairedClip(77, incomplete=True)]
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.incomplete, waited(studio) >= DAY) == (Stage.READY, True, True)


async def test_too_much_is_not_loaded_for_ever(studio: Studio) -> None:
    studio.media.fetches = [ClipTooMuch("more bytes than allowed")] * 9
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.reason, len(studio.media.fetched)) == (Reason.UNUSABLE, 3)


async def test_a_provider_that_takes_its_word_back_three_times_is_believed(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 9
    studio.provider.answers = [Snapshot(TaskStatus.FAILED, provider_message="it broke")] * 3
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.reason, found.provider_message) == (Stage.FAILED, Reason.GENERATION, "it broke")


async def test_a_provider_that_takes_its_word_back_twice_is_not_believed(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")] * 3
    studio.provider.answers = [Snapshot(TaskStatus.FAILED)] * 2
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.stage, found.clip_bytes) == (Stage.READY, MEGABYTE)


async def test_a_dead_url_is_asked_for_anew(studio: Studio) -> None:
    studio.media.fetches = [ClipGone("404")]
    found = await studio.running.fetch.clip(replace(await ready(studio), dialect=Dialect.VIDEOS))
    assert (found.stage, found.clip_bytes) == (Stage.READY, MEGABYTE)
    # In the dialect that it was sent in: the one in force may be another by now, and its route know nothing.
    assert studio.provider.asked_in == [Dialect.VIDEOS]


async def test_a_broken_connection_is_tried_for_as_long_as_it_takes(studio: Studio) -> None:
    studio.media.fetches = [ClipUnreachable("reset"), OSError("disk full")] * 15
    studio.provider.answers = [Silence(START)] * 10
    found = await studio.running.fetch.clip(await ready(studio))
    assert (found.clip_bytes, len(studio.media.fetched)) == (MEGABYTE, 31)


@pytest.mark.parametrize(
    ("waited", "route", "pings"), [(10, Route.TOKEN, 0), (40, Route.TOKEN, 1), (40, Route.DIRECT, 0)]
)
async def test_a_ping_comes_only_for_those_who_are_no_longer_looking(
    studio: Studio, waited: float, route: Route, pings: int
) -> None:
    attempt = plan_attempt(job(), route, Variant.FILE, START)
    done = await studio.stored(job(stage=Stage.DELIVERED, changed=START + waited, attempt=attempt))
    studio.clock.at = START + waited
    await studio.running.notifier.end_of(done)
    await studio.running.notifier.end_of(await studio.row(done))
    assert len(studio.replies.did("ping")) == pings
    assert (await studio.row(done)).notified_at is not None


async def test_the_time_in_which_files_were_fetched_counts_for_the_ping(studio: Studio) -> None:
    attempt = plan_attempt(job(), Route.TOKEN, Variant.FILE, START)
    done = await studio.stored(job(stage=Stage.DELIVERED, created=START + 25, changed=START + 40, attempt=attempt))
    studio.clock.at = START + 40
    await studio.running.notifier.end_of(done)
    assert len(studio.replies.did("ping")) == 1


@pytest.mark.parametrize(
    ("missed", "pings"), [([NotNow(1, "429")] * 20, 21), ([Unclear("reset")] * 4, 5), ([Unclear("reset")] * 100, 5)]
)
async def test_a_ping_is_repeated_until_it_is_out_but_not_without_end_where_that_is_unclear(
    studio: Studio, missed: list[Outcome], pings: int
) -> None:
    studio.replies.pings = missed
    attempt = plan_attempt(job(), Route.TOKEN, Variant.FILE, START)
    done = await studio.stored(job(stage=Stage.DELIVERED, changed=START + 40, attempt=attempt))
    studio.clock.at = START + 40
    await studio.running.notifier.end_of(done)
    assert len(studio.replies.did("ping")) == pings
    assert (await studio.row(done)).notified_at is not None


async def test_an_end_that_a_restart_shows_late_is_pinged_though_it_came_at_once(studio: Studio) -> None:
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR, changed=START + 1))
    studio.clock.at = START + 300
    await studio.running.notifier.end_of(failed)
    assert studio.replies.did("end") == [Route.TOKEN]
    assert len(studio.replies.did("ping")) == 1


async def test_a_failure_is_told_down_to_a_direct_message_and_never_as_a_new_one_in_the_channel(studio: Studio) -> None:
    studio.replies.ends = {Route.TOKEN: [NotNow(1, "429"), Closed("401")], Route.BOT: [Closed("50001")]}
    failed = await studio.stored(job(stage=Stage.FAILED, reason=Reason.GENERATION, changed=START + 100))
    await studio.running.notifier.end_of(failed)
    assert studio.replies.did("end") == [Route.TOKEN, Route.TOKEN, Route.BOT, Route.DIRECT]
    assert studio.replies.did("ping") == []


async def test_held_is_told_once(studio: Studio) -> None:
    held = await studio.stored(job(stage=Stage.HELD, clip_bytes=MEGABYTE))
    await studio.running.pipeline.run(held)
    await studio.running.pipeline.run(await studio.row(held))
    assert studio.replies.did("end") == [Route.TOKEN]


async def test_a_clip_that_cannot_be_stored_goes_out_as_its_link_after_one_fetch(studio: Studio) -> None:
    studio.media.fetches = [ClipUnkeepable("read-only")] * 9
    stranded = await ready(studio)
    await studio.running.pipeline.run(stranded)
    row = await studio.row(stranded)
    assert (row.stage, row.attempt.variant, len(studio.media.fetched)) == (Stage.DELIVERED, Variant.LINK, 1)
