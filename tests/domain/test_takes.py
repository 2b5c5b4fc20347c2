"""Takes: which wait, which go out in one message, by which the end is told, and how large each file may be."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.job import DeliveryAttempt
from bot.domain.reply import Route
from bot.domain.stages import Reason, Stage
from bot.domain.takes import (
    has_clip,
    in_message,
    is_settled,
    numbered,
    posted,
    requests_of,
    size_limits,
    to_post,
    to_show,
    to_tell_of,
)
from tests.storage.samples import NOW, job, request, steps_to


def stands(stage, number=1, of=3, **fields):
    return replace(steps_to(job(), stage)[-1], take=number, takes=of, lead_id="l", **fields)


def test_a_seed_is_the_first_ones_and_the_others_take_the_next():
    assert [each.seed for each in requests_of(request(seed=7), 3)] == [7, 8, 9]
    assert requests_of(request(), 2) == [request(), request()]


def test_one_alone_is_no_take():
    alone = job()
    assert numbered([alone]) == [alone]
    assert alone.card_id == alone.id
    first, second = numbered([job(), job()])
    assert (first.card_id, second.card_id) == (first.id, first.id)


def test_a_clip_that_is_here_waits_for_the_others():
    assert not is_settled(stands(Stage.READY))
    assert all(is_settled(stands(Stage.READY, clip_bytes=5)) for _ in range(2))
    assert [is_settled(stands(stage)) for stage in (Stage.WAITING, Stage.RENDERING)] == [False, False]
    ended = (Stage.DELIVERING, Stage.DELIVERED, Stage.HELD, Stage.FAILED, Stage.CANCELLED)
    assert all(is_settled(stands(stage)) for stage in ended)


def test_what_has_a_clip_goes_out_with_the_first_of_them():
    failed, second, third = stands(Stage.FAILED), *(stands(Stage.READY, n, clip_bytes=5) for n in (2, 3))
    first = to_post([failed, second, third])
    assert (first.take, first.group) == (2, (failed, second, third))
    assert posted(first) == [second, third]
    done = [replace(each, stage=Stage.DELIVERED) for each in (second, third)]
    assert posted(to_tell_of([failed, *done])) == done
    assert to_post([stands(Stage.FAILED), stands(Stage.HELD)]) is None
    assert not has_clip(stands(Stage.DELIVERED))


def test_the_end_is_told_by_what_was_posted_then_by_what_is_held():
    failed, held, posted = stands(Stage.FAILED), stands(Stage.HELD, 2), stands(Stage.DELIVERED, 3)
    cancelled = stands(Stage.CANCELLED, 1)
    assert to_tell_of([failed, held, posted]).take == 3
    assert to_tell_of([failed, held]).take == 2
    assert to_tell_of([cancelled, stands(Stage.FAILED, 2)]).take == 2
    assert to_tell_of([cancelled]).group == (cancelled,)


def test_what_was_not_kept_is_in_no_message():
    attempt = steps_to(job(), Stage.DELIVERED)[-1].attempt
    first, second = (stands(Stage.DELIVERED, n, attempt=attempt, chosen=2) for n in (1, 2))
    assert in_message([first, second]) == [second]
    assert first.public_message is None
    assert second.public_message is not None
    assert first.failed(Reason.LOST, NOW).out_of_message


def test_what_is_small_leaves_its_room_to_the_others():
    assert size_limits([1, 50, 50], 100, 41) == [13, 20, 20]
    assert size_limits([1, 50, 50], 15, 41) == [13, 15, 15]
    assert size_limits([5], 10, 100) == [10]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=4), st.integers(1, 1000), st.integers(4, 4000))
def test_all_files_together_stay_under_the_maximum(sizes, each, together):
    limits = size_limits(sizes, each, together)
    sent = [min(size, limit) for size, limit in zip(sizes, limits, strict=True)]
    assert sum(sent) <= together
    assert max(limits) <= each
    if max(sizes) <= each and sum(sizes) <= together:
        assert sent == sizes


def test_one_that_its_owner_asked_for_goes_by_itself_and_tells_of_no_other():
    asked = DeliveryAttempt(Route.ASKED, 1, "", NOW, None)
    under_way, handed = (stands(stage, 2, attempt=asked) for stage in (Stage.DELIVERING, Stage.DELIVERED))
    assert not has_clip(under_way)
    assert not is_settled(under_way)
    assert to_post([stands(Stage.READY, clip_bytes=5), under_way, handed]).take == 1
    assert to_tell_of([handed, stands(Stage.FAILED, 3)]).take == 3
    assert to_tell_of([handed, stands(Stage.CANCELLED, 3)]).take == 3


def test_what_another_version_wrote_tells_of_nothing():
    unread = replace(stands(Stage.FAILED), reason=Reason.OTHER_VERSION)
    # Where it stands is not known: a process of that version goes on with all of them.
    assert not is_settled(unread)
    assert to_show([stands(Stage.READY, 2, clip_bytes=5), unread]).take == 2
    assert to_tell_of([unread, stands(Stage.FAILED, 2)]).take == 2
    assert to_tell_of([unread, stands(Stage.CANCELLED, 2)]).take == 2
