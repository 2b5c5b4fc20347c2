"""A provider that makes another aspect ratio than was asked for."""

from dataclasses import replace

import pytest

from bot.domain.models import Ratio
from bot.domain.stages import Stage
from bot.storage.note_store import SqliteNotes
from bot.studio.delivery.aspect_ratio import RATIO_NOTE, made_ratio
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job


@pytest.mark.parametrize(
    ("sides", "ratio"),
    [
        ((1280, 720), Ratio.WIDE),
        ((864, 496), Ratio.WIDE),
        ((720, 1280), Ratio.TALL),
        ((1112, 834), Ratio.CLASSIC),
        ((834, 1112), Ratio.PORTRAIT),
        ((1470, 630), Ratio.CINEMA),
        ((992, 432), Ratio.CINEMA),
        ((640, 640), Ratio.SQUARE),
    ],
)
def test_sides_are_named_by_the_nearest_ratio(sides, ratio) -> None:
    assert made_ratio(*sides) is ratio


async def made(studio: Studio, number: int, asked: Ratio, sides: tuple[int, int] | None) -> str | None:
    """Let a clip of these sides be fetched, and return what is noted."""
    studio.media.made_sides = sides
    request = replace(job().request, ratio=asked)
    ready = await studio.stored(
        job(number, stage=Stage.READY, request=request, task_id=f"t{number}", submitted=START, clip_url="https://f/a")
    )
    await studio.running.pipeline.run(ready)
    return await SqliteNotes(studio.store).get(RATIO_NOTE)


async def test_what_differs_is_logged_once_and_noted_until_it_is_made_right(studio: Studio, caplog) -> None:
    assert await made(studio, 1, Ratio.TALL, (720, 1280)) is None
    words = "the provider made 16:9 where 9:16 was asked for"
    for number in (2, 3):
        assert await made(studio, number, Ratio.TALL, (1280, 720)) == words
    assert await made(studio, 4, Ratio.WIDE, (1280, 720)) == words
    assert await made(studio, 5, Ratio.ADAPTIVE, (100, 720)) == words
    assert await made(studio, 6, Ratio.TALL, None) == words
    assert await made(studio, 7, Ratio.TALL, (720, 1280)) == ""
    assert [words in record.getMessage() for record in caplog.records].count(True) == 1
