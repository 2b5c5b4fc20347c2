"""What is thrown away, and what is not."""

import asyncio
from dataclasses import replace

import pytest

from bot.discord_limits import TOKEN_USE_SECONDS
from bot.domain.caller import Caller
from bot.domain.stages import Reason, Stage
from bot.studio.delivery.cleanup import Cleanup
from tests.studio.conftest import Studio
from tests.studio.fakes import START, NoAssets, NoDrafts, job, picture, until

DAY = 86400.0


class OneAssetsFile(NoAssets):
    """A store whose only asset was made of the file "b"."""

    async def files_in_use(self) -> set[str]:
        return {"b" * 64}


def sweeping(studio: Studio) -> Cleanup:
    return Cleanup(
        studio.jobs,
        OneAssetsFile(),
        NoDrafts(),
        studio.media,
        studio.job_moves,
        studio.clock,
        clip_days=7,
        input_days=30,
        token_seconds=TOKEN_USE_SECONDS,
    )


async def test_files_are_swept_past_their_days_but_not_those_of_assets(studio: Studio) -> None:
    names = ("a", "b", "c")
    studio.media.copies = {name * 64: studio.media.folder / name for name in names}
    for number, name in enumerate(names, 1):
        made = START - 40 * DAY if name != "c" else START
        await studio.stored(job(number, request=replace(job().request, media=(picture(name),)), created=made))
    await end_all(studio)
    sweep = sweeping(studio)
    await sweep.files()
    assert len(studio.media.copies) == 3  # at the first look nothing goes: the clock may be wrong
    await sweep.files()
    assert set(studio.media.copies) == {"b" * 64, "c" * 64}


@pytest.mark.parametrize(
    ("stage", "after"),
    [
        (Stage.READY, Stage.READY),
        (Stage.DELIVERING, Stage.DELIVERING),
        (Stage.DELIVERED, Stage.DELIVERED),
        (Stage.HELD, Stage.FAILED),
    ],
)
async def test_a_clip_past_its_days_goes_at_the_second_look_unless_it_is_still_to_be_delivered(
    studio: Studio, stage: Stage, after: Stage
) -> None:
    made = START - 8 * DAY
    old = await studio.stored(job(stage=stage, created=made, completed=made, clip_bytes=4, task_id="t"))
    (studio.media.folder / f"{old.id}.mp4").write_bytes(b"clip")
    sweep, to_deliver = sweeping(studio), stage in {Stage.READY, Stage.DELIVERING}
    await sweep.files()
    assert (await studio.row(old), studio.media.clip(old.id) is not None) == (old, True)
    await sweep.files()
    row = await studio.row(old)
    assert (row.stage, row.reason) == (after, Reason.EXPIRED if after is Stage.FAILED else None)
    assert (studio.media.clip(old.id) is not None, row.clip_bytes) == (to_deliver, 4 if to_deliver else None)


async def test_it_runs_now_and_every_hour(studio: Studio) -> None:
    old = await studio.stored(
        job(stage=Stage.DELIVERED, created=START - 8 * DAY, completed=START - 8 * DAY, clip_bytes=4, task_id="t")
    )
    clip = studio.media.folder / f"{old.id}.mp4"
    clip.write_bytes(b"clip")
    running = asyncio.create_task(sweeping(studio).run())
    await until(lambda: not clip.exists())
    running.cancel()
    assert 3600 <= studio.clock.at - START < 2 * 3600


async def end_all(studio: Studio) -> None:
    """Cancel every job: what is still to be sent keeps its files for as long as it takes."""
    for waiting in await studio.jobs.unfinished():
        await studio.actions.cancel(Caller(waiting.user_id), waiting.id)
