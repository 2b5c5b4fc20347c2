"""A video that costs much: asked about before anything is written down, made once for the price that was agreed to."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.drafts import Draft, RefusedDraft
from bot.domain.edits import Edit
from bot.domain.errors import DraftGone, NotYours, Refusal
from bot.domain.media import AttachmentInput, Role
from bot.domain.models import Model
from bot.domain.money import Price, PriceNotConfirmed
from bot.domain.prices import PriceList, Rate
from bot.domain.spending import Elsewhere, NotAllowedHere, SpendingRules
from bot.domain.stages import Stage
from bot.storage import SqliteDrafts
from tests.studio.conftest import Studio
from tests.studio.fakes import START, job, picture, reply
from tests.studio.spending_fakes import ScriptedMembers, spending_by
from tests.studio.test_runner import DRAFT, intake_of

MARA = Caller(1)
TYPED = Draft("d" * 20, 1, START, DRAFT)
FOX = picture("a").source
WITH_FOX = replace(
    TYPED,
    request=replace(DRAFT, files=(AttachmentInput("https://cdn.test/fox", "fox.png", 100, Role.FIRST_FRAME, "image"),)),
)
DEAR = Price(1_500_000, "USD")


def asking(rate: int = 300_000, above: int | None = 1_000_000) -> PriceList:
    return PriceList("USD", {(Model.SEEDANCE_2, None): Rate(rate)}, confirm_above=above)


def keep_fox(studio: Studio) -> None:
    studio.media.keeps = [FOX]
    copy = studio.media.folder / "fox.png"
    copy.write_bytes(b"a fox")
    studio.media.copies[FOX.sha256] = copy


async def asked(intake, draft: Draft = TYPED, interaction_id: int = 100) -> RefusedDraft:
    with pytest.raises(RefusedDraft) as caught:
        await intake.submit(MARA, draft, interaction_id, reply())
    return caught.value


async def test_a_job_has_its_price_of_the_day_it_was_accepted(studio: Studio) -> None:
    made = await intake_of(studio, prices=asking(above=None)).submit(MARA, TYPED, 100, reply())
    assert made.price == DEAR
    assert (await studio.row(made)).price == DEAR
    unknown = await intake_of(studio).submit(MARA, TYPED, 101, reply())
    assert unknown.price is None


async def test_what_is_not_dearer_is_made_at_once(studio: Studio) -> None:
    intake = intake_of(studio, prices=asking(200_000))
    await intake.check(MARA, TYPED)
    assert (await intake.submit(MARA, TYPED, 100, reply())).price == Price(1_000_000, "USD")


async def test_a_text_alone_is_asked_about_before_its_reply_is_opened(studio: Studio) -> None:
    with pytest.raises(RefusedDraft) as caught:
        await intake_of(studio, prices=asking()).check(MARA, TYPED)
    assert caught.value.problems == (PriceNotConfirmed(DEAR),)
    await intake_of(studio, prices=asking()).check(MARA, WITH_FOX)


async def test_who_may_not_spend_is_not_asked_for_a_price(studio: Studio) -> None:
    nobody = spending_by(SpendingRules(frozenset({1}), Elsewhere.NO_ONE), ScriptedMembers(), studio.clock)
    with pytest.raises(Refusal) as caught:
        await intake_of(studio, nobody, asking()).check(MARA, TYPED)
    assert isinstance(caught.value.problem, NotAllowedHere)


async def test_its_files_stay_with_it_and_it_is_made_once_for_the_price_that_was_agreed_to(studio: Studio) -> None:
    keep_fox(studio)
    draft = (await asked(intake_of(studio, prices=asking()), WITH_FOX)).draft
    assert await studio.jobs.unfinished() == []
    found = await intake_of(studio).find_draft(MARA, draft.id)
    agreed = replace(found, agreed=DEAR)
    intake = intake_of(studio, prices=asking())
    made = await intake.submit(MARA, agreed, 101, reply())
    assert ([medium.source for medium in made.request.media], made.price) == ([FOX], DEAR)
    for number in range(9):
        with pytest.raises(Refusal) as late:
            await intake.submit(MARA, agreed, 102 + number, reply())
        assert late.value.problem == DraftGone(was_sent=True)


async def test_a_price_that_has_risen_is_asked_about_again_and_one_that_fell_is_not(studio: Studio) -> None:
    draft = (await asked(intake_of(studio, prices=asking()))).draft
    found = replace(await intake_of(studio).find_draft(MARA, draft.id), agreed=DEAR)
    again = await asked(intake_of(studio, prices=asking(300_001)), found, 101)
    assert again.problems == (PriceNotConfirmed(Price(1_500_005, "USD")),)
    assert again.draft.agreed == DEAR
    made = await intake_of(studio, prices=asking(299_999)).submit(MARA, found, 102, reply())
    assert made.price == Price(1_499_995, "USD")


async def test_again_and_edit_ask_too(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED, request=replace(job().request, model=Model.SEEDANCE_2)))
    intake = intake_of(studio, prices=asking())
    longer = Edit("a fox", Model.SEEDANCE_2, 15, source.request.ratio)
    for number, edit in enumerate((None, longer)):
        with pytest.raises(RefusedDraft) as caught:
            await intake.submit_again(MARA, source.id, 200 + number, reply(), edit)
        assert caught.value.draft.source == source.id
    assert caught.value.problems == (PriceNotConfirmed(Price(4_500_000, "USD")),)


async def test_a_no_deletes_the_draft_and_its_files_for_its_member_alone(studio: Studio) -> None:
    keep_fox(studio)
    intake = intake_of(studio, prices=asking())
    draft = (await asked(intake, WITH_FOX)).draft
    with pytest.raises(Refusal) as stranger:
        await intake.discard_draft(Caller(2), draft.id)
    assert stranger.value.problem == NotYours()
    await intake.discard_draft(MARA, draft.id)
    assert studio.media.discarded[-1:] == [FOX]
    assert await SqliteDrafts(studio.store).find(draft.id) is None
    with pytest.raises(Refusal) as late:
        await intake.discard_draft(MARA, draft.id)
    assert late.value.problem == DraftGone()
