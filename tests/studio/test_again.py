"""Again: the same request once more, as edited where it was."""

from dataclasses import replace

import pytest

from bot.domain.caller import Caller
from bot.domain.drafts import Draft, RefusedDraft, can_be_fixed
from bot.domain.edits import Edit, WithoutSound
from bot.domain.errors import NoSuchJob, NotYours, Refusal, Unsupported
from bot.domain.job import Job
from bot.domain.media import MediaFormat, Medium, Role, StoredFile
from bot.domain.media_problems import SidesOutside
from bot.domain.models import Dialect, Model, Ratio
from bot.domain.money import Price, PriceNotConfirmed
from bot.domain.request import VideoRequest
from bot.domain.scenes import Scene, SceneGone, ScenesCounted, ScenesNotConfirmed
from bot.domain.stages import Reason, Stage
from bot.storage import SqliteDeletions, SqliteTakes
from bot.studio.intake.scene_drafts import SceneDrafts
from bot.studio.intake.sources import Sources
from bot.toapis.model_table import catalogue
from tests.studio.conftest import Studio
from tests.studio.fakes import job, picture, reply
from tests.studio.test_confirm import asking
from tests.studio.test_runner import DRAFT, intake_of


async def test_again_makes_the_same_request_for_whoever_pressed(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED))
    again = await intake_of(studio).submit_again(Caller(77), source.id, 200, reply())
    assert (again.user_id, again.request, again.source) == (77, source.request, source.id)


async def test_any_other_job_is_made_again_as_often_as_that_is_pressed(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED))
    for number in range(3):
        studio.clock.at += 60  # what is pressed twice at once is one press
        made = await intake_of(studio).submit_again(Caller(77), source.id, 200 + number, reply())
        assert made.interaction_id == 200 + number


async def test_as_many_takes_are_made_again_with_the_seeds_of_the_first(studio: Studio) -> None:
    intake = intake_of(studio)
    intake.change_catalogue(catalogue(Dialect.VIDEOS))
    asked = Draft("d" * 20, 1, studio.clock.now(), replace(DRAFT, seed=7, takes=3))
    lead = await intake.submit(Caller(1), asked, 100, reply())
    of_lead = await SqliteTakes(studio.store).of(lead.id)
    studio.clock.at += 60
    # Whichever of them is the first that was posted.
    again = await intake.submit_again(Caller(77), of_lead[1].id, 200, reply(), takes=True)
    made = await SqliteTakes(studio.store).of(again.id)
    assert [(each.take, each.takes, each.request.seed) for each in made] == [(1, 3, 7), (2, 3, 8), (3, 3, 9)]
    assert ({each.user_id for each in made}, sum(each.charged for each in made)) == ({77}, 15)
    alone = await intake.submit_again(
        Caller(77), of_lead[1].id, 201, reply(), Edit("a wolf", Model.SEEDANCE_2, 5, Ratio.WIDE)
    )
    assert (alone.lead_id, alone.takes, alone.request.seed) == (None, 1, 8)


async def test_all_takes_are_asked_for_again_for_their_price_together(studio: Studio) -> None:
    intake = intake_of(studio, prices=asking(above=4_000_000))
    lead = await intake.submit(Caller(1), Draft("d" * 20, 1, studio.clock.now(), replace(DRAFT, takes=2)), 100, reply())
    dearer = intake_of(studio, prices=asking())
    with pytest.raises(RefusedDraft) as asked:
        await dearer.check_again(Caller(1), lead.id, takes=True, private=False)
    assert asked.value.problems == (PriceNotConfirmed(Price(3_000_000, "USD"), 2),)
    assert asked.value.draft.request.takes == 2


async def test_an_unclear_job_is_tried_again_once_and_only_by_its_owner(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.FAILED, reason=Reason.UNCLEAR))
    with pytest.raises(Refusal) as stranger:
        await intake_of(studio).submit_again(Caller(77), source.id, 200, reply())
    await intake_of(studio).submit_again(Caller(source.user_id), source.id, 201, reply())
    studio.clock.at += 60
    with pytest.raises(Refusal):
        await intake_of(studio).submit_again(Caller(source.user_id), source.id, 202, reply())
    assert stranger.value.problem == NotYours()


async def test_a_private_job_is_not_there_for_others(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED, reply=reply(private=True)))
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).submit_again(Caller(77), source.id, 200, reply())
    assert refused.value.problem == NoSuchJob()


async def test_all_scenes_of_a_message_are_made_again_for_whoever_pressed_and_asked_about(studio: Studio) -> None:
    first, last = await scenes(studio, reply=reply())
    drafts = SceneDrafts(intake_of(studio), catalogue(Dialect.VIDEO))
    draft = await drafts.again(Caller(77), last.id)
    assert (draft.user_id, draft.scene, draft.source) == (77, Scene(1, ("it runs",)), last.id)
    assert (draft.text, draft.request.files, draft.parent) == ("a fox\nit runs", (), None)
    with pytest.raises(RefusedDraft) as asked:
        await intake_of(studio, prices=asking()).check(Caller(77), draft)
    assert asked.value.problems == (ScenesNotConfirmed(2, 10, Price(3_000_000, "USD")),)
    # A scene that is not there any more is not made up for by the others.
    assert await SqliteDeletions(studio.store).erase(first.erased(studio.clock.now()), first.stage, [], None)
    with pytest.raises(Refusal) as refused:
        await drafts.again(Caller(77), last.id)
    assert refused.value.problem == SceneGone()


async def test_too_many_or_too_few_scenes_are_kept_to_be_fixed_also_where_they_were_edited(studio: Studio) -> None:
    intake = intake_of(studio, prices=asking())
    drafts = SceneDrafts(intake, catalogue(Dialect.VIDEO))
    _, last = await scenes(studio, reply=reply())
    edited = await drafts.again(Caller(1), last.id, edited=True)
    agreed = replace(edited, scene=Scene(1, ("more",) * 8), agreed=Price(13_500_000, "USD"))
    new = [drafts.new(Caller(1), DRAFT, lines) for lines in ([], ["one"], ["x"] * 9)]
    for draft, count in ((agreed, 9), *zip(new, (0, 1, 9), strict=True)):
        with pytest.raises(RefusedDraft) as refused:
            await intake.check(Caller(1), draft)
        assert refused.value.problems == (ScenesCounted(count),)
        assert can_be_fixed(refused.value.problems)
        assert (await intake.find_draft(Caller(1), draft.id)).text == draft.text


async def test_private_scenes_are_made_again_by_others_only_where_they_were_shared(studio: Studio) -> None:
    shared = set[str]()

    async def is_shared(job_id: str) -> bool:
        return job_id in shared

    first, last = await scenes(studio, reply=reply(private=True))
    sources = Sources(studio.jobs, is_shared)
    with pytest.raises(Refusal) as refused:
        await sources.scenes(Caller(77), last.id)
    assert refused.value.problem == NoSuchJob()
    shared.add(last.id)
    assert [each.id for each in await sources.scenes(Caller(77), last.id)] == [first.id, last.id]


async def test_scenes_that_are_missing_have_the_places_of_those_that_were_to_come(studio: Studio) -> None:
    drafts = SceneDrafts(intake_of(studio), catalogue(Dialect.VIDEO))
    first, last = await scenes(studio, reply=reply())
    draft = await drafts.missing(Caller(first.user_id), first.id)
    assert (draft.parent, draft.part, draft.scene) == (first.id, 2, Scene(2))
    failed = replace(last, id="3" * 20, interaction_id=-3, stage=Stage.FAILED, reason=Reason.GENERATION)
    draft = await drafts.missing(Caller(first.user_id), (await studio.stored(failed)).id)
    assert (draft.parent, draft.part, draft.scene) == (first.id, 2, Scene(2))


async def scenes(studio: Studio, **fields) -> tuple[Job, Job]:
    """Store two scenes of a member, the second of which begins with a picture."""
    one = replace(job(stage=Stage.HELD, **fields), scene=Scene(1, ("it runs",)))
    one = replace(one, id="1" * 20, request=replace(one.request, prompt="a fox"))
    two = replace(one, id="2" * 20, interaction_id=-2, scene=Scene(2), parent=one.id, part=2)
    two = replace(two, request=replace(two.request, prompt="it runs", media=(picture(),)))
    return await studio.stored(one), await studio.stored(two)


async def test_again_without_its_image_says_so(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED, request=replace(job().request, media=(picture(),))))
    with pytest.raises(Refusal, match="media expired"):
        await intake_of(studio).submit_again(Caller(source.user_id), source.id, 200, reply())


async def test_only_what_can_have_sound_is_tried_again_without_it(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.DELIVERED))
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).submit_again(Caller(source.user_id), source.id, 200, reply(), WithoutSound())
    assert refused.value.problem == Unsupported("sound", "off")


async def test_a_failed_job_is_made_again_by_anyone_and_as_they_edit_it(studio: Studio) -> None:
    source = await studio.stored(job(stage=Stage.FAILED, reason=Reason.GENERATION))
    edit = Edit("a fox in rain", Model.SEEDANCE_2_FAST, 6, Ratio.TALL)
    again = await intake_of(studio).submit_again(Caller(77), source.id, 200, reply(), edit)
    assert again.request == VideoRequest("a fox in rain", Model.SEEDANCE_2_FAST, 6, Ratio.TALL)


async def test_what_may_have_sound_is_made_again_without_it(studio: Studio) -> None:
    intake = intake_of(studio)
    intake.change_catalogue(catalogue(Dialect.VIDEOS))
    source = await studio.stored(job(stage=Stage.DELIVERED))
    again = await intake.submit_again(Caller(source.user_id), source.id, 200, reply(), WithoutSound())
    assert (source.request.sound, again.request.sound) == (None, False)


async def test_what_no_longer_fits_the_model_is_not_made_again(studio: Studio) -> None:
    small = Medium(Role.FIRST_FRAME, StoredFile("b" * 64, MediaFormat.PNG, 100, 64, 48))
    copy = studio.media.folder / "copy"
    copy.write_bytes(b"picture")
    studio.media.copies["b" * 64] = copy
    source = await studio.stored(job(stage=Stage.DELIVERED, request=replace(job().request, media=(small,))))
    with pytest.raises(Refusal) as refused:
        await intake_of(studio).submit_again(Caller(source.user_id), source.id, 200, reply())
    assert refused.value.problem == SidesOutside("image", 64, 48, 300, 6000)
