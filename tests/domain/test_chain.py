"""What is checked of a request that extends or changes a video, and what a finished clip says of its parent."""

from dataclasses import replace

import pytest

from bot.domain.chain import LengthStays, NothingLeft, Operation, OperationUnsupported, SourceMissing
from bot.domain.media import AttachmentInput, MediaFormat, Medium, Role, StoredFile
from bot.domain.models import AUTOMATIC, Dialect, Model, Ratio
from bot.domain.money import Price
from bot.domain.request import VideoRequest, asked_again
from bot.toapis.model_table import catalogue
from bot.toapis.request_body import request_body, unsupported_option
from tests.domain.test_request import asked
from tests.models import capability_of
from tests.storage.samples import job

CLIP = AttachmentInput("", "clip.mp4", 9, Role.REFERENCE_VIDEO, "video 1", clip_of="k" * 20)
NEWEST = {"dialect": Dialect.VIDEOS, "model": Model.SEEDANCE_2_5, "files": (CLIP,)}
EXTEND, EDIT = {"operation": Operation.EXTEND}, {"operation": Operation.EDIT, "duration": AUTOMATIC}


def test_an_operation_leaves_the_ratio_to_the_video_and_its_length_to_an_edit() -> None:
    extended = asked(**NEWEST, **EXTEND)
    assert (extended.operation, extended.duration, extended.ratio) == (Operation.EXTEND, 5, Ratio.ADAPTIVE)
    changed = asked(**NEWEST, **EDIT)
    assert (changed.operation, changed.duration, changed.ratio) == (Operation.EDIT, AUTOMATIC, Ratio.ADAPTIVE)


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({**EXTEND, "model": Model.SEEDANCE_2}, OperationUnsupported(Operation.EXTEND)),
        ({**EDIT, "duration": 5}, LengthStays()),
        ({**EXTEND, "files": ()}, SourceMissing(Operation.EXTEND)),
        ({**EDIT, "files": (replace(CLIP, role=Role.REFERENCE_IMAGE),)}, SourceMissing(Operation.EDIT)),
    ],
)
def test_what_the_provider_does_not_do_is_refused(changes: dict[str, object], problem: object) -> None:
    assert asked(**{**NEWEST, **changes}) == [problem]


def test_the_video_has_a_rule_of_its_own() -> None:
    capability = capability_of(Model.SEEDANCE_2_5, Dialect.VIDEOS)
    plain, source = (
        capability.for_operation(each).rules[Role.REFERENCE_VIDEO] for each in (Operation.GENERATE, Operation.EDIT)
    )
    assert (plain.seconds, source.seconds, source.pixels) == ((2.0, 15.0), (2.0, 30.0), None)
    assert capability_of(Model.SEEDANCE_2).for_operation(Operation.EDIT) == capability_of(Model.SEEDANCE_2)


STORED = StoredFile("ab" * 32, MediaFormat.MP4, 9, 640, 360, 5.0)
REQUEST = VideoRequest(
    "on", Model.SEEDANCE_2_5, 9, Ratio.ADAPTIVE, (Medium(Role.REFERENCE_VIDEO, STORED),), operation=Operation.EXTEND
)


@pytest.mark.parametrize(
    ("request_", "duration"), [(REQUEST, 9), (replace(REQUEST, operation=Operation.EDIT, duration=AUTOMATIC), -1)]
)
def test_the_body_says_what_is_done_with_the_video(request_: VideoRequest, duration: int) -> None:
    body = request_body(request_, ["https://files/v"], "own", Dialect.VIDEOS, review=False)
    assert body == {
        "model": "seedance-2-5",
        "prompt": "on",
        "duration": duration,
        "video_operation": request_.operation.value,
        "aspect_ratio": "adaptive",
        "generate_audio": True,
        "video_with_roles": [{"url": "https://files/v", "role": "reference_video"}],
        "client_business_id": "own",
    }
    assert unsupported_option(request_, Dialect.VIDEOS) is None
    assert unsupported_option(replace(request_, model=Model.SEEDANCE_2, duration=5), Dialect.VIDEOS) == "operation"


def test_made_again_it_does_the_same_with_the_same_video() -> None:
    again = asked_again(REQUEST, catalogue(Dialect.VIDEOS))
    assert (again.operation, again.files[0].stored, again.files[0].role) == (
        Operation.EXTEND,
        STORED,
        Role.REFERENCE_VIDEO,
    )


@pytest.mark.parametrize(
    ("duration", "seconds", "holds"),
    [(9, 9.04, True), (9, 4.04, False), (9, 4.4, False), (9, None, False), (AUTOMATIC, 10.0, True)],
)
def test_a_clip_that_is_longer_than_what_was_added_begins_with_its_parent(
    duration: int, seconds: float | None, *, holds: bool
) -> None:
    extended = job(request=replace(REQUEST, duration=duration), parent="p" * 20, parent_seconds=5)
    assert extended.fetched(1, seconds).holds_parent is holds
    assert not extended.fetched(1, seconds, incomplete=True).holds_parent
    # What was changed holds what it was made of held.
    changed = replace(extended, request=replace(REQUEST, operation=Operation.EDIT), holds_parent=holds)
    assert changed.fetched(1, seconds).holds_parent is holds


@pytest.mark.parametrize(("operation", "counts"), [(Operation.EDIT, 7), (Operation.GENERATE, 5)])
def test_a_changed_clip_counts_and_costs_what_it_has_also_where_that_is_more(operation: Operation, counts: int) -> None:
    # The provider promises no length of it; of all others it is the longest that was asked for.
    reserved = job(request=replace(REQUEST, operation=operation), charged=5, price=Price(500_000, "USD"))
    made = reserved.fetched(1, 6.9)
    assert (made.charged, made.price, made.made_seconds) == (counts, Price(counts * 100_000, "USD"), counts)
    assert reserved.fetched(1, 3.9).charged == 4
    assert reserved.fetched(1, 6.9, incomplete=True).charged == 5


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert [NothingLeft(seconds, 30).left for seconds in (4, 30, 31)] == [26, 0, 0]
