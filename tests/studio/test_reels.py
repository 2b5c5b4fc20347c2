"""What a reel is joined of: all that leads to a video, each picture of it once."""

from dataclasses import replace

import pytest

from bot.domain.chain import Operation
from bot.domain.errors import Refusal
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.scenes import Scene
from bot.domain.share_problems import NothingToJoin, PartGone, ReelTooLong
from bot.domain.stages import Stage
from bot.studio.delivery.reels import MAX_PARTS, Reels
from tests.storage.samples import job, request


class Rows(dict):
    """Jobs by their ids."""

    async def find(self, job_id):
        return self.get(job_id)


def chain(*fields):
    """Make a row for each of these fields, each the parent of the next."""
    rows, parent = Rows(), None
    for number, given in enumerate(fields):
        made = replace(job(id=f"part{number}"), stage=Stage.DELIVERED, parent=parent)
        rows[made.id] = replace(made, **given)
        parent = made.id
    return rows


async def parts(rows):
    return [part.id for part in await Reels(rows).parts_of(list(rows.values())[-1])]


async def why_not(rows):
    with pytest.raises(Refusal) as refused:
        await parts(rows)
    return refused.value.problem


async def test_all_that_lead_to_it_are_joined_the_first_of_all_first():
    assert await parts(chain({}, {}, {"stage": Stage.HELD})) == ["part0", "part1", "part2"]


async def test_what_a_later_clip_holds_already_is_left_out():
    assert await parts(chain({}, {}, {"holds_parent": True})) == ["part0", "part2"]
    assert await parts(chain({}, {"holds_parent": True}, {})) == ["part1", "part2"]
    # One that was changed stands for the one it was made of, and goes on from the same.
    changed = {"request": request(operation=Operation.EDIT)}
    assert await parts(chain({}, {}, changed)) == ["part0", "part2"]
    assert await parts(chain({}, {"holds_parent": True}, changed, {})) == ["part2", "part3"]
    # Then it need not be there any more.
    assert await parts(chain({}, {"deleted": True}, {"holds_parent": True})) == ["part0", "part2"]


async def test_a_video_of_its_own_and_one_that_holds_all_before_it_are_no_reel():
    assert await why_not(chain({})) == NothingToJoin()
    assert await why_not(chain({}, {"holds_parent": True})) == NothingToJoin(holds_all=True)


@pytest.mark.parametrize("gone", [{"deleted": True}, {"stage": Stage.FAILED}])
async def test_where_one_is_gone_nothing_is_joined(gone):
    assert await why_not(chain(gone, {})) == PartGone()
    without = chain({}, {}, {})
    del without["part0"]
    assert await why_not(without) == PartGone()


async def test_there_is_an_end_to_it():
    too_long = ReelTooLong(16, 300)
    assert len(await parts(chain(*[{}] * MAX_PARTS))) == MAX_PARTS
    assert await why_not(chain(*[{}] * (MAX_PARTS + 1))) == too_long
    assert await why_not(chain(*[{"charged": 101, "clip_bytes": 9}] * 3)) == too_long


async def test_of_those_that_were_written_down_the_deleted_ones_are_missing():
    rows = chain({}, {"deleted": True})
    assert [part.id for part in await Reels(rows).parts(["part0", "part1", "part2"])] == ["part0"]


async def test_a_film_is_called_by_its_first_scene_and_any_other_reel_by_its_last_part():
    rows = chain({"request": request(prompt="a fox wakes")}, {"request": request(prompt="it runs"), "scene": Scene(2)})
    first, last = rows.values()
    film = await Reels(rows).joined(last, ["part0", "part1"])
    assert film == replace(last, request=replace(last.request, prompt="a fox wakes"))
    assert await Reels(rows).joined(replace(last, scene=None), ["part0", "part1"]) == replace(last, scene=None)
    assert await Reels(rows).joined(last, []) == last
    rows["part0"] = replace(first, deleted=True)
    assert await Reels(rows).joined(last, ["part0", "part1"]) == last


async def test_a_reel_names_all_whose_media_are_in_any_part():
    theirs = [StoredFile(name * 64, MediaFormat.PNG, 9, author_ids=by) for name, by in (("a", (7, 8)), ("b", (9, 7)))]
    asked = [{"request": request(media=(Medium(Role.FIRST_FRAME, each),))} for each in theirs]
    rows = chain(asked[0], {}, asked[1])
    assert (await Reels(rows).joined(rows["part2"], list(rows))).request.authors == (7, 8, 9)
