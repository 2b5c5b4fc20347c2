"""What can be made of a finished video, in each dialect, and what is asked for then."""

from dataclasses import replace

import pytest

from bot.domain.chain import NextStep, NothingLeft, Operation
from bot.domain.drafts import Draft
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.models import AUTOMATIC, Dialect, Model, Ratio, Resolution
from bot.domain.next_steps import Finish, StepInput, draft_of, finish_of, longest_of, next_steps
from bot.domain.request import VideoRequest, asked_again
from bot.domain.stages import Stage
from bot.toapis.model_table import catalogue
from tests.storage.samples import ADA, BO, NOW, job

EXTEND, CHANGE, CONTINUE, FINISH = NextStep
OLDER, OFFERED = catalogue(Dialect.VIDEO), catalogue(Dialect.VIDEOS)
PICTURE = StoredFile("ab" * 32, MediaFormat.PNG, 9, 640, 360, author_ids=(BO,))
REQUEST = VideoRequest(
    "a fox", Model.SEEDANCE_2_5, 5, Ratio.TALL, (Medium(Role.REFERENCE_IMAGE, PICTURE),), Resolution.P720, False,
    web_search=True,
)  # fmt: skip


def finished(**changes: object) -> Job:
    request = replace(REQUEST, **{name: changes.pop(name) for name in ("model", "resolution") if name in changes})
    return job(**{"request": request, "stage": Stage.DELIVERED, "clip_bytes": 900, "charged": 5} | changes)


@pytest.mark.parametrize(
    ("changes", "offered", "older"),
    [
        ({}, [EXTEND, CHANGE, CONTINUE], []),
        ({"charged": 30}, [CONTINUE, CHANGE], []),
        ({"incomplete": True}, [CONTINUE, CHANGE], []),
        ({"resolution": Resolution.P480}, [EXTEND, CHANGE, CONTINUE, FINISH], []),
        ({"model": Model.SEEDANCE_2}, [CONTINUE], [CONTINUE]),
        ({"model": Model.SEEDANCE_2_FAST}, [CONTINUE, FINISH], [CONTINUE, FINISH]),
        ({"stage": Stage.DELIVERING}, [EXTEND, CHANGE, CONTINUE], []),
        ({"stage": Stage.HELD}, [], []),
        ({"stage": Stage.FAILED}, [], []),
        ({"deleted": True}, [], []),
        ({"reel": ("a", "b")}, [], []),
    ],
)
def test_only_what_can_be_done_is_offered(changes: dict[str, object], offered: list, older: list) -> None:
    assert list(next_steps(finished(**changes), OFFERED)) == offered
    assert list(next_steps(finished(**changes), OLDER)) == older


def drafted(source: Job, step: NextStep, step_input: StepInput) -> Draft:
    draft = Draft("d" * 20, ADA, NOW, asked_again(source.request, OFFERED))
    return draft_of(draft, source, step, step_input, OFFERED)


def test_an_extension_is_asked_for_by_its_whole_length() -> None:
    source = finished(part=2)
    draft = drafted(source, EXTEND, StepInput("on", 25))
    request = draft.request
    assert (request.prompt, request.duration, request.operation) == ("on", 30, Operation.EXTEND)
    assert (request.resolution, request.sound, request.web_search) == (Resolution.P720, False, False)
    [clip] = request.files
    assert (clip.clip_of, clip.size, clip.role, clip.url) == (source.id, 900, Role.REFERENCE_VIDEO, "")
    # Who gave the picture that the video was made from is named on the next one too.
    assert clip.author_ids == (BO,)
    assert (draft.source, draft.parent, draft.part, draft.parent_seconds) == (source.id, source.id, 3, 5)
    assert draft.origin is not None
    assert draft.origin.step is EXTEND
    with pytest.raises(Refusal) as refused:
        drafted(source, EXTEND, StepInput("on", 26))
    assert refused.value.problem == NothingLeft(5, 30)


def test_a_changed_video_takes_the_place_of_the_first() -> None:
    source = finished(parent="p" * 20, part=2, holds_parent=True)
    draft = drafted(source, CHANGE, StepInput("in blue"))
    assert (draft.request.operation, draft.request.duration) == (Operation.EDIT, AUTOMATIC)
    assert (draft.source, draft.parent, draft.part, draft.holds_parent) == (source.id, "p" * 20, 2, True)
    # It stays as long as it is: no more is reserved and priced than that, where its length is known.
    assert longest_of(draft, draft.request, OFFERED) == 5
    partly = drafted(finished(incomplete=True), CHANGE, StepInput("in blue"))
    assert longest_of(partly, partly.request, OFFERED) == 30
    extended = drafted(source, EXTEND, StepInput("on", 4))
    assert longest_of(extended, extended.request, OFFERED) == 9


def test_a_continued_one_begins_with_the_last_frame_and_holds_nothing() -> None:
    source = finished(last_picture_url="https://files/last.jpg")
    draft = drafted(source, CONTINUE, StepInput("then", 7))
    assert (draft.request.operation, draft.request.duration) == (Operation.GENERATE, 7)
    [frame] = draft.request.files
    assert (frame.role, frame.clip_of, frame.url) == (Role.FIRST_FRAME, source.id, "https://files/last.jpg")
    assert (draft.parent, draft.part, draft.parent_seconds, draft.holds_parent) == (source.id, 2, 0, False)


@pytest.mark.parametrize("step", [EXTEND, CHANGE, CONTINUE])
def test_all_whose_media_went_into_it_are_authors_of_what_goes_on_from_it(step: NextStep) -> None:
    # Two of them posted the same content, and one is the member who goes on.
    pictures = [replace(PICTURE, author_ids=authors) for authors in ((BO, 7), (8,), (ADA,), ())]
    source = finished()
    request = replace(source.request, media=tuple(Medium(Role.REFERENCE_IMAGE, each) for each in pictures))
    assert (request.authors, request.others(ADA)) == ((BO, 7, 8, ADA), (BO, 7, 8))
    [clip] = drafted(replace(source, request=request), step, StepInput("on", 5)).request.files
    assert clip.author_ids == (BO, 7, 8, ADA)


def test_a_draft_is_finished_with_the_full_model_in_full_size() -> None:
    fast = replace(REQUEST, model=Model.SEEDANCE_2_FAST, seed=7)
    assert finish_of(fast, OFFERED) == Finish(Model.SEEDANCE_2, Resolution.P1080)
    assert finish_of(fast, OLDER) == Finish(Model.SEEDANCE_2, None)
    done = Finish(Model.SEEDANCE_2, Resolution.P1080).of(fast)
    assert done == replace(fast, model=Model.SEEDANCE_2, resolution=Resolution.P1080)
    assert finish_of(done, OFFERED) is None
    assert finish_of(replace(fast, operation=Operation.EXTEND), OFFERED) is None
