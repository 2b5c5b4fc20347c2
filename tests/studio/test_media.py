"""Files of a request: stored, given living addresses, and every mistake named at once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.assets import Asset, AssetStage
from bot.domain.caller import Caller
from bot.domain.errors import MediaUnfetched, PromptEmpty, Refusal, SeedOutside, UploadFailed, UploadRefused
from bot.domain.job import Job
from bot.domain.media import AssetUse, AttachmentInput, InputUrl, Kind, MediaFormat, Medium, Original, Role, StoredFile
from bot.domain.media_problems import (
    AssetUnknown,
    AudioAlone,
    FramesWithReferences,
    MediumBroken,
    MediumTooLarge,
    SidesOutside,
)
from bot.domain.models import MAX_SEED, Dialect, Model, Ratio
from bot.domain.request import AssetInput, RequestDraft, VideoRequest
from bot.domain.stages import Reason, Stage
from bot.studio.intake.collect import CollectedMedia, MediaCollector
from bot.studio.ports import Closed, NotNow
from bot.toapis.model_table import catalogue
from bot.toapis.request_body import medium_url
from tests.studio.conftest import Studio
from tests.studio.fakes import START, JumpingClock, NoAssets, job, picture
from tests.studio.folder_media import FolderMedia

PICTURE = StoredFile("a" * 64, MediaFormat.PNG, 100, 640, 480)
SMALL = StoredFile("b" * 64, MediaFormat.PNG, 100, 64, 48)
SOUND = StoredFile("c" * 64, MediaFormat.MP3, 100, 0, 0, 4.0)


def with_media(*media: Medium, **changes: object) -> Job:
    return job(request=replace(job().request, media=media), **changes)


def copy(studio: Studio, *names: str) -> None:
    """Have our own copies of these pictures."""
    for name in names:
        studio.media.copies[name * 64] = studio.media.folder / f"{name}.png"


async def test_a_file_whose_url_lives_goes_out_as_it_is(studio: Studio) -> None:
    fresh = InputUrl("a" * 64, "https://cdn.test/fresh", START)
    stored = await studio.stored(with_media(picture(), input_urls=(fresh,)))
    await studio.running.pipeline.run(stored)
    assert [medium_url(sent, picture()) for sent in studio.provider.submitted] == ["https://cdn.test/fresh"]
    assert studio.replies.did("host") == []
    assert studio.provider.uploaded == []


async def test_files_whose_urls_died_are_attached_anew_together(studio: Studio) -> None:
    copy(studio, "a", "b")
    dead = InputUrl("a" * 64, "https://cdn.test/dead", START - 21 * 3600)
    media = (picture(), picture("b", Role.LAST_FRAME))
    stored = await studio.stored(with_media(*media, input_urls=(dead,)))
    await studio.running.pipeline.run(stored)
    (sent,) = studio.provider.submitted
    assert [medium_url(sent, each) for each in media] == [f"https://cdn.test/{name * 64}.png" for name in "ab"]
    assert len(studio.replies.did("host")) == 1


@pytest.mark.parametrize(("files", "attached"), [(10, 10), (11, 0)])
async def test_more_than_ten_files_are_uploaded_since_no_message_holds_them(
    studio: Studio, files: int, attached: int
) -> None:
    names = "abcdefghijk"[:files]
    copy(studio, *names)
    await studio.running.pipeline.run(await studio.stored(with_media(*(picture(name) for name in names))))
    assert [len(paths) for paths in studio.replies.did("host")] == [attached] * bool(attached)
    assert len(studio.provider.uploaded) == files - attached
    assert len(studio.provider.submitted) == 1


async def test_files_that_discord_cannot_take_are_uploaded(studio: Studio) -> None:
    copy(studio, "a")
    studio.replies.input_urls = [NotNow(1, "429"), Closed("50001")]
    await studio.running.pipeline.run(await studio.stored(with_media(picture())))
    assert [medium_url(sent, picture()) for sent in studio.provider.submitted] == ["https://files.test/uploads/1"]


async def test_a_file_that_nobody_takes_fails_before_anything_is_spent(studio: Studio) -> None:
    copy(studio, "a")
    studio.replies.input_urls = [Closed("50001")]
    studio.provider.uploads = [UploadRefused("415", "no such format")]
    stored = await studio.stored(with_media(picture()))
    await studio.running.pipeline.run(stored)
    row = await studio.row(stored)
    assert (row.stage, row.reason, row.provider_message) == (Stage.FAILED, Reason.INPUT, "no such format")
    assert studio.provider.submitted == []


async def test_an_upload_that_fails_for_the_operator_s_key_is_not_laid_to_the_file(videos_studio: Studio) -> None:
    copy(videos_studio, "a")
    videos_studio.provider.uploads = [UploadRefused("401", reason=Reason.KEY)]
    stored = await videos_studio.stored(with_media(picture()))
    await videos_studio.running.pipeline.run(stored)
    assert (await videos_studio.row(stored)).reason is Reason.KEY


async def test_a_job_whose_files_the_provider_never_takes_says_so_and_grows_too_old(videos_studio: Studio) -> None:
    copy(videos_studio, "a")
    videos_studio.provider.uploads = [UploadFailed("503")] * 1000
    stored = await videos_studio.stored(with_media(picture()))
    await videos_studio.running.pipeline.run(stored)
    row = await videos_studio.row(stored)
    assert (row.stage, row.reason, videos_studio.provider.submitted) == (Stage.CANCELLED, Reason.TOO_OLD, [])
    # Shown once as it waits, and anew after each try but the last.
    assert len(videos_studio.replies.did("show")) >= len(videos_studio.provider.uploaded) > 1


async def test_the_forecast_of_a_waiting_job_tells_of_the_provider_s_silence(studio: Studio) -> None:
    stored = await studio.stored(with_media(picture()))
    forecasts = studio.forecasts
    forecasts.silence(stored)
    assert (await forecasts.of(stored)).silent
    forecasts.answered(stored)
    assert not (await forecasts.of(stored)).silent


async def test_what_the_provider_cannot_fetch_from_discord_is_uploaded_and_sent_again(studio: Studio) -> None:
    copy(studio, "a")
    studio.provider.submits = [MediaUnfetched("400")]
    stored = await studio.stored(with_media(picture(), input_urls=(InputUrl("a" * 64, "https://cdn.test/a", START),)))
    await studio.running.pipeline.run(stored)
    urls = [medium_url(sent, picture()) for sent in studio.provider.submitted]
    assert urls == ["https://cdn.test/a", "https://files.test/uploads/1"]
    assert (await studio.row(stored)).stage is Stage.DELIVERED


async def test_an_upload_that_the_provider_no_longer_finds_is_made_anew_once(videos_studio: Studio) -> None:
    copy(videos_studio, "a")
    videos_studio.provider.submits = [MediaUnfetched("400"), MediaUnfetched("400")]
    stored = await videos_studio.stored(with_media(picture()))
    await videos_studio.running.pipeline.run(stored)
    urls = [medium_url(sent, picture()) for sent in videos_studio.provider.submitted]
    assert urls == ["https://files.test/uploads/1", "https://files.test/uploads/2"]
    assert (await videos_studio.row(stored)).reason is Reason.INPUT


async def test_how_often_it_could_not_be_fetched_is_known_to_the_one_that_sends_it_next(studio: Studio) -> None:
    tried = with_media(picture())
    for times in (1, 2):
        tried = await studio.running.input_urls.unfetched(tried)
        assert tried.unfetched == times
    assert await studio.running.input_urls.unfetched(tried) is None


async def test_the_same_picture_is_uploaded_once_for_all_its_jobs(videos_studio: Studio) -> None:
    copy(videos_studio, "a")
    for number in (1, 2):
        made = replace(with_media(picture()), id=f"{number:020d}", interaction_id=number)
        await videos_studio.running.pipeline.run(await videos_studio.stored(made))
    assert videos_studio.provider.uploaded == ["a" * 64]
    assert {medium_url(sent, picture()) for sent in videos_studio.provider.submitted} == {
        "https://files.test/uploads/1"
    }


async def test_an_upload_that_fails_on_the_way_is_tried_until_it_works(videos_studio: Studio) -> None:
    copy(videos_studio, "a")
    videos_studio.provider.uploads = [UploadFailed("reset"), UploadFailed("502")]
    silent, submit = [], videos_studio.provider.submit

    async def note(job: Job) -> str:
        silent.append(videos_studio.forecasts.now(job).silent)
        return await submit(job)

    videos_studio.provider.submit = note
    await videos_studio.running.pipeline.run(await videos_studio.stored(with_media(picture())))
    assert videos_studio.provider.uploaded == ["a" * 64] * 3
    assert silent == [False]


class OneAsset(NoAssets):
    """A lookup that knows one active asset."""

    async def resolve(self, caller: Caller, user_input: str) -> Asset:
        if user_input != "Mira":
            return await super().resolve(caller, user_input)
        return Asset("as1", "ch1", 1001, "Mira", Kind.IMAGE, START, AssetStage.ACTIVE, "pa_1")


def attachment(option: str, role: Role | None = None) -> AttachmentInput:
    return AttachmentInput(f"https://cdn.test/{option}", f"{option}.bin", 100, role, option)


async def collected(
    draft: RequestDraft, folder: Path, *keeps: StoredFile | Exception
) -> tuple[VideoRequest, CollectedMedia]:
    gather = MediaCollector(OneAsset(), JumpingClock(), catalogue(Dialect.VIDEOS))
    return await gather.request_of(Caller(1001), draft, FolderMedia(folder, keeps=list(keeps)))


async def test_all_mistakes_of_all_media_are_named_at_once(tmp_path: Path) -> None:
    files = (attachment("reference"), attachment("reference_2"))
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, files, (AssetInput("nobody"),))
    with pytest.raises(Refusal) as refused:
        await collected(draft, tmp_path, Refusal(MediumBroken("reference")), SMALL)
    assert set(refused.value.problems) == {
        MediumBroken("reference"),
        AssetUnknown("nobody", "asset"),
        SidesOutside("reference_2", 64, 48, 300, 6000),
    }


async def test_media_go_out_in_the_order_of_their_roles_and_files_take_the_role_of_their_kind(tmp_path: Path) -> None:
    files = (attachment("reference"), attachment("reference_2"))
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, files, (AssetInput("Mira"),))
    request, found = await collected(draft, tmp_path, SOUND, PICTURE)
    assert request.media == (
        Medium(Role.REFERENCE_IMAGE, PICTURE),
        Medium(Role.REFERENCE_IMAGE, AssetUse("pa_1", Kind.IMAGE, "Mira")),
        Medium(Role.REFERENCE_AUDIO, SOUND),
    )
    assert {input_url.sha256: input_url.url for input_url in found.input_urls} == {
        SOUND.sha256: "https://cdn.test/reference",
        PICTURE.sha256: "https://cdn.test/reference_2",
    }


async def test_a_sound_alone_is_refused(tmp_path: Path) -> None:
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, (attachment("reference"),))
    with pytest.raises(Refusal) as refused:
        await collected(draft, tmp_path, SOUND)
    assert refused.value.problems == (AudioAlone(),)


async def test_a_sound_is_not_called_alone_beside_a_file_that_could_not_be_looked_at(tmp_path: Path) -> None:
    files = (attachment("reference"), attachment("reference_2"))
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, files)
    with pytest.raises(Refusal) as refused:
        await collected(draft, tmp_path, SOUND, Refusal(MediumBroken("reference_2")))
    assert refused.value.problems == (MediumBroken("reference_2"),)


async def test_the_provider_gets_no_address_of_the_file_that_a_copy_was_made_of(tmp_path: Path) -> None:
    converted = replace(PICTURE, original=Original("HEIC", 4000, 3000))
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, (attachment("image", Role.FIRST_FRAME),))
    request, found = await collected(draft, tmp_path, converted)
    assert request.media == (Medium(Role.FIRST_FRAME, converted),)
    assert found.input_urls == ()


async def test_what_is_wrong_without_a_look_is_told_together_with_what_the_look_finds(tmp_path: Path) -> None:
    files = (attachment("image", Role.FIRST_FRAME), attachment("reference"))
    draft = RequestDraft(" ", Model.SEEDANCE_2, 5, Ratio.WIDE, files, (AssetInput("nobody"),), seed=-1)
    with pytest.raises(Refusal) as refused:
        await collected(draft, tmp_path, PICTURE, SMALL)
    assert set(refused.value.problems) == {
        PromptEmpty(),
        SeedOutside(-1, MAX_SEED),
        FramesWithReferences(),
        AssetUnknown("nobody", "asset"),
        SidesOutside("reference", 64, 48, 300, 6000),
    }


async def test_a_file_that_is_too_large_by_discords_word_is_not_fetched(tmp_path: Path) -> None:
    large = replace(attachment("image", Role.FIRST_FRAME), size=51 * 1024 * 1024)
    draft = RequestDraft("x", Model.SEEDANCE_2, 5, Ratio.WIDE, (large, attachment("last_frame", Role.LAST_FRAME)))
    with pytest.raises(Refusal) as refused:
        await collected(draft, tmp_path, Refusal(MediumBroken("last_frame")))
    assert refused.value.problems == (
        MediumTooLarge("image", 51 * 1024 * 1024, 50 * 1024 * 1024),
        MediumBroken("last_frame"),
    )
