"""Which finished videos can be gone on with, where their clip comes from, and what is asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.caller import Caller
from bot.domain.chain import CannotStep, NextStep, NotFinished, NothingLeft, ParentGone
from bot.domain.clip_errors import ClipGone
from bot.domain.drafts import Draft
from bot.domain.errors import Refusal
from bot.domain.job import Job
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.models import Dialect, Model
from bot.domain.next_steps import Finish, StepInput
from bot.domain.others_media import OptedOut
from bot.domain.stages import Stage
from bot.studio.intake.next_videos import NextVideos
from bot.studio.ports import Closed
from bot.toapis.model_table import catalogue
from tests.storage.samples import ADA, NOW, job, reply, request
from tests.studio.fakes import JumpingClock

CALLER = Caller(ADA)
FOX = job(request=request(model=Model.SEEDANCE_2_5), stage=Stage.DELIVERED, clip_bytes=9, charged=5)


class Outside:
    """Intake, media, messages and rows in one: what is asked of each is listed."""

    def __init__(self, source: Job, *, stored: bool = True, url: str | None = None) -> None:
        self.source = source
        self.stored = stored
        self.url = url
        self.taken: list[object] = []
        self.fetched: list[str] = []
        self.others_media = self
        self.opted_out: set[int] = set()

    async def check_opt_outs(self, author_ids):
        for author_id in sorted(self.opted_out.intersection(author_ids)):
            raise Refusal(OptedOut(author_id))

    async def find_source(self, caller, job_id):
        return self.source

    def new_draft(self, caller, draft, *, private=False):
        return Draft("d" * 20, caller.user_id, NOW, draft, private=private)

    async def submit(self, caller, draft, interaction_id, answer):
        self.taken.append(draft)
        return self.source

    async def submit_again(self, caller, job_id, interaction_id, answer, edit=None):
        self.taken.append(edit)
        return self.source

    async def bring(self, job_id):
        return Path("clip.mp4") if self.stored else None

    async def fetch_clip(self, url, job_id):
        self.fetched.append(url)
        if url != self.url:
            raise ClipGone("it is not there")
        return 9

    async def clip_url(self, found):
        return Closed("the message is gone") if self.url is None else "https://cdn/clip.mp4"

    async def move(self, moved, was):
        return moved


def next_videos(outside: Outside, dialect: Dialect = Dialect.VIDEOS) -> NextVideos:
    return NextVideos(outside, outside, outside, outside, JumpingClock(), lambda: catalogue(dialect))


@pytest.mark.parametrize(
    ("source", "step", "problem"),
    [
        (replace(FOX, charged=30), NextStep.EXTEND, NothingLeft(30, 30)),
        (replace(FOX, request=request()), NextStep.EXTEND, CannotStep(NextStep.EXTEND)),
        (replace(FOX, request=request()), NextStep.CHANGE, CannotStep(NextStep.CHANGE)),
        (FOX, NextStep.FINISH, CannotStep(NextStep.FINISH)),
        (replace(FOX, stage=Stage.HELD), NextStep.CONTINUE, NotFinished()),
    ],
)
async def test_what_cannot_be_done_is_refused_before_anything_is_fetched(source, step, problem) -> None:
    outside = Outside(source, stored=False)
    looking = next_videos(outside).find(CALLER, source.id, step)
    making = next_videos(outside).make(CALLER, source.id, step, StepInput("on", 1), 1, reply())
    for asked in (looking, making):
        with pytest.raises(Refusal) as refused:
            await asked
        assert refused.value.problem == problem
    assert (outside.taken, outside.fetched) == ([], [])


async def test_a_model_of_the_other_dialect_can_do_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        await next_videos(Outside(FOX), Dialect.VIDEO).find(CALLER, FOX.id, NextStep.EXTEND)
    assert refused.value.problem == CannotStep(NextStep.EXTEND)


@pytest.mark.parametrize(
    ("url", "dies", "fetched"),
    [
        ("https://files/clip", NOW * 2, ["https://files/clip"]),
        ("https://cdn/clip.mp4", NOW * 2, ["https://files/clip", "https://cdn/clip.mp4"]),
        ("https://cdn/clip.mp4", 1.0, ["https://cdn/clip.mp4"]),
        (None, 1.0, None),
    ],
)
async def test_a_clip_past_its_days_comes_from_the_provider_or_its_message(url, dies, fetched) -> None:
    old = replace(FOX, clip_url="https://files/clip", clip_dies=dies, clip_bytes=None)
    outside = Outside(old, stored=False, url=url)
    making = next_videos(outside).make(CALLER, FOX.id, NextStep.EXTEND, StepInput("on", 4), 1, reply(private=True))
    if fetched is None:
        with pytest.raises(Refusal) as refused:
            await making
        assert refused.value.problem == ParentGone()
        assert outside.taken == []
        return
    await making
    assert outside.fetched == fetched
    [draft] = outside.taken
    assert (draft.request.duration, draft.parent, draft.private) == (9, FOX.id, True)


async def test_a_draft_is_finished_as_a_request_made_again() -> None:
    fast = replace(FOX, request=request(model=Model.SEEDANCE_2_FAST))
    outside = Outside(fast, stored=False)
    await next_videos(outside, Dialect.VIDEO).make(CALLER, FOX.id, NextStep.FINISH, StepInput(""), 1, reply())
    assert outside.taken == [Finish(Model.SEEDANCE_2, None)]
    assert outside.fetched == []


async def test_all_whose_media_are_in_it_are_named_and_each_may_refuse():
    theirs = [StoredFile(name * 64, MediaFormat.PNG, 9, author_ids=(whose,)) for name, whose in (("a", ADA), ("b", 7))]
    media = tuple(Medium(Role.REFERENCE_IMAGE, each) for each in theirs)
    source = replace(FOX, user_id=8, request=replace(FOX.request, media=media))
    outside = Outside(source)
    for step in (NextStep.EXTEND, NextStep.CONTINUE):
        await next_videos(outside).make(CALLER, source.id, step, StepInput("on", 5), 9, reply())
    assert [draft.request.files[0].author_ids for draft in outside.taken] == [(ADA, 7), (ADA, 7)]
    for out in (7, ADA):
        outside.opted_out = {out}
        with pytest.raises(Refusal) as refused:
            await next_videos(outside).make(Caller(9), source.id, NextStep.EXTEND, StepInput("on", 5), 9, reply())
        assert refused.value.problem == OptedOut(out)
    assert len(outside.taken) == 2
