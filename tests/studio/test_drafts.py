"""What is refused is kept as a draft with its good files, found by its member for an hour, and sent once."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.drafts import DRAFT_SECONDS, Draft, RefusedDraft
from bot.domain.errors import DraftGone, NotYours, Refusal, StoreFull, TooManyWaiting
from bot.domain.media import AttachmentInput, Role
from bot.domain.media_problems import MediumBroken
from bot.domain.spending import Elsewhere, NotAllowedHere, SpendingRules
from bot.storage import SqliteDrafts
from bot.studio.intake.drafts import Drafts
from tests.studio.conftest import Studio
from tests.studio.disk_fakes import disk_quota_over
from tests.studio.fakes import START, JumpingClock, picture, reply
from tests.studio.folder_media import FolderMedia
from tests.studio.spending_fakes import ScriptedMembers, spending_by
from tests.studio.test_runner import DRAFT, intake_of

FOX = picture("a").source
FILE = AttachmentInput("https://cdn.test/fox", "fox.png", 100, Role.FIRST_FRAME, "image")
BAD = AttachmentInput("https://cdn.test/bad", "bad.png", 100, Role.LAST_FRAME, "last_frame")
TYPED = Draft("d" * 20, 1, START, replace(DRAFT, files=(FILE, BAD)))
MARA = Caller(1)


async def refused(studio: Studio, draft: Draft = TYPED, interaction_id: int = 100) -> RefusedDraft:
    studio.media.keeps = [FOX, Refusal(MediumBroken("last_frame"))]
    studio.media.copies[FOX.sha256] = studio.media.folder / "fox.png"
    with pytest.raises(RefusedDraft) as caught:
        await intake_of(studio).submit(MARA, draft, interaction_id, reply())
    return caught.value


async def test_good_files_stay_with_the_draft_and_are_not_fetched_again(studio: Studio) -> None:
    draft = (await refused(studio)).draft
    assert draft.wrong == ("last_frame",)
    assert draft.request.files == (replace(FILE, stored=FOX), BAD)
    assert studio.media.discarded == []
    found = await intake_of(studio).find_draft(MARA, draft.id)
    assert found == replace(draft, is_saved=True)
    studio.media.keeps = []
    fixed = replace(found, request=replace(found.request, files=found.request.files[:1]))
    made = await intake_of(studio).submit(MARA, fixed, 101, reply())
    assert [medium.source for medium in made.request.media] == [FOX]
    assert [input_url.url for input_url in made.input_urls] == [FILE.url]


async def test_a_draft_becomes_one_job_and_is_not_kept_again(studio: Studio) -> None:
    found = await intake_of(studio).find_draft(MARA, (await refused(studio)).draft.id)
    fixed = replace(found, request=DRAFT)
    intake = intake_of(studio)
    made = await intake.submit(MARA, fixed, 101, reply())
    for again in (fixed, found):
        studio.media.keeps = [FOX, Refusal(MediumBroken("last_frame"))]
        with pytest.raises(Refusal) as late:
            await intake.submit(MARA, again, 102, reply())
        assert not isinstance(late.value, RefusedDraft)
        assert late.value.problem == DraftGone(was_sent=True)
    with pytest.raises(Refusal) as pressed:
        await intake.find_draft(MARA, fixed.id)
    assert pressed.value.problem == DraftGone(was_sent=True)
    # After a restart it is no longer known which of both it is.
    with pytest.raises(Refusal) as unknown:
        await intake_of(studio).find_draft(MARA, fixed.id)
    assert unknown.value.problem == DraftGone()
    # A form that a resumed session sends twice is the job that it has become.
    assert (await intake_of(studio).submit(MARA, fixed, 101, reply())).id == made.id
    assert await SqliteDrafts(studio.store).files_in_use() == set()


async def test_it_is_there_for_its_member_for_an_hour(studio: Studio) -> None:
    intake = intake_of(studio)
    draft = (await refused(studio)).draft
    with pytest.raises(Refusal) as stranger:
        await intake.find_draft(Caller(2), draft.id)
    studio.clock.at += DRAFT_SECONDS + 1
    with pytest.raises(Refusal) as late:
        await intake.find_draft(MARA, draft.id)
    assert (stranger.value.problem, late.value.problem) == (NotYours(), DraftGone())


async def test_a_draft_that_gives_way_takes_its_files_with_it(studio: Studio) -> None:
    first = await refused(studio)
    for number in range(10):
        other = replace(TYPED, id=f"{number:020}", created=START + number + 1, request=replace(DRAFT, prompt=" "))
        studio.clock.at += 1
        with pytest.raises(RefusedDraft):
            await intake_of(studio).submit(MARA, other, number, reply())
    assert await SqliteDrafts(studio.store).find(first.draft.id) is None
    assert studio.media.discarded[-1:] == [FOX]


async def test_nothing_is_kept_of_one_who_may_not_spend(studio: Studio) -> None:
    rules = SpendingRules.of(frozenset({2001}), Elsewhere.NO_ONE)
    intake = intake_of(studio, spending_by(rules, ScriptedMembers(), studio.clock))
    with pytest.raises(Refusal) as stranger:
        await intake.check(MARA, replace(TYPED, request=replace(DRAFT, prompt=" ")))
    assert isinstance(stranger.value.problem, NotAllowedHere)
    assert await SqliteDrafts(studio.store).find(TYPED.id) is None


class FullStore:
    """A store that nothing can be written into."""

    async def add(self, _draft: Draft, _maximum: int) -> list[object]:
        raise StoreFull


async def test_where_nothing_can_be_saved_the_refusal_is_told_without_a_draft(tmp_path) -> None:
    clock = JumpingClock()
    drafts = Drafts(FullStore(), disk_quota_over(FolderMedia(tmp_path), clock), clock)
    with pytest.raises(Refusal) as told:
        async with drafts.saved_if_refused(TYPED):
            raise Refusal(TooManyWaiting(5))
    assert (type(told.value), told.value.problem) == (Refusal, TooManyWaiting(5))
