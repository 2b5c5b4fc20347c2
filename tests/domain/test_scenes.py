"""Scenes: lines that are one each, and what counts for those to come until they have a video of their own."""

from dataclasses import replace

import pytest

from bot.domain.money import Price
from bot.domain.scenes import Scene, ScenesCounted, miscounted, scenes_of, text_of, total
from bot.domain.stages import Reason, Stage
from tests.storage.samples import NOW, job

FIRST = Scene(1, ("two", "three"))


def a_scene(**fields):
    """Make the first of three scenes of 4 seconds, with those to come reserved."""
    return replace(job(), scene=FIRST.with_reserve(4), charged=12, price=Price(400, "USD"), **fields)


def test_a_line_is_a_scene_and_empty_ones_are_none():
    assert scenes_of("  a fox\n\n \t\n the   fox runs \r\n") == ["a fox", "the fox runs"]
    # What shows nothing would be paid for, too.
    assert scenes_of("a fox\n\u200b\u3164\n\x00the fox\n\ufeff") == ["a fox", "the fox"]
    assert text_of("one", FIRST) == "one\ntwo\nthree"
    scenes = [None, *(Scene(1, ("x",) * count) for count in (0, 1, 7, 8)), Scene(3, ("x",) * 6)]
    assert [miscounted("a fox", scene) for scene in scenes] == [
        None, ScenesCounted(1), None, None, ScenesCounted(9), ScenesCounted(9)
    ]  # fmt: skip
    assert miscounted("", Scene(1)) == ScenesCounted(0)


def test_what_is_to_come_moves_on_with_its_seconds():
    first = FIRST.with_reserve(4)
    assert (first.count, first.left, first.reserved) == (3, 3, 8)
    second = first.following(4)
    assert second == Scene(2, ("three",), 4)
    assert second.following(4) == Scene(3, (), 0)
    assert (second.count, second.left) == (3, 2)
    assert total(Price(400, "USD"), first) == Price(1200, "USD")


def test_a_scene_that_came_out_shorter_gives_back_its_own_seconds_alone():
    ready = a_scene(stage=Stage.READY).fetched(10, 3.2)
    assert (ready.charged, ready.made_seconds, ready.price) == (11, 3, Price(300, "USD"))
    assert (ready.alone().charged, ready.alone().scene) == (3, FIRST)


@pytest.mark.parametrize(
    ("ended", "counts"),
    [
        (a_scene(stage=Stage.RENDERING).failed(Reason.GENERATION, NOW), 0),
        (a_scene(stage=Stage.SUBMITTING).failed(Reason.UNCLEAR, NOW), 4),
        (a_scene(stage=Stage.HELD).failed(Reason.EXPIRED, NOW), 4),
        (a_scene().cancelled(Reason.OWNER, NOW), 0),
    ],
    ids=["failed", "unclear", "expired", "cancelled"],
)
def test_where_a_scene_ends_those_to_come_count_no_longer_and_are_remembered(ended, counts):
    assert ended.charged == counts
    assert ended.scene == FIRST


def test_a_deleted_scene_says_nothing_of_those_to_come():
    assert a_scene(stage=Stage.DELIVERED).erased(NOW).scene is None
